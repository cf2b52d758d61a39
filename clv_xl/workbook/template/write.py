"""The template written to a file; its values come with the calculation."""

from collections.abc import Callable, Sequence
from pathlib import Path

from clv_xl.workbook.template.all import SHEETS, Sheet
from clv_xl.workbook.template.data_table import add_data_tables
from clv_xl.workbook.template.kit import Build, Kit
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.order_lines import OrderLines, sample


def write_template(
    path: Path,
    language: str = "en",
    build: Build = "native",
    lines: Callable[[Callable[[str], str]], OrderLines] = sample,
    sheets: Sequence[Sheet] = SHEETS,
) -> Kit:
    """Write the template workbook.

    Parameters
    ----------
    path : Path
        The file to write; an existing one is replaced.
    language : str
        Language of sheets, labels and help: en, fi, ka, pl or el.
    build : {"native", "addin", "xlwings", "calc"}
        Without functions of the add-in, or in whose spelling they are.
    lines : callable
        Gives the orders; it gets what words a text in the language.
    sheets : sequence of Sheet
        The sheets, in the order of their tabs.

    Returns
    -------
    Kit
        Where everything is.

    Raises
    ------
    UserError
        When XlsxWriter is missing or the file cannot be written.
    """
    kit = Kit.begin(path, language, build, lines)
    leaves = [Leaf(kit, sheet.key, sheet.widths) for sheet in sheets if build in sheet.builds]
    kit.leaves = leaves
    written = {sheet.key: sheet.write for sheet in sheets}
    for leaf in leaves:
        written[leaf.key](leaf)
    kit.finish()
    for leaf in leaves:
        leaf.finish()
    word = kit.word
    kit.book.describe(word("template.title"), word("template.what"), kit.lines.origin)
    leaves[0].sheet.activate()
    kit.book.close()
    add_data_tables(path, kit.data_tables, [leaf.name for leaf in leaves])
    return kit
