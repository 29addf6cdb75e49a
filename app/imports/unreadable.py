"""Why a file cannot be read, and the sizes beyond which none is; light, for the process that reads alone."""

MOST_BYTES = 10 * 1024 * 1024
"""Of the file as it is sent."""
MOST_UNPACKED = 50 * 1024 * 1024
"""Of all that unfolds from it."""
MOST_RATIO = 100
"""What unfolds, by what was packed; in a small file it says nothing."""
RATIO_COUNTS_FROM = 1024 * 1024
MOST_ENTRIES = 1_000
"""Parts of an .xlsx; a workbook has a dozen."""
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CELL = 20_000
"""Characters of one cell; the longest description is shorter."""


class Unreadable(Exception):
    """The file cannot be read; `code` is the name of the sentence that says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


TYPE, SIZE, ROWS, BROKEN = "file_type", "file_size", "file_rows", "file_broken"
