"""Customer lifetime value in spreadsheet cells: one catalogue of functions for every host."""

__version__ = "0.1.0"
