"""The yellow blocks of the planning sheets, worded in the language of the workbook."""

import re
from collections.abc import Mapping

from clv_xl.cells import Cell
from clv_xl.workbook import assumptions as a
from clv_xl.workbook import planning as p
from clv_xl.workbook.book import Book
from clv_xl.workbook.inputs import Inputs, by_column, by_row

_PARENTHESES = re.compile(r"\s*\([^)]*\)")


def driver_word(book: Book, driver: str) -> str:
    """Return the short name of a driver: the term of the field without what stands in parentheses."""
    return _PARENTHESES.sub("", book.word(driver))


def blocks(book: Book) -> Mapping[str, Inputs]:
    """Return every block by its key."""
    found = (_scenarios(book), *_ranges(), _levers(book), *_plan(book), _channels(book))
    return {inputs.key: inputs for inputs in found}


def _scenarios(book: Book) -> Inputs:
    head: list[Cell] = [book.word("driver"), *(book.word(case) for case in p.CASES)]
    rows: list[list[Cell]] = [[driver_word(book, driver), *values] for driver, values in p.SCENARIOS.items()]
    formats = ["text", *(p.NUMBERS[driver] for driver in p.SCENARIOS)]
    return by_row("scenarios", "in_scenarios", [head, *rows], formats, labelled=True)


def _ranges() -> tuple[Inputs, ...]:
    """Return single rows and cells of numbers."""
    spreads = [spread for _, *spread in p.DISTRIBUTIONS.values()]
    return (
        by_column("spreads", "", spreads, ("percent", "percent"), gaps=True),
        by_row("lifespans", "in_lifespans", [p.LIFESPANS], ["decimal"]),
        by_row("margins", "in_margins", [p.MARGINS], ["percent"]),
        by_row("change", "in_change", [[p.CHANGE]], ["percent"]),
        by_row("target", "in_target", [[p.TARGET]], ["money"]),
        by_row("trials", "in_trials", [[p.TRIALS]], ["int"]),
        by_row("seed", "in_seed", [[p.SEED]], ["int"]),
        by_row("target_ratio", "", [[a.TARGET_RATIO]], ["multiple"]),  # stands on the summary
        by_row("budget", "in_budget", [[p.BUDGET]], ["money_whole"]),
    )


def _levers(book: Book) -> Inputs:
    head: list[Cell] = [book.word(key) for key in ("lever", "demo.lever_uplift", "cost", "customers")]
    rows: list[list[Cell]] = [[book.word(f"lever.{name}"), *values] for name, values in p.LEVERS.items()]
    return by_column("levers", "", [head, *rows], ("text", "percent", "money_whole", "int"), headed=True)


def _plan(book: Book) -> tuple[Inputs, ...]:
    planned: list[list[Cell]] = [[driver_word(book, driver), value] for driver, value in p.PLAN.items()]
    years: list[list[Cell]] = [
        [float(i), *pair] for i, pair in enumerate(zip(p.NEW_CUSTOMERS, p.KEPT, strict=True), 1)
    ]
    return (
        by_row("plan", "in_plan", planned, [p.NUMBERS[driver] for driver in p.PLAN], labelled=True),
        by_column("years", "", years, ("int", "int", "percent"), labelled=True),
    )


def _channels(book: Book) -> Inputs:
    fields = (
        "channel",
        "scale",
        "half",
        "value_per_customer",
        "min_spend",
        "max_spend",
        "spend_now",
    )
    head: list[Cell] = [book.word(field) for field in fields]
    rows: list[list[Cell]] = [
        [book.word(f"demo.channel_{name}"), *values] for name, values in p.CHANNELS.items()
    ]
    numbers = ("text", "int", "money_whole", "money", "money_whole", "money_whole", "money_whole")
    return by_column("channels", "in_channels", [head, *rows], numbers, headed=True)


def distribution_word(book: Book, name: str) -> str:
    """Return the name of a distribution, the first of those that mean it."""
    return book.word(f"distribution.{name}").split("|")[0]


def parameters(name: str, base: str, below: str, above: str) -> list[str]:
    """Return the three parameters of a distribution as formulas of cells, empty ones last.

    Examples
    --------
    >>> parameters("pert", "B1", "F1", "G1"), parameters("normal", "B1", "F1", "G1")
    (['B1*(1-F1)', 'B1', 'B1*(1+G1)'], ['B1', 'B1*F1'])
    """
    if name == "fixed":
        return [base]
    if name in {"normal", "lognormal"}:
        return [base, f"{base}*{below}"]
    return [f"{base}*(1-{below})", base, f"{base}*(1+{above})"]


def distribution_rows(book: Book, base: Mapping[str, float]) -> list[list[Cell]]:
    """Return the distributions as CLV.SIMULATE takes them, for a base."""
    rows: list[list[Cell]] = []
    for driver, (name, below, above) in p.DISTRIBUTIONS.items():
        value, down, up = base[driver], below or 0.0, above or 0.0
        found = {
            "fixed": [value, None, None],
            "normal": [value, value * down, None],
            "lognormal": [value, value * down, None],
        }
        three: list[Cell] = [value * (1 - down), value, value * (1 + up)]
        rows.append([driver_word(book, driver), distribution_word(book, name), *found.get(name, three)])
    return rows
