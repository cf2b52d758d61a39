"""Workbooks calculated without a spreadsheet program: package in, package with new cached values out.

:func:`clv_xl.hosts.headless.calc.calculate` is the way in. The other files each hold one noun:
the package, the text of a sheet, a formula's tokens, a table, the engine, the report.
"""
