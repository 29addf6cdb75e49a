"""What is looked up when a run changes: notices not yet told, who is concerned, what is to be decided or reminded."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.courses.models import Course, CourseRun, CourseSession, CourseState
from app.courses.run_models import RunNotice
from app.providers.models import Provider
from app.refusals import NotFound
from app.registrations.models import ACTIVE, Registration, State
from app.registrations.queries import holds_seat


def open_notice(db: Session, run_id: int) -> RunNotice | None:
    """The run's changes that are still to be told; the caller holds the run."""
    return db.scalar(
        select(RunNotice)
        .where(RunNotice.run_id == run_id, RunNotice.told_at.is_(None))
        .execution_options(populate_existing=True)
    )


def notice(db: Session, notice_id: int) -> RunNotice:
    """Changes that were told."""
    return db.get_one(RunNotice, notice_id)


def runs_with_due_notice(db: Session, moment: datetime, limit: int = 200) -> list[int]:
    """Runs whose changes are to be told now."""
    due = select(RunNotice.run_id).where(RunNotice.told_at.is_(None), RunNotice.due_at <= moment)
    return [*db.scalars(due.order_by(RunNotice.due_at).limit(limit))]


def runs_ahead(db: Session, course_id: int, moment: datetime) -> list[int]:
    """The course's runs that are neither over nor called off, by number: the order in which they are held."""
    wanted = select(CourseRun.id).where(
        CourseRun.course_id == course_id, CourseRun.cancelled_at.is_(None), CourseRun.ends_at > moment
    )
    return [*db.scalars(wanted.order_by(CourseRun.id))]


def registered_ahead(db: Session, course_id: int, moment: datetime) -> dict[int, int]:
    """How many have or await a place on each run of the course that is not over."""
    rows = db.execute(
        select(Registration.run_id, func.count())
        .where(Registration.run_id.in_(runs_ahead(db, course_id, moment)), Registration.state.in_(ACTIVE))
        .group_by(Registration.run_id)
        .order_by(Registration.run_id)
    )
    return {row[0]: row[1] for row in rows}


def run_for_letter(db: Session, run_id: int) -> CourseRun | None:
    """A run with everything that a letter about it says."""
    return db.scalar(
        select(CourseRun)
        .where(CourseRun.id == run_id)
        .options(
            joinedload(CourseRun.venue),
            selectinload(CourseRun.sessions).joinedload(CourseSession.venue),
            joinedload(CourseRun.course).options(
                selectinload(Course.texts), joinedload(Course.provider).selectinload(Provider.texts)
            ),
        )
    )


def last_registration(db: Session, run_id: int) -> int:
    """The number of the run's latest registration; 0 when there is none."""
    return db.scalar(select(func.max(Registration.id)).where(Registration.run_id == run_id)) or 0


def active(db: Session, run: CourseRun) -> list[Registration]:
    """Whoever has a seat, is offered one or waits, in the order of the queue; the caller holds the run."""
    return [*db.scalars(_OF_RUN.where(Registration.run_id == run.id, Registration.state.in_(ACTIVE)))]


def cancelled_with(db: Session, run: CourseRun) -> list[Registration]:
    """Whoever lost a place because the whole run was cancelled."""
    return [
        *db.scalars(
            _OF_RUN.where(
                Registration.run_id == run.id,
                Registration.state == State.CANCELLED_BY_PROVIDER,
                Registration.ended_at == run.cancelled_at,
            )
        )
    ]


def run_of_registration(db: Session, registration_id: int) -> int:
    """Which run a registration is for: the run is locked before its registrations."""
    run_id = db.scalar(select(Registration.run_id).where(Registration.id == registration_id))
    if run_id is None:
        raise NotFound
    return run_id


def count_confirmed(db: Session, run_id: int) -> int:
    """How many have a confirmed seat."""
    confirmed = select(func.count()).where(Registration.run_id == run_id, Registration.state == State.CONFIRMED)
    return db.scalar(confirmed) or 0


def count_people(db: Session, run_id: int, moment: datetime) -> tuple[int, int, int]:
    """How many have a confirmed seat, how many a held one, and how many get a letter when the run changes."""
    row = db.execute(
        select(
            func.count().filter(Registration.state == State.CONFIRMED),
            func.count().filter(Registration.state == State.PENDING),
            func.count().filter(Registration.email.is_not(None)),
        ).where(Registration.run_id == run_id, or_(Registration.state == State.WAITLISTED, holds_seat(moment)))
    ).one()
    return row[0], row[1], row[2]


def runs_to_decide(db: Session, moment: datetime, limit: int = 200) -> list[int]:
    """Runs with a smallest number of participants whose day of decision has passed, not asked about since."""
    wanted = (
        select(CourseRun.id)
        .join(CourseRun.course)
        .where(is_to_decide(moment), Course.state != CourseState.ARCHIVED)
        .order_by(CourseRun.decision_at)
        .limit(limit)
    )
    return [*db.scalars(wanted)]


def is_to_decide(moment: datetime) -> ColumnElement[bool]:
    """SQL of `run_decisions.is_to_decide`."""
    return and_(
        CourseRun.min_participants > 0,
        CourseRun.decision_at <= moment,
        CourseRun.decided_at.is_(None),
        CourseRun.cancelled_at.is_(None),
        CourseRun.starts_at > moment,
        or_(CourseRun.minimum_asked_at.is_(None), CourseRun.minimum_asked_at < CourseRun.decision_at),
    )


def runs_to_remind(db: Session, moment: datetime, within: timedelta, limit: int = 500) -> list[tuple[int, datetime]]:
    """Runs that start within so long and have somebody to remind, each with its start."""
    somebody = (
        select(Registration.id)
        .where(
            Registration.run_id == CourseRun.id,
            Registration.state == State.CONFIRMED,
            Registration.reminded_at.is_(None),
        )
        .exists()
    )
    rows = db.execute(
        select(CourseRun.id, CourseRun.starts_at)
        .where(
            CourseRun.starts_at > moment,
            CourseRun.starts_at <= moment + within,
            CourseRun.cancelled_at.is_(None),
            somebody,
        )
        .order_by(CourseRun.starts_at)
        .limit(limit)
    )
    return [(run_id, starts_at) for run_id, starts_at in rows]


def not_reminded(db: Session, run: CourseRun, confirmed_before: datetime) -> list[Registration]:
    """Whoever has had a seat since before then and was not reminded yet; the caller holds the run."""
    return [
        *db.scalars(
            _OF_RUN.where(
                Registration.run_id == run.id,
                Registration.state == State.CONFIRMED,
                Registration.reminded_at.is_(None),
                Registration.confirmed_at <= confirmed_before,
            )
        )
    ]


_OF_RUN = (
    select(Registration)
    .options(selectinload(Registration.offers))
    .order_by(Registration.id)
    .execution_options(populate_existing=True)
)
