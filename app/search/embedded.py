"""The default search engine: in process, in memory, no server."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from threading import Lock

from app.search import bitsets, indexing, ranking, snapshot
from app.search.documents import Document
from app.search.engine import PER_PAGE_LIMIT, Hits, Query, Reason
from app.search.filters import Filters, clean_text
from app.search.latvian import stem
from app.search.ranking import Ranked, rank
from app.search.reading import read
from app.search.resemblance import fits_of_text, similar_to
from app.search.snapshot import Snapshot
from app.search.synonyms import Synonyms, load_synonyms
from app.search.units import Reading

REMEMBERED = 20_000_000
"""Documents times texts whose ranking is remembered: about 4 000 texts of 5 000 courses, 200 of 100 000."""
NEAREST = 3


class EmbeddedEngine:
    """Fulfils SearchEngine. Every change makes a new snapshot and swaps it in; a search keeps the one it began with."""

    def __init__(self, synonyms: Synonyms | None = None) -> None:
        self._synonyms = load_synonyms() if synonyms is None else synonyms
        self._snapshot = Snapshot()
        self._changing = Lock()

    def search(self, query: Query) -> Hits:
        """The courses for a query; an empty text means the whole catalogue, open courses first."""
        now = self._snapshot
        reading, ranked = self._ranked(now, query.text, literal=query.literal)
        filters = effective_filters(reading, query.filters)
        sets = now.facets.chosen(filters)
        matching = ranked.matching
        if query.by_subject:
            matching = matching & reading.titled() or matching
        found = matching
        for bits in sets.values():
            found &= bits
        total = found.bit_count()
        per_page = max(1, min(query.per_page, PER_PAGE_LIMIT))
        page = max(1, min(query.page, -(-total // per_page)))
        return Hits(
            total=total,
            course_ids=ids_in(now, page_of(now, ranked, found, query, (page - 1) * per_page, per_page)),
            facets=now.facets.counts(matching, sets),
            page=page,
            understood=tuple(one for one in reading.understood if one.parameter not in query.filters),
            corrected=reading.corrected,
            words=tuple(unit.words for unit in reading.units),
            unknown=reading.unknown,
            absent=reading.absent(),
            nearest=() if total else tuple(ids_in(now, _nearest(now, reading, ranked, filters))),
        )

    def put(self, documents: Iterable[Document]) -> None:
        """Make these courses findable, in place of their earlier versions."""
        self._change((), documents)

    def remove(self, course_ids: Iterable[int]) -> None:
        """Make these courses no longer findable."""
        self._change(frozenset(course_ids), ())

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Replace everything at once; a search meanwhile sees the old whole or the new whole."""
        with self._changing:
            self._snapshot = snapshot.build(documents)

    def use_synonyms(self, synonyms: Synonyms) -> None:
        """Read searches with another list of synonyms from now on."""
        with self._changing:
            self._synonyms = synonyms
            self._snapshot = replace(self._snapshot, readings={})

    def count(self) -> int:
        """How many courses can be found."""
        return len(self._snapshot.numbers)

    def known(self) -> tuple[Snapshot, Synonyms]:
        """What is known at this moment, and the synonyms with which searches are read."""
        return self._snapshot, self._synonyms

    def similar(self, course_id: int, limit: int = 4) -> list[int]:
        """Courses about the same subject, nearest first, those one can register for before the others."""
        now = self._snapshot
        number = now.numbers.get(course_id)
        return [] if number is None else ids_in(now, similar_to(now, number, limit))

    def similar_to_text(self, text: str, limit: int = 4) -> list[int]:
        """Courses that already offer what a person describes in their own words; empty when none fits."""
        now = self._snapshot
        return ids_in(now, fits_of_text(now, clean_text(text), self._synonyms, limit))

    def knows(self, form: str) -> bool:
        """Whether a folded word stands in the catalogue or among the synonyms, inflected in whatever way."""
        now, synonyms = self.known()
        base = stem(form)
        return base in now.postings.stems or base in synonyms.stems or bool(synonyms.of((form,)))

    def explain(self, query: Query, course_id: int) -> list[Reason]:
        """Why a course stands where it does for a query; empty when it is not found."""
        now = self._snapshot
        reading, ranked = self._ranked(now, query.text, literal=query.literal)
        number = now.numbers.get(course_id)
        if number is None or not ranked.matching >> number & 1:
            return []
        return ranking.explain(number, reading, now.standing)

    def _change(self, gone: Collection[int], come: Iterable[Document]) -> None:
        with self._changing:
            self._snapshot, changes = snapshot.replace(self._snapshot, gone, come)
            indexing.drop(self._snapshot.postings, changes)

    def _ranked(self, now: Snapshot, text: str, *, literal: bool) -> tuple[Reading, Ranked]:
        key = (text, literal)
        known = now.readings.get(key)
        if known is not None:
            return known
        clean = clean_text(text)
        begun = clean + " " if text.endswith(" ") else clean
        reading = read(begun, now.postings, self._synonyms, literal=literal)
        known = (reading, rank(reading, now.standing))
        if (len(now.readings) + 1) * max(now.postings.size, 500) > REMEMBERED:
            now.readings.clear()
        if len(text) <= len(clean) + 1:
            now.readings[key] = known
        return known


def effective_filters(reading: Reading, chosen: Filters) -> Filters:
    """The chosen filters, and those understood from the words where nothing was chosen by hand."""
    if not reading.understood:
        return chosen
    filters: dict[str, tuple[str, ...]] = {}
    for one in reading.understood:
        filters[one.parameter] = (*filters.get(one.parameter, ()), *one.values)
    return {**filters, **chosen}


def page_of(now: Snapshot, ranked: Ranked, found: int, query: Query, skipped: int, size: int) -> list[int]:
    """The numbers of one page's documents, in order."""
    order = now.orders[query.sort]
    if query.sort != "relevance":
        return bitsets.first_by(found, order.ranked, order.ranks, skipped + size)[skipped:]
    page: list[int] = []
    for group in _groups(ranked, found):
        in_group = group.bit_count()
        if in_group <= skipped:
            skipped -= in_group
            continue
        page += bitsets.first_by(group, order.ranked, order.ranks, skipped + size - len(page))[skipped:]
        skipped = 0
        if len(page) >= size:
            break
    return page[:size]


def _groups(ranked: Ranked, found: int) -> Iterator[int]:
    return ranked.sums.groups(found) if found else iter(())


def _nearest(now: Snapshot, reading: Reading, ranked: Ranked, filters: Filters) -> list[int]:
    """When nothing fits: the same words without filters, else the filters with any of the words."""
    if not ranked.matching:
        ranked = rank(reading, now.standing, loosely=True)
    among = ranked.matching
    for bits in now.facets.chosen(filters).values():
        among = among & bits or among
    return page_of(now, ranked, among, Query(), 0, NEAREST)


def ids_in(now: Snapshot, numbers: Iterable[int]) -> list[int]:
    """The courses that have these numbers."""
    return [document.course_id for number in numbers if (document := now.documents[number]) is not None]
