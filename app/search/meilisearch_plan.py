"""From a reading to questions for Meilisearch: which documents fit, and in which steps they follow each other.

Each word gives a document points by where and how it meets it; the points of all words add up, as in `ranking.py`, but in
whole steps. „At least so many points” is a filter made of and and or, so Meilisearch itself finds, counts and orders.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from app.search.bitsets import Sums
from app.search.meilisearch_filters import NOTHING, all_of, among, any_of, quoted
from app.search.meilisearch_tracing import AMONG_KEYWORDS, DEPTH, Asked, asked_of, down_to
from app.search.postings import FIELDS
from app.search.ranking import COVERED, FIELD_POINTS, MENTIONED, UNKNOWN_COVERED, cover_points
from app.search.units import HOW, TITLED, Reading, Unit

TITLE, KEYWORDS, PLACE = FIELDS.index("title"), FIELDS.index("keywords"), FIELDS.index("place")
SURE = 70
"""Ways of meeting a word that are worth so much, in percent, are sure."""
BOTH = 7
"""Steps for a word that surely stands in the title and among the keywords."""
STEPS = ((9.5, 6), (6.5, 5), (5.0, 4), (3.5, 3), (2.0, 2), (0.0, 1))
"""A meeting worth more of ranking's points than the first gives a word the second in steps."""
WEIGHTS = 3
"""The word that says most counts so many times as much as one that says least."""
TOGETHER = 1
"""Steps for two words side by side, and for being made for the audience that was understood."""
WORDS = 5
"""Words beyond these, the most telling ones, decide nothing."""
FEW = 2
"""With more words than this, steps and weights are coarse."""
COARSE = {7: 3, 6: 3, 5: 2, 4: 2, 3: 1, 2: 1, 1: 1}
TIERS = 4
LONGEST = 4_000
"""Characters of a filter; a longer one would ask more of Meilisearch than the order among so many words is worth."""


@dataclass(slots=True)
class Condition:
    """The documents that have certain tokens in certain fields: here as a set, there as a filter."""

    bits: int = 0
    asked: dict[int, set[Asked]] = field(default_factory=dict)
    also: list[str] = field(default_factory=list)
    """Filters any of which does too."""

    def add(self, place: int, bits: int) -> None:
        """Documents with these tokens in this field fit too."""
        if bits:
            self.bits |= int(bits)
            self.asked.setdefault(place, set()).update(asked_of(bits))

    def filter(self) -> str:
        """As Meilisearch is asked for them."""
        return either([self])


