"""One formula, spelled for each host and shown in each language."""

import pytest

from clv_xl.workbook.formulas import Host, quoted, shown, stored

FORMULA = "=IF(CLV.AOV(Orders[revenue])>CLV(50,3,3),\"CLV(a,b)\",'CLV(x'!A1)"


@pytest.mark.parametrize(
    ("host", "aov", "bare"),
    [
        # architecture.md, "Names in every host"
        ("addin", "_xldudf_CLV_AOV", "_xldudf_CLV_VALUE"),
        ("xlwings", "CLV_AOV", "CLV"),
        ("calc", "CLV.AOV", "CLV.VALUE"),
    ],
)
def test_only_calls_are_spelled(host: Host, aov: str, bare: str) -> None:
    wanted = f"=IF({aov}(Orders[revenue])>{bare}(50,3,3),\"CLV(a,b)\",'CLV(x'!A1)"
    assert stored(FORMULA, host) == wanted


def test_only_commas_between_arguments_become_semicolons() -> None:
    assert shown(FORMULA, "pl") == "=IF(CLV.AOV(Orders[revenue])>CLV(50;3;3);\"CLV(a,b)\";'CLV(x'!A1)"
    assert shown(FORMULA, "en") == FORMULA


def test_a_quote_in_a_sheet_name_is_doubled() -> None:
    assert quoted("Year's end") == "'Year''s end'!"
