"""The production search engine: Meilisearch finds, filters, counts and orders; the words are read as for the embedded one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import cast

from app.search.documents import Document, Json
from app.search.embedded import NEAREST, EmbeddedEngine, effective_filters
from app.search.engine import PER_PAGE_LIMIT, Hits, Query, Reason, Sort
from app.search.filters import Filters, clean_text
from app.search.meilisearch_answers import facets_of, ids_of, total_of
from app.search.meilisearch_client import Client, MeilisearchAway
from app.search.meilisearch_documents import MARK, VERSION
from app.search.meilisearch_filling import Filling
from app.search.meilisearch_filters import COURSES, FACETS, chosen, without
from app.search.meilisearch_keys import SearchClient
from app.search.meilisearch_likeness import like_course, like_text
from app.search.meilisearch_plan import Plan, plan
from app.search.meilisearch_tracing import TracedPostings, traced
from app.search.reading import Reading, read
from app.search.snapshot import Snapshot

ORDERS: Mapping[Sort, tuple[str, ...]] = {
    "relevance": ("standing:asc", "name:asc", "id:asc"),
    "start": ("begins:asc", "standing:asc", "name:asc", "id:asc"),
    "price": ("cents:asc", "standing:asc", "name:asc", "id:asc"),
    "newest": ("published:desc", "id:asc"),
}
"""What comes first in each order; in relevance's, this decides between courses with equal points."""
AHEAD = 200
"""So many ids are asked for of every tier at once; for pages further back their sizes are asked first."""
REMEMBERED = 4_000
Asked = dict[str, Json]


class IndexBehind(MeilisearchAway):
    """The index is empty, of another version, or does not know yet what the catalogue has known for a while."""


@dataclass(slots=True)
class _Plans:
    """What was read and planned for one state of the catalogue."""

    of: Snapshot
    postings: TracedPostings
    made: dict[tuple[str, bool], tuple[Reading, Plan]] = field(default_factory=dict)


