"""The folder of template workbooks that a server hands out."""

import os
import shlex
import zipfile
from pathlib import Path

import pytest

from clv_xl import texts
from clv_xl.cli import template
from clv_xl.cli.parser import parser_of
from clv_xl.cli.template_files import file_name
from clv_xl.cli.template_folder import COMMAND, NAMES, workbooks
from clv_xl.errors import UserError
from tests.cli.program import clv_xl, python


def put(path: Path, text: str) -> bytes:
    """Write a file that is packed as a workbook is."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", text)
    return path.read_bytes()


def refusal(folder: Path, language: str = "en") -> str:
    with pytest.raises(UserError) as caught:
        workbooks(folder)
    return texts.sentence(caught.value, language)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_workbook_is_found_under_the_name_that_the_command_gives_it(language: str) -> None:
    args = parser_of(language).parse_args(shlex.split(COMMAND.format(language=language))[1:])
    made = template.output_of(args, args.build, language).name
    assert [name.format(language=language) for name in NAMES] == [made, file_name("addin", language)]


def test_each_language_has_its_own_and_the_one_made_here_goes_first(tmp_path: Path) -> None:
    finnish = put(tmp_path / "clv-xl-template-addin-fi.xlsx", "here")
    put(tmp_path / "clv-template-addin-fi.xlsx", "ready")
    greek = put(tmp_path / "clv-template-addin-el.xlsx", "ready")
    put(tmp_path / "clv-xl-template-native-en.xlsx", "another build")
    assert workbooks(tmp_path) == {"fi": finnish, "el": greek}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_an_empty_folder_is_told_with_what_makes_a_workbook(tmp_path: Path, language: str) -> None:
    said = refusal(tmp_path, language)
    assert str(tmp_path) in said
    assert said.endswith(": clv-xl template --build addin --lang en")


def test_what_nobody_could_open_is_not_handed_out(tmp_path: Path) -> None:
    path = tmp_path / "clv-xl-template-addin-pl.xlsx"
    whole = put(path, "whole" * 1000)
    path.write_bytes(whole[:-40])
    assert f"{path} cannot be handed out: it is no complete Excel file." in refusal(tmp_path)
    path.write_text("version https://git-lfs.github.com/spec/v1\n", "utf-8")
    assert "no complete Excel file" in refusal(tmp_path)
    path.unlink()
    path.mkdir()
    assert f"{path} cannot be handed out: Is a directory." in refusal(tmp_path) or os.name == "nt"


def test_the_server_says_so_before_it_starts(tmp_path: Path) -> None:
    done = clv_xl("serve", "--port", "0", "--templates", str(tmp_path), CLV_XL_CONFIG=str(tmp_path))
    assert done.returncode == 2
    assert "holds no template workbook" in done.stderr
    assert "Traceback" not in done.stderr


def test_handing_it_out_takes_nothing_of_what_makes_it() -> None:
    """A server is installed without the extra workbook."""
    makers = {"xlsxwriter", "formualizer", "lxml", "clv_xl.workbook"}
    done = python(f"import sys, clv_xl.cli.serving; print({makers!r} & set(sys.modules) or None)")
    assert (done.stdout.strip(), done.stderr) == ("None", "")
