"""The formulas: pure functions of numbers and numpy arrays, one noun a module.

Nothing is imported here: the first ``=CLV()`` of a session loads what it needs and no more.
Domains are the catalogue's business; a body computes. Where a quotient or a time does not exist,
the element is NaN (or a plain ZeroDivisionError for single numbers), and the catalogue's rules say
so in words before the body runs.
"""
