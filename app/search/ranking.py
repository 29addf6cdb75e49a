"""The rules of ranking, in points that add up, so that a course's place can be explained.

1. A word counts by where it stands: title, keywords, summary, outcomes, the provider's or place's name, description.
2. It counts by how it is met: as typed, in another inflection, by a synonym, in the same family of words, in a compound.
3. A rare word says more than a common one.
4. All the words together in the title or the keywords are worth more than the same words scattered.
5. Where an audience was understood from the words, courses made for it come before courses for everyone.
6. Of courses about equally close, those one can register for stand first, then those with dates, then those without;
   ended ones last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.search.bitsets import Sums
from app.search.documents import Status
from app.search.engine import Reason
from app.search.postings import FIELDS
from app.search.units import HOW, Reading, Unit

FIELD_POINTS = (12, 9, 5, 3, 6, 2)
"""For postings.FIELDS."""
TOGETHER = 0.2
"""Share of the words' title points added when all are in the title or the keywords, and again when all are in the title."""
STATUS_SHARE: Mapping[Status, float] = {"open": 0.12, "upcoming": 0.08, "none": 0.04, "ended": 0.0}
"""Share of the best course's points that a status adds: an open course passes an ended one that is so much closer."""
MADE_FOR = 30
CUT = 0.06
"""Courses with less than this share of the best course's points are not about the subject."""
COVERED = 0.4
"""A course meets at least this share, by rarity, of the words that the best-covering course meets."""
MENTIONED = 0.75
"""What of a word is covered by a mere mention outside title and keywords."""
RARITY_GIVEN = 2.0
"""Added to rarity when words are weighed against each other, so that one rare word does not silence a common one."""
NAMED = 2.5
"""A provider's name weighs so much more than another word."""
UNKNOWN_COVERED = 0.4
"""The known words are at least this share of all words; else the subject is something nobody teaches."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The documents a text is about, and the points of each."""

    matching: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Standing:
    """What ranking needs to know about the documents themselves."""

    alive: int
    by_status: Mapping[Status, int]
    made_for: Mapping[str, int]
    """Audience -> the documents made for it: not for everyone, and for few others."""


def rank(reading: Reading, standing: Standing, *, loosely: bool = False) -> Ranked:
    """The documents a reading is about; loosely: whatever meets any of its words."""
    sums = Sums()
    matching = standing.alive
    if reading.units:
        cover = Sums()
        for unit in reading.units:
            add_points(sums, unit)
            points = cover_points(unit)
            cover.add(unit.is_subject_of(), points - round(points * MENTIONED))
            cover.add(unit.anywhere(), round(points * MENTIONED))
        if len(reading.units) > 1:
            in_title = in_both = matching
            for unit in reading.units:
                in_title &= unit.titled(or_keyword=False)
                in_both &= unit.titled()
            sums.add(in_both, together_points(reading.units))
            sums.add(in_title, together_points(reading.units))
        matching = _about(reading.units, sums, cover, matching, loosely=loosely)
    for unit in (*reading.pairs, *reading.aside):
        add_points(sums, unit)
    for one in reading.understood:
        if one.parameter == "audience":
            for value in one.values:
                sums.add(standing.made_for.get(value, 0), made_for_points(reading))
    for status, points in status_points(sums, matching).items():
        sums.add(standing.by_status.get(status, 0) & matching, points)
    return Ranked(matching, sums)


def _about(units: Sequence[Unit], sums: Sums, cover: Sums, alive: int, *, loosely: bool) -> int:
    met = cover.highest(alive)
    whole = sum(cover_points(unit) for unit in units)
    if loosely:
        return cover.at_least(1, alive)
    if not met or met < whole * UNKNOWN_COVERED:
        return 0
    close = cover.at_least(max(1, round(met * COVERED)), alive)
    return sums.at_least(max(1, round(sums.highest(close) * CUT)), close)


def add_points(sums: Sums, unit: Unit) -> None:
    """Give each document the points of a word: in each field once, for the best way it is met there."""
    for place in range(len(FIELDS)):
        seen = 0
        for meeting in unit.meetings:
            if new := meeting.fields[place] & ~seen:
                sums.add(new, word_points(unit, place, meeting.how))
                seen |= new


def word_points(unit: Unit, place: int, how: str) -> int:
    """The points for meeting a word in a field."""
    return max(1, round(FIELD_POINTS[place] * HOW[how] * unit.rarity * unit.share / 100))


def together_points(units: Sequence[Unit]) -> int:
    """The points for having every word in the title or the keywords."""
    return round(sum(FIELD_POINTS[0] * unit.rarity * unit.share for unit in units) * TOGETHER)


def made_for_points(reading: Reading) -> int:
    """The points for being made for the audience that was understood; less where a subject was named too."""
    return MADE_FOR // 3 if reading.units else MADE_FOR


def cover_points(unit: Unit) -> int:
    """How much of a search a word is."""
    return max(2, round((RARITY_GIVEN + unit.rarity) * unit.share * (NAMED if unit.is_name else 1) * 4))


def status_points(sums: Sums, matching: int) -> dict[Status, int]:
    """The points that each status adds."""
    best = max(sums.highest(matching), 25)
    return {status: round(best * share) for status, share in STATUS_SHARE.items()}


def explain(number: int, reading: Reading, standing: Standing) -> list[Reason]:
    """Every line of points that one document has for a reading."""
    bit = 1 << number
    reasons: list[Reason] = []
    sums = Sums()
    for unit in (*reading.units, *reading.pairs, *reading.aside):
        add_points(sums, unit)
        for place, name in enumerate(FIELDS):
            for meeting in unit.meetings:
                if meeting.fields[place] & bit:
                    points = word_points(unit, place, meeting.how)
                    reasons.append(Reason("word", unit.words, f"{name}: {meeting.how}", points))
                    break
    for or_keyword, where in ((True, "title and keywords"), (False, "title")):
        if len(reading.units) > 1 and all(unit.titled(or_keyword=or_keyword) & bit for unit in reading.units):
            words = " ".join(unit.words for unit in reading.units)
            reasons.append(Reason("all together", words, where, together_points(reading.units)))
    for one in reading.understood:
        for value in one.values if one.parameter == "audience" else ():
            if standing.made_for.get(value, 0) & bit:
                reasons.append(Reason("made for", one.words, value, made_for_points(reading)))
    ranked = rank(reading, standing)
    before_status = sum(reason.points for reason in reasons)
    for status, bits in standing.by_status.items():
        if bits & bit:
            reasons.append(Reason("status", "", status, ranked.sums.of(number) - before_status))
    return reasons
