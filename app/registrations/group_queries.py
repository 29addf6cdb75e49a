"""What a provider's staff see of one of their runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.courses.models import Course, CourseRun, CourseSession, CourseState, RunState
from app.courses.own_queries import is_own_run
from app.courses.planning_queries import TITLE
from app.courses.question_queries import open_questions
from app.courses.run_models import RunNotice, RunQuestion, RunSubstitute
from app.people.models import Account, Role
from app.people.staff import Staff
from app.refusals import NotFound
from app.registrations.queries import Occupancy, occupancy_of
from app.registrations.run_decisions import waits_for_decision
from app.registrations.run_queries import count_people, open_notice


@dataclass(frozen=True, slots=True)
class Group:
    """A run with everything its page shows."""

    run: CourseRun
    title: str
    course_state: CourseState
    seats: Occupancy
    confirmed: int
    to_confirm: int
    letters: int
    questions: Sequence[RunQuestion]
    substitutes: Sequence[Account]
    notice: RunNotice | None
    """Changes that are still to be told."""
    moment: datetime

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        return self.run.state(self.moment, self.seats.taken, self.seats.waiting)

    @property
    def waits_for_decision(self) -> bool:
        """Whether the provider was asked whether it starts."""
        return waits_for_decision(self.run, self.moment)

    @property
    def is_over(self) -> bool:
        """Whether nothing of it can be changed any more."""
        return self.run.cancelled_at is not None or self.run.ends_at <= self.moment

    @property
    def has_started(self) -> bool:
        """Whether some of it has taken place."""
        return self.run.starts_at <= self.moment


def group(db: Session, who: Staff, run_id: int, locale: str, moment: datetime) -> Group:
    """The run of their provider with that number; what is not theirs is not found. Ten statements."""
    row = db.execute(
        select(CourseRun, TITLE, Course.state)
        .join(CourseRun.course)
        .where(CourseRun.id == run_id, is_own_run(who))
        .options(
            contains_eager(CourseRun.course),
            joinedload(CourseRun.venue),
            selectinload(CourseRun.sessions).joinedload(CourseSession.venue),
        ),
        {"locale": locale},
    ).one_or_none()
    if row is None:
        raise NotFound
    run, title, course_state = row
    confirmed, to_confirm, letters = count_people(db, run.id, moment)
    return Group(
        run=run,
        title=title,
        course_state=course_state,
        seats=occupancy_of(db, run, moment),
        confirmed=confirmed,
        to_confirm=to_confirm,
        letters=letters,
        questions=open_questions(db, run.id),
        substitutes=substitutes_of(db, run.id),
        notice=open_notice(db, run.id),
        moment=moment,
    )


def substitutes_of(db: Session, run_id: int) -> Sequence[Account]:
    """Who stands in for the teacher of the run, by name."""
    return db.scalars(
        select(Account)
        .join(RunSubstitute, RunSubstitute.account_id == Account.id)
        .where(RunSubstitute.run_id == run_id)
        .order_by(Account.name, Account.id)
    ).all()


def possible_substitutes(db: Session, who: Staff) -> Sequence[Account]:
    """The provider's accounts that can stand in, by name."""
    return db.scalars(
        select(Account)
        .where(Account.provider_id == who.provider, Account.role == Role.SUBSTITUTE, Account.is_active)
        .order_by(Account.name, Account.id)
    ).all()
