"""What is looked up to take a cancellation back: what was given up, and with whom."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.audit.models import AuditEntry
from app.registrations.models import Registration, State

MOST_UNDONE = 3
"""So often one may change one's mind: each time brings letters to whoever was registered along, at an address nobody confirmed."""
_GAVE_UP = {State.WITHDRAWN: "withdrawn", State.CANCELLED_BY_PROVIDER: "cancelled_by_provider"}
_UNDONE = {"withdrawal_undone", "cancelling_undone"}
_ACTS = {*_GAVE_UP.values(), *_UNDONE}


def given_up(registration: Registration, entries: Sequence[AuditEntry], *, by_staff: bool = False) -> State | None:
    """What the person gave up last and may take back, by the log's entries about the registration, oldest first.

    Staff may take back what the provider cancelled too.
    """
    if registration.erased_at is not None or sum(entry.act in _UNDONE for entry in entries) >= MOST_UNDONE:
        return None
    if registration.state is not State.WITHDRAWN and not by_staff:
        return None
    found = [entry for entry in entries if entry.act in _ACTS]
    if not found or found[-1].act != _GAVE_UP.get(registration.state):
        return None
    return State(json.loads(found[-1].facts)["was"])


def state_before(db: Session, registration: Registration, *, by_staff: bool = False) -> State | None:
    """What was given up last; none if nothing was, or if it is not theirs to take it back."""
    entries = db.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_kind == "registration",
            AuditEntry.object_id == str(registration.id),
            AuditEntry.act.in_(_ACTS),
        )
        .order_by(AuditEntry.id)
    ).all()
    return given_up(registration, entries, by_staff=by_staff)


def given_up_with(db: Session, registration: Registration, at: datetime) -> list[Registration]:
    """The one with whom the person came together, when both were given up in the same act."""
    if registration.party is None:
        return []
    rows = db.scalars(
        select(Registration)
        .where(
            Registration.party == registration.party,
            Registration.id != registration.id,
            Registration.run_id == registration.run_id,
            Registration.state == State.WITHDRAWN,
            Registration.ended_at == at,
            Registration.erased_at.is_(None),
        )
        .order_by(Registration.id)
        .options(selectinload(Registration.offers))
        .with_for_update()
    )
    return [*rows]
