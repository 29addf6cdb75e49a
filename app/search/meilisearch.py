"""The production search engine: words are read as for the embedded one, and Meilisearch says which courses meet them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from threading import Lock
from typing import cast

from app.search.documents import Document, Json
from app.search.embedded import NEAREST, EmbeddedEngine, effective_filters, ids_in, page_of
from app.search.engine import PER_PAGE_LIMIT, Hits, Query, Reason
from app.search.filters import Filters, clean_text
from app.search.meilisearch_answers import facets_of, ids_of, total_of
from app.search.meilisearch_client import Client, MeilisearchAway
from app.search.meilisearch_documents import MARK, VERSION
from app.search.meilisearch_filling import Filling
from app.search.meilisearch_filters import COURSES, FACETS, NOTHING, chosen, without
from app.search.meilisearch_keys import SearchClient
from app.search.meilisearch_likeness import like_course, like_text
from app.search.meilisearch_plan import Plan, by_subject, plan, reaching, tiers
from app.search.meilisearch_questions import AHEAD, ORDERS, Asked, any_order, count, exclusive, fitting, ids, with_mark
from app.search.meilisearch_tracing import TracedPostings, traced
from app.search.ranking import Ranked
from app.search.reading import read
from app.search.snapshot import Snapshot
from app.search.units import Reading

REMEMBERED = 4_000
FEW = 60
"""So many ids cost less than a filter that leaves out some of them."""


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

    The embedded engine beside it is kept in step with the catalogue: from it come the words that are known and what a page
    should say. Only what the index confirms is answered; where it says something else, the index is believed.
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
        plans = self._current()
        reading, planned = self._planned(plans, query.text, literal=query.literal)
        if query.by_subject:
            planned = by_subject(planned, reading)
        filters = effective_filters(reading, query.filters)
        per_page = max(1, min(query.per_page, PER_PAGE_LIMIT))
        total, found, facets = self._found(plans.of, query, planned, filters, per_page)
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
        _reading, planned = self._planned(self._current(), query.text, literal=query.literal)
        if planned.fitting == "":
            return []
        this = [COURSES, f"id = {int(course_id)}"]
        steps = [(term, step) for term in planned.terms for step in term.steps]
        fits = [*this, fitting(planned)]
        asked = [fits, *([*this, step.condition.filter()] for _term, step in steps)]
        heights = tiers(planned)
        asked += [[*this, height] for _points, height in heights]
        met = [total_of(one) > 0 for one in self._ask([count(one) for one in asked])]
        if not met[0]:
            return []
        reasons: list[Reason] = []
        for (term, step), is_met in zip(steps, met[1:], strict=False):
            if is_met and not any(one.words == term.words and one.rule == term.rule for one in reasons):
                reasons.append(Reason(term.rule, term.words, step.label, step.points))
        reached = next(
            (points for (points, _one), is_met in zip(heights, met[1 + len(steps) :], strict=True) if is_met), 0
        )
        rest = reached - sum(one.points for one in reasons)
        return [*reasons, Reason("status", "", "equal steps: by status, then by start", rest)]

    def knows(self, form: str) -> bool:
        """Whether a folded word stands in the catalogue or among the synonyms, inflected in whatever way."""
        return self._embedded.knows(form)

    def _found(
        self, now: Snapshot, query: Query, planned: Plan, filters: Filters, per_page: int
    ) -> tuple[int, list[int], dict[str, dict[str, int]]]:
        """How many fit, those of the page, and the counts of every facet.

        What is known here tells which they should be, and one question whether the index says the same; where it does not,
        what the index says holds.
        """
        sets = now.facets.chosen(filters)
        found = reduce(and_, sets.values(), planned.among)
        total = found.bit_count()
        skipped = (max(1, min(query.page, -(-total // per_page))) - 1) * per_page
        narrowed = list(chosen(filters).values())
        if total and planned.sums.planes and query.sort == "relevance":
            page = page_of(now, Ranked(planned.among, planned.sums), found, query, skipped, per_page)
            due = ids_in(now, page)
            (told,) = self._ask([self._reaching(now, planned, found, planned.sums.of(page[-1]), narrowed, due)])
            agrees = set(due) <= set(ids_of(told))
        else:
            order, within = ORDERS[query.sort], [fitting(planned), *narrowed]
            ahead = skipped if skipped + per_page <= AHEAD else 0
            far = [] if ahead == skipped else [ids(within, order, skipped, per_page)]
            told = self._ask([count([NOTHING]) if far else ids(within, order, 0, ahead + per_page), *far])[-1]
            due = ids_of(told)[ahead:]
            agrees = total_of(told) == total
        if agrees:
            return total, due, now.facets.counts(planned.among, sets)
        return self._told(now, query, planned, filters, per_page, known=total)

    def _reaching(
        self, now: Snapshot, planned: Plan, found: int, height: int, narrowed: Sequence[str], due: Sequence[int]
    ) -> Asked:
        """The question for what has at least so many points; where that is too much, for those that are due themselves."""
        reach = planned.sums.at_least(height, now.standing.alive)
        if found.bit_count() <= FEW:
            return any_order([fitting(planned), *narrowed])
        if (reach & found).bit_count() > FEW or not (high := reaching(planned, height)):
            return any_order([fitting(planned), *narrowed, f"id IN [{','.join(map(str, due))}]"])
        only_about = not reach & ~planned.among  # Nothing else has so many points.
        return any_order([high, *narrowed] if only_about else [fitting(planned), high, *narrowed])

    def _told(
        self, now: Snapshot, query: Query, planned: Plan, filters: Filters, per_page: int, *, known: int
    ) -> tuple[int, list[int], dict[str, dict[str, int]]]:
        """The same as the index tells it, whatever is known here."""
        base, asked = fitting(planned), chosen(filters)
        within = [base, *asked.values()]
        counts = [count([base, *without(asked, name)], (name,)) for name in asked if name in FACETS]
        order = ORDERS[query.sort]
        told = self._ask([count(within, FACETS) | ids(within, order, 0, AHEAD), *counts])
        total = total_of(told[0])
        if not total and known:  # The index has the mark and lost courses.
            raise IndexBehind("stale")
        facets = {parameter: dict[str, int]() for parameter in FACETS}
        for one in told:
            facets |= facets_of(one)
        skipped = (max(1, min(query.page, -(-total // per_page))) - 1) * per_page
        if min(total, skipped + per_page) > AHEAD:
            told = self._ask([count([NOTHING]), ids(within, order, skipped, per_page)])
            return total, ids_of(told[1]), facets
        come = ids_of(told[0])
        if query.sort == "relevance" and total <= AHEAD:
            come = self._in_order(now, planned, come)
        return total, come[skipped : skipped + per_page], facets

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
        is_whole = planned.among.bit_count() <= AHEAD
        tiers, most = ([[]], AHEAD) if is_whole else (exclusive(planned), limit)
        within = [[fitting(planned), *way, *tier] for way in ways for tier in tiers]
        told = self._ask([ids(one, ORDERS["relevance"], 0, most) for one in within])
        come = [
            [one for answer in told[n : n + len(tiers)] for one in ids_of(answer)]
            for n in range(0, len(told), len(tiers))
        ]
        return [(self._in_order(self._current().of, planned, one) if is_whole else one)[:limit] for one in come]

    def _in_order(self, now: Snapshot, planned: Plan, found: Sequence[int]) -> list[int]:
        """By points; what has equal points stays as it came, and what is not known here comes last."""
        numbers = now.numbers
        return sorted(found, key=lambda one: -planned.sums.of(numbers[one]) if one in numbers else 1)

    def _current(self) -> _Plans:
        known, _synonyms = self._embedded.known()
        plans = self._plans
        if plans.of is not known:
            plans = self._plans = _Plans(known, traced(known.postings))
        return plans

    def _planned(self, plans: _Plans, text: str, *, literal: bool) -> tuple[Reading, Plan]:
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
        """The answers, from an index that follows the catalogue: the mark, which is among the hits, tells how far."""
        asked = [with_mark(questions[0]), *questions[1:]]
        told = self._client.search([{"indexUid": self._index, **one} for one in asked])
        hits = [cast("Mapping[str, Json]", one) for one in cast("list[Json]", told[0].get("hits") or [])]
        mark = next((one for one in hits if one.get("id") == MARK), None)
        if mark is None:
            raise IndexBehind("empty")
        if mark.get("version") != VERSION:
            raise IndexBehind("version")
        if cast("int", mark.get("follows")) < self.needed:
            raise IndexBehind("stale")
        rest = cast("Json", [one for one in hits if one is not mark])
        return [{**told[0], "hits": rest, "estimatedTotalHits": total_of(told[0]) - 1}, *told[1:]]
