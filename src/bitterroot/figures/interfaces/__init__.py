"""The report as files: a tagged PDF, a workbook."""
