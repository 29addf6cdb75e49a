"""Whether a run with too few participants starts: asked once the day of decision has passed, decided by the provider."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.orm import Session

from app.audit.record import SYSTEM, record
from app.clock import now
from app.courses.models import CourseRun
from app.courses.queries import lock_run
from app.courses.refusals import DatePast
from app.courses.wall_clock import instant
from app.links import new_key
from app.outbox.messages import CourseChanged, DecisionMoved, MinimumMissed, RunGoesAhead, RunUndecided
from app.outbox.post import post
from app.registrations import queue_queries, run_queries
from app.registrations.late_seats import LINK_STAYS
from app.registrations.models import Registration, State
from app.registrations.refusals import ProviderLinkOver
from app.registrations.run_changes import cancel_run
from app.registrations.run_inputs import CancelForm, DecisionDayForm
from app.registrations.run_refusals import DecisionAfterStart, NothingToDecide
from app.registrations.seats import SeatRules

_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Decision:
    """How a run with few participants stands for the provider who decides about it; nobody's name is in it."""

    run: CourseRun
    confirmed: int
    to_confirm: int
    """Seats held for people who have not confirmed their address yet."""
    letters: int
    """So many people get a letter when the run is cancelled."""
    moment: datetime

    @property
    def waits(self) -> bool:
        """Whether the provider can decide now."""
        return waits_for_decision(self.run, self.moment)

    @property
    def is_over(self) -> bool:
        """Whether the run has started, so that nothing is to be decided."""
        return self.run.starts_at <= self.moment

    def title(self, locale: str) -> str:
        """The course's title in the reader's language where it is translated."""
        return self.run.course.title_in(locale)


def decision(db: Session, link_key: str) -> Decision:
    """How the run behind the provider's link stands now; a day after its start the link opens nothing."""
    run, moment = queue_queries.run_of_provider_link(db, link_key), now()
    if moment >= run.starts_at + LINK_STAYS:
        raise ProviderLinkOver
    confirmed, to_confirm, letters = run_queries.count_people(db, run.id, moment)
    return Decision(run, confirmed, to_confirm, letters, moment)


def is_to_decide(run: CourseRun, moment: datetime) -> bool:
    """Whether the day of decision has passed and nobody was asked since: only before the start, and only while it stands."""
    return (
        run.min_participants > 0
        and run.decision_at is not None
        and run.decision_at <= moment < run.starts_at
        and run.decided_at is None
        and run.cancelled_at is None
        and (run.minimum_asked_at is None or run.minimum_asked_at < run.decision_at)
    )


def waits_for_decision(run: CourseRun, moment: datetime) -> bool:
    """Whether the provider was asked and can still decide."""
    return (
        run.minimum_asked_at is not None
        and run.min_participants > 0
        and run.decided_at is None
        and run.cancelled_at is None
        and moment < run.starts_at
    )


def ask_for_decision(db: Session, run_id: int) -> None:
    """On the day of decision: enough participants settle it; too few, and the provider is asked and they are told."""
    run = lock_run(db, run_id)
    moment = now()
    if not is_to_decide(run, moment):
        return
    confirmed = run_queries.count_confirmed(db, run.id)
    if confirmed >= run.min_participants:
        run.decided_at = moment
        record(db, SYSTEM, "minimum_reached", "run", run.id, {"confirmed": confirmed})
        post(db, CourseChanged(run.course_id))
        return
    is_first = run.minimum_asked_at is None
    run.minimum_asked_at = moment
    run.link_key = run.link_key or new_key()
    record(db, SYSTEM, "decision_asked", "run", run.id, {"confirmed": confirmed, "minimum": run.min_participants})
    post(db, MinimumMissed(run.id))
    post(db, CourseChanged(run.course_id))
    if is_first:
        for registration in _confirmed(db, run):
            post(db, RunUndecided(registration.id))


def start_all_the_same(db: Session, run_id: int, actor: str) -> None:
    """The run starts with those it has; they are told. Doing it twice changes nothing."""
    run, moment = lock_run(db, run_id), now()
    if run.decided_at is not None and run.cancelled_at is None:
        return
    _refuse_unless_asked(run, moment)
    _decide(db, run, actor)
    for registration in _confirmed(db, run):
        post(db, RunGoesAhead(registration.id))


def take_place(db: Session, run_id: int, actor: str) -> None:
    """A run that began undecided takes place with those it has; who is there already sees it. Twice changes nothing."""
    run, moment = lock_run(db, run_id), now()
    if run.decided_at is not None and run.cancelled_at is None:
        return
    if run.minimum_asked_at is None or run.cancelled_at is not None or not run.starts_at <= moment < run.ends_at:
        raise NothingToDecide
    _decide(db, run, actor)


def _decide(db: Session, run: CourseRun, actor: str) -> None:
    run.decided_at = now()
    record(db, actor, "decided_to_start", "run", run.id, {"confirmed": run_queries.count_confirmed(db, run.id)})
    post(db, CourseChanged(run.course_id))


def decide_later(db: Session, run_id: int, asked: DecisionDayForm, actor: str) -> None:
    """The day of decision moves, but stays before the start; those who have a seat are told."""
    run, moment = lock_run(db, run_id), now()
    _refuse_unless_asked(run, moment)
    until = instant(asked.day, _LAST_SECOND)
    if until >= run.starts_at:
        raise DecisionAfterStart
    if until <= moment:
        raise DatePast
    was = run.decision_at
    if until == was:
        return
    run.decision_at = until
    record(
        db,
        actor,
        "decision_moved",
        "run",
        run.id,
        {"before": was.isoformat() if was else None, "after": until.isoformat()},
    )
    post(db, CourseChanged(run.course_id))
    for registration in _confirmed(db, run):
        post(db, DecisionMoved(registration.id))


def call_off(db: Session, run_id: int, asked: CancelForm, actor: str, rules: SeatRules) -> None:
    """The run does not take place for lack of participants."""
    _refuse_unless_asked(lock_run(db, run_id), now())
    cancel_run(db, run_id, asked, actor, rules)


def _refuse_unless_asked(run: CourseRun, moment: datetime) -> None:
    if not waits_for_decision(run, moment):
        raise NothingToDecide


def _confirmed(db: Session, run: CourseRun) -> list[Registration]:
    """Those with a confirmed seat."""
    return [registration for registration in run_queries.active(db, run) if registration.state is State.CONFIRMED]
