"""A QR code as one path of dark squares: for pages, which allow no inline style, and for paper."""

from dataclasses import dataclass

import segno

QUIET = 4
"""Empty squares around it, without which some cameras see nothing."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """Its dark squares, on a light ground of so many squares each way."""

    size: int
    path: str

    def as_svg(self) -> str:
        """As a picture of its own."""
        ground = f'<rect width="{self.size}" height="{self.size}" fill="#fff"/>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.size} {self.size}">'
            f'{ground}<path fill="#000" d="{self.path}"/></svg>'
        )


def qr_code(words: str) -> QrCode:
    """The code that a camera reads as these words."""
    made = segno.make_qr(words, error="m")
    rows = [bytes(row) for row in made.matrix]
    path = []
    for down, row in enumerate(rows, start=QUIET):
        across = 0
        while across < len(row):
            length = 1
            while row[across] and across + length < len(row) and row[across + length]:
                length += 1
            if row[across]:
                path.append(f"M{across + QUIET} {down}h{length}v1h-{length}z")
            across += length
    return QrCode(len(rows) + 2 * QUIET, "".join(path))
