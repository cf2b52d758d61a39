"""Reading formulas of constants. Values are the check values of the declarations or plain arithmetic."""

import datetime as dt
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.catalogue import spelling
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.formula import MOST_CHARACTERS, MOST_LEVELS, Call, evaluate, parse
from clv_xl.catalogue.formula_text import localised
from clv_xl.catalogue.function import Example
from clv_xl.cells import Block
from clv_xl.errors import CODES, NAME, NUM, VALUE, CellError, ClvXlError, UserError

EXAMPLES = [(f.name, e) for f in CATALOGUE.values() for e in f.examples]
numbers = st.floats(allow_nan=False, allow_infinity=False)


def first(text: str) -> object:
    return parse(f"CLV({text},3,3)").args[0]


def rows(value: object) -> list[list[object]]:
    assert isinstance(value, Block)
    return [list(row) for row in value.rows()]


@pytest.mark.parametrize("example", [e for _, e in EXAMPLES], ids=lambda e: e.formula)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_an_example_in_the_form_of_a_language_reads_the_same(example: Example, language: str) -> None:
    english, local = parse(example.formula), localised(example.formula, language)
    one = language != "en" and len(english.args) == 1
    if one and ";" not in local.split("{")[0] and "," in local and "\\" not in local:
        local = local.removesuffix(")") + ";)"  # one argument has no separator to tell the form by
        assert shape(parse(local).args[:1]) == shape(english.args)
    else:
        assert shape(parse(local).args) == shape(english.args)


def shape(args: object) -> object:
    if isinstance(args, Block):
        return rows(args)
    if isinstance(args, Call):
        return args.function.name, shape(args.args)
    return [shape(a) for a in args] if isinstance(args, tuple) else args


@pytest.mark.parametrize("name", [(f, s) for f in CATALOGUE for s in spelling.spellings(f)], ids=str)
def test_every_spelling_is_read(name: tuple[str, str]) -> None:
    assert parse(f"= {name[1].lower()} ()").function.name == name[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50", 50.0),
        ("-50", -50.0),
        ("--50", 50.0),
        ("+.5", 0.5),
        ("3.", 3.0),
        ("1.5e3", 1500.0),
        ("2E-2", 0.02),
        ("40%", 0.4),
        ("50%%", 0.005),
        ('"a ""b"", c; {d}"', 'a "b", c; {d}'),
        ('""', ""),
        ("true", True),
        ("FALSE", False),
        ("", None),
        # What Excel answers to =DATE(...), among them its 29 February 1900.
        ("DATE(2025,12,31)", 46022.0),
        ("DATE(2025,14,-3)", 46050.0),
        ("date(1900,1,1)", 1.0),
        ("DATE(1900,3,1)", 61.0),
        ("DATE(125,1,1)", 45658.0),
    ],
)
def test_constants(text: str, value: object) -> None:
    found = first(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("code", CODES)
def test_an_error_value_is_an_argument_like_any_other(code: str) -> None:
    found = first(code.lower())
    assert isinstance(found, CellError)
    assert (found.code, found.key) == (code, "input_error")


def test_arrays_have_a_comma_before_a_column_and_a_semicolon_before_a_row() -> None:
    assert rows(first("{1,2;3,4}")) == [[1.0, 2.0], [3.0, 4.0]]
    assert rows(first('{ -1 , "a;b" , TRUE , 5% }')) == [[-1.0, "a;b", True, 0.05]]
    assert rows(parse("CLV({50\\60;70\\80};3;3)").args[0]) == [[50.0, 60.0], [70.0, 80.0]]
    assert rows(parse("CLV({1,5;2,5};3;3)").args[0]) == [[1.5], [2.5]]


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("CLV(50;3;2,5)", (50.0, 3.0, 2.5)),
        ("CLV(50;3;2.5)", (50.0, 3.0, 2.5)),
        ("CLV(50; 3; ;; 45)", (50.0, 3.0, None, None, 45.0)),
        ("CLV(1,5,2,5)", (1.0, 5.0, 2.0, 5.0)),
        ('CLV("a;b",3,3)', ("a;b", 3.0, 3.0)),
    ],
)
def test_a_semicolon_at_the_top_makes_a_comma_between_digits_a_decimal_mark(text: str, args: object) -> None:
    assert parse(text).args == args


@pytest.mark.parametrize("word", ["TOSI", "PRAWDA", "ΑΛΗΘΗΣ", "EPÄTOSI", "FAŁSZ", "ΨΕΥΔΗΣ"])
def test_the_truth_values_of_localised_excel_belong_to_the_local_form(word: str) -> None:
    """The words are those that Finnish, Polish and Greek Excel show for TRUE and FALSE."""
    value = word in ("TOSI", "PRAWDA", "ΑΛΗΘΗΣ")
    for typed in (word, word.lower(), word.title(), "TRUE" if value else "FALSE"):
        assert parse(f"CLV.PAYBACK(100;30;;;{typed})").args[-1] is value
    assert rows(parse(f"CLV({{50\\{word}}};3;3)").args[0]) == [[50.0, value]]
    with pytest.raises(CellError) as caught:
        parse(f"CLV.PAYBACK(100,30,,,{word})")
    assert caught.value.key == "reference_in_call"


