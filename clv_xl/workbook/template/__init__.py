"""The template workbook: one description of its sheets, three builds, five languages."""
