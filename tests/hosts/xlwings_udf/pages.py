"""What the pages for xlwings Lite and Server say to paste, taken from the pages themselves."""

import re
from importlib.resources import files


def pasted(page: str, language: str) -> str:
    """Return the one code block of a language in a page of this host."""
    text = files("clv_xl.hosts.xlwings_udf").joinpath(page).read_text("utf-8")
    (block,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return str(block)