class MeilisearchEngine:
    """Fulfils SearchEngine on one index of a Meilisearch server.

    The embedded engine beside it is kept in step with the catalogue; from it come the words that are known, never hits.
    """

    def __init__(self, client: SearchClient | Client, filling: Filling, embedded: EmbeddedEngine | None = None) -> None:
        self._client, self._filling, self._index = client, filling, filling.index
        self._embedded = embedded or EmbeddedEngine()
        self._plans = _Plans(known := self._embedded.known()[0], traced(known.postings))
        self._changing = Lock()
        self.needed = 0
        """The number up to which the index has to follow the catalogue."""

    def search(self, query: Query) -> Hits:
        """The courses for a query; an empty text means the whole catalogue, open courses first."""
        reading, planned = self._planned(query.text, literal=query.literal)
        filters = effective_filters(reading, query.filters)
        asked = chosen(filters)
        base = [planned.fitting or COURSES]
        per_page = max(1, min(query.per_page, PER_PAGE_LIMIT))
        found: list[int] = []
        total = 0
        facets: dict[str, dict[str, int]] = {parameter: {} for parameter in FACETS}
        if planned.fitting == "":
            self._ask([])
        else:
            within = [*base, *asked.values()]
            counting: list[Asked] = [self._count(within, FACETS)]
            counting += [self._count([*base, *without(asked, name)], (name,)) for name in asked if name in FACETS]
            tiers = _exclusive(planned) if query.sort == "relevance" else [[]]
            wanted = max(1, query.page) * per_page
            first = self._tiers_for(wanted, planned, filters) if query.sort == "relevance" else 1
            limit = wanted if wanted <= AHEAD else 0
            pages = [self._ids([*within, *tier], ORDERS[query.sort], 0, limit) for tier in tiers]
            if len(pages) == 1:  # One question finds and counts.
                counting[0] |= pages[0]
                told = self._ask(counting)
                told.append(told[0])
            else:
                told = self._ask([*counting, *pages[:first]])
            total = total_of(told[0])
            for one in told[: len(counting)]:
                facets.update(facets_of(one))
            skipped = (max(1, min(query.page, -(-total // per_page))) - 1) * per_page
            ids = [one for answer in told[len(counting) :] for one in ids_of(answer)]
            if limit and len(ids) >= min(total, skipped + per_page):
                found = ids[skipped : skipped + per_page]
            elif total:
                sizes = [
                    total_of(answer) for answer in self._ask([self._count([*within, *tier], ()) for tier in tiers])
                ]
                parts = _parts(sizes, skipped, per_page)
                order = ORDERS[query.sort]
                found = self._ask_ids([self._ids([*within, *tiers[n]], order, *part) for n, part in parts])
        return Hits(
            total=total,
            course_ids=found,
            facets=facets,
            page=max(1, min(query.page, -(-total // per_page))),
            understood=tuple(one for one in reading.understood if one.parameter not in query.filters),
            corrected=reading.corrected,
            unknown=reading.unknown,
            words=tuple(unit.words for unit in reading.units),
            nearest=() if total else tuple(self._nearest(reading, planned, asked)),
        )

    def put(self, documents: Iterable[Document]) -> None:
        """Make these courses findable, in place of their earlier versions."""
        come = list(documents)
        with self._changing:
            self._embedded.put(come)
            self._filling.put([(self.needed, one) for one in come])
            self._filling.tell(self.needed)

    def remove(self, course_ids: Iterable[int]) -> None:
        """Make these courses no longer findable."""
        gone = list(course_ids)
        with self._changing:
            self._embedded.remove(gone)
            self._filling.remove(gone)

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Replace everything at once; a search meanwhile sees the old whole or the new whole."""
        come = list(documents)
        with self._changing:
            self._filling.rebuild([[(self.needed, one) for one in come]], self.needed)
            self._embedded.rebuild(come)

    def count(self) -> int:
        """How many courses can be found."""
        return total_of(self._ask([self._count([COURSES], ())])[0])

    def similar(self, course_id: int, limit: int = 4) -> list[int]:
        """Courses about the same subject, nearest first, those one can register for before the others."""
        now, _synonyms = self._embedded.known()
        number = now.numbers.get(course_id)
        likeness = None if number is None else like_course(now, self._current().postings, number)
        if likeness is None:
            return []
        return self._first(likeness, limit, [f"id != {course_id}"])

    def similar_to_text(self, text: str, limit: int = 4) -> list[int]:
        """Courses that already offer what a person describes in their own words; empty when none fits."""
        now, synonyms = self._embedded.known()
        likeness = like_text(now, self._current().postings, clean_text(text), synonyms)
        return [] if likeness is None else self._first(likeness, limit, [])

    def explain(self, query: Query, course_id: int) -> list[Reason]:
        """Why a course stands where it does for a query; empty when it is not found."""
        _reading, planned = self._planned(query.text, literal=query.literal)
        if planned.fitting == "":
            return []
        this = [COURSES, f"id = {int(course_id)}"]
        steps = [(term, step) for term in planned.terms for step in term.steps]
        fits = [*this, *([planned.fitting] if planned.fitting else [])]
        asked = [fits, *([*this, step.condition.filter()] for _term, step in steps)]
        asked += [[*this, height] for _points, height in planned.tiers]
        met = [total_of(one) > 0 for one in self._ask([self._count(one, ()) for one in asked])]
        if not met[0]:
            return []
        reasons: list[Reason] = []
        for (term, step), is_met in zip(steps, met[1:], strict=False):
            if is_met and not any(one.words == term.words and one.rule == term.rule for one in reasons):
                reasons.append(Reason(term.rule, term.words, step.label, step.points))
        reached = next(
            (points for (points, _one), is_met in zip(planned.tiers, met[1 + len(steps) :], strict=True) if is_met), 0
        )
        rest = reached - sum(one.points for one in reasons)
        return [*reasons, Reason("status", "", "equal steps: by status, then by start", rest)]

    def knows(self, form: str) -> bool:
        """Whether a folded word stands in the catalogue or among the synonyms, inflected in whatever way."""
        return self._embedded.knows(form)

    def _nearest(self, reading: Reading, planned: Plan, asked: Mapping[str, str]) -> list[int]:
        """When nothing fits: the same words without filters, else the filters with any of the words."""
        if planned.fitting == "":
            known = self._current().of.standing
            planned = plan(reading, known.alive, known.made_for, loosely=True)
            if planned.fitting == "":
                return []
        base = [COURSES, *([planned.fitting] if planned.fitting else [])]
        tiers = _exclusive(planned)
        ways = [[*asked.values()], *([one] for one in asked.values()), []]
        order = ORDERS["relevance"]
        told = self._ask([self._ids([*base, *way, *tier], order, 0, NEAREST) for way in ways for tier in tiers])
        for n in range(len(ways)):
            found = [one for answer in told[n * len(tiers) : (n + 1) * len(tiers)] for one in ids_of(answer)]
            if found:
                return found[:NEAREST]
        return []

    def _tiers_for(self, wanted: int, planned: Plan, filters: Filters) -> int:
        """How many tiers hold so many courses, by what is known here; if it is wrong the others are asked for later."""
        if wanted > AHEAD:
            return 0
        narrowed = -1
        for bits in self._current().of.facets.chosen(filters).values():
            narrowed &= bits
        enough = (n for n, bits in enumerate(planned.known, start=1) if (bits & narrowed).bit_count() >= wanted)
        return next(enough, len(planned.tiers) + 1)

    def _first(self, planned: Plan, limit: int, also: Sequence[str]) -> list[int]:
        within = [COURSES, *([planned.fitting] if planned.fitting else []), *also]
        order = ORDERS["relevance"]
        return self._ask_ids([self._ids([*within, *tier], order, 0, limit) for tier in _exclusive(planned)])[:limit]

    def _current(self) -> _Plans:
        known, _synonyms = self._embedded.known()
        plans = self._plans
        if plans.of is not known:
            plans = self._plans = _Plans(known, traced(known.postings))
        return plans

    def _planned(self, text: str, *, literal: bool) -> tuple[Reading, Plan]:
        plans = self._current()
        key = (text, literal)
        made = plans.made.get(key)
        if made is not None:
            return made
        clean = clean_text(text)
        begun = clean + " " if text.endswith(" ") else clean
        reading = read(begun, plans.postings, self._embedded.known()[1], literal=literal)
        made = reading, plan(reading, plans.of.standing.alive, plans.of.standing.made_for)
        if len(plans.made) >= REMEMBERED:
            plans.made.clear()
        if len(text) <= len(clean) + 1:
            plans.made[key] = made
        return made

    def _ask(self, queries: Sequence[Asked]) -> list[Mapping[str, Json]]:
        """The answers, from an index that follows the catalogue; the same request asks how far it does."""
        mark: Asked = {
            "indexUid": self._index,
            "filter": f"id = {MARK}",
            "attributesToRetrieve": ["number", "version"],
            "limit": 1,
        }
        told = self._client.search([mark, *queries])
        marks = cast("list[Mapping[str, Json]]", told[0].get("hits") or [])
        if not marks:
            raise IndexBehind("empty")
        if marks[0].get("version") != VERSION:
            raise IndexBehind("version")
        if cast("int", marks[0].get("number")) < self.needed:
            raise IndexBehind("stale")
        return told[1:]

    def _ask_ids(self, queries: Sequence[Asked]) -> list[int]:
        return [one for answer in self._ask(queries) for one in ids_of(answer)]

    def _ids(self, filters: Sequence[str], order: Sequence[str], skipped: int, limit: int) -> Asked:
        return {
            "indexUid": self._index,
            "filter": list(filters),
            "sort": list(order),
            "attributesToRetrieve": ["id"],
            "offset": skipped,
            "limit": limit,
        }

    def _count(self, filters: Sequence[str], facets: Sequence[str]) -> Asked:
        return {"indexUid": self._index, "filter": list(filters), "facets": list(facets), "limit": 0}


def _exclusive(planned: Plan) -> list[list[str]]:
    """The filters of each tier without those above it, and of what lies below all tiers."""
    heights = [filter_ for _points, filter_ in planned.tiers]
    above = ["", *heights]
    tiers = [[height, *([f"NOT {before}"] if before else [])] for height, before in zip(heights, above, strict=False)]
    return [*tiers, [f"NOT {above[-1]}"] if above[-1] else []]


def _parts(sizes: Sequence[int], skipped: int, limit: int) -> list[tuple[int, tuple[int, int]]]:
    """Which tiers a page lies in, and the offset and limit in each."""
    parts: list[tuple[int, tuple[int, int]]] = []
    for n, size in enumerate(sizes):
        here = min(limit, size - skipped)
        if here > 0:
            parts.append((n, (max(0, skipped), here)))
            limit -= here
        skipped = max(0, skipped - size)
        if limit <= 0:
            break
    return parts
