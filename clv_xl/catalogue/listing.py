"""The catalogue: all functions by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from clv_xl.catalogue import spelling
from clv_xl.catalogue.function import Function


class Catalogue(Mapping[str, Function]):
    """All functions by name; names are checked when it is made."""

    def __init__(self, families: Sequence[Sequence[Function]]) -> None:
        functions: dict[str, Function] = {}
        for function in (f for family in families for f in family):
            spelling.check_name(function.name, functions)
            wants_all = "catalogue" in function.wants
            body = partial(function.body, catalogue=self) if wants_all else function.body
            functions[function.name] = replace(function, body=body)
        self._functions = functions
        self._python = {f.python_name: f for f in functions.values()}

    def __getitem__(self, name: str) -> Function:
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def find(self, text: str) -> Function | None:
        """Return the function for any spelling of its name, with or without ``CLV.`` before it."""
        for candidate in (text, f"CLV.{text}"):
            name = spelling.canonical(candidate)
            if name in self._functions:
                return self._functions[name]
        return None

    def by_python_name(self, name: str) -> Function | None:
        """Return the function for its name in Python."""
        return self._python.get(name)

    def families(self) -> dict[str, list[Function]]:
        """Return the functions by family, in their order."""
        groups: dict[str, list[Function]] = {}
        for function in self.values():
            groups.setdefault(function.family, []).append(function)
        return groups
