"""Named lists are opened on purpose: a press of a button, written into the log of actions, shows them on this device for some hours.

A GET writes nothing, so no page names people before that.
"""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.db import insert_once
from app.people import queries
from app.people.models import OpenedNames
from app.people.staff import Staff

OPEN_FOR = timedelta(hours=4)
"""So long a list stays open on the device on which it was opened: a lesson, and some time to mend the roll."""


def open_list(db: Session, who: Staff, run_id: int, why: str) -> None:
    """The names of the run's people may be shown on this device from now; every opening is recorded, with what it is for."""
    until = now() + OPEN_FOR
    insert_once(
        db, OpenedNames, sign_in=who.sign_in, run_id=run_id, until=until
    )  # Two presses at once are one opening.
    here = OpenedNames.sign_in == who.sign_in, OpenedNames.run_id == run_id
    db.execute(update(OpenedNames).where(*here).values(until=until))
    record(db, who.actor, "list_opened", "run", run_id, {"why": why})


def is_open(db: Session, who: Staff, run_id: int) -> bool:
    """Whether the run's people may be named on this device now."""
    until = queries.opened_until(db, who.sign_in, run_id)
    return until is not None and now() < until
