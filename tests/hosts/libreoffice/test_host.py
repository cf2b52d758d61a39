"""The functions as LibreOffice's own Python calls them."""

import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.errors import NA, NUM, VALUE
from clv_xl.hosts.libreoffice import cells
from clv_xl.hosts.libreoffice.host import Host

IN_1904 = SimpleNamespace(NullDate=SimpleNamespace(Year=1904, Month=1, Day=1))
IN_1899 = SimpleNamespace(NullDate=SimpleNamespace(Year=1899, Month=12, Day=30))
LEFT_OUT = (None, None, None, None)


class Silent:
    """A document that must not be asked."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


@pytest.fixture
def host() -> Host:
    return Host("en")


def one(rows: cells.Rows) -> Any:
    ((cell,),) = rows
    return cell


def code(rows: cells.Rows) -> str:
    return cells.error_code(one(rows))


def test_a_call_of_numbers_is_answered_and_the_document_not_asked(host: Host) -> None:
    assert one(host.answer("CLV", Silent(), (50.0, 3.0, 3.0, *LEFT_OUT))) == 450.0  # 50 * 3 * 3
    assert host.errors.rows() == ()


def test_an_argument_left_out_in_the_middle_has_its_default(host: Host) -> None:
    found = one(host.answer("CLV", None, (50.0, 3.0, 3.0, None, None, 0.1)))
    assert found == pytest.approx(150 / 1.1 + 150 / 1.1**2 + 150 / 1.1**3)


def test_a_call_as_argument_is_the_cell_that_it_gave(host: Host) -> None:
    assert one(host.answer("CLV", None, (((450.0,),), 1.0, 1.0, *LEFT_OUT))) == 450.0


def test_an_error_shows_its_code_and_keeps_its_sentence(host: Host) -> None:
    assert code(host.answer("CLV", None, (50.0, 3.0, None, *LEFT_OUT))) == VALUE
    ((number, name, shown, sentence),) = host.errors.rows()
    assert (number, name, shown) == (1, "CLV", VALUE)
    assert sentence.startswith("CLV: lifespan is missing")


def test_sentences_are_in_the_language_of_the_host() -> None:
    polish = Host("pl-PL")
    polish.answer("CLV", None, ("x", 3.0, 3.0, *LEFT_OUT))
    assert "musi" in polish.errors.rows()[0][3]  # "must be" in Polish


def test_a_range_gives_a_column_with_an_error_where_one_is(host: Host) -> None:
    found = host.answer("CLV", None, (((50.0,), ("x",), (60.0,)), 3.0, 3.0, *LEFT_OUT))
    assert (found[0], found[2]) == ((450.0,), (540.0,))
    assert cells.error_code(found[1][0]) == VALUE


def test_a_name_of_another_version_is_told_and_not_raised(host: Host) -> None:
    assert code(host.answer("CLV.OFTOMORROW", None, ())) == NA
    assert "clv-xl install calc" in host.errors.rows()[0][3]


def test_a_fault_of_ours_is_an_error_with_a_sentence(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        message = "no such thing"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(cells, "read", broken)
    assert code(host.answer("CLV", None, ("a", 3.0, 3.0))) == VALUE
    assert "ZeroDivisionError: no such thing" in host.errors.rows()[0][3]


def frequency(host: Host, document: Any, first: float) -> Any:
    """Return orders per customer and year at the end of the year of orders from `first` on."""
    ids = (("A",), ("A",), ("A",), ("B",), ("B",), ("C",))
    dates = tuple((first + d,) for d in (0.0, 173.0, 389.0, 100.0, 275.0, 506.0))
    return one(host.answer("CLV.FREQUENCY", document, (ids, dates, "Y", first + 690.0)))


def test_dates_of_a_1904_document_are_the_same_days(host: Host) -> None:
    wanted = frequency(host, IN_1899, 45332.0)  # the example of CLV.FREQUENCY: 10 February 2024
    assert wanted == CATALOGUE["CLV.FREQUENCY"].examples[0].value == 1.5
    assert frequency(host, IN_1904, 45332.0 - 1462.0) == wanted


LOG = (("customer", "date", "amount"), ("A", 45332.0, 50.0), ("A", 45505.0, 70.0), ("B", 45432.0, 30.0))


def test_an_order_log_of_a_1904_document_has_the_same_days(host: Host) -> None:
    earlier = tuple((row[0], row[1] - 1462.0 if isinstance(row[1], float) else row[1], row[2]) for row in LOG)
    wanted = host.answer("CLV.COHORT", IN_1899, (LOG, "M"))
    assert {"2024-02", "2024-05"} <= {row[0] for row in wanted}  # 45332 is 10 February 2024
    assert host.answer("CLV.COHORT", IN_1904, (earlier, "M")) == wanted
    assert host.answer("CLV.COHORT", IN_1904, (LOG, "M")) != wanted


def test_dates_in_a_result_are_the_days_that_the_document_shows(host: Host) -> None:
    earlier = tuple((row[0], row[1] - 1462.0 if isinstance(row[1], float) else row[1], row[2]) for row in LOG)
    (head, *rows), shown = (
        host.answer("CLV.STATUS", d, (log, None, 100.0)) for d, log in ((IN_1899, LOG), (IN_1904, earlier))
    )
    assert [row[1] for row in rows[:2]] == [45505.0, 45432.0]  # the last orders of A and B in LOG
    assert shown == (head, *((r[0], r[1] - 1462.0 if r[1] else r[1], *r[2:]) for r in rows))


def test_stored_data_is_described_by_the_days_of_the_document(host: Host) -> None:
    ids, dates, amounts = (tuple((row[i],) for row in LOG[1:]) for i in range(3))
    text = one(host.answer("CLV.DATA", IN_1899, (ids, dates, amounts, *LEFT_OUT)))
    described = [host.answer("CLV.SOURCEINFO", document, (text, None)) for document in (IN_1899, IN_1904)]
    usual, shown = ({str(row[0]): row[1] for row in rows} for rows in described)
    assert (usual["First date"], usual["Last date"]) == (45332.0, 45505.0)
    assert {key for key in usual if usual[key] != shown[key]} == {"First date", "Last date", "Stored (UTC)"}
    assert (shown["First date"], shown["Last date"]) == (43870.0, 44043.0)


def test_a_document_is_not_asked_for_its_day_zero_where_no_number_can_be_a_date(host: Host) -> None:
    asked = []

    class Asked:
        @property
        def NullDate(self) -> Any:  # noqa: N802  the name in LibreOffice
            asked.append(True)
            return IN_1904.NullDate

    ids, dates, amounts = (tuple((row[i],) for row in LOG[1:]) for i in range(3))
    text = one(host.answer("CLV.DATA", None, (ids, dates, amounts, *LEFT_OUT)))
    host.answer("CLV.FREQUENCY", Asked(), (text, text, "Y", None))
    host.answer("CLV.COHORT", Asked(), (text, "M", None))
    assert not asked
    host.answer("CLV.COHORT", Asked(), (LOG, "M"))
    host.answer("CLV.SOURCEINFO", Asked(), (text,))
    assert len(asked) == 2


def test_a_log_without_its_headers_is_refused_in_a_1904_document_too(host: Host) -> None:
    assert code(host.answer("CLV.COHORT", IN_1904, (LOG[1:], "M"))) == VALUE


def test_a_caller_without_a_day_zero_counts_as_any(host: Host) -> None:
    assert frequency(host, None, 45332.0) == frequency(host, object(), 45332.0) == 1.5


def test_stored_orders_are_found_again_by_their_text(host: Host) -> None:
    ids, dates, amounts = (tuple((row[i],) for row in LOG[1:]) for i in range(3))
    text = one(host.answer("CLV.DATA", IN_1899, (ids, dates, amounts, *LEFT_OUT)))
    assert text.startswith("clv:orders:")
    assert one(host.answer("CLV.AOV", IN_1899, (text, None))) == 50.0  # (50 + 70 + 30) / 3


ANY = st.one_of(
    st.none(), st.just(""), st.text(max_size=3), st.floats(), st.booleans(),
    st.lists(st.tuples(st.one_of(st.floats(), st.text(max_size=2))), min_size=1, max_size=4).map(tuple),
)  # fmt: skip


@given(st.sampled_from(sorted(CATALOGUE)), st.data())
def test_whatever_comes_rows_of_numbers_and_texts_go_back(name: str, data: st.DataObject) -> None:
    values = tuple(data.draw(ANY) for _ in CATALOGUE[name].args)
    found = Host().answer(name, IN_1904, values)
    assert found
    assert {type(cell) for row in found for cell in row} <= {float, str}
    assert len(set(map(len, found))) == 1


def test_a_result_that_is_no_number_is_an_error(host: Host) -> None:
    assert code(host.answer("CLV", None, (1e308, 1e308, 3.0, *LEFT_OUT))) == NUM
    assert not math.isnan(one(host.answer("CLV", None, (1e100, 1e100, 3.0, *LEFT_OUT))))
