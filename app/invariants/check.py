"""check_invariants(): every invariant, looked at in one view of the records; nothing is changed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from app.clock import now
from app.db import Database
from app.invariants import consequences, registrations, seats, soundness, stored
from app.invariants.look import Invariant, Look, looking
from app.registrations.seats import SeatRules

INVARIANTS = (
    Invariant("I1", "Every registration has its entry in the log and its message.", registrations.whole),
    Invariant("I2", "No run is oversold, and no seat is free while somebody waits for it.", seats.seats),
    Invariant("I3", "Queues keep their order, and offers follow it, once to each.", seats.queues),
    Invariant("I4", "Every message that is done had its letter written.", consequences.letters),
    Invariant("I5", "The outbox is drained or will be soon, and nothing was given up.", consequences.outbox),
    Invariant("I6", "The search index is what is published.", consequences.index),
    Invariant("I7", "Every step stands in the log once, and its chain is unbroken.", registrations.logged_once),
    Invariant("I8", "Stored figures are what the records give.", stored.figures),
    Invariant("I10", "Nobody whose account is closed is signed in.", stored.sign_ins),
    Invariant("I11", "The database is undamaged and keeps its constraints.", soundness.database),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one invariant: what breaks it, or why it could not be looked at."""

    invariant: Invariant
    findings: tuple[str, ...]
    fault: str = ""

    @property
    def holds(self) -> bool:
        """Whether it was looked at, and nothing breaks it."""
        return not self.findings and not self.fault


def check_invariants(database: Database, rules: SeatRules, ids: Collection[str] = ()) -> Iterator[Checked]:
    """Look at each invariant in turn, or at some of them; findings hold numbers of records and nothing personal."""
    with looking(database, now(), rules) as look:
        for invariant in INVARIANTS:
            if not ids or invariant.id in ids:
                yield _check(look, invariant)


def _check(look: Look, invariant: Invariant) -> Checked:
    try:
        with look.db.begin_nested():
            return Checked(invariant, tuple(invariant.find(look)))
    except SQLAlchemyError as fault:
        return Checked(invariant, (), type(fault).__name__)
    finally:
        look.db.expunge_all()
