"""The built templates of a folder: every language and every build that is versioned.

``python -m clv_xl.cli.template_files FOLDER`` writes them; a test rebuilds them and compares.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from clv_xl.errors import UserError
from clv_xl.texts import LANGUAGES
from clv_xl.workbook.template.kit import Build

if TYPE_CHECKING:
    from clv_xl.hosts.headless.engine import Functions
    from clv_xl.hosts.headless.report import Report
    from clv_xl.hosts.headless.twin import Values

# The workbook of the classic xlwings add-in is made on the user's machine: xlwings binds its own version.
SHIPPED: Final[tuple[Build, ...]] = ("native", "addin", "calc")
RESPELLED: Final[Mapping[Build, Build]] = MappingProxyType({"calc": "addin"})
CALCULATED: Final[tuple[Build, ...]] = ("addin", "native")  # the longer first
ENGLISH: Final = "en"


def file_name(build: Build, language: str) -> str:
    """Return the name of a built template.

    Examples
    --------
    >>> file_name("native", "fi")
    'clv-template-native-fi.xlsx'
    """
    return f"clv-template-{build}-{language}.xlsx"


def build_whole(folder: Path, build: Build) -> "list[Values]":
    """Write one template in English and calculate all of it; return what it shows.

    Raises
    ------
    UserError
        When a cell shows an error or could not be calculated.
    """
    from clv_xl.hosts.headless.calc import calculate
    from clv_xl.hosts.headless.twin import shown

    path = folder / file_name(build, ENGLISH)
    with _written(build, ENGLISH) as written:
        _refuse_errors(path, calculate(written, path, _functions(ENGLISH)))
    return shown(path)


def build_relabelled(folder: Path, build: Build, language: str, known: "list[Values]") -> "list[Values]":
    """Write one template in another language, with the numbers of the English one; return what it shows.

    Raises
    ------
    UserError
        When a cell shows an error or could not be calculated.
    NoTwinError
        When its formulas do not stand where those of the English one do.
    """
    from clv_xl.hosts.headless.relabel import relabelled

    path = folder / file_name(build, language)
    with _written(build, language) as written:
        report, values = relabelled(written, path, _functions(language), known)
        _refuse_errors(path, report)
    return values


def build_respelled(folder: Path, build: Build, language: str, known: "list[Values]") -> None:
    """Write one template with what another build shows that only spells its functions in another way.

    Raises
    ------
    NoTwinError
        When its formulas do not stand where those of the other one do.
    """
    from clv_xl.hosts.headless.relabel import carried

    with _written(build, language) as written:
        carried(written, folder / file_name(build, language), known)


def build_language(
    folder: Path, build: Build, language: str, known: "list[Values]", respelled: Sequence[Build] = ()
) -> None:
    """Write a build and those that only spell its functions in another way, in one language.

    In English `known` is what the build shows already.
    """
    if language != ENGLISH:
        known = build_relabelled(folder, build, language, known)
    for other in respelled:
        build_respelled(folder, other, language, known)


def build_all(folder: Path, workers: int | None = None) -> list[Path]:
    """Write every template that is versioned, side by side in `workers` processes.

    Each number is calculated once, in English: whoever changes a workbook gets it calculated whole, but
    these are all of one description.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Started afresh: a fork of a process with threads may stand still.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        english = {pool.submit(build_whole, folder, build): build for build in CALCULATED}
        others = []
        for done in as_completed(english):
            build = english[done]
            more = [other for other, source in RESPELLED.items() if source == build]
            left = [language for language in LANGUAGES if more or language != ENGLISH]
            others += [pool.submit(build_language, folder, build, x, done.result(), more) for x in left]
        for other in others:
            other.result()
    finally:
        pool.shutdown(cancel_futures=True)
    return [folder / file_name(build, language) for build in SHIPPED for language in LANGUAGES]


@contextmanager
def _written(build: Build, language: str) -> Iterator[Path]:
    from clv_xl.workbook.template.write import write_template

    with tempfile.TemporaryDirectory(prefix="clv_xl-") as aside:
        path = Path(aside, file_name(build, language))
        write_template(path, language, build)
        yield path


def _functions(language: str) -> "Functions":
    from clv_xl.catalogue.context import Context
    from clv_xl.hosts.headless.functions import CatalogueFunctions

    return CatalogueFunctions(Context(language=language))


def _refuse_errors(path: Path, report: "Report") -> None:
    if report.errors or report.kept:
        where = [f"{error.sheet}!{error.cell}" for error in report.errors]
        where += [f"{kept.sheet}!{kept.cell}" for kept in report.kept]
        raise UserError("template.cells_in_error", path=path.name, cells=", ".join(where[:5]))


def main(argv: Sequence[str] | None = None) -> int:
    """Write the templates into the folder named in the arguments."""
    words = list(sys.argv[1:] if argv is None else argv)
    for path in build_all(Path(words[0] if words else "workbook_templates")):
        print(f"{path}  {path.stat().st_size / 1e6:.2f} MB")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
