"""What a provider's runs need now: a decision, a seat for those who wait, marks, other dates."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.courses.models import IS_PUBLISHED, Course, CourseRun, CourseSession, CourseState
from app.courses.own_queries import is_own_run
from app.courses.planning_queries import TITLE
from app.i18n import local
from app.monday.todo import SHOWN, Need, Todo
from app.participation.roll_queries import is_to_mark
from app.people.staff import Staff
from app.registrations.group_list_queries import (
    confirmed_on_run,
    taken_on_run,
    waiting_on_run,
)
from app.registrations.models import Registration, State
from app.registrations.queue_queries import somebody_alone
from app.registrations.seats import SeatRules

UNMARKED = timedelta(days=60)
"""An older session whose roll is not finished is left to the lists."""
DECIDE_WITHIN = timedelta(days=14)


def needs_of_runs(db: Session, who: Staff, locale: str, moment: datetime, rules: SeatRules) -> Iterator[Todo]:
    """What runs need: decisions, seats for those who wait, marks, other dates."""
    stands = and_(is_own_run(who), CourseRun.cancelled_at.is_(None))
    asked = {"locale": locale}
    confirmed = confirmed_on_run()
    few = (
        select(CourseRun, TITLE, confirmed)
        .join(CourseRun.course)
        .where(
            stands,
            Course.state != CourseState.ARCHIVED,
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
    public = IS_PUBLISHED
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
    fits = or_(CourseRun.seats == 0, CourseRun.seats - taken >= 2, and_(CourseRun.seats > taken, somebody_alone()))
    wanted = (
        select(CourseRun, TITLE, taken, waiting)
        .join(queued, queued.c.run_id == CourseRun.id)
        .join(CourseRun.course)
        .where(
            is_own_run(who),
            CourseRun.cancelled_at.is_(None),
            CourseRun.ends_at > moment,
            or_(fits, and_(CourseRun.starts_at > moment, CourseRun.seats <= taken)),
        )
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
    """Sessions that were held and whose roll is not finished, as the pages of attendance list them."""
    confirmed = confirmed_on_run()
    wanted = (
        select(CourseSession.id, TITLE, CourseSession.starts_at, confirmed)
        .join(CourseSession.run)
        .join(CourseRun.course)
        .where(
            is_own_run(who),
            is_to_mark(moment),
            CourseSession.ends_at <= moment,
            CourseSession.starts_at > moment - UNMARKED,
            confirmed > 0,
        )
        .order_by(CourseSession.starts_at.desc(), CourseSession.id)
        .limit(SHOWN + 1)
    )
    for session_id, title, starts_at, people in db.execute(wanted, {"locale": locale}):
        yield Todo(Need.UNMARKED, session_id, title, moment=starts_at, people=people)
