"""Drivers of segments and channels as the company's are in use."""

from typing import Any


def moved(cell: str, driver: str, own: dict[str, Any]) -> str:
    """Return the formula of a group's driver from the orders, moved as the company's is in use.

    Somebody who types over a driver of the company plans with it: every group without a driver of its
    own moves with it, by the same share or, a margin, by as many points, so that the company stays
    the sum of its groups.
    """
    used, data = own[driver], own[f"data_{driver}"]
    if driver == "margin":
        return f'IF({cell}="",{used},IF(N({data})=0,{cell},{cell}+{used}-{data}))'
    return f'IF(OR({cell}="",N({data})=0),{cell},{cell}*{used}/{data})'
