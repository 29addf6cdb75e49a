"""What is looked up about letters to groups: whom one can write to, how far a letter is, who has to be called."""

import json
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.i18n import by_surname
from app.outbox.models import Message
from app.outbox.staff_messages import GroupLetterWritten
from app.people.models import Account
from app.refusals import NotFound
from app.registrations.models import ACTIVE, GroupLetter, GroupLetterRecipient, Registration

KIND = GroupLetterWritten.__name__


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


def by_key(db: Session, key: str) -> GroupLetter | None:
    """The letter that came with this form before."""
    return db.scalar(select(GroupLetter).where(GroupLetter.key == key))


def letter_to(db: Session, letter_id: int, registration_id: int) -> tuple[GroupLetter, GroupLetterRecipient] | None:
    """The letter, and how it stands with this person; none when it has been erased."""
    row = db.execute(
        select(GroupLetter, GroupLetterRecipient)
        .join(GroupLetterRecipient, GroupLetterRecipient.letter_id == GroupLetter.id)
        .where(GroupLetter.id == letter_id, GroupLetterRecipient.registration_id == registration_id)
    ).first()
    return (row[0], row[1]) if row is not None else None


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
            func.count().filter(
                GroupLetterRecipient.sent_at.is_(None), ~GroupLetterRecipient.is_called, Registration.email.is_not(None)
            ),
            func.count().filter(GroupLetterRecipient.is_called),
        )
        .join(Registration, Registration.id == GroupLetterRecipient.registration_id)
        .where(GroupLetterRecipient.letter_id.in_(ids))
        .group_by(GroupLetterRecipient.letter_id)
    )
    counts = {letter_id: (sent, waits, called) for letter_id, sent, waits, called in counted}
    failed = _failed(db)
    found = []
    for letter, name in letters:
        sent, waits, called = counts.get(letter.id, (0, 0, 0))
        lost = failed.get(letter.id, 0)
        waiting = max(0, waits - lost) if letter.words else 0  # Whoever was erased meanwhile is not written to.
        found.append(Fate(letter, name, sent, waiting, lost, called))
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


def _failed(db: Session) -> dict[int, int]:
    """By letter, how many were given up."""
    lost: dict[int, int] = {}
    for facts in db.scalars(select(Message.facts).where(Message.kind == KIND, Message.dead_at.is_not(None))):
        number = int(json.loads(facts)["letter_id"])
        lost[number] = lost.get(number, 0) + 1
    return lost
