"""Letters that staff write to people of a group: to each once, by mail; whoever has no address is called."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses.own_queries import own_run
from app.courses.queries import lock_run
from app.outbox.post import post
from app.outbox.staff_messages import GroupLetterWritten
from app.people.staff import Staff
from app.registrations import group_letter_queries
from app.registrations.inputs import GroupLetterForm
from app.registrations.models import GroupLetter, GroupLetterRecipient, Registration, State
from app.registrations.refusals import NobodyToWriteTo, SentTwiceDifferently


class Circle(StrEnum):
    """To whom a letter goes, by where they stand."""

    CONFIRMED = "confirmed"
    HELD = "held"
    WAITING = "waiting"


CIRCLES: Mapping[Circle, tuple[State, ...]] = {
    Circle.CONFIRMED: (State.CONFIRMED,),
    Circle.HELD: (State.PENDING, State.OFFERED),
    Circle.WAITING: (State.WAITLISTED,),
}


def chosen(people: Iterable[Registration], circles: Iterable[Circle], numbers: Iterable[int]) -> list[Registration]:
    """Those of the people who stand in one of the circles or are chosen by themselves; each address once."""
    states = {state for circle in circles for state in CIRCLES[circle]}
    wanted, known = {*numbers}, set()
    found = []
    for one in sorted(people, key=lambda person: person.id):
        if one.state not in states and one.id not in wanted:
            continue
        address = (one.email or "").casefold()
        if address and address in known:
            continue
        known.add(address)
        found.append(one)
    return found


def write_to_group(
    db: Session, who: Staff, run_id: int, asked: GroupLetterForm, to: Sequence[Registration], key: str
) -> GroupLetter:
    """Write the letter to these people of their run; the same form sent again is the same letter."""
    own_run(db, who, run_id)
    lock_run(db, run_id)
    hashed = hashlib.sha256(f"letter:{run_id}\n{key}".encode()).hexdigest()
    if before := group_letter_queries.by_key(db, hashed):
        if (before.subject, before.words) != (asked.subject, asked.words):
            raise SentTwiceDifferently
        return before
    if not to or any(one.run_id != run_id for one in to):
        raise NobodyToWriteTo
    mailed = [one for one in to if one.email]
    letter = GroupLetter(
        run_id=run_id,
        account_id=who.account_id,
        key=hashed,
        subject=asked.subject,
        words=asked.words,
        people=len(mailed),
        written_at=now(),
    )
    db.add(letter)
    db.flush()
    db.add_all(GroupLetterRecipient(letter_id=letter.id, registration_id=one.id, is_called=not one.email) for one in to)
    for one in mailed:
        post(db, GroupLetterWritten(one.id, letter.id))
    facts = {"letter": letter.id, "people": len(mailed), "called": len(to) - len(mailed)}
    record(db, who.actor, "letter_written", "run", run_id, facts)
    db.flush()
    return letter


def note_sent(db: Session, letter_id: int, registration_id: int) -> None:
    """The letter has left for this person."""
    db.execute(
        update(GroupLetterRecipient)
        .where(
            GroupLetterRecipient.letter_id == letter_id,
            GroupLetterRecipient.registration_id == registration_id,
            GroupLetterRecipient.sent_at.is_(None),
        )
        .values(sent_at=now())
    )


def forget_words(db: Session, before: datetime) -> None:
    """The text of letters written before then is erased; that they were written stays on record."""
    db.execute(
        update(GroupLetter).where(GroupLetter.written_at < before, GroupLetter.words != "").values(subject="", words="")
    )