@dataclass(frozen=True, slots=True)
class Step:
    """What a document has to fit for so many points."""

    points: int
    condition: Condition
    label: str = ""
    """Where and how the word is met, for staff."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the search, and its steps, the highest first."""

    words: str
    rule: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The questions for a reading."""

    fitting: str | None
    """Which documents the search is about; None is all, "" none."""
    among: int
    """The documents that are known to fit."""
    sums: Sums
    """The points of the documents that are known."""
    terms: tuple[Term, ...]


def plan(reading: Reading, alive: int, made_for: Mapping[str, int], *, loosely: bool = False) -> Plan:
    """The questions for a reading; `alive` and `made_for` are the documents themselves, as in `ranking.Standing`."""
    units = _telling(reading.units)
    fitting, bits = _fitting(units, alive, loosely=loosely)
    if fitting == "":
        return Plan("", 0, Sums(), ())
    terms = [*_words(units), *_pairs(reading.pairs), *_audiences(reading, made_for)]
    return Plan(fitting, bits, sums_of(terms), tuple(terms))


def by_subject(planned: Plan, reading: Reading) -> Plan:
    """The same about the documents alone that have every word in the title or among the keywords, where there are any."""
    titled = [Condition() for _unit in reading.units]
    for unit, condition in zip(reading.units, titled, strict=True):
        for meeting in unit.meetings:
            for place in (TITLE, KEYWORDS) if HOW[meeting.how] > TITLED else ():
                condition.add(place, meeting.fields[place])
    among = planned.among & reading.titled()
    if not among or not planned.fitting:
        return planned
    return replace(planned, fitting=all_of([planned.fitting, *(one.filter() for one in titled)]), among=among)


def tiers(planned: Plan) -> list[tuple[int, str]]:
    """A few heights that documents are known to reach, the highest first, each with the filter for having so many points."""
    sums, found = planned.sums, list[tuple[int, str]]()
    for group in sums.groups(planned.among) if planned.among and sums.planes else ():
        height = sums.of((group & -group).bit_length() - 1)
        if len(found) == TIERS or height <= 0:
            break
        found.append((height, reaching(planned, height)))
    return [(height, filter_) for height, filter_ in found if filter_]


def reaching(planned: Plan, height: int) -> str:
    """The filter for having at least so many points; "" where nothing can, or it would ask more than the order is worth."""
    filter_ = at_least(sorted(levels_of(planned.terms), key=lambda one: -one[0][0]), height)
    return filter_ if len(filter_) <= LONGEST else ""


def levels_of(terms: Iterable[Term]) -> list[list[tuple[int, Condition]]]:
    """What each word can give."""
    return [[(step.points, step.condition) for step in term.steps] for term in terms if term.steps]


def sums_of(terms: Sequence[Term]) -> Sums:
    """The points of the documents that are known, for the best step of each term."""
    sums = Sums()
    for term in terms:
        seen = 0
        for step in term.steps:
            sums.add(step.condition.bits & ~seen, step.points)
            seen |= step.condition.bits
    return sums


def at_least(levels: Sequence[Sequence[tuple[int, Condition]]], height: int, place: int = 0) -> str:
    """The filter for reaching a sum of points; "" when nothing can."""
    if sum(max((points for points, _one in level), default=0) for level in levels[place:]) < height:
        return ""
    ways: dict[str, list[Condition]] = {}
    for points, condition in levels[place]:
        rest = (
            "*" if points >= height else at_least(levels, height - points, place + 1) if place + 1 < len(levels) else ""
        )
        if rest:
            ways.setdefault(rest, []).append(condition)
    parts = [either(found) if rest == "*" else all_of([either(found), rest]) for rest, found in ways.items()]
    if place + 1 < len(levels) and (rest := at_least(levels, height, place + 1)):
        parts.append(rest)
    return any_of(parts) if parts else ""


def either(conditions: Iterable[Condition]) -> str:
    """The documents that fit any of these conditions; one list of tokens, each at the greatest depth that will do."""
    asked: dict[int, set[Asked]] = {}
    parts: list[str] = []
    found = list(conditions)
    plain = 0
    for condition in found:
        plain |= 0 if condition.also else condition.bits
    for condition in found:
        if condition.bits & ~plain or not plain:
            parts += condition.also
        for place, ways in condition.asked.items():
            asked.setdefault(place, set()).update(ways)
    deepest: dict[Asked, int] = {}
    for place, ways in asked.items():
        for way in ways:
            deepest[way] = max(DEPTH[place], deepest.get(way, 0))
    parts += _having(deepest)
    return any_of(parts) if parts else NOTHING


def unit_steps(unit: Unit, weight: int, *, is_coarse: bool = False) -> tuple[Step, ...]:
    """The steps of one word: in title and keywords, and then by how much each meeting is worth."""
    conditions = [Condition() for _one in STEPS]
    labels: list[list[str]] = [[] for _one in STEPS]
    title, keywords = Condition(), Condition()
    for meeting in unit.meetings:
        for place, bits in enumerate(meeting.fields):
            worth = FIELD_POINTS[place] * HOW[meeting.how] / 100
            step = next(n for n, (least, _points) in enumerate(STEPS) if worth > least or n == len(STEPS) - 1)
            conditions[step].add(place, bits)
            if bits:
                labels[step].append(f"{FIELDS[place]}: {meeting.how}")
            if HOW[meeting.how] >= SURE:
                (title if place == TITLE else keywords if place == KEYWORDS else Condition()).add(place, bits)
    found = [
        Step((COARSE[points] if is_coarse else points) * weight, condition, ", ".join(dict.fromkeys(label)))
        for (_least, points), condition, label in zip(STEPS, conditions, labels, strict=True)
        if condition.bits
    ]
    if title.bits & keywords.bits:
        also = [all_of([_words_at(DEPTH[TITLE], title), _words_at(AMONG_KEYWORDS, keywords)])]
        both = Condition(title.bits & keywords.bits, also=also)
        found.insert(0, Step((COARSE[BOTH] if is_coarse else BOTH) * weight, both, "title and keywords"))
    return tuple(found)


def _words_at(depth: int, condition: Condition) -> str:
    """Any way of meeting a condition, at this depth."""
    return any_of(_having({way: depth for ways in condition.asked.values() for way in ways}) or [NOTHING])


def _having(ways: Mapping[Asked, int]) -> list[str]:
    """Filters for having all tokens of one of these, each at its depth."""
    single = {token: depth for way, depth in ways.items() if len(way) == 1 for token in way}
    parts = (
        [among("words", sorted(chain.from_iterable(down_to(depth, token) for token, depth in single.items())))]
        if single
        else []
    )
    for way, depth in sorted(ways.items(), key=lambda one: sorted(one[0])):
        if len(way) > 1 and not any(single.get(token, -1) >= depth for token in way):
            parts.append(all_of([among("words", down_to(depth, token)) for token in sorted(way)]))
    return parts


def _telling(units: Sequence[Unit]) -> list[Unit]:
    """The words that say most, each once."""
    once = {unit.words: unit for unit in units}
    return sorted(once.values(), key=lambda unit: -cover_points(unit))[:WORDS]


def _words(units: Sequence[Unit]) -> list[Term]:
    most = cover_points(units[0]) if units else 1
    most_weight = 1 if len(units) == 1 else WEIGHTS if len(units) <= FEW else WEIGHTS - 1
    terms = [
        Term(
            unit.words,
            "word",
            unit_steps(unit, max(1, round(most_weight * cover_points(unit) / most)), is_coarse=len(units) > FEW),
        )
        for unit in units
    ]
    return [term for term in terms if term.steps]


def _pairs(pairs: Sequence[Unit]) -> list[Term]:
    terms: list[Term] = []
    for pair in pairs[:2]:
        condition = Condition()
        for meeting in pair.meetings:
            for place in (TITLE, KEYWORDS):
                condition.add(place, meeting.fields[place])
        if condition.bits:
            terms.append(Term(pair.words, "all together", (Step(TOGETHER, condition, "title and keywords"),)))
    return terms


def _audiences(reading: Reading, made_for: Mapping[str, int]) -> list[Term]:
    return [
        Term(one.words, "made for", (Step(TOGETHER, Condition(bits, also=[f"made_for = {quoted(value)}"]), value),))
        for one in reading.understood
        if one.parameter == "audience"
        for value in one.values
        if (bits := made_for.get(value, 0))
    ]


def _fitting(units: Sequence[Unit], alive: int, *, loosely: bool) -> tuple[str | None, int]:
    """The documents that meet enough of the words, as a filter and as a set."""
    if not units:
        return None, alive
    levels: list[list[tuple[int, Condition]]] = []
    cover = Sums()
    for unit in units:
        subject, anywhere = Condition(), Condition()
        for meeting in unit.meetings:
            for place, bits in enumerate(meeting.fields):
                anywhere.add(place, bits)
                if place in {TITLE, KEYWORDS, PLACE}:
                    subject.add(place, bits)
        whole = cover_points(unit)
        mentioned = round(whole * MENTIONED)
        cover.add(subject.bits, whole - mentioned)
        cover.add(anywhere.bits, mentioned)
        levels.append([(points, one) for points, one in ((whole, subject), (mentioned, anywhere)) if one.bits])
    met = cover.highest(alive)
    least = 1 if loosely else max(1, round(met * COVERED))
    if not met or (not loosely and met < sum(cover_points(unit) for unit in units) * UNKNOWN_COVERED):
        return "", 0
    levels = sorted((level for level in levels if level), key=lambda level: -level[0][0])
    return at_least(levels, least), cover.at_least(least, alive)
