"""The macro workbook for Excel on Windows, written part by part: VBA project, package, blank sheet."""
