"""Close to the start the provider decides about a free seat: who is first in the queue, give it to them, or leave it free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses.models import CourseRun
from app.courses.own_queries import own_run
from app.courses.queries import lock_run
from app.i18n import DEFAULT
from app.links import new_key
from app.outbox.messages import SeatTaken
from app.outbox.post import post
from app.people.staff import Staff
from app.registrations import queries, queue_queries
from app.registrations.models import Registration, State
from app.registrations.refusals import FirstHasChanged, NoSeatToGive, ProviderLinkOver
from app.registrations.seats import SeatRules, Turn, clear_and_pass_on, record_skips, whose_turn

LINK_STAYS = timedelta(days=1)
"""So long a provider's link still says that there is nothing left to decide; then it opens nothing, whoever has it."""


@dataclass(frozen=True, slots=True)
class LateSeats:
    """How a run stands for the provider who decides about its free seats; nobody's name is in it."""

    run: CourseRun
    free: int
    """Free seats; where there is no limit, as many as people wait."""
    waiting: int
    can_give: bool
    """Whether a seat is free for somebody who waits, and it is for the provider to decide."""
    by_itself: bool
    """Whether the start is so far ahead again that seats are offered by themselves."""

    @property
    def is_over(self) -> bool:
        """Whether the run is called off, and nothing is to be given any more."""
        return self.run.cancelled_at is not None

    def title(self, locale: str) -> str:
        """The course's title in the reader's language where it is translated."""
        return self.run.course.title_in(locale)

    @property
    def provider(self) -> str:
        """Who offers the course, as it is written in Latvian."""
        provider = self.run.course.provider
        return provider.texts[DEFAULT].name if DEFAULT in provider.texts else provider.code


def late_seats(db: Session, link_key: str, rules: SeatRules) -> LateSeats:
    """How the run behind the provider's link stands now."""
    return late_seats_of(db, _run(db, link_key), rules, now())


def late_seats_of(db: Session, run: CourseRun, rules: SeatRules, moment: datetime) -> LateSeats:
    """How the run stands at that moment; its course, provider and their texts must be loaded."""
    found = queries.occupancy_of(db, run, moment)
    free = max(0, run.seats - found.taken) if run.seats else found.waiting
    can_give = bool(_turn(db, run, rules, moment).chosen)
    return LateSeats(run, free, found.waiting, can_give, rules.offers_by_itself(run, moment))


def show_first(db: Session, link_key: str, rules: SeatRules, actor: str = "") -> list[Registration]:
    """Who is first in the queue and could take a seat: one person, or two who come together. Who looks is recorded."""
    run = _held(db, link_key, rules)
    turn = _turn(db, run, rules, now())
    if not turn.chosen:
        raise NoSeatToGive
    first = _first(db, turn)
    record(
        db, actor or _actor(run), "list_opened", "registration", first[0].id, {"list": "first_in_queue", "run": run.id}
    )
    return first


def give_seat(db: Session, link_key: str, registration_id: int, rules: SeatRules, actor: str = "") -> None:
    """The first in the queue gets the free seat at once; two who come together both do. Doing it twice changes nothing."""
    run = _run(db, link_key, lock=True)
    give_to_first(db, run, registration_id, actor or _actor(run), rules)


def give_to_first(db: Session, run: CourseRun, registration_id: int, actor: str, rules: SeatRules) -> None:
    """The first in the queue of the run, which is held, gets the free seat; nobody else does, whoever asks."""
    clear_and_pass_on(db, run, rules)
    db.flush()
    shown = queries.registration(db, registration_id)
    if shown is None or shown.run_id != run.id:
        raise NoSeatToGive
    if shown.state is State.CONFIRMED:
        return
    moment = now()
    turn = _turn(db, run, rules, moment)
    if not turn.chosen:
        raise NoSeatToGive
    if turn.chosen[0] != registration_id:
        raise FirstHasChanged
    first = _first(db, turn)
    record_skips(db, actor, Turn([], [one for one in turn.skipped if one[1] == registration_id]))
    for one in first:
        one.state = State.CONFIRMED
        one.confirmed_at = moment
        post(db, SeatTaken(one.id, run.course_id))
        record(db, actor, "seat_given", "registration", one.id)
    db.flush()
    clear_and_pass_on(db, run, rules, moment)


def leave_free(db: Session, link_key: str, rules: SeatRules, actor: str = "") -> None:
    """The provider leaves the free seats free; those who wait go on waiting. No letter comes again for the same seats."""
    run = _held(db, link_key, rules)
    if not _turn(db, run, rules, now()).chosen:
        raise NoSeatToGive
    record(db, actor or _actor(run), "seats_left_free", "run", run.id, {"free": run.seats_told or 0})


def _held(db: Session, link_key: str, rules: SeatRules) -> CourseRun:
    """The run, locked, with what is over on it cleared."""
    run = _run(db, link_key, lock=True)
    clear_and_pass_on(db, run, rules)
    db.flush()
    return run


def first_in_turn(db: Session, run: CourseRun, rules: SeatRules, moment: datetime) -> int | None:
    """The registration whose turn it is when the provider decides; none when nothing is to be given."""
    chosen = _turn(db, run, rules, moment).chosen
    return chosen[0] if chosen else None


def _run(db: Session, link_key: str, *, lock: bool = False) -> CourseRun:
    """The run behind the link. Seats can be given as long as the course lasts; a day later the link opens nothing."""
    run = queue_queries.run_of_provider_link(db, link_key, lock=lock)
    if now() >= run.ends_at + LINK_STAYS:
        raise ProviderLinkOver
    return run


def _turn(db: Session, run: CourseRun, rules: SeatRules, moment: datetime) -> Turn:
    """Whose turn it is; nobody's when it is not for the provider to decide, or the run is over."""
    if run.cancelled_at is not None or run.ends_at <= moment or rules.offers_by_itself(run, moment):
        return Turn([], [])
    found = queries.occupancy_of(db, run, moment)
    return whose_turn(queue_queries.queue(db, run), run.seats - found.taken if run.seats else found.waiting)


def _first(db: Session, turn: Turn) -> list[Registration]:
    """The first whose turn it is, with whoever comes along."""
    ids: Sequence[int] = turn.chosen[:2]
    found = queue_queries.by_ids(db, ids)
    first = found[0]
    return [one for one in found if one.id == first.id or (first.party is not None and one.party == first.party)]


def _actor(run: CourseRun) -> str:
    """The provider, as the log of actions calls it: nobody in particular was signed in."""
    return f"provider:{run.course.provider_id}"


def provider_link(db: Session, who: Staff, run_id: int) -> str:
    """The key by which the acts here know the run, made when there is none yet; what is not theirs is not found."""
    own_run(db, who, run_id)
    run = lock_run(db, run_id)
    run.link_key = run.link_key or new_key()
    db.flush()
    return run.link_key


def own_late_seats(db: Session, who: Staff, run_id: int, rules: SeatRules) -> LateSeats:
    """How the run stands now, for its provider's staff."""
    own_run(db, who, run_id)
    run = queue_queries.run_with_provider(db, run_id)
    assert run is not None
    return late_seats_of(db, run, rules, now())
