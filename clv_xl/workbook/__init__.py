"""Workbooks that clv_xl writes."""
