"""The functions of clv_xl in LibreOffice's own Python."""

from __future__ import annotations

import os
import sys
from typing import Any

from .wording import Words  # noqa: TC001  as short as it can be


class InProcess:
    """Hands calls to clv_xl.

    Parameters
    ----------
    paths : sequence of str
        Folders that hold clv_xl and what it needs; they go before those of LibreOffice.
    words : Words
        The language.

    Raises
    ------
    Exception
        Whatever the import of clv_xl raises; `sys.path` is then as it was.
    """

    why = ""

    def __init__(self, paths: Any, words: Words) -> None:
        before = list(sys.path)
        sys.path[:0] = [path for path in paths if path not in before and os.path.isdir(path)]  # noqa: PTH112
        try:
            import clv_xl
            from clv_xl.hosts.libreoffice.host import Host
        except BaseException:
            sys.path[:] = before
            raise
        host = Host(words.language)
        self.answer = host.answer
        self.version = clv_xl.__version__
        self.place = os.path.dirname(clv_xl.__file__)  # noqa: PTH120
        self.where = words.say("calc.about_here")
        self._host = host

    def errors(self) -> Any:
        """Return number, function, code and sentence of each error kept, the newest first."""
        return self._host.errors.rows()
