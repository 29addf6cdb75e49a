"""Letters that staff write to people of a group: to each once, by mail; whoever has no address is called."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses.own_queries import own_run
from app.courses.queries import lock_run
from app.outbox.messages import GroupLetterWritten
from app.outbox.models import Message
from app.outbox.post import post
from app.people.models import Account
from app.people.staff import Staff
from app.refusals import NotFound
from app.registrations.desk_queries import by_surname
from app.registrations.inputs import GroupLetterForm
from app.registrations.models import ACTIVE, GroupLetter, GroupLetterRecipient, Registration, State
from app.registrations.refusals import NobodyToWriteTo, SentTwiceDifferently

KIND = GroupLetterWritten.__name__


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


@dataclass(frozen=True, slots=True)
class Fate:
    """How far a letter is: so many sent, waiting, not delivered; so many to be called."""

    letter: GroupLetter
    writer: str
    sent: int
    waiting: int
    failed: int
    called: int


def reachable(db: Session, run_id: int) -> list[Registration]:
    """Everybody of the run to whom one can write or whom one can call, by surname."""
    rows = db.scalars(
        select(Registration).where(
            Registration.run_id == run_id, Registration.state.in_(ACTIVE), Registration.erased_at.is_(None)
        )
    )
    moment = now()
    return sorted((one for one in rows if one.is_active(moment)), key=lambda one: by_surname(one.name))


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
    if before := db.scalar(select(GroupLetter).where(GroupLetter.key == hashed)):
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


def letter_to(db: Session, letter_id: int, registration_id: int) -> tuple[GroupLetter, GroupLetterRecipient] | None:
    """The letter, and how it stands with this person; none when it has been erased."""
    row = db.execute(
        select(GroupLetter, GroupLetterRecipient)
        .join(GroupLetterRecipient, GroupLetterRecipient.letter_id == GroupLetter.id)
        .where(GroupLetter.id == letter_id, GroupLetterRecipient.registration_id == registration_id)
    ).first()
    return (row[0], row[1]) if row is not None else None


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


def fates(db: Session, run_id: int, most: int = 50) -> list[Fate]:
    """The run's letters, newest first, and how far each is."""
    letters = db.execute(
        select(GroupLetter, Account.name)
        .join(Account, Account.id == GroupLetter.account_id)
        .where(GroupLetter.run_id == run_id)
        .order_by(GroupLetter.id.desc())
        .limit(most)
    ).all()
    ids = [letter.id for letter, _name in letters]
    counted = db.execute(
        select(
            GroupLetterRecipient.letter_id,
            func.count().filter(GroupLetterRecipient.sent_at.is_not(None)),
            func.count().filter(GroupLetterRecipient.is_called),
        )
        .where(GroupLetterRecipient.letter_id.in_(ids))
        .group_by(GroupLetterRecipient.letter_id)
    )
    counts = {letter_id: (sent, called) for letter_id, sent, called in counted}
    failed = _failed(db)
    found = []
    for letter, name in letters:
        sent, called = counts.get(letter.id, (0, 0))
        lost = failed.get(letter.id, 0)
        found.append(Fate(letter, name, sent, max(0, letter.people - sent - lost), lost, called))
    return found


def fate(db: Session, run_id: int, letter_id: int) -> Fate:
    """One letter of the run."""
    if found := next((one for one in fates(db, run_id) if one.letter.id == letter_id), None):
        return found
    raise NotFound


def to_call(db: Session, letter_id: int) -> list[Registration]:
    """Who has no mail address and has to be called, by surname."""
    rows = db.scalars(
        select(Registration)
        .join(GroupLetterRecipient, GroupLetterRecipient.registration_id == Registration.id)
        .where(
            GroupLetterRecipient.letter_id == letter_id,
            GroupLetterRecipient.is_called,
            Registration.erased_at.is_(None),
        )
    )
    return sorted(rows, key=lambda one: by_surname(one.name))


def forget_words(db: Session, before: datetime) -> None:
    """The text of letters written before then is erased; that they were written stays on record."""
    db.execute(
        update(GroupLetter).where(GroupLetter.written_at < before, GroupLetter.words != "").values(subject="", words="")
    )


def _failed(db: Session) -> dict[int, int]:
    """By letter, how many were given up."""
    lost: dict[int, int] = {}
    for facts in db.scalars(select(Message.facts).where(Message.kind == KIND, Message.dead_at.is_not(None))):
        number = int(json.loads(facts)["letter_id"])
        lost[number] = lost.get(number, 0) + 1
    return lost
