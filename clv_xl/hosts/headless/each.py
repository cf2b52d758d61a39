"""Native functions of single values, calculated for many of them."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import formualizer as fz

from clv_xl.hosts.headless.address import Area, a1
from clv_xl.hosts.headless.lifted_names import SINGLE
from clv_xl.hosts.headless.native import CORRECTED
from clv_xl.hosts.headless.native_arrays import cell_at

_MOST: Final = 50_000  # answers remembered
_NUMBERS: Final = (float, int)


def _is_na(value: Any) -> bool:
    return type(value) is dict and value.get("kind") == "Na"


# What the type of a value answers, asked of each cell of every sheet by a workbook that checks itself.
TOLD: Final[Mapping[str, Callable[[Any], bool]]] = MappingProxyType(
    {
        "ISBLANK": lambda value: value is None,
        "ISERR": lambda value: type(value) is dict and not _is_na(value),
        "ISERROR": lambda value: type(value) is dict,
        "ISLOGICAL": lambda value: type(value) is bool,
        "ISNA": _is_na,
        "ISNONTEXT": lambda value: type(value) is not str,
        "ISNUMBER": lambda value: type(value) in _NUMBERS,
        "ISTEXT": lambda value: type(value) is str,
    }
)


class Each:
    """Calculates a native function for many single values, in an engine of its own.

    Parameters
    ----------
    uses_1904 : bool
        Whether serial number 0 is 1904-01-01.
    """

    def __init__(self, uses_1904: bool) -> None:
        self._known: dict[tuple[Any, ...], Any] = {}
        self._settings = fz.EvaluationConfig()
        self._settings.enable_parallel = False
        if uses_1904:
            self._settings.date_system = "1904"

    def function(self, name: str) -> Callable[..., Any]:
        """Return what goes through the arguments of one function cell by cell."""
        single = SINGLE[name]
        told = TOLD.get(name)

        def each(*arguments: Any) -> Any:
            if told is not None and len(arguments) == 1:
                value = arguments[0]
                return [[told(c) for c in row] for row in value] if type(value) is list else told(value)
            tables = {n: a for n, a in enumerate(arguments) if n in single and isinstance(a, list)}
            if not tables:
                return self._one(name, single, arguments)
            height = max(len(table) for table in tables.values())
            width = max(len(table[0]) for table in tables.values())
            wanted: dict[tuple[Any, ...], int] = {}
            sets: list[list[Any]] = []
            places: list[list[int]] = []
            for i in range(height):
                row = []
                for j in range(width):
                    values = [
                        cell_at(tables[n], i, j) if n in tables else a if n in single else None
                        for n, a in enumerate(arguments)
                    ]
                    key = _key(values)
                    if key not in wanted:
                        wanted[key] = len(sets)
                        sets.append(values)
                    row.append(wanted[key])
                places.append(row)
            found = self._answers(name, single, arguments, sets)
            return [[found[k] for k in row] for row in places]

        return each

    def _one(self, name: str, single: frozenset[int], arguments: Sequence[Any]) -> Any:
        """Answer one call with single values: a column of them asks for the same time and again."""
        values = [a if n in single else None for n, a in enumerate(arguments)]
        if not all(n in single for n in range(len(arguments))):
            return self._answers(name, single, arguments, [values])[0]
        key = (name, *_key(values))
        if key not in self._known:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = self._answers(name, single, arguments, [values])[0]
        return self._known[key]

    def _answers(
        self, name: str, single: frozenset[int], arguments: Sequence[Any], sets: list[list[Any]]
    ) -> list[Any]:
        book = fz.Workbook(config=fz.WorkbookConfig(eval_config=self._settings))
        book.set_temporal_egress("serial")
        for corrected in CORRECTED:
            if corrected.name == name:
                book.register_function(
                    name,
                    corrected.answer,
                    min_args=corrected.fewest,
                    max_args=corrected.most,
                    allow_override_builtin=True,
                )
        book.add_sheet("V")
        book.set_values_batch("V", 1, 1, sets)
        fixed: dict[int, str] = {}
        for n, argument in enumerate(arguments):
            if n in single:
                continue
            if argument is None:
                fixed[n] = ""
                continue
            rows = argument if isinstance(argument, list) else [[argument]]
            book.add_sheet(f"R{n}")
            book.set_values_batch(f"R{n}", 1, 1, rows)
            fixed[n] = f"R{n}!{Area(1, 1, len(rows), len(rows[0])).absolute()}"
        column = len(arguments) + 2
        for i in range(1, len(sets) + 1):
            words = [a1(i, n + 1) if n in single else fixed[n] for n in range(len(arguments))]
            book.set_formula("V", i, column, f"={name}({','.join(words)})")
        book.evaluate_all()
        return [book.get_value("V", i, column) for i in range(1, len(sets) + 1)]


def _key(values: Sequence[Any]) -> tuple[Any, ...]:
    """Return what tells some values from others: types too, and zeros by their sign."""
    return tuple((type(v), str(v) if type(v) is dict or v == 0 else v) for v in values)
