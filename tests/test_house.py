"""The rules of the house: imports, lint, types, one version, and nothing lying about.

`pytest` alone runs them all, so that the test command of the README proves them.
"""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import clv_xl

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "clv_xl"
MODULES = sorted(PACKAGE.rglob("*.py"))
PURE = [path for path in MODULES if path.relative_to(PACKAGE).parts[0] in {"metrics", "models"}]
# What the top level of the package may hold.
TOP = {
    "__init__.py",
    "__init__.pyi",
    "py.typed",
    "errors.py",
    "cells.py",
    "table.py",
    "__main__.py",
    "cli",
    "texts",
    "metrics",
    "models",
    "orders",
    "catalogue",
    "hosts",
    "workbook",
}
NONCOMMERCIAL = re.compile(r"xlwings\.(pro|server)(\.[\w.]+)?")


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the full name of everything that is imported, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            stem = "clv_xl" if node.level else ""
            base = ".".join(filter(None, (stem, node.module)))
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def noncommercial(tree: ast.AST) -> list[str]:
    """Return imports of xlwings.pro and xlwings.server, those by name (`import_module`) included."""
    texts = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return [name for name in (*imports(tree), *texts) if NONCOMMERCIAL.fullmatch(name)]


@pytest.mark.parametrize(
    "line",
    [
        "import xlwings.pro",
        "import xlwings.server as xs",
        "from xlwings import pro",
        "from xlwings.pro.udfs_officejs import custom_functions_call",
        "def f():\n    from xlwings.server import func",
        "import_module('xlwings.pro.embedded_code')",
    ],
)
def test_the_search_for_noncommercial_code_finds_it(line: str) -> None:
    assert noncommercial(ast.parse(line))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_imports_the_noncommercial_parts_of_xlwings(path: Path) -> None:
    assert noncommercial(ast.parse(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_metrics_and_models_import_numpy_and_scipy_only(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(ast.parse(path.read_text("utf-8")))}
    assert roots - sys.stdlib_module_names - {"clv_xl"} <= {"numpy", "scipy"}


def test_import_rule() -> None:
    run("-c", "from importlinter.cli import lint_imports_command as c; c(['--no-cache', '--no-logo'])")


def test_importing_the_package_loads_no_host_and_nothing_slow() -> None:
    slow = ("pandas", "scipy", "xlwings", "clv_xl.hosts", "clv_xl.workbook")
    run("-c", f"import sys, clv_xl; sys.exit(', '.join(m for m in {slow} if m in sys.modules) or None)")


def test_lint() -> None:
    run("-m", "ruff", "check", ".")


def test_format() -> None:
    run("-m", "ruff", "format", "--check", ".")


@pytest.mark.slow
def test_types() -> None:
    run("-m", "mypy")


def test_version_stands_in_one_place() -> None:
    assert project()["dynamic"] == ["version"]
    assert clv_xl.__version__ == importlib.metadata.version("clv_xl")
    stated = re.compile(r"__version__[ \t]*(:[ \t]*\w+[ \t]*)?=(?!=)")
    assert [path.name for path in MODULES if stated.search(path.read_text("utf-8"))] == ["__init__.py"]


def test_the_top_of_the_package_holds_its_rooms_only() -> None:
    found = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert found <= TOP


def test_files_are_short() -> None:
    long = {path.name: n for path in MODULES if (n := len(path.read_text("utf-8").splitlines())) >= 400}
    assert long == {}


def test_all_extras_are_in_all() -> None:
    extras = project()["optional-dependencies"]
    everything = {f"clv_xl[{name}]" for name in extras if name not in {"all", "test", "bench"}}
    assert set(extras["all"]) == everything


def test_each_dependency_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    wanted = [*project()["dependencies"], *chain.from_iterable(project()["optional-dependencies"].values())]
    bare = [d for d in wanted if "[" not in d and not re.search(rf'"{re.escape(d)}",\s+# \S+ \S+', text)]
    assert bare == []


def test_each_ignored_rule_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lint = tomllib.loads(text)["tool"]["ruff"]["lint"]
    rules = [*lint["ignore"], *chain.from_iterable(lint["per-file-ignores"].values())]
    assert [rule for rule in rules if not re.search(rf'"{rule}"[\],]\s*# \S+ \S+', text)] == []


def test_the_last_version_says_which_numbers_changed() -> None:
    sections = re.split(r"(?m)^## ", (ROOT / "CHANGELOG.md").read_text("utf-8"))[1:]
    assert sections
    assert [s.splitlines()[0] for s in sections if "\n### Numbers that changed\n" not in s] == []


def test_the_readme_is_the_description_on_pypi() -> None:
    assert project().get("readme") == "README.md"
    assert (ROOT / "README.md").is_file()


@pytest.mark.parametrize(
    "command", ['pip install ".[all]" && clv-xl demo', 'pip install -e ".[all,test]" && pytest']
)
def test_ci_runs_the_commands_of_the_readme(command: str) -> None:
    workflow = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    assert [line.strip() for line in workflow.splitlines()].count(f"run: {command}") == 1
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [line.strip(" $") for line in readme.splitlines()].count(command) == 1
