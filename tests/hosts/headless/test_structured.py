"""Structured references: what each form names, after Excel's own description of them.

Source of the expected areas: "Using structured references with Excel tables", support.microsoft.com.
"""

import pytest

from clv_xl.hosts.headless.address import Area
from clv_xl.hosts.headless.structured import Table, address_of

TABLE = Table("Orders", "My data", Area(2, 2, 6, 5), ("id", "a b", "x[y]", "it's"), total_rows=1)
TABLES = {"orders": TABLE, "bare": Table("Bare", "S", Area(1, 1, 3, 1), ("v",), header_rows=0)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Orders", "'My data'!$B$3:$E$5"),
        ("orders[]", "'My data'!$B$3:$E$5"),
        ("Orders[#Data]", "'My data'!$B$3:$E$5"),
        ("Orders[#All]", "'My data'!$B$2:$E$6"),
        ("Orders[#Headers]", "'My data'!$B$2:$E$2"),
        ("Orders[#Totals]", "'My data'!$B$6:$E$6"),
        ("Orders[id]", "'My data'!$B$3:$B$5"),
        ("Orders[A B]", "'My data'!$C$3:$C$5"),
        ("Orders[[#All],[a b]]", "'My data'!$C$2:$C$6"),
        ("Orders[[#All], [id]:[x'[y']]]", "'My data'!$B$2:$D$6"),
        ("Orders[[id]:[a b]]", "'My data'!$B$3:$C$5"),
        ("Orders[[#Headers],[#Data],[id]]", "'My data'!$B$2:$B$5"),
        ("Orders[[#Data],[#Totals],[id]]", "'My data'!$B$3:$B$6"),
        ("Orders[[#This Row],[id]]", "'My data'!$B$4"),
        ("Orders[@id]", "'My data'!$B$4"),
        ("Orders[@[a b]]", "'My data'!$C$4"),
        ("Orders[@[id]:[a b]]", "'My data'!$B$4:$C$4"),
        ("Orders[@]", "'My data'!$B$4:$E$4"),
        ("[@id]", "'My data'!$B$4"),
        ("Orders[it''s]", "'My data'!$E$3:$E$5"),
        ("Orders[nothing]", "#REF!"),
        ("Bare[#Headers]", "#REF!"),
        ("Bare[#Totals]", "#REF!"),
        ("Bare", "S!$A$1:$A$3"),
        ("Nothing[a]", None),
    ],
)
def test_address(text: str, expected: str | None) -> None:
    assert address_of(text, TABLES, "My data", 4, 3) == expected


def test_this_row_outside_the_rows_of_the_table_is_an_error() -> None:
    assert address_of("Orders[@id]", TABLES, "My data", 40, 9) == "#VALUE!"
