"""Sheet Monitoring: dated packs, the figure followed, the bridge between packs, the ledger."""

from typing import Final

from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets import monitoring_bridge as bridge
from clv_xl.workbook.template.sheets.monitoring_history import packs, segments
from clv_xl.workbook.template.sheets.monitoring_ledger import write_ledger
from clv_xl.workbook.template.sheets.monitoring_packs import write_packs
from clv_xl.workbook.template.sheets.monitoring_trend import HEIGHT, write_trend

_PRINTED: Final = 17  # columns; what the functions answer stands right of them
WIDTHS: Final = (26, *([11] * (_PRINTED - 1)), 3, 22, 12, 22, 12, 12, 12, 12, 3, 14)


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    kit = leaf.kit
    found = packs(kit.lines, kit.word)
    places = write_packs(leaf, HEAD_ROWS, found)
    trend = places.last + 2
    write_trend(leaf, trend, places, len(found))
    steps = trend + HEIGHT
    bridge.write_bridge(leaf, steps, segments(kit.lines, kit.word), places)
    ledger = steps + bridge.HEIGHT
    bottom = write_ledger(leaf, ledger)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.set_h_pagebreaks([trend, steps, ledger])
    leaf.sheet.print_area(0, 0, bottom, _PRINTED - 1)
    leaf.sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.5)
