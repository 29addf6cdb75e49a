"""Pages of courses: those a search finds, in rank order with the counts of every filter, and the front page's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalogue.cards import CourseCard
from app.catalogue.queries import cards
from app.i18n import local
from app.providers.queries import GroupFacts, thematic_groups
from app.search.engine import Hits, Query, SearchEngine

SOON, NEWEST = 4, 3
"""How many courses the front page shows of each."""
_SPARE = 4
"""Courses of which one run has begun and another is to come are passed over; so many more are looked at."""


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """One page of what a search found."""

    hits: Hits
    cards: list[CourseCard]
    nearest: list[CourseCard]
    """When nothing was found: the courses that come nearest."""


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A thematic group, how many courses it has, and how many of them one can register or wait for now."""

    group: GroupFacts
    count: int
    open_count: int


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What the front page tells of the catalogue; the counts after `open_count` are of courses one can join now."""

    count: int
    open_count: int
    free: int
    evening: int
    seniors: int
    online: int
    providers: int
    groups: tuple[GroupEntry, ...]
    soon: list[CourseCard]
    """The next to begin of those one can join."""
    newest: list[CourseCard]


def search_catalogue(db: Session, engine: SearchEngine, query: Query, moment: datetime) -> CataloguePage:
    """The courses for a query as cards in rank order, with their seats at that moment."""
    hits = engine.search(query)
    found = cards(db, hits.course_ids or hits.nearest, query.locale, moment)
    return CataloguePage(hits, found if hits.course_ids else [], [] if hits.course_ids else found)


def front_page(db: Session, engine: SearchEngine, locale: str, moment: datetime) -> FrontPage:
    """The whole catalogue in numbers, what begins soon, and what is new."""
    every = engine.search(Query(sort="newest", per_page=NEWEST))
    joinable = engine.search(Query(filters={"open": ("1",)}, per_page=1))
    to_come = {"open": ("1",), "from": (local(moment).date().isoformat(),)}
    starting = engine.search(Query(filters=to_come, sort="start", per_page=SOON + _SPARE))
    shown = {card.id: card for card in cards(db, [*every.course_ids, *starting.course_ids], locale, moment)}
    soon = [
        card
        for course_id in starting.course_ids
        if (card := shown.get(course_id)) and card.next_run and card.next_run.starts_at > moment
    ]
    return FrontPage(
        count=every.total,
        open_count=joinable.total,
        free=_count(joinable, "price", "free"),
        evening=_count(joinable, "time", "evening"),
        seniors=_count(joinable, "audience", "seniors"),
        online=_count(joinable, "format", "online"),
        providers=len(joinable.facets.get("provider", {})),
        groups=tuple(
            GroupEntry(group, _count(every, "group", group.code), _count(joinable, "group", group.code))
            for group in thematic_groups(db, locale)
        ),
        soon=soon[:SOON],
        newest=[shown[course_id] for course_id in every.course_ids if course_id in shown],
    )


def _count(hits: Hits, parameter: str, value: str) -> int:
    return hits.facets.get(parameter, {}).get(value, 0)
