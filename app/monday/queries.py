"""The first page of a provider's staff: what needs them now, and what is held today. Twelve statements, whatever the size.

Substitutes see only their runs: courses, permits and wishes are none of their business.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.clock import today
from app.courses.models import Course, CourseRun, CourseSession, CourseState, CourseStep
from app.courses.own_queries import is_own_run
from app.courses.planning_queries import TITLE
from app.feedback.reading import unread_runs
from app.i18n import at, local
from app.participation.models import Attendance, HeadCount
from app.people.staff import Staff
from app.permits.models import Permit
from app.providers.models import ProviderDirection, Venue
from app.registrations.group_queries import (
    GroupRow,
    GroupsTab,
    confirmed_on_run,
    count_groups,
    nearest_groups,
    taken_on_run,
    waiting_on_run,
)
from app.registrations.models import Registration, State
from app.registrations.seats import SeatRules
from app.wishes.models import WAITING as WAITING_WISHES
from app.wishes.models import WishRequest, WishState, WishSupport

SHOWN = 5
"""Of each kind so many are shown; then it is said that there are more."""
UNMARKED = timedelta(days=60)
"""An older session without marks is left to the lists."""
DECIDE_WITHIN = timedelta(days=14)
PERMIT_WITHIN = timedelta(days=60)
DRAFT_OLD = timedelta(days=30)
NEAREST = 7


class Need(StrEnum):
    """Why something stands on the list, in the order in which it is shown."""

    LATE_SEAT = "late_seat"
    RETURNED = "returned"
    TOO_FEW = "too_few"
    UNMARKED = "unmarked"
    PAST = "past"
    UNDECIDED = "undecided"
    WAITING = "waiting"
    OVERDUE_WISH = "overdue_wish"
    PERMIT = "permit"
    OLD_DRAFT = "old_draft"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for somebody: what it is about, and the facts its sentence tells."""

    need: Need
    id: int
    title: str
    moment: datetime | None = None
    day: date | None = None
    people: int = 0
    of: int = 0
    words: str = ""
    asked: bool = False
    """Whether it was asked already and only the answer is missing."""


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
    found = [*_of_runs(db, who, locale, moment, rules)]
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


def _of_runs(db: Session, who: Staff, locale: str, moment: datetime, rules: SeatRules) -> Iterator[Todo]:
    """What runs need: decisions, seats for those who wait, marks, other dates."""
    stands = and_(is_own_run(who), CourseRun.cancelled_at.is_(None))
    asked = {"locale": locale}
    confirmed = confirmed_on_run()
    few = (
        select(CourseRun, TITLE, confirmed)
        .join(CourseRun.course)
        .where(
            stands,
            CourseRun.min_participants > 0,
            CourseRun.decided_at.is_(None),
            CourseRun.decision_at <= moment + DECIDE_WITHIN,
            CourseRun.starts_at > moment,
            confirmed < CourseRun.min_participants,
        )
        .order_by(CourseRun.decision_at, CourseRun.id)
        .limit(SHOWN + 1)
    )
    for run, title, people in db.execute(few, asked):
        yield Todo(
            Need.TOO_FEW,
            run.id,
            title,
            moment=run.starts_at,
            day=local(run.decision_at).date() if run.decision_at else None,
            people=people,
            of=run.min_participants,
            asked=run.minimum_asked_at is not None,
        )
    yield from _waiting(db, who, locale, moment, rules)
    yield from _unmarked(db, who, locale, moment)
    public = Course.state == CourseState.PUBLISHED
    nobody = ~select(Registration.id).where(Registration.run_id == CourseRun.id).exists()
    past = (
        select(CourseRun.id, TITLE, CourseRun.starts_at, public, confirmed, CourseRun.min_participants)
        .join(CourseRun.course)
        .where(
            stands,
            CourseRun.starts_at <= moment,
            CourseRun.ends_at > moment - UNMARKED,
            or_(
                and_(Course.state.in_([CourseState.DRAFT, CourseState.SUBMITTED]), nobody),
                and_(
                    public,
                    CourseRun.ends_at > moment,
                    CourseRun.min_participants > 0,
                    CourseRun.minimum_asked_at.is_not(None),
                    CourseRun.decided_at.is_(None),
                ),
            ),
        )
        .order_by(CourseRun.starts_at, CourseRun.id)
        .limit(2 * SHOWN + 1)
    )
    for run_id, title, starts_at, is_public, people, minimum in db.execute(past, asked):
        need = Need.UNDECIDED if is_public else Need.PAST
        yield Todo(need, run_id, title, moment=starts_at, people=people, of=minimum)


