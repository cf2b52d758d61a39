"""The worksheet functions: declared once, run by one runner."""
