"""Everything the embedded engine knows at one moment; never changed, only replaced by a next one."""

from bisect import insort
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.search import bitsets, facets, postings
from app.search.documents import STATUSES, Document
from app.search.engine import Sort
from app.search.facets import Facets
from app.search.latvian import fold
from app.search.postings import Analysis, Postings, analyse
from app.search.ranking import Ranked, Standing
from app.search.reading import Reading

Key = tuple[int | float | Decimal | date | str, ...]
MANY = 64
"""Where more documents than this change at once, everything is sorted anew."""


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
    ranks: list[int]


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
    readings: dict[tuple[str, bool], tuple[Reading, Ranked]] = field(default_factory=dict)
    """What was read and ranked already; dies with the snapshot."""


def build(documents: Iterable[Document]) -> Snapshot:
    """A snapshot of these documents; of two with the same course the later counts."""
    latest = list({one.course_id: one for one in documents}.values())
    return Snapshot(
        latest,
        {one.course_id: number for number, one in enumerate(latest)},
        postings.build(analyse(one) for one in latest),
        facets.build(latest),
        _standing(latest),
        _orders(latest),
    )


def replace(old: Snapshot, gone: Collection[int], come: Iterable[Document]) -> Snapshot:
    """The next snapshot: without some courses, by id, and with others in place of their earlier versions."""
    new = {one.course_id: one for one in come}
    documents = list(old.documents)
    leaving = {number for course_id in (*gone, *new) if (number := old.numbers.get(course_id)) is not None}
    before: list[tuple[int, Analysis]] = []
    for number in leaving:
        document = documents[number]
        if document is not None:
            before.append((number, analyse(document)))
            documents[number] = None
    free = [number for number, one in enumerate(documents) if one is None] if new else []
    arriving: list[tuple[int, Document]] = []
    for course_id, document in new.items():
        number = old.numbers.get(course_id, -1)
        if number < 0 or documents[number] is not None:
            while free and documents[free[-1]] is not None:
                free.pop()
            number = free.pop() if free else len(documents)
        if number == len(documents):
            documents.append(document)
        else:
            documents[number] = document
        arriving.append((number, document))
    after = [(number, analyse(document)) for number, document in arriving]
    words = postings.replace(old.postings, before, after, len(documents))
    orders = (
        _orders(documents)
        if len(leaving) + len(arriving) > MANY
        else _reordered(old.orders, documents, leaving, [number for number, _document in arriving])
    )
    numbers = dict(old.numbers)
    for course_id in gone:
        numbers.pop(course_id, None)
    numbers.update((document.course_id, number) for number, document in arriving)
    return Snapshot(
        documents,
        numbers,
        words,
        facets.replace(old.facets, leaving, arriving),
        _standing_after(old.standing, leaving, arriving),
        orders,
    )


def _standing(documents: Sequence[Document]) -> Standing:
    size = len(documents)
    numbered = list(enumerate(documents))
    made_for = [(audience, number) for number, one in numbered for audience in _made_for(one)]
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
        for audience in _made_for(one):
            made_for[audience] = made_for.get(audience, 0) | 1 << number
    return Standing(alive, by_status, made_for)


def _made_for(document: Document) -> tuple[str, ...]:
    """The audiences a course is made for: not for everyone, and not for many."""
    return () if "everyone" in document.audiences or len(document.audiences) > 3 else document.audiences


def _orders(documents: Sequence[Document | None]) -> dict[Sort, Order]:
    found: dict[Sort, Order] = {}
    for name, key in ORDERS.items():
        keyed = sorted((key(one), number) for number, one in enumerate(documents) if one is not None)
        found[name] = _order([number for _key, number in keyed], len(documents))
    return found


def _reordered(
    orders: Mapping[Sort, Order], documents: Sequence[Document | None], leaving: set[int], arriving: list[int]
) -> dict[Sort, Order]:
    found: dict[Sort, Order] = {}
    for name, key in ORDERS.items():
        placed = _Placed(documents, key)
        ranked = [number for number in orders[name].ranked if number not in leaving]
        for number in arriving:
            insort(ranked, number, key=placed)
        found[name] = _order(ranked, len(documents))
    return found


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
    ranks = [size] * size
    for place, number in enumerate(ranked):
        ranks[number] = place
    return Order(ranked, ranks)