def _waiting(db: Session, who: Staff, locale: str, moment: datetime, rules: SeatRules) -> Iterator[Todo]:
    """Runs that people wait for: close to the start a free seat is to be given, before it more seats can be added."""
    queued = (
        select(Registration.run_id)
        .where(Registration.state == State.WAITLISTED, Registration.erased_at.is_(None))
        .group_by(Registration.run_id)
        .subquery()
    )
    taken, waiting = taken_on_run(moment), waiting_on_run()
    wanted = (
        select(CourseRun, TITLE, taken, waiting)
        .join(queued, queued.c.run_id == CourseRun.id)
        .join(CourseRun.course)
        .where(is_own_run(who), CourseRun.cancelled_at.is_(None), CourseRun.ends_at > moment)
        .order_by(CourseRun.starts_at, CourseRun.id)
        .limit(4 * SHOWN)
    )
    for run, title, seats_taken, people in db.execute(wanted, {"locale": locale}):
        free = run.seats == 0 or seats_taken < run.seats
        if free and not rules.offers_by_itself(run, moment):
            yield Todo(Need.LATE_SEAT, run.id, title, moment=run.starts_at, people=people)
        elif not free and run.starts_at > moment:
            yield Todo(Need.WAITING, run.id, title, moment=run.starts_at, people=people, of=run.seats)


def _unmarked(db: Session, who: Staff, locale: str, moment: datetime) -> Iterator[Todo]:
    """Sessions that were held and have neither marks nor a head count."""
    confirmed = confirmed_on_run()
    wanted = (
        select(CourseSession.id, TITLE, CourseSession.starts_at, confirmed)
        .join(CourseSession.run)
        .join(CourseRun.course)
        .where(
            is_own_run(who),
            CourseRun.cancelled_at.is_(None),
            CourseSession.cancelled_at.is_(None),
            CourseSession.ends_at <= moment,
            CourseSession.starts_at > moment - UNMARKED,
            ~select(Attendance.id).where(Attendance.session_id == CourseSession.id).exists(),
            ~select(HeadCount.id).where(HeadCount.session_id == CourseSession.id).exists(),
            confirmed > 0,
        )
        .order_by(CourseSession.starts_at.desc(), CourseSession.id)
        .limit(SHOWN + 1)
    )
    for session_id, title, starts_at, people in db.execute(wanted, {"locale": locale}):
        yield Todo(Need.UNMARKED, session_id, title, moment=starts_at, people=people)


def _of_courses(db: Session, who: Staff, locale: str, moment: datetime) -> Iterator[Todo]:
    """Drafts that the board returned with a comment, and those that nobody has touched for long."""
    last = select(func.max(CourseStep.id)).where(CourseStep.course_id == Course.id).correlate(Course).scalar_subquery()
    wanted = (
        select(Course.id, TITLE, Course.updated_at, CourseStep.comment)
        .outerjoin(CourseStep, CourseStep.id == last)
        .where(
            Course.provider_id == who.provider,
            Course.state == CourseState.DRAFT,
            or_(CourseStep.comment != "", Course.updated_at < moment - DRAFT_OLD),
        )
        .order_by(Course.updated_at, Course.id)
        .limit(4 * SHOWN)
    )
    for course_id, title, updated_at, comment in db.execute(wanted, {"locale": locale}):
        if comment:
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
