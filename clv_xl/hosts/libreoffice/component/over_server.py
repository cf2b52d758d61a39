"""The functions over the formula server, where LibreOffice's Python cannot hold clv_xl."""

from __future__ import annotations

from typing import Any


class OverServer:
    """Answers calls over HTTP."""

    def __init__(self, settings: dict[str, Any], words: Any, fault: str) -> None:
        self.fault = fault

    def answer(self, name: str, document: Any, values: Any) -> Any:
        """Answer one call."""
        return ((self.fault,),)
