"""The built templates of a folder: every language and every build that is versioned.

``python -m clv_xl.cli.template_files FOLDER`` writes them; a test rebuilds them and compares.
"""

import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from clv_xl.errors import UserError
from clv_xl.texts import LANGUAGES
from clv_xl.workbook.template.kit import Build

# The workbook of the classic xlwings add-in is made on the user's machine: xlwings binds its own version.
SHIPPED: tuple[Build, ...] = ("native", "addin", "calc")


def file_name(build: Build, language: str) -> str:
    """Return the name of a built template.

    Examples
    --------
    >>> file_name("native", "fi")
    'clv-template-native-fi.xlsx'
    """
    return f"clv-template-{build}-{language}.xlsx"


def build_one(folder: Path, build: Build, language: str) -> Path:
    """Write and calculate one template; return its path.

    Raises
    ------
    UserError
        When a cell shows an error or could not be calculated.
    """
    from clv_xl.catalogue.context import Context
    from clv_xl.hosts.headless.calc import calculate
    from clv_xl.hosts.headless.functions import CatalogueFunctions
    from clv_xl.workbook.template.write import write_template

    path = folder / file_name(build, language)
    with tempfile.TemporaryDirectory(prefix="clv_xl-") as aside:
        written = Path(aside, path.name)
        write_template(written, language, build)
        report = calculate(written, path, CatalogueFunctions(Context(language=language)))
    if report.errors or report.kept:
        where = [f"{error.sheet}!{error.cell}" for error in report.errors]
        where += [f"{kept.sheet}!{kept.cell}" for kept in report.kept]
        raise UserError("template.cells_in_error", path=path.name, cells=", ".join(where[:5]))
    return path


def build_all(folder: Path, workers: int | None = None) -> list[Path]:
    """Write every template that is versioned, side by side in `workers` processes."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(folder, build, language) for build in SHIPPED for language in LANGUAGES]
    # Started afresh: a fork of a process with threads may stand still.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(build_one, *zip(*wanted, strict=True)))


def main(argv: Sequence[str] | None = None) -> int:
    """Write the templates into the folder named in the arguments."""
    words = list(sys.argv[1:] if argv is None else argv)
    for path in build_all(Path(words[0] if words else "workbook_templates")):
        print(f"{path}  {path.stat().st_size / 1e6:.2f} MB")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
