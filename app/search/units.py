"""The words of a search as sets of documents: what meets a word, how, and how much that says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import log2
from operator import and_

from app.search.engine import Understood
from app.search.postings import FIELDS, NOWHERE

Fields = tuple[int, ...]
"""A set of documents for each field of postings.FIELDS."""

HOW = {
    "exact": 100,
    "stem": 95,
    "joined": 90,
    "act": 88,
    "small": 86,
    "prefix": 85,
    "synonym": 80,
    "verb": 60,
    "form": 60,
    "compound": 50,
    "root": 45,
    "begun": 35,
    "part": 25,
}
"""How a word may be met, and how much of its field's points that is worth, in percent."""
TITLED = 50
"""A way of meeting a word in the title has to be worth more than this, for the course to be surely about it."""
MINOR = 0.4
FILTER_WORD = 0.35
NEIGHBOURS = 0.4
"""Shares of a subject's points: for words that say little, for words already understood as a filter, and for two words
side by side on top of each by itself."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The documents that meet a word in one way."""

    how: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or a set phrase of the search and all the ways documents meet it."""

    words: str
    meetings: tuple[Meeting, ...]
    rarity: float
    """How much meeting it says: the fewer documents have it, the more."""
    share: float = 1.0
    is_name: bool = False
    """It names a provider, so that courses of others hardly come into question."""

    def anywhere(self) -> int:
        """The documents that meet it in any field."""
        found = 0
        for meeting in self.meetings:
            for bits in meeting.fields:
                found |= bits
        return found

    def is_subject_of(self) -> int:
        """The documents that have it in the title, the keywords or the names of provider and place."""
        found = 0
        for meeting in self.meetings:
            found |= meeting.fields[0] | meeting.fields[1] | meeting.fields[4]
        return found

    def titled(self, *, or_keyword: bool = True) -> int:
        """The documents that surely have it in the title, or among the keywords."""
        found = 0
        for meeting in self.meetings:
            if HOW[meeting.how] > TITLED:
                found |= meeting.fields[0] | meeting.fields[1] if or_keyword else meeting.fields[0]
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """A search text as it was understood."""

    units: tuple[Unit, ...]
    """What the search is about; empty when only filters and general words were typed."""
    aside: tuple[Unit, ...]
    """Words understood as filters: they help the order but are not asked for."""
    understood: tuple[Understood, ...]
    pairs: tuple[Unit, ...]
    """Words typed side by side, where courses have them side by side too."""
    corrected: str | None
    unknown: tuple[str, ...]
    untaught: tuple[str, ...] = ()
    """Words known to be right that stand in no course."""

    def titled(self) -> int:
        """The documents that surely have every word in the title or among the keywords."""
        return reduce(and_, (unit.titled() for unit in self.units)) if self.units else 0

    def absent(self) -> tuple[str, ...]:
        """The words that no course is about, even where some mention them."""
        if any(unit.is_subject_of() for unit in self.units):
            return self.untaught
        return tuple(unit.words for unit in self.units if unit.anywhere()) + self.untaught


def rarity(found: int, size: int) -> float:
    """How much it says to meet a word that so many of the documents have: from 1 to 8."""
    return min(8.0, 1.0 + log2(max(size, 1) / found) * 8 / 9) if found else 8.0


def union(entries: Sequence[Fields]) -> Fields:
    """The documents of any of these, field by field."""
    if not entries:
        return NOWHERE
    if len(entries) == 1:
        return entries[0]
    found = [0] * len(FIELDS)
    for entry in entries:
        for place, bits in enumerate(entry):
            found[place] |= bits
    return tuple(found)
