"""The first page of a provider's staff: what needs them now, and what is held today. Twelve statements, whatever the size.

Substitutes see only their runs: courses, permits and wishes are none of their business.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.clock import today
from app.courses.draft_models import CourseDraft
from app.courses.models import Course, CourseRun, CourseSession, CourseState
from app.courses.own_queries import is_own_run
from app.courses.planning_queries import TITLE
from app.feedback.reading import unread_runs
from app.i18n import at, local
from app.monday.run_queries import needs_of_runs
from app.monday.todo import SHOWN, Need, Todo
from app.people.staff import Staff
from app.permits.models import Permit
from app.providers.models import ProviderDirection, Venue
from app.registrations.group_list_queries import (
    GroupRow,
    GroupsTab,
    confirmed_on_run,
    count_groups,
    nearest_groups,
)
from app.registrations.seats import SeatRules
from app.wishes.models import WAITING as WAITING_WISHES
from app.wishes.models import WishRequest, WishState, WishSupport

PERMIT_WITHIN = timedelta(days=60)
DRAFT_OLD = timedelta(days=30)
NEAREST = 7


@dataclass(frozen=True, slots=True)
class TodaysSession:
    """A session held today."""

    id: int
    run_id: int
    title: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    people: int


@dataclass(frozen=True, slots=True)
class WishedFor:
    """A wish in a direction of the provider's, and how many want it."""

    id: int
    title: str
    people: int


@dataclass(frozen=True, slots=True)
class Monday:
    """The whole page."""

    todos: tuple[Todo, ...]
    more: frozenset[Need]
    """Kinds of which there are more than are shown."""
    today: tuple[TodaysSession, ...]
    wishes: tuple[WishedFor, ...]
    nearest: tuple[GroupRow, ...]
    counts: dict[GroupsTab, int]


def monday(db: Session, who: Staff, locale: str, moment: datetime, rules: SeatRules) -> Monday:
    """Everything that needs this member of staff at that moment."""
    found = [*needs_of_runs(db, who, locale, moment, rules)]
    wishes: list[WishedFor] = []
    if not who.is_substitute:
        found += [*_of_courses(db, who, locale, moment), *_of_permits(db, who), *_overdue(db, who, moment)]
        found += [
            Todo(Need.FEEDBACK, run_id, title, people=unread)
            for run_id, title, unread in unread_runs(db, who, SHOWN + 1, locale)
        ]
        wishes = _wished_for(db, who)
    places = [*Need]
    found.sort(key=lambda todo: places.index(todo.need))
    shown: list[Todo] = []
    more: set[Need] = set()
    for todo in found:
        if sum(one.need is todo.need for one in shown) < SHOWN:
            shown.append(todo)
        else:
            more.add(todo.need)
    return Monday(
        todos=tuple(shown),
        more=frozenset(more),
        today=tuple(_today(db, who, locale)),
        wishes=tuple(wishes),
        nearest=tuple(nearest_groups(db, who, NEAREST, locale, moment)),
        counts=count_groups(db, who, moment),
    )


def _of_courses(db: Session, who: Staff, locale: str, moment: datetime) -> Iterator[Todo]:
    """Drafts that the board returned with a comment first, then those that nobody has touched for long."""
    wanted = (
        select(Course.id, TITLE, CourseDraft.saved_at, CourseDraft.returned_at, CourseDraft.comment)
        .join(CourseDraft, CourseDraft.course_id == Course.id)
        .where(
            Course.provider_id == who.provider,
            or_(
                CourseDraft.returned_at.is_not(None),
                and_(CourseDraft.saved_at < moment - DRAFT_OLD, Course.state != CourseState.ARCHIVED),
            ),
            CourseDraft.submitted_at.is_(None),
            CourseDraft.publish_on.is_(None),
        )
        .order_by(CourseDraft.returned_at.is_(None), CourseDraft.saved_at, Course.id)
        .limit(4 * SHOWN)
    )
    for course_id, title, updated_at, returned_at, comment in db.execute(wanted, {"locale": locale}):
        if returned_at is not None:
            yield Todo(Need.RETURNED, course_id, title, words=comment)
        else:
            yield Todo(Need.OLD_DRAFT, course_id, title, day=local(updated_at).date())


def _of_permits(db: Session, who: Staff) -> Iterator[Todo]:
    wanted = (
        select(Permit.id, Permit.number, Permit.programme, Permit.valid_until)
        .where(
            Permit.provider_id == who.provider,
            Permit.valid_until >= today(),
            Permit.valid_until <= today() + PERMIT_WITHIN,
        )
        .order_by(Permit.valid_until, Permit.id)
        .limit(SHOWN + 1)
    )
    for permit_id, number, programme, valid_until in db.execute(wanted):
        yield Todo(Need.PERMIT, permit_id, programme, day=valid_until, words=number)


def _overdue(db: Session, who: Staff, moment: datetime) -> Iterator[Todo]:
    """Wishes that the provider took up, whose promised answer has not come."""
    wanted = (
        select(WishRequest.id, WishRequest.title, WishRequest.answer_by)
        .where(
            WishRequest.provider_id == who.provider,
            WishRequest.state.in_([*WAITING_WISHES, WishState.PLANNED]),
            WishRequest.answer_by < moment,
        )
        .order_by(WishRequest.answer_by, WishRequest.id)
        .limit(SHOWN + 1)
    )
    for wish_id, title, answer_by in db.execute(wanted):
        yield Todo(Need.OVERDUE_WISH, wish_id, title, day=local(answer_by).date())


def _wished_for(db: Session, who: Staff) -> list[WishedFor]:
    """Wishes in the provider's directions that nobody has taken up, those that most people want first."""
    people = (
        select(func.count())
        .select_from(WishSupport)
        .where(
            WishSupport.wish_id == WishRequest.id,
            WishSupport.confirmed_at.is_not(None),
            WishSupport.withdrawn_at.is_(None),
        )
        .correlate(WishRequest)
        .scalar_subquery()
    )
    wanted = (
        select(WishRequest.id, WishRequest.title, people.label("people"))
        .join(ProviderDirection, ProviderDirection.group_id == WishRequest.group_id)
        .where(
            ProviderDirection.provider_id == who.provider,
            WishRequest.state.in_(WAITING_WISHES),
            WishRequest.provider_id.is_(None),
        )
        .order_by(people.desc(), WishRequest.id)
        .limit(3)
    )
    return [WishedFor(*row) for row in db.execute(wanted)]


def _today(db: Session, who: Staff, locale: str) -> Iterator[TodaysSession]:
    """Sessions of today in Riga, in order of time, with how many are expected."""
    day = today()
    wanted = (
        select(
            CourseSession.id,
            CourseRun.id,
            TITLE,
            func.coalesce(Venue.name, ""),
            CourseSession.starts_at,
            CourseSession.ends_at,
            confirmed_on_run(),
        )
        .join(CourseSession.run)
        .join(CourseRun.course)
        .outerjoin(Venue, Venue.id == func.coalesce(CourseSession.venue_id, CourseRun.venue_id))
        .where(
            is_own_run(who),
            CourseRun.cancelled_at.is_(None),
            CourseSession.cancelled_at.is_(None),
            CourseSession.starts_at >= at(day, time(0)),
            CourseSession.starts_at < at(day + timedelta(days=1), time(0)),
        )
        .order_by(CourseSession.starts_at, CourseSession.id)
        .limit(50)
    )
    for row in db.execute(wanted, {"locale": locale}):
        yield TodaysSession(*row)
