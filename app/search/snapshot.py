"""Everything the embedded engine knows at one moment; a change makes a next one, which shares what stays the same."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.search import bitsets, facets, indexing
from app.search.documents import STATUSES, Document
from app.search.engine import Sort
from app.search.facets import Facets
from app.search.indexing import Change
from app.search.latvian import fold
from app.search.postings import Postings, analyse, texts_of
from app.search.ranking import Ranked, Standing
from app.search.units import Reading

Key = tuple[int | float | Decimal | date | str, ...]
MANY = 256
"""Where the words of more documents than this change at once, and of more than an eighth, everything is made anew."""
RESTING = 256
"""A number rests while so many others were freed after it: a search that began with its old course is over by then."""
STEP = 1024.0
LAST = float("inf")
"""Ranks are so far apart that others find room between them; who has none comes last."""


def _catalogue_order(one: Document) -> Key:
    return (STATUSES.index(one.status), one.next_start or date.max, fold(one.texts["lv"].title), one.course_id)


ORDERS: Mapping[Sort, Callable[[Document], Key]] = {
    "relevance": _catalogue_order,
    "start": lambda one: (one.next_start or date.max, *_catalogue_order(one)),
    "price": lambda one: (one.price, *_catalogue_order(one)),
    "newest": lambda one: (-one.published_at.timestamp(), one.course_id),
}
"""What comes first in each order; in relevance's, this decides between courses with equal points."""


