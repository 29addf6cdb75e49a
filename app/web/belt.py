"""The woven belt of the home page: as many sections as there are thematic groups, each as long as its group is large."""

from collections.abc import Mapping
from dataclasses import dataclass

_SHORTEST = 9.0  # per cent: a section shorter than this could not hold its mark once


@dataclass(frozen=True)
class Section:
    """A stretch of the belt: whose mark it repeats, where it begins and how long it is, in per cent of the belt."""

    code: str
    start: float
    length: float


def woven_belt(courses: Mapping[str, int]) -> tuple[Section, ...]:
    """The belt from the number of courses in each thematic group, in the groups' order; a group without courses has no section."""
    present = {code: number for code, number in courses.items() if number > 0}
    lengths = _lengths(present)
    sections: list[Section] = []
    start = 0.0
    for code, length in lengths.items():
        sections.append(Section(code, round(start, 2), round(length, 2)))
        start += length
    return tuple(sections)


def _lengths(courses: Mapping[str, int]) -> dict[str, float]:
    """Shares of a hundred; what is too short to show its mark is lengthened, and the others give way in proportion."""
    shortest = min(_SHORTEST, 100 / len(courses)) if courses else 0
    short: set[str] = set()
    while True:
        room = 100 - shortest * len(short)
        total = sum(number for code, number in courses.items() if code not in short)
        lengths = {code: shortest if code in short else room * number / total for code, number in courses.items()}
        too_short = {code for code, length in lengths.items() if length < shortest}
        if not too_short:
            return lengths
        short |= too_short
