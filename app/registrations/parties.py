"""Two who come together or not at all: who goes when one of them asks for it, and what becomes of the one who stays."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, record
from app.courses.models import CourseRun
from app.outbox.messages import PartyDissolved
from app.outbox.post import post
from app.registrations.inputs import Who
from app.registrations.models import Registration


def leaving(registration: Registration, together: Sequence[Registration], who: Who) -> list[Registration]:
    """Who goes, as the one behind the link asks: by default both; nobody where the other one is asked for and is not there."""
    if who is Who.ME:
        return [registration]
    if who is Who.COMPANION:
        return [one for one in together if one.id != registration.id]
    return [*together]


def come_apart(
    db: Session,
    run: CourseRun,
    together: Iterable[Registration],
    gone: Iterable[int],
    *,
    asked_by: int | None,
    actor: str = RESIDENT,
) -> None:
    """From now on each stands for oneself; `asked_by` is the registration behind whose link it was asked for, if any.

    A link means one registration for ever, so no link changes hands. Who stays and has no address of their own is
    written to at the other's, without taking over who the address stands for: that person may register again. Everybody
    who stays and did not ask for it hears of it, with a link of their own.
    """
    members, left = [*together], {*gone}
    contact = next((one for one in members if one.email), None)
    for one in members:
        one.party = None
        if one.id in left:
            continue
        if one.email is None and contact is not None:
            one.email, one.locale = contact.email, contact.locale
        record(db, actor, "party_separated", "registration", one.id)
        if one.id != asked_by:
            post(db, PartyDissolved(one.id, run.course_id))
