"""Customer lifetime value in spreadsheet cells: one catalogue of functions for every host.

In Python each worksheet function has its name without ``CLV.``, in lower case: ``clv_xl.clv``,
``clv_xl.payback``, ``clv_xl.segment``. It takes single values, lists, numpy arrays and pandas
objects, and raises `FormulaError` where a cell would show an error. ``dir(clv_xl)`` lists them,
``help(clv_xl.clv)`` explains one. A function is made when it is first asked for.
"""

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    value: object
    if name == "__all__":
        from clv_xl.catalogue.all import CATALOGUE
        from clv_xl.catalogue.stub import public_names

        value = public_names(CATALOGUE)
    elif name == "FormulaError":
        from clv_xl.errors import FormulaError

        value = FormulaError
    else:
        value = _function(name)
    globals()[name] = value
    return value


def _function(name: str) -> object:
    from importlib.util import find_spec

    # While the catalogue is being imported, the import system asks for its rooms by this way.
    if not name.startswith("_") and find_spec(f"{__name__}.{name}") is None:
        from clv_xl.catalogue.all import CATALOGUE

        function = CATALOGUE.by_python_name(name)
        if function is not None:
            from clv_xl.catalogue.api import build

            return build(function)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    from clv_xl.catalogue.all import CATALOGUE
    from clv_xl.catalogue.stub import public_names

    return sorted({*globals(), *public_names(CATALOGUE)})