@dataclass(frozen=True, slots=True)
class Order:
    """All documents in one order, and the place of each."""

    ranked: list[int]
    ranks: list[float]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The documents under their numbers, the index of their words, their facets and orders."""

    documents: Sequence[Document | None] = ()
    numbers: Mapping[int, int] = field(default_factory=dict)
    """Course id -> number."""
    postings: Postings = field(default_factory=Postings)
    facets: Facets = field(default_factory=lambda: facets.build(()))
    standing: Standing = field(default_factory=lambda: Standing(0, {}, {}))
    orders: Mapping[Sort, Order] = field(default_factory=lambda: {name: Order([], []) for name in ORDERS})
    free: tuple[int, ...] = ()
    """Numbers that no course has any more, the longest free first."""
    readings: dict[tuple[str, bool], tuple[Reading, Ranked]] = field(default_factory=dict)
    """What was read and ranked already; dies with the snapshot."""


def build(documents: Iterable[Document]) -> Snapshot:
    """A snapshot of these documents; of two with the same course the later counts."""
    latest = list({one.course_id: one for one in documents}.values())
    return Snapshot(
        latest,
        {one.course_id: number for number, one in enumerate(latest)},
        indexing.build(latest),
        facets.build(latest),
        _standing(latest),
        _orders(latest),
    )


def replace(old: Snapshot, gone: Collection[int], come: Iterable[Document]) -> tuple[Snapshot, list[Change]]:
    """The next snapshot: without some courses, by id, and with others in place of their earlier versions.

    The changes of words come with it: once it is in place, `indexing.drop` takes away what nobody needs any more.
    """
    new = {one.course_id: one for one in come}
    before = {number: old.documents[number] for one in (*gone, *new) if (number := old.numbers.get(one)) is not None}
    is_much = False
    free = list(old.free)
    documents = list(old.documents)
    after: dict[int, Document] = {}
    for course_id, document in new.items():
        number = old.numbers.get(course_id, -1)
        if number < 0:
            number = free.pop(0) if len(free) > RESTING else len(documents)
            is_much = is_much or number >= old.postings.room
            documents.extend([None] * (number + 1 - len(documents)))
        documents[number] = after[number] = document
    worded = [number for number in {**before, **after} if _says_something_else(before.get(number), after.get(number))]
    if is_much or len(worded) > max(MANY, len(old.numbers) // 8):
        return build([*(one for one in old.documents if one and one.course_id not in {*gone, *new}), *new.values()]), []
    numbers = dict(old.numbers)
    for course_id in gone:
        if (number := numbers.pop(course_id, -1)) >= 0:
            documents[number] = None
            free.append(number)
    numbers.update((document.course_id, number) for number, document in after.items())
    changes = [
        (
            number,
            analyse(was) if (was := before.get(number)) else None,
            analyse(now) if (now := after.get(number)) else None,
        )
        for number in worded
    ]
    arriving = [*after.items()]
    made = Snapshot(
        documents,
        numbers,
        indexing.change(old.postings, changes, len(numbers)),
        facets.replace(old.facets, before, arriving),
        _standing_after(old.standing, before, arriving),
        {name: _reordered(old.orders[name], key, documents, before, after) for name, key in ORDERS.items()},
        tuple(free),
    )
    return made, changes


def _says_something_else(was: Document | None, now: Document | None) -> bool:
    """Whether words came or went; seats, dates and prices change far more often, and cost next to nothing."""
    return was is None or now is None or texts_of(was) != texts_of(now)


def _standing(documents: Sequence[Document]) -> Standing:
    size = len(documents)
    numbered = list(enumerate(documents))
    made_for = [(audience, number) for number, one in numbered for audience in made_especially_for(one)]
    return Standing(
        bitsets.of(range(size), size),
        {status: bitsets.of((number for number, one in numbered if one.status == status), size) for status in STATUSES},
        {
            audience: bitsets.of((number for one, number in made_for if one == audience), size)
            for audience in {audience for audience, _number in made_for}
        },
    )


def _standing_after(old: Standing, leaving: Iterable[int], arriving: Iterable[tuple[int, Document]]) -> Standing:
    gone = 0
    for number in leaving:
        gone |= 1 << number
    alive = old.alive & ~gone
    by_status = {status: bits & ~gone for status, bits in old.by_status.items()}
    made_for = {audience: bits & ~gone for audience, bits in old.made_for.items()}
    for number, one in arriving:
        alive |= 1 << number
        by_status[one.status] = by_status.get(one.status, 0) | 1 << number
        for audience in made_especially_for(one):
            made_for[audience] = made_for.get(audience, 0) | 1 << number
    return Standing(alive, by_status, made_for)


def made_especially_for(document: Document) -> tuple[str, ...]:
    """The audiences a course is made for: not for everyone, and not for many."""
    return () if "everyone" in document.audiences or len(document.audiences) > 3 else document.audiences


def _orders(documents: Sequence[Document]) -> dict[Sort, Order]:
    found: dict[Sort, Order] = {}
    for name, key in ORDERS.items():
        keyed = sorted((key(one), number) for number, one in enumerate(documents))
        found[name] = _order([number for _key, number in keyed], len(documents))
    return found


def _reordered(
    order: Order,
    key: Callable[[Document], Key],
    documents: Sequence[Document | None],
    earlier: Mapping[int, Document | None],
    coming: Mapping[int, Document],
) -> Order:
    """The next order: the others keep their ranks, and who comes gets one between two neighbours."""
    ranked, ranks = list(order.ranked), list(order.ranks)
    staying = {number for number, one in coming.items() if (was := earlier.get(number)) and key(was) == key(one)}
    for number in earlier.keys() - staying:
        del ranked[bisect_left(ranked, ranks[number], key=ranks.__getitem__)]
    placed = _Placed(documents, key)
    ranks.extend([LAST] * (len(documents) - len(ranks)))
    for number, document in coming.items():
        if number in staying:
            continue
        at = bisect_left(ranked, (key(document), number), key=placed)
        before = ranks[ranked[at - 1]] if at else 0.0
        after = ranks[ranked[at]] if at < len(ranked) else before + 2 * STEP
        ranks[number] = (before + after) / 2
        ranked.insert(at, number)
        if not before < ranks[number] < after:  # So many came between the same two that no rank is left.
            return _order(ranked, len(ranks))
    return Order(ranked, ranks)


@dataclass(frozen=True, slots=True)
class _Placed:
    """What a document's number is sorted by."""

    documents: Sequence[Document | None]
    key: Callable[[Document], Key]

    def __call__(self, number: int) -> tuple[Key, int]:
        document = self.documents[number]
        if document is None:
            raise LookupError(number)
        return self.key(document), number


def _order(ranked: list[int], size: int) -> Order:
    ranks = [LAST] * size
    for place, number in enumerate(ranked, start=1):
        ranks[number] = place * STEP
    return Order(ranked, ranks)
