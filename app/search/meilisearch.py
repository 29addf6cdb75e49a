"""The production search engine: Meilisearch finds, filters, counts and orders; the words are read as for the embedded one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import cast

from app.search.documents import Document, Json
from app.search.embedded import NEAREST, EmbeddedEngine, effective_filters
from app.search.engine import PER_PAGE_LIMIT, Hits, Query, Reason
from app.search.filters import Filters, clean_text
from app.search.meilisearch_answers import facets_of, ids_of, total_of
from app.search.meilisearch_client import Client, MeilisearchAway
from app.search.meilisearch_documents import MARK, VERSION
from app.search.meilisearch_filling import Filling
from app.search.meilisearch_filters import COURSES, FACETS, NOTHING, chosen, without
from app.search.meilisearch_keys import SearchClient
from app.search.meilisearch_likeness import like_course, like_text
from app.search.meilisearch_plan import Plan, by_subject, plan
from app.search.meilisearch_questions import AHEAD, ORDERS, Asked, count, exclusive, fitting, ids, parts, with_mark
from app.search.meilisearch_tracing import TracedPostings, traced
from app.search.reading import read
from app.search.snapshot import Snapshot
from app.search.units import Reading

REMEMBERED = 4_000


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
        if query.by_subject:
            planned = by_subject(planned, reading)
        filters = effective_filters(reading, query.filters)
        per_page = max(1, min(query.per_page, PER_PAGE_LIMIT))
        total, found, facets = self._found(query, planned, filters, per_page)
        return Hits(
            total=total,
            course_ids=found,
            facets=facets,
            page=max(1, min(query.page, -(-total // per_page))),
            understood=tuple(one for one in reading.understood if one.parameter not in query.filters),
            corrected=reading.corrected,
            unknown=reading.unknown,
            absent=reading.absent(),
            words=tuple(unit.words for unit in reading.units),
            nearest=() if total else tuple(self._nearest(reading, planned, filters)),
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
        return total_of(self._ask([count([COURSES])])[0])

    def similar(self, course_id: int, limit: int = 4) -> list[int]:
        """Courses about the same subject, nearest first, those one can register for before the others."""
        now, _synonyms = self._embedded.known()
        number = now.numbers.get(course_id)
        likeness = None if number is None else like_course(now, self._current().postings, number)
        if likeness is None:
            return []
        return self._first(likeness, limit, [[f"id != {course_id}"]])[0]

    def similar_to_text(self, text: str, limit: int = 4) -> list[int]:
        """Courses that already offer what a person describes in their own words; empty when none fits."""
        now, synonyms = self._embedded.known()
        likeness = like_text(now, self._current().postings, clean_text(text), synonyms)
        return [] if likeness is None else self._first(likeness, limit, [[]])[0]

    def explain(self, query: Query, course_id: int) -> list[Reason]:
        """Why a course stands where it does for a query; empty when it is not found."""
        _reading, planned = self._planned(query.text, literal=query.literal)
        if planned.fitting == "":
            return []
        this = [COURSES, f"id = {int(course_id)}"]
        steps = [(term, step) for term in planned.terms for step in term.steps]
        fits = [*this, fitting(planned)]
        asked = [fits, *([*this, step.condition.filter()] for _term, step in steps)]
        asked += [[*this, height] for _points, height in planned.tiers]
        met = [total_of(one) > 0 for one in self._ask([count(one) for one in asked])]
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

    def _found(
        self, query: Query, planned: Plan, filters: Filters, per_page: int
    ) -> tuple[int, list[int], dict[str, dict[str, int]]]:
        """How many fit, those of the page, and the counts of every facet."""
        base, asked = fitting(planned), chosen(filters)
        within = [base, *asked.values()]
        counts = [count([base, *without(asked, name)], (name,)) for name in asked if name in FACETS]
        order, wanted = ORDERS[query.sort], max(1, query.page) * per_page
        tiers = exclusive(planned) if query.sort == "relevance" else [[]]
        known = self._known(planned, filters)
        is_whole = len(tiers) > 1 and known[-1] <= AHEAD  # All at once, to be put in order here.
        limit = AHEAD if is_whole else wanted if wanted <= AHEAD else 0
        needed = next((n for n, size in enumerate(known, start=1) if size >= wanted), len(tiers)) if limit else 0
        by_tier = (
            [] if is_whole or len(tiers) == 1 else [ids([*within, *one], order, 0, limit) for one in tiers[:needed]]
        )
        told = self._ask([count(within, FACETS) | ids(within, order, 0, 0 if by_tier else limit), *counts, *by_tier])
        total = total_of(told[0])
        if not total and known[-1]:  # The index has the mark and lost courses.
            raise IndexBehind("stale")
        facets = {parameter: dict[str, int]() for parameter in FACETS}
        for one in told[: len(counts) + 1]:
            facets |= facets_of(one)
        skipped = (max(1, min(query.page, -(-total // per_page))) - 1) * per_page
        come = [one for answer in (told[len(counts) + 1 :] if by_tier else told[:1]) for one in ids_of(answer)]
        if is_whole:
            come = self._in_order(planned, come) if len(come) == total else []
        if limit and len(come) >= min(total, skipped + per_page):
            return total, come[skipped : skipped + per_page], facets
        sizes = [total_of(answer) for answer in self._ask([count([*within, *tier]) for tier in tiers])]
        lie_in = parts(sizes, skipped, per_page)
        far = [ids([*within, *tiers[n]], order, *part) for n, part in lie_in]
        return total, [one for answer in self._ask([count([NOTHING]), *far]) for one in ids_of(answer)], facets

    def _nearest(self, reading: Reading, planned: Plan, filters: Filters) -> list[int]:
        """When nothing fits: the same words without filters, else the filters with any of the words."""
        if planned.fitting == "":
            known = self._current().of.standing
            planned = plan(reading, known.alive, known.made_for, loosely=True)
            if planned.fitting == "":
                return []
        asked = chosen(filters)
        ways = [[*asked.values()], *([one] for one in asked.values()), []]
        return next((found for found in self._first(planned, NEAREST, ways) if found), [])

    def _first(self, planned: Plan, limit: int, ways: Sequence[Sequence[str]]) -> list[list[int]]:
        """The first few of a plan, for each way to narrow it."""
        is_whole = planned.known[-1].bit_count() <= AHEAD
        tiers, most = ([[]], AHEAD) if is_whole else (exclusive(planned), limit)
        within = [[fitting(planned), *way, *tier] for way in ways for tier in tiers]
        told = self._ask([ids(one, ORDERS["relevance"], 0, most) for one in within])
        come = [
            [one for answer in told[n : n + len(tiers)] for one in ids_of(answer)]
            for n in range(0, len(told), len(tiers))
        ]
        return [(self._in_order(planned, one) if is_whole else one)[:limit] for one in come]

    def _known(self, planned: Plan, filters: Filters) -> list[int]:
        """How many documents are known to reach each tier, and in all; if it is wrong, they are asked for again."""
        narrowed = -1
        for bits in self._current().of.facets.chosen(filters).values():
            narrowed &= bits
        return [(bits & narrowed).bit_count() for bits in planned.known]

    def _in_order(self, planned: Plan, found: Sequence[int]) -> list[int]:
        """By points; what has equal points stays as it came, and what is not known here comes last."""
        numbers = self._current().of.numbers
        return sorted(found, key=lambda one: -planned.sums.of(numbers[one]) if one in numbers else 1)

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

    def _ask(self, questions: Sequence[Asked]) -> list[Mapping[str, Json]]:
        """The answers, from an index that follows the catalogue: the mark, which comes first of all, tells how far."""
        asked = [with_mark(questions[0]), *questions[1:]]
        told = self._client.search([{"indexUid": self._index, **one} for one in asked])
        hits = cast("list[Json]", told[0].get("hits") or [])
        mark = hits[0] if hits else None
        if not isinstance(mark, dict) or mark.get("id") != MARK:
            raise IndexBehind("empty")
        if mark.get("version") != VERSION:
            raise IndexBehind("version")
        if cast("int", mark.get("follows")) < self.needed:
            raise IndexBehind("stale")
        return [{**told[0], "hits": hits[1:], "estimatedTotalHits": total_of(told[0]) - 1}, *told[1:]]
