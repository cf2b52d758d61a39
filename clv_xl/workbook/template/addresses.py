"""Addresses of cells as formulas name them: relative, in part or in whole."""


def letter(column: int) -> str:
    """Return the letters of a column counted from 0.

    Examples
    --------
    >>> letter(5), letter(28)
    ('F', 'AC')
    """
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))


def cell(row: int, column: int, *, row_fixed: bool = False, column_fixed: bool = False) -> str:
    """Return the address of a cell, rows and columns counted from 0, relative unless fixed.

    Examples
    --------
    >>> cell(2, 1), cell(2, 1, column_fixed=True)
    ('B3', '$B3')
    """
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=row_fixed, col_abs=column_fixed))


def in_column(column: int, row: int) -> str:
    """Return an address with a fixed column.

    Examples
    --------
    >>> in_column(1, 4)
    '$B5'
    """
    return cell(row, column, column_fixed=True)
