"""Sheet Inputs: the drivers, each from the orders or typed over, with unit and source."""

from typing import Final

from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets.cac_inputs import Channels, write_channels
from clv_xl.workbook.template.sheets.company_inputs import COMPANY_ROWS, write_company
from clv_xl.workbook.template.sheets.groups import Groups
from clv_xl.workbook.template.sheets.orders_in_short import SHORT_ROWS, write_short
from clv_xl.workbook.template.sheets.quick_start import QUICK_ROWS, write_quick_start
from clv_xl.workbook.template.sheets.segment_inputs import SEGMENT_ROWS, SLOTS, write_segments

WIDTHS: Final = (38, 13, *([11.5] * 10), 50)
_WIDTH: Final = len(WIDTHS)
_CHANNEL_SLOTS: Final = 8


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    quick = write_quick_start(leaf, HEAD_ROWS, _WIDTH)
    company = HEAD_ROWS + QUICK_ROWS
    short = company + COMPANY_ROWS
    by_segment = short + SHORT_ROWS
    by_channel = by_segment + SEGMENT_ROWS
    bottom = by_channel + 2 * _CHANNEL_SLOTS + 9
    # What the functions answer stands below all inputs, free to grow.
    segments = Groups(leaf, "segment", SLOTS, by_segment + 1, (bottom + 3, 0))
    channels = Groups(leaf, "channel", _CHANNEL_SLOTS, by_channel + 1, (bottom + 3, 17))
    shorts = write_short(leaf, short, segments, _WIDTH)
    own = write_company(leaf, company, quick, shorts, _WIDTH)
    by_hand = write_segments(leaf, by_segment, segments, own, _WIDTH)
    spend = write_channels(leaf, by_channel, channels, own, _WIDTH)
    _acquisition(leaf, own["cac_cell"], spend, by_hand)
    if leaf.kit.functions:
        leaf.section(bottom + 1, leaf.say("functions"), _WIDTH)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.print_area(0, 0, bottom - 1, _WIDTH - 1)
    leaf.sheet.set_h_pagebreaks([by_segment, by_channel])


def _acquisition(leaf: Leaf, cell: tuple[int, int], channels: Channels, by_hand: str) -> None:
    """Write the company's CAC: what the channels cost over whom they won, or that typed by segment."""
    spent, won = channels.spend, channels.won
    leaf.calculate(*cell, f"=IF({spent}*{won}=0,{by_hand},{spent}/{won})", number="money")
