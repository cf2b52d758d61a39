"""What formulas alike read, found out for one of them: as each says for itself."""

from pathlib import Path

import pytest
import xlsxwriter

from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.book import Book
from clv_xl.hosts.headless.calc import Run
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.hosts.headless.moving import Groups
from clv_xl.hosts.headless.order import Order
from clv_xl.hosts.headless.package import Package
from clv_xl.hosts.headless.references import References
from tests.hosts.headless.books import Fake, formulas, make

ROWS = range(5, 45)
FORMULAS = (
    "=B{0}+$C{0}*$D$3",
    "=SUM(B$20:B{0})",  # above and below row 20
    "=SUM($B$2:C{0})+Other!A{0}",
    "=IF(B{0}=C{0},SUM(B:C),many+one)",
    "=SUM(T[[#This Row],[a]],T[a],$B{0})",
    "=SUM(OFFSET(B{0},1,0))+RAND()",
    "=LOG10(B{0})&\"B{0}\"&'Other'!$B${0}",
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet("S")
        made.add_worksheet("Other")
        made.define_name("one", "=Other!$C$3")
        made.define_name("many", "=Other!$C$3:$D$9")
        sheet.add_table(3, 25, 44, 25, {"name": "T", "columns": [{"header": "a"}]})
        for row in ROWS:
            for column, formula in enumerate(FORMULAS, 5):
                sheet.write_formula(row - 1, column, formula.format(row))

    path = make(tmp_path_factory.mktemp("moving") / "b.xlsx", fill)
    with Package(path) as package:
        return Book(package, frozenset(CatalogueFunctions(Context()).names()))


def test_areas_move_as_the_text_does(book: Book) -> None:
    references, known = References(book), 0
    groups = Groups(references)
    for formula in book.formulas():
        reads = groups.reads(formula)
        if reads is not None:
            known += 1
            assert reads.at(formula.place) == references.of(formula.given, "S"), formula.given
    assert known >= (len(FORMULAS) - 1) * (len(ROWS) - 1)  # all but the first of a column, and texts


def test_the_areas_of_a_group_hold_those_of_each(book: Book) -> None:
    references = References(book)
    found = {id(group.pattern): group.areas() for group in Groups(references).of(book.formulas())}
    assert len(found) >= len(FORMULAS) - 1
    for formula in book.formulas():
        for sheet, area in references.of(formula.given, "S").areas if id(formula.pattern) in found else ():
            corners = ((area.top, area.left), (area.bottom, area.right))
            assert any(
                sheet == where and all(corner in whole for corner in corners)
                for where, whole in found[id(formula.pattern)]
            )


def test_a_formula_given_another_text_leaves_its_pattern(book: Book) -> None:
    formula = next(f for f in book.formulas() if f.pattern is not None)
    formula.give(formula.given)
    assert formula.pattern is not None
    formula.give("1+1")
    assert formula.pattern is None


def test_a_result_of_one_cell_is_no_spill(tmp_path: Path) -> None:
    """IF of a name hands over an array of one cell, which the engine takes for a spill."""

    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet("S")
        made.define_name("flag", "=S!$A$1")
        sheet.write("A1", True)
        sheet.write_formula("B1", '=IF(flag,CLV(A2,3,2),"none")')
        sheet.write("A2", 7)
        sheet.write_formula("B3", "=CLV.TABLE(2)")

    path = make(tmp_path / "b.xlsx", fill)
    with Package(path) as package:
        calculation = Run(package, Fake(), None)
        calculation.read((), ())
        calculation.load()
        calculation.evaluate()
    assert calculation.engine.value("S", 1, 2) == 42  # 7 x 3 x 2
    assert [note.cell for note in calculation.report.notes] == ["B3"]


def test_values_come_by_the_sheet_as_they_come_one_by_one(tmp_path: Path) -> None:
    cells = {f"B{row}": f"=A{row}/A1" for row in range(1, 40)} | {"XFD1048576": "=1+1", "D3": '="x"&A2'}
    with Package(formulas(tmp_path / "b.xlsx", cells, {"A1": 2, "A2": "t", "A3": True})) as package:
        calculation = Run(package, Fake(), None)
        calculation.read((), ())
        calculation.load()
        calculation.evaluate()
    places = {f.place for f in calculation.book.formulas()}
    engine = calculation.engine
    wanted = {place: str(engine.value("S", *place)) for place in places}
    near = places - {(1_048_576, 16_384)}
    for some in (places, near):
        found = engine.values("S", some)
        assert {place: str(engine.cell(found[place])) for place in some} == {p: wanted[p] for p in some}
    assert {"0.0", "1.0", "xt"} < set(wanted.values())


def test_readers_of_a_large_result_are_told_before_the_first_calculation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet("S")
        sheet.write_dynamic_array_formula("C1:E4001", "=CLV.TABLE(4000)")
        sheet.write_formula("A1", "=D4001+D2")

    told: list[int] = []
    monkeypatch.setattr(Order, "_calculate", lambda _, formulas: told.append(len(list(formulas))))
    with Package(make(tmp_path / "b.xlsx", fill)) as package:
        calculation = Run(package, Fake(), None)
        calculation.read((), ())
        calculation.load()
        calculation.evaluate()
    assert calculation.engine.value("S", 1, 1) == 40_010  # 10 x 4000 + 10 x 1
    assert told == []