def test_a_flag_in_the_local_form_is_answered() -> None:
    # 100 / 30 = 3.33 periods, 4 whole ones.
    assert evaluate("CLV.PAYBACK(100;30;;;PRAWDA)") == 4.0
    assert evaluate("CLV.PAYBACK(100;30;;;EPÄTOSI)") == pytest.approx(10 / 3)


def test_a_name_without_brackets_is_answered_with_its_call_in_the_form_typed_or_of_the_language() -> None:
    for text, language, call in (
        ("CLV.PARETO", "en", "CLV.PARETO(values, [top_share=0.2])"),
        ("CLV.PARETO", "pl", "CLV.PARETO(values; [top_share=0,2])"),
        ("CLV.PARETO;", "en", "CLV.PARETO(values; [top_share=0,2])"),
    ):
        with pytest.raises(UserError) as caught:
            parse(text)
        assert call in texts.sentence(caught.value, language)


def test_calls_within_calls() -> None:
    assert evaluate("CLV(CLV(50,3,3),2,CLV(1,1,1))") == 900.0
    assert evaluate("CLV(CLV(50;3;2,5);2;1)") == 750.0


@pytest.mark.parametrize(
    "text",
    [
        "A1",
        "$A$1",
        "Sheet1!A1",
        "'My sheet'!A1",
        "A1:B2",
        "A:B",
        "1:3",
        "Orders[amount]",
        "@A1",
        "A1#",
        "price",
    ],
)
def test_a_reference_is_refused_with_a_way_on(text: str) -> None:
    with pytest.raises(CellError) as caught:
        parse(f"CLV({text},3,3)")
    assert (caught.value.code, caught.value.key) == (VALUE, "reference_in_call")
    assert caught.value.params["position"] == 5
    assert "clv-xl calc" in texts.sentence(caught.value)


@pytest.mark.parametrize(
    ("text", "key", "position"),
    [
        ("", "formula_empty", None),
        (" = ", "formula_empty", None),
        ("5", "formula_expected", 1),
        ("CLV", "formula_no_call", None),
        ("DATE(2025,1,1)", "formula_expected", 1),
        ("CLV(50", "formula_unfinished", 7),
        ("=CLV(50,", "formula_unfinished", 9),
        ("CLV(50*3,1,1)", "formula_operator", 7),
        ("CLV(50-3,1,1)", "formula_operator", 7),
        ('CLV("a', "formula_text_open", 5),
        ("CLV(50,3,3))", "formula_expected", 12),
        ("CLV(1.234,5;2;3)", "formula_expected", 10),
        ("CLV({1,2;3},1,1)", "formula_ragged", 6),
        ("CLV({},1,1)", "formula_expected", 6),
        ("CLV(1e999,1,1)", "formula_number", 5),
        ("CLV(“a”,1,1)", "formula_unexpected", 5),
        ("CLV(" * (MOST_LEVELS + 1), "formula_too_deep", 4 * MOST_LEVELS + 1),
        ("x" * (MOST_CHARACTERS + 1), "formula_too_long", None),
    ],
)
def test_what_is_no_formula_is_told_with_its_position(text: str, key: str, position: int | None) -> None:
    with pytest.raises(UserError) as caught:
        parse(text)
    assert caught.value.key == key
    assert caught.value.params.get("position") == position
    assert texts.sentence(caught.value) != key


def test_an_unknown_function_is_a_name_error() -> None:
    with pytest.raises(CellError) as caught:
        parse("CLV(SUM(1),3,3)")
    assert (caught.value.code, caught.value.params["got"]) == (NAME, "SUM")


@pytest.mark.parametrize(
    ("date", "code"), [("DATE(2025,1)", VALUE), ("DATE(9999,12,32)", NUM), ("DATE(1e9,1,1)", VALUE)]
)
def test_what_is_no_date_is_told(date: str, code: str) -> None:
    with pytest.raises(CellError) as caught:
        parse(f"CLV({date},1,1)")
    assert caught.value.code == code


@given(numbers)
def test_a_number_reads_back_as_it_was_written(number: float) -> None:
    assert first(repr(number)) == number
    local = parse(f"CLV({repr(number).replace('.', ',')};3;3)").args[0]
    assert local == number


@given(st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)))
def test_dates_count_days_from_1899_12_30(date: dt.date) -> None:
    assert first(f"DATE({date.year},{date.month},{date.day})") == (date - dt.date(1899, 12, 30)).days


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_reads_back_as_it_was_written(text: str) -> None:
    assert first('"' + text.replace('"', '""') + '"') == text


pieces = st.sampled_from(
    [
        *"(){},;\\%+-\"'! =²٣\x00\ud800",
        *("CLV", "CLV.AOV", "DATE", "#N/A", "A1", "1", "2.5", "1e", "e5", "TRUE", "_xll."),
    ]
)


@given(
    st.one_of(st.text(), st.lists(pieces).map("".join), st.lists(pieces).map(lambda p: "".join(["CLV(", *p])))
)
@example("CLV(٣,1,1)")
@example("CLV(1²,1,1)")
def test_any_text_is_answered_or_refused_with_a_sentence(text: str) -> None:
    result = answered(text)
    if isinstance(result, ClvXlError):
        assert result.key != "internal"
        assert texts.sentence(result) not in ("", result.key)
    else:
        assert not isinstance(result, float) or math.isfinite(result)


def answered(text: str) -> object:
    try:
        return evaluate(text)
    except ClvXlError as error:
        return error
