"""Courses that resemble a course, or what a person wishes for, as questions for Meilisearch."""

from dataclasses import replace

from app.search.meilisearch_filters import quoted
from app.search.meilisearch_plan import Condition, Plan, Step, Term, at_least, levels_of, plan, sums_of
from app.search.meilisearch_tracing import TracedPostings
from app.search.plain_words import is_minor
from app.search.reading import read
from app.search.resemblance import FITS, NEAR, subject_of
from app.search.snapshot import Snapshot
from app.search.synonyms import Synonyms
from app.search.units import rarity

TITLE, KEYWORDS, SUMMARY = range(3)
SUBJECTS = 7
"""So many of a course's words, the most telling ones, say what it is about."""
WISHES = 8


def like_course(now: Snapshot, postings: TracedPostings, number: int) -> Plan | None:
    """The questions for courses about the subject of this one."""
    document = now.documents[number]
    if document is None:
        return None
    weighed: list[tuple[float, str, Condition, Condition]] = []
    for base, weight in subject_of(document).items():
        fields = postings.bits(postings.stems.get(base))
        titled, summed = Condition(), Condition()
        for place in (TITLE, KEYWORDS):
            titled.add(place, fields[place])
        summed.add(SUMMARY, fields[SUMMARY])
        found = (titled.bits | summed.bits).bit_count()
        if found > 1 and not is_minor(base):
            weighed.append((rarity(found, postings.size) * weight, base, titled, summed))
    weighed.sort(key=lambda one: -one[0])
    if not weighed:
        return None
    most = weighed[0][0]
    terms: list[Term] = []
    for says, base, titled, summed in weighed[:SUBJECTS]:
        points = max(1, round(3 * says / most))
        steps = (Step(points * 3, titled), Step(points, summed))
        terms.append(Term(base, "word", tuple(step for step in steps if step.condition.bits)))
    others = now.standing.alive & ~(1 << number)
    sums = sums_of(terms)
    best = sums.highest(others)
    near = max(2, round(best * NEAR))
    least = at_least(levels_of(terms), near)
    group = now.facets.choices["group"].bits.get(document.group, 0)
    joinable = now.facets.choices["open"].bits.get("1", 0)
    terms.append(Term("", "group", (Step(2, Condition(group, also=[f"group = {quoted(document.group)}"])),)))
    terms.append(Term("", "open", (Step(max(1, best // 4), Condition(joinable, also=['open = "1"'])),)))
    return Plan(least, sums.at_least(near, others), sums_of(terms), tuple(terms)) if least else None


def like_text(now: Snapshot, postings: TracedPostings, text: str, synonyms: Synonyms) -> Plan | None:
    """The questions for courses that meet most of a wish."""
    reading = read(text + " ", postings, synonyms, literal=False)
    if not reading.units:
        return None
    terms: list[Term] = []
    whole = 0.0
    for unit in sorted(reading.units, key=lambda one: -one.rarity * one.share)[:WISHES]:
        weight = unit.rarity * unit.share
        whole += weight
        titled, anywhere = Condition(), Condition()
        for meeting in unit.meetings:
            for place, bits in enumerate(meeting.fields):
                (titled if place in {TITLE, KEYWORDS} else anywhere).add(place, bits)
        steps = (Step(max(1, round(weight * 2)), titled), Step(max(1, round(weight / 2)), anywhere))
        if found := tuple(step for step in steps if step.condition.bits):
            terms.append(Term(unit.words, "word", found))
    enough = max(1, round(whole * 2 * FITS))
    least = at_least(levels_of(terms), enough) if terms else ""
    if not least:
        return None
    planned = plan(reading, now.standing.alive, now.standing.made_for, loosely=True)
    fits = sums_of(terms).at_least(enough, now.standing.alive)
    return replace(planned, fitting=least, among=planned.among & fits)
