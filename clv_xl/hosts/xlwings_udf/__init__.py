"""Classic xlwings: worksheet functions in Excel on Windows, made from the catalogue.

`cells` maps what COM hands over to cells and back, `functions` makes one Python function of each
declaration, and `udfs` is the module whose name is given to xlwings. `book` makes a workbook with
VBA of its own, which calls `book_udfs`; there errors leave as `marks`.
"""
