"""The sheets of the template workbook, one module each."""
