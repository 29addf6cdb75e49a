"""A provider's runs in lists: by where they stand in time, those whose next session is nearest, those that a word finds."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.courses.models import Course, CourseRun, CourseSession, RunState, run_state
from app.courses.own_queries import is_own_run
from app.courses.planning_queries import TITLE
from app.people.staff import Staff
from app.providers.models import Venue
from app.registrations.models import Registration, State
from app.registrations.queries import holds_seat, waits

GROUPS_A_PAGE = 50


class GroupsTab(StrEnum):
    """Parts of the list, by where a run stands in time."""

    UPCOMING = "drizuma"
    RUNNING = "notiek"
    ENDED = "beigusas"
    CANCELLED = "atceltas"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A run in a list."""

    id: int
    title: str
    teacher: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    next_at: datetime | None
    """Start of the next session; none when nothing is ahead."""
    seats: int
    taken: int
    waiting: int
    state: RunState
    decide_by: datetime | None
    """By then it is to be decided, because too few have registered."""

    @property
    def free(self) -> int:
        """Seats nobody has."""
        return max(0, self.seats - self.taken)


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """A page of the list."""

    items: tuple[GroupRow, ...]
    counts: dict[GroupsTab, int]
    tab: GroupsTab
    page: int
    pages: int


def groups_page(
    db: Session, who: Staff, tab: GroupsTab, words: str, page: int, locale: str, moment: datetime
) -> GroupsPage:
    """A page of the provider's runs in that part of the list whose course's title holds all the words. Three statements."""
    own = is_own_run(who)
    if words.split():
        own = and_(own, Course.id.in_(_courses_called(db, who, words, locale)))
    counted = db.execute(
        select(*(func.count().filter(_in_tab(one, moment)) for one in GroupsTab))
        .select_from(CourseRun)
        .join(CourseRun.course)
        .where(own)
    ).one()
    counts = dict(zip(GroupsTab, counted, strict=True))
    pages = max(1, -(-counts[tab] // GROUPS_A_PAGE))
    page = min(max(1, page), pages)
    latest_first = tab in {GroupsTab.ENDED, GroupsTab.CANCELLED}
    order = CourseRun.starts_at.desc() if latest_first else CourseRun.starts_at
    wanted = (
        _rows(moment)
        .where(own, _in_tab(tab, moment))
        .order_by(order, CourseRun.id)
        .limit(GROUPS_A_PAGE)
        .offset((page - 1) * GROUPS_A_PAGE)
    )
    return GroupsPage(tuple(_read(db, wanted, locale, moment)), counts, tab, page, pages)


def nearest_groups(db: Session, who: Staff, limit: int, locale: str, moment: datetime) -> list[GroupRow]:
    """The runs whose next session comes soonest."""
    ahead = (
        select(CourseSession.run_id, func.min(CourseSession.starts_at).label("next_at"))
        .join(CourseSession.run)
        .join(CourseRun.course)
        .where(
            is_own_run(who),
            CourseSession.ends_at > moment,
            CourseSession.cancelled_at.is_(None),
            CourseRun.cancelled_at.is_(None),
        )
        .group_by(CourseSession.run_id)
        .order_by(func.min(CourseSession.starts_at), CourseSession.run_id)
        .limit(limit)
        .subquery()
    )
    wanted = _rows(moment).join(ahead, ahead.c.run_id == CourseRun.id).order_by(ahead.c.next_at, CourseRun.id)
    return _read(db, wanted, locale, moment)


def count_groups(db: Session, who: Staff, moment: datetime) -> dict[GroupsTab, int]:
    """How many runs there are in each part of the list."""
    counted = db.execute(
        select(*(func.count().filter(_in_tab(one, moment)) for one in GroupsTab))
        .select_from(CourseRun)
        .join(CourseRun.course)
        .where(is_own_run(who))
    ).one()
    return dict(zip(GroupsTab, counted, strict=True))


def taken_on_run(moment: datetime) -> ScalarSelect[int]:
    """How many seats of a run in the statement around are taken."""
    return (
        select(func.count())
        .select_from(Registration)
        .where(Registration.run_id == CourseRun.id, holds_seat(moment))
        .correlate(CourseRun)
        .scalar_subquery()
    )


def waiting_on_run() -> ScalarSelect[int]:
    """How many people wait for a seat on a run in the statement around."""
    return (
        select(func.count())
        .select_from(Registration)
        .where(Registration.run_id == CourseRun.id, waits())
        .correlate(CourseRun)
        .scalar_subquery()
    )


def confirmed_on_run() -> ScalarSelect[int]:
    """How many have a confirmed seat on a run in the statement around."""
    return (
        select(func.count())
        .select_from(Registration)
        .where(Registration.run_id == CourseRun.id, Registration.state == State.CONFIRMED)
        .correlate(CourseRun)
        .scalar_subquery()
    )


Wanted = Select[CourseRun, str, str | None, datetime | None, int, int]


def _rows(moment: datetime) -> Wanted:
    next_at = (
        select(func.min(CourseSession.starts_at))
        .where(
            CourseSession.run_id == CourseRun.id,
            CourseSession.ends_at > moment,
            CourseSession.cancelled_at.is_(None),
        )
        .correlate(CourseRun)
        .scalar_subquery()
    )
    return (
        select(CourseRun, TITLE, Venue.name, next_at, taken_on_run(moment), waiting_on_run())
        .join(CourseRun.course)
        .outerjoin(Venue, Venue.id == CourseRun.venue_id)
    )


def _read(db: Session, wanted: Wanted, locale: str, moment: datetime) -> list[GroupRow]:
    found = []
    for run, title, venue, next_at, taken, waiting in db.execute(wanted, {"locale": locale}):
        few = run.min_participants > 0 and run.decided_at is None and run.cancelled_at is None
        few = few and moment < run.starts_at and taken < run.min_participants
        found.append(
            GroupRow(
                id=run.id,
                title=title,
                teacher=run.teacher,
                venue=venue or "",
                starts_at=run.starts_at,
                ends_at=run.ends_at,
                next_at=next_at,
                seats=run.seats,
                taken=taken,
                waiting=waiting,
                state=run_state(
                    moment,
                    opens_at=run.registration_opens_at,
                    closes_at=run.registration_closes_at,
                    starts_at=run.starts_at,
                    ends_at=run.ends_at,
                    cancelled_at=run.cancelled_at,
                    has_room=run.has_room(taken, waiting),
                ),
                decide_by=run.decision_at if few else None,
            )
        )
    return found


def _in_tab(tab: GroupsTab, moment: datetime) -> ColumnElement[bool]:
    stands = CourseRun.cancelled_at.is_(None)
    match tab:
        case GroupsTab.UPCOMING:
            return and_(stands, CourseRun.starts_at > moment)
        case GroupsTab.RUNNING:
            return and_(stands, CourseRun.starts_at <= moment, CourseRun.ends_at > moment)
        case GroupsTab.ENDED:
            return and_(stands, CourseRun.ends_at <= moment)
        case GroupsTab.CANCELLED:
            return or_(CourseRun.cancelled_at.is_not(None))


def _courses_called(db: Session, who: Staff, words: str, locale: str) -> list[int]:
    """The provider's courses whose title or code holds all the words, written with diacritics or without."""
    rows = db.execute(
        select(Course.id, TITLE, Course.code).where(Course.provider_id == who.provider), {"locale": locale}
    )
    parts = _plain(words).split()
    return [number for number, title, code in rows if all(part in _plain(f"{title} {code}") for part in parts)]


def _plain(text: str) -> str:
    """The text without case and diacritics: neither database folds them."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
