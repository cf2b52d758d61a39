"""CLV.ALLOCATE: the table, its notes, the ranges it reads, and the sentence of every error."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.catalogue.what_if.channel_ranges import BEST, CHANNEL_FIELDS, HISTORY_FIELDS, words_of
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.metrics.response import RESPONSES

FUNCTION = CATALOGUE["CLV.ALLOCATE"]
HEADER = ("channel", "response", "scale", "half", "exponent", "value_per_customer", "min_spend", "max_spend")
SEARCH = ("search", "hill", 400.0, 4000.0, None, 180.0, None, None)
EMAIL = ("email", "hill", 100.0, 1000.0, None, 180.0, None, None)
SPENDS = (1000.0, 3000.0, 4000.0, 12000.0)
HISTORY: list[list[Any]] = [
    ["channel", "spend", "customers"],
    *(["search", s, 400 * s / (4000 + s)] for s in SPENDS),
    *(["Email ", s, 100 * s / (1000 + s)] for s in SPENDS),
]


def answer(
    budget: Cell, channels: Any, history: Any = None, headers: float = 2.0, language: str = "en"
) -> Any:
    """Return what the function spills, or the error of its cell."""
    ranges = [Block.from_rows(r) if isinstance(r, list) else r for r in (channels, history)]
    return run(FUNCTION, [budget, ranges[0], headers, ranges[1]], Context(language=language))


def table(*args: Any, **kwargs: Any) -> dict[Any, list[Cell]]:
    """Return the columns by their stable name, the total last."""
    found = answer(*args, **kwargs)
    assert isinstance(found, Block), texts.sentence(found)
    return {column.cell(0): list(column)[1:] for column in found.columns}


def refused(*args: Any, **kwargs: Any) -> tuple[str, str]:
    """Return the code and the sentence of an error."""
    found = answer(*args, **kwargs)
    assert isinstance(found, CellError), found
    return found.code, texts.sentence(found)


def test_the_worked_example() -> None:
    """Source: by hand; at 8000 and 2000 both slopes, 180 x 400 x 4000 / 12000^2 and so on, are 2."""
    found = table(10000.0, [HEADER, SEARCH, EMAIL])
    assert found["channel"] == ["search", "email", "total"]
    assert found["spend"] == pytest.approx([8000.0, 2000.0, 10000.0])
    assert found["customers"] == pytest.approx([800 / 3, 200 / 3, 1000 / 3])
    assert found["cac"] == pytest.approx([30.0, 30.0, 30.0])
    assert found["marginal_cac"] == [pytest.approx(90.0), pytest.approx(90.0), None]
    assert found["value_won"] == pytest.approx([48000.0, 12000.0, 60000.0])
    assert found["marginal_value"] == pytest.approx([2.0, 2.0, 2.0])
    assert found["roi"] == pytest.approx([5.0, 5.0, 5.0])
    assert found["flag"] == [None, None, None]


def test_what_is_spent_now_shows_the_gain_of_the_new_split() -> None:
    """Source: by hand; at 5000 each 400 x 5/9 and 100 x 5/6 customers of 180."""
    rows = [(*HEADER, "spend_now"), (*SEARCH, 5000.0), (*EMAIL, 5000.0)]
    found = table(10000.0, rows)
    assert found["spend_change"] == pytest.approx([3000.0, -3000.0, 0.0], abs=1e-9)
    assert found["value_now"] == pytest.approx([40000.0, 15000.0, 55000.0])
    assert found["value_change"] == pytest.approx([8000.0, -3000.0, 5000.0])
    assert "spend_now" not in table(10000.0, [(*HEADER, "spend_now"), (*SEARCH, None), (*EMAIL, None)])
    assert table(10000.0, [*rows[:2], (*EMAIL, None)])["spend_now"] == [5000.0, 0.0, 5000.0]


def test_bounds_that_bind_are_flagged() -> None:
    rows = [
        HEADER,
        (*SEARCH[:6], None, 6000.0),
        (*EMAIL[:6], 3000.0, None),
        ("tv", *EMAIL[1:6], 500.0, 500.0),
    ]
    found = table(9500.0, rows)
    assert found["spend"] == [6000.0, 3000.0, 500.0, 9500.0]
    assert found["flag"] == ["at_maximum", "at_minimum", "fixed", None]
    words = [answer(9500.0, rows, headers=1.0, language="fi").columns[-1].cell(i) for i in range(1, 4)]
    assert words == ["Ylärajalla", "Alarajalla", "Rajojen kiinnittämä"]


def test_what_maxima_leave_over_is_told() -> None:
    rows = [HEADER, (*SEARCH[:6], None, 600.0), (*EMAIL[:6], None, 100.0)]
    found = table(1000.0, rows)
    assert found["spend"] == [600.0, 100.0, 700.0]
    assert found["marginal_value"][-1] == 0
    note = "300 of the budget is left over: no channel whose customers have a value can take more."
    assert found["flag"] == ["at_maximum", "at_maximum", note]


def test_money_that_does_not_come_back_is_told_with_the_budget_from_which_it_does_not() -> None:
    """Source: by hand; both slopes are 1 where (half + s)^2 = 180 x scale x half."""
    paying = (180 * 400 * 4000) ** 0.5 - 4000 + (180 * 100 * 1000) ** 0.5 - 1000
    assert table(paying - 1, [HEADER, SEARCH, EMAIL])["flag"][-1] is None
    found = table(paying + 1000, [HEADER, SEARCH, EMAIL])
    assert found["marginal_value"][-1] < 1  # type: ignore[operator]
    assert found["flag"][-1] == (
        "The last unit of money spent does not earn itself back;"
        f" that holds from a budget of {round(paying, 2)} on."
    )
    capped = [HEADER, (*SEARCH[:6], None, 40000.0), (*EMAIL[:6], None, 100.0)]
    both = str(table(1e6, capped)["flag"][-1])
    assert both.startswith("959900 of the budget is left over")
    assert f"a budget of {round((180 * 400 * 4000) ** 0.5 - 4000 + 100, 2)} on." in both


def test_a_minimum_beyond_what_pays_is_the_planners_own() -> None:
    assert table(50000.0, [HEADER, (*SEARCH[:6], 50000.0, None)])["flag"] == ["at_minimum", None]


def test_no_money_shows_blanks_where_there_is_nothing_to_divide_by() -> None:
    found = table(0.0, [HEADER, SEARCH, ("tv", "power", 2.0, None, 0.5, 180.0, None, None)])
    assert found["spend"] == [0, 0, 0]
    assert found["cac"] == found["roi"] == [None, None, None]
    assert found["marginal_value"] == [pytest.approx(18.0), None, None], "a power begins with infinite slope"
    assert found["flag"][:2] == ["at_minimum", "at_minimum"]


def test_responses_are_fitted_to_a_history() -> None:
    """The history is the worked example without noise, so the split is its split."""
    found = table(10000.0, [["channel", "value"], ["search", 180.0], ["email", 180.0]], HISTORY)
    assert found["spend"] == pytest.approx([8000.0, 2000.0, 10000.0], rel=1e-9)
    assert found["response"] == ["hill", "hill", None]
    assert found["scale"][:2] == pytest.approx([400.0, 100.0], rel=1e-9)
    assert found["half"][:2] == pytest.approx([4000.0, 1000.0], rel=1e-9)
    assert found["exponent"] == [1.0, 1.0, None]
    assert found["r_squared"][:2] == pytest.approx([1.0, 1.0])
    assert found["points"] == [4.0, 4.0, None]


def test_a_channel_with_parameters_needs_no_history() -> None:
    rows = [HEADER, SEARCH, ("email", "best", None, None, None, 180.0, None, None)]
    found = table(10000.0, rows, HISTORY)
    assert found["spend"] == pytest.approx([8000.0, 2000.0, 10000.0], rel=1e-9)
    assert found["response"] == ["hill", "hill", None]
    assert found["points"] == [None, 4.0, None]


def test_what_was_fitted_can_be_given_as_parameters() -> None:
    """The headers of the table that is spilled are headers of the range that is read."""
    found = table(10000.0, [["channel", "value"], ["search", 180.0], ["email", 180.0]], HISTORY)
    kept = ("channel", "response", "scale", "half", "exponent", "spend")
    for language in texts.LANGUAGES:
        words = [texts.word("max_spend" if key == "spend" else key, language) for key in kept]
        words.append(texts.word("value_per_customer", language))
        again = [words, *([*(found[key][i] for key in kept), 180.0] for i in range(2))]
        assert table(1e6, again)["spend"][:2] == pytest.approx([8000.0, 2000.0])


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_headers_and_responses_are_read_in_every_language(language: str) -> None:
    known = words_of("column", CHANNEL_FIELDS)
    head = []
    for field in HEADER:
        others = texts.word(f"also.column.{field}", language).split("|")
        head.append(others[-1])
        assert {known[word] for word in map(_folded, others)} == {field}
    kind = texts.word("also.response.hill", language).split("|")[-1]
    found = table(10000.0, [head, ("search", kind, *SEARCH[2:]), EMAIL])
    assert found["spend"] == pytest.approx([8000.0, 2000.0, 10000.0])


def _folded(word: str) -> str:
    from clv_xl.orders.headers import fold

    return fold(word)


@pytest.mark.parametrize(
    ("group", "members"),
    [("column", CHANNEL_FIELDS), ("column", HISTORY_FIELDS), ("response", (*RESPONSES, BEST))],
)
def test_no_word_means_two_things(group: str, members: tuple[str, ...]) -> None:
    meanings: dict[str, set[str]] = {}
    for member in members:
        for language in texts.LANGUAGES:
            for word in texts.word(f"also.{group}.{member}", language).split("|"):
                meanings.setdefault(_folded(word), set()).add(member)
    assert {word: found for word, found in meanings.items() if len(found) > 1} == {}


def test_without_a_header_row_the_columns_stand_in_order() -> None:
    found = table(10000.0, [(*SEARCH, 5000.0), (*EMAIL, 5000.0)])
    assert found["spend"] == pytest.approx([8000.0, 2000.0, 10000.0])
    assert found["value_change"][-1] == pytest.approx(5000.0)
    bare = [["search", "email"], [180.0, 180.0]]
    history = HISTORY[1:]
    assert table(10000.0, [["channel", "clv"], *zip(*bare, strict=True)], history)["points"][:2] == [4.0, 4.0]


def test_blank_rows_notes_and_whole_columns_are_passed_over() -> None:
    rows = [(*HEADER, "Notes"), (*SEARCH, "spring"), (None,) * 9, (*EMAIL, None), *[(None,) * 9] * 100_000]
    assert table(10000.0, rows)["spend"] == pytest.approx([8000.0, 2000.0, 10000.0])


def test_a_month_beside_the_history_is_passed_over_once_every_column_is_known() -> None:
    bare = [["channel", "clv"], ["search", 180.0], ["email", 180.0]]
    dated: list[list[Cell]] = [["Month", *HISTORY[0]]]
    dated += [[45_000.0 + i, *row] for i, row in enumerate(HISTORY[1:])]
    assert table(10000.0, bare, dated)["spend"] == table(10000.0, bare, HISTORY)["spend"]


STEEP = ("a", "hill", 1e100, 1e-100, None, 1e100, None, None)


@pytest.mark.parametrize("budget", [1e-300, 1e300])
def test_budgets_at_the_ends_of_the_floats_are_split(budget: float) -> None:
    found = table(budget, [HEADER, STEEP, EMAIL])
    assert found["spend"][-1] == budget


def test_a_budget_that_cannot_be_doubled_is_too_large() -> None:
    assert refused(1e308, [HEADER, STEEP, EMAIL])[0] == "#NUM!"


BAD = ("x", "hill", 1.0, 1.0, None, 1.0, None, None)
CHOICES = 'one of "hill", "log", "power", "best"'


def changed(field: str, cell: Cell, row: tuple[Cell, ...] = BAD) -> list[tuple[Cell, ...]]:
    """Return a range whose third row has one cell changed."""
    return [
        HEADER,
        SEARCH,
        tuple(cell if name == field else old for name, old in zip(HEADER, row, strict=True)),
    ]


LOG_ROW, POWER_ROW = (
    ("x", "log", 1.0, 1.0, None, 1.0, None, None),
    ("x", "power", 1.0, None, 0.5, 1.0, None, None),
)


@pytest.mark.parametrize(
    ("channels", "code", "sentence"),
    [
        (
            changed("response", "hil"),
            "#VALUE!",
            f'channels[response] (row 3) must be {CHOICES}; it is "hil".',
        ),
        (changed("response", "hil"), "#VALUE!", "Did you mean hill?"),
        (changed("response", "logaritmnen"), "#VALUE!", "Did you mean log?"),
        (changed("response", 7.0), "#VALUE!", f"channels[response] (row 3) must be {CHOICES}; it is 7."),
        (changed("scale", -1.0), "#NUM!", "channels[scale] (row 3) must be a number above 0; it is -1."),
        (changed("half", 0.0), "#NUM!", "channels[half] (row 3) must be a number above 0; it is 0."),
        (changed("half", None), "#VALUE!", "channels[half] (row 3) is blank; it must be a number above 0."),
        (changed("scale", "12"), "#VALUE!", "It is a text that looks like a number"),
        (
            changed("exponent", 1.5),
            "#NUM!",
            "channels[exponent] (row 3) is 1.5; above 1 the curve is S-shaped",
        ),
        (
            changed("exponent", 1.0, POWER_ROW),
            "#NUM!",
            "channels[exponent] (row 3) is 1; the exponent of a power",
        ),
        (changed("exponent", None, POWER_ROW), "#VALUE!", "channels[exponent] (row 3) is blank"),
        (changed("half", 2.0, POWER_ROW), "#VALUE!", "which the response power does not use"),
        (changed("exponent", 0.5, LOG_ROW), "#VALUE!", "which the response log does not use"),
        (
            changed("value_per_customer", -1.0),
            "#NUM!",
            "channels[value_per_customer] (row 3) must be a number of",
        ),
        (changed("value_per_customer", None), "#VALUE!", "channels[value_per_customer] (row 3) is blank"),
        (
            changed("min_spend", -1.0),
            "#NUM!",
            "channels[min_spend] (row 3) must be a number of at least 0; it is -1.",
        ),
        (
            changed("channel", " SEARCH"),
            "#VALUE!",
            'channels (row 3) names "SEARCH" twice; keep one row for it.',
        ),
        (changed("channel", None), "#VALUE!", "channels[channel] (row 3) is blank; it must be a text."),
        (changed("channel", True), "#VALUE!", "channels[channel] (row 3) must be a text; it is TRUE."),
        (
            changed("scale", CellError("#DIV/0!", "input_error")),
            "#DIV/0!",
            "channels[scale] (row 3) holds #DIV/0!",
        ),
        (
            changed("channel", CellError("#N/A", "input_error")),
            "#N/A",
            "channels[channel] (row 3) holds #N/A",
        ),
        (
            changed("response", CellError("#N/A", "input_error")),
            "#N/A",
            "channels[response] (row 3) holds #N/A",
        ),
        (changed("response", "best"), "#VALUE!", "channels[response] (row 3) is best: the closest response"),
        (
            [HEADER, SEARCH, (*BAD[:6], 9.0, 8.0)],
            "#NUM!",
            "channels[min_spend] (row 3) is 9, above the maximum 8 of its channel.",
        ),
        (
            [HEADER, (*SEARCH[:6], 9000.0, None), (*EMAIL[:6], 1500.0, None)],
            "#NUM!",
            "the minima of channels sum to 10500, above the budget 10000.",
        ),
        ([HEADER], "#N/A", "channels holds no rows"),
        ([(None,) * 8, (None,) * 8], "#VALUE!", "channels has no header row that is known"),
        (None, "#VALUE!", "channels is blank; it must be a row for each channel"),
        (CellError("#REF!", "input_error"), "#REF!", "channels holds #REF!"),
        ([SEARCH[:5]], "#VALUE!", "channels has no column for the value_per_customer"),
        ([SEARCH[:1]], "#VALUE!", "and its columns are not channel, response, scale"),
        (
            [[*HEADER, *HEADER[2:4]], [*SEARCH, 1.0, 1.0]],
            "#VALUE!",
            "2 columns for the scale are headed scale",
        ),
        (
            [["channel", "maxspend limit", "clv"], ["a", 5.0, 1.0]],
            "#VALUE!",
            'it is "maxspend limit". Did you mean max_spend?',
        ),
        ([["channel", "respons", "clv"], ["a", "x", 1.0]], "#VALUE!", "Did you mean response?"),
        ([["channel", "kind", "clv"], ["a", "power", 1.0]], "#VALUE!", 'it is "kind".'),
        (
            [["channel", None, "clv"], ["a", 5.0, 1.0]],
            "#VALUE!",
            "channels (row 1) is blank; it must be one of",
        ),
    ],
)
def test_a_range_that_cannot_be_read_says_where_and_why(channels: Any, code: str, sentence: str) -> None:
    found, words = refused(10000.0, channels)
    assert found == code
    assert sentence in words
    assert words.startswith("CLV.ALLOCATE: ")


TO_FIT = [["channel", "value"], ["a", 180.0]]


@pytest.mark.parametrize(
    ("history", "code", "sentence"),
    [
        (
            [["a", 1.0, 2.0], ["a", 2.0, 3.0]],
            "#N/A",
            "fewer than 3 different spends above 0 of the channel a",
        ),
        ([["a", 1.0, 5.0], ["a", 2.0, 4.0], ["a", 3.0, 3.0]], "#N/A", "do not rise with its spend"),
        ([["a", 1.0, 2.0], ["a", 2.0, 4.0], ["a", 3.0, 6.0]], "#N/A", "rise in step with its spend"),
        ([["b", 1.0, 2.0]], "#N/A", "history has no row of the channel a."),
        ([["a", -1.0, 2.0]], "#NUM!", "history[spend] (row 1) must be a number of at least 0; it is -1."),
        (
            [["channel", "spend", "customers"], ["a", 1.0, None]],
            "#VALUE!",
            "history[customers] (row 2) is blank",
        ),
        (
            [["channel", "spend", "x"], ["a", 1.0, 2.0]],
            "#VALUE!",
            "history (row 1) must be one of channel, spend",
        ),
        ([["channel", "spend"], ["a", 1.0]], "#VALUE!", "history has no column for the customers"),
        ([["a", 1.0]], "#VALUE!", "its columns are not channel, spend, customers in that order"),
        ([["channel", "spend", "customers"]], "#N/A", "history holds no rows"),
    ],
)
def test_a_history_that_cannot_be_fitted_says_why(history: Any, code: str, sentence: str) -> None:
    found, words = refused(10000.0, TO_FIT, history)
    assert found == code
    assert sentence in words


def test_the_budget_is_one_number_of_at_least_zero() -> None:
    assert refused(-1.0, [HEADER, SEARCH])[0] == "#NUM!"
    assert refused("10", [HEADER, SEARCH])[0] == "#VALUE!"
    assert refused(None, [HEADER, SEARCH])[0] == "#VALUE!"


@given(st.floats(0, 1e6), st.integers(0, 10**6))
def test_the_table_adds_up(budget: float, seed: int) -> None:
    """Sums, quotients and the change to what is spent now, from the cells alone."""
    random = np.random.default_rng(seed)
    rows = [
        (
            f"c{i}",
            "log",
            *random.uniform(1, 5000, 2),
            None,
            random.uniform(0, 300),
            None,
            None,
            random.uniform(0, 99),
        )
        for i in range(int(random.integers(1, 6)))
    ]
    found = table(budget, [(*HEADER, "spend_now"), *rows])
    for key in ("spend", "spend_now", "spend_change", "customers", "value_won", "value_now", "value_change"):
        cells = np.array(found[key], dtype=float)
        assert cells[:-1].sum() == pytest.approx(cells[-1], rel=1e-12, abs=1e-9)
    spend, won, value = (np.array(found[k], dtype=float) for k in ("spend", "customers", "value_won"))
    used = (spend > 0) & (won > 0)
    shown = np.array([np.nan if c is None else c for c in found["cac"]], dtype=float)
    assert shown[used] == pytest.approx((spend[used] / won[used]).tolist(), rel=1e-12)
    returns = np.array([np.nan if c is None else c for c in found["roi"]], dtype=float)
    assert returns[used] == pytest.approx((value[used] / spend[used] - 1).tolist(), rel=1e-12, abs=1e-12)
