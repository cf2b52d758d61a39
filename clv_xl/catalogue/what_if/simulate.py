"""Declarations to come."""

from clv_xl.catalogue.function import Function

FUNCTIONS: tuple[Function, ...] = ()
