"""Courses and their runs from a spreadsheet: read apart, checked cell by cell, mended, published, undone."""
