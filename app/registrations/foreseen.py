"""What would follow from a change of a run: it is done, looked at, and undone, so that what is foreseen is what happens."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.clock import now
from app.courses.queries import lock_timetable
from app.registrations import run_queries
from app.registrations.known import Change, changes, known
from app.registrations.models import State


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be different, and how many people would be told."""

    changes: tuple[Change, ...]
    before_venue: str
    after_venue: str
    letters: int
    """So many people get a letter."""
    by_phone: int
    """So many have no address for letters: somebody must call them."""
    seated_letters: int
    """So many of those who have a seat can be written to: what is decided about the run is told to them alone."""
    seated_by_phone: int
    cancelled: bool
    offers: int
    """So many people on the waiting list are offered a seat at once."""

    @property
    def is_same(self) -> bool:
        """Whether those registered would notice nothing."""
        return not self.changes and self.before_venue == self.after_venue and not self.cancelled and not self.offers


def foresee(db: Session, run_id: int, act: Callable[[], None]) -> Foreseen:
    """Try the act and take it back; what the act refuses is refused here already."""
    moment = now()
    run = lock_timetable(db, run_id)
    before = known(run, moment)
    people = run_queries.active(db, run)
    concerned = [one for one in people if one.is_active(moment)]
    seated = [one for one in concerned if one.state is State.CONFIRMED]
    written = sum(one.email is not None for one in concerned)
    offered = sum(one.state is State.OFFERED for one in people)
    attempt = db.begin_nested()
    try:
        act()
        db.flush()
        run = lock_timetable(db, run_id)
        after, cancelled = known(run, moment), run.cancelled_at is not None
        new_offers = sum(one.state is State.OFFERED for one in run_queries.active(db, run)) - offered
    finally:
        attempt.rollback()
    changed = tuple(changes(before, after))
    told = bool(changed) or cancelled
    return Foreseen(
        changes=changed,
        before_venue=before.venue,
        after_venue=after.venue,
        letters=written if told else 0,
        by_phone=len(concerned) - written if told else 0,
        seated_letters=sum(one.email is not None for one in seated),
        seated_by_phone=sum(one.email is None for one in seated),
        cancelled=cancelled,
        offers=max(0, new_offers),
    )
