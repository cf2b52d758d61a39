"""The template workbooks that a server hands out: a folder in which ``clv-xl template`` made them.

They are made beforehand and not by the server: that takes a core for some seconds and half a GB, writes
files and needs the extra ``workbook``, which a server has to do without.
"""

from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import is_zipfile

from clv_xl import texts
from clv_xl.errors import Text, UserError

NAMES: Final = ("clv-xl-template-addin-{language}.xlsx", "clv-template-addin-{language}.xlsx")
"""What a workbook is called: as ``clv-xl template`` writes it, or as the ready ones of the project."""

COMMAND: Final = "clv-xl template --build addin --lang {language}"


def workbooks(folder: Path) -> dict[str, bytes]:
    """Return the template workbook of each language for which the folder has one.

    Raises
    ------
    UserError
        When there is none, or one cannot be read or is no workbook.
    """
    found = {language: body for language in texts.LANGUAGES if (body := _workbook(folder, language))}
    if not found:
        name, command = NAMES[0].format(language="en"), COMMAND.format(language="en")
        raise UserError("serve.no_templates", path=str(folder), name=name, command=command)
    return found


def _workbook(folder: Path, language: str) -> bytes | None:
    """Return the workbook in a language, if there is one.

    A file that is cut off, or a note of Git's in its place, is none that anybody could open.
    """
    for name in NAMES:
        path = folder / name.format(language=language)
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = error.strerror or str(error)
            raise UserError("serve.broken_template", path=str(path), reason=reason) from error
        if not is_zipfile(BytesIO(body)):
            raise UserError("serve.broken_template", path=str(path), reason=Text("serve.no_workbook"))
        return body
    return None
