"""Single cells of a place that is a column of slots on another sheet."""


def slots(place: str) -> list[str]:
    """Return the cells of a column that another sheet has told the place of.

    Examples
    --------
    >>> slots("'Inputs'!$A$5:$A$7")
    ["'Inputs'!A5", "'Inputs'!A6", "'Inputs'!A7"]
    """
    sheet, _, cells = place.rpartition("!")
    first, last = (end.split("$")[1:] for end in cells.split(":"))
    return [f"{sheet}!{first[0]}{row}" for row in range(int(first[1]), int(last[1]) + 1)]
