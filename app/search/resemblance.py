"""Courses that resemble a course, or what a person wishes for."""

from app.search.bitsets import Sums, first_by
from app.search.documents import Document
from app.search.latvian import stem, words_of
from app.search.plain_words import STOP_WORDS, is_general, is_minor
from app.search.ranking import rank
from app.search.reading import read
from app.search.snapshot import Snapshot
from app.search.synonyms import Synonyms
from app.search.units import rarity

TITLE, KEYWORDS, SUMMARY = range(3)
SAME_GROUP = 12
OPEN = 0.25
"""Share of the nearest course's points that being open for registration adds."""
NEAR = 0.2
"""Courses with less than this share of the nearest one's points do not resemble it."""
FITS = 0.5
"""A course fits a wish when it meets at least this share of its words, by rarity."""


def similar_to(now: Snapshot, number: int, limit: int) -> list[int]:
    """The documents most like one, by the rare words that their titles, keywords and summaries share."""
    document = now.documents[number]
    if document is None:
        return []
    sums = Sums()
    for base, weight in subject_of(document).items():
        fields = now.postings.bits(now.postings.stems.get(base))
        found = fields[TITLE] | fields[KEYWORDS] | fields[SUMMARY]
        says = rarity(found.bit_count(), now.postings.size) * weight
        sums.add(fields[TITLE] | fields[KEYWORDS], round(says * 3))
        sums.add(fields[SUMMARY] & ~(fields[TITLE] | fields[KEYWORDS]), round(says))
    others = now.standing.alive & ~(1 << number)
    best = sums.highest(others)
    others = sums.at_least(max(SAME_GROUP, round(best * NEAR)), others)
    sums.add(now.facets.choices["group"].bits.get(document.group, 0), SAME_GROUP)
    sums.add(now.facets.choices["open"].bits.get("1", 0), round(best * OPEN))
    return _first(now, sums, others, limit)


def fits_of_text(now: Snapshot, text: str, synonyms: Synonyms, limit: int) -> list[int]:
    """The documents that meet most of a wish, none when too little of it is met."""
    reading = read(text + " ", now.postings, synonyms, literal=False)
    if not reading.units:
        return []
    cover = Sums()
    whole = 0.0
    for unit in reading.units:
        weight = unit.rarity * unit.share
        whole += weight
        cover.add(unit.titled(), round(weight * 4))
        cover.add(unit.anywhere() & ~unit.titled(), round(weight))
    ranked = rank(reading, now.standing, loosely=True)
    fitting = cover.at_least(max(1, round(whole * 4 * FITS)), ranked.matching)
    return _first(now, ranked.sums, fitting, limit)


def _first(now: Snapshot, sums: Sums, among: int, limit: int) -> list[int]:
    order = now.orders["relevance"]
    found: list[int] = []
    if among:
        for group in sums.groups(among):
            found += first_by(group, order.ranked, order.ranks, limit - len(found))
            if len(found) >= limit:
                break
    return found


def subject_of(document: Document) -> dict[str, float]:
    """The stems a document is about and how much each says."""
    words = document.texts["lv"]
    weights: dict[str, float] = {}
    for text, weight in ((words.summary, 0.4), ("\n".join(words.keywords), 1.0), (words.title, 1.2)):
        for form in words_of(text):
            if form not in STOP_WORDS and not is_general(form):
                weights[stem(form)] = weight * (0.3 if is_minor(form) else 1.0)
    return weights
