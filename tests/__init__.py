"""Tests of clv_xl, in the folders of the package."""
