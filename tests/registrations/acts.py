"""Acts on registrations, short enough to tell stories with; each is a transaction of its own."""

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import count

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.outbox.models import Message
from app.registrations import actions, answers
from app.registrations.inputs import CompanionForm, RegistrationForm, Who, WithdrawForm
from app.registrations.models import Registration, SeatOffer, State
from app.registrations.once import Receipt, SentOnce
from app.registrations.queries import occupancy
from app.registrations.seats import SeatRules
from tests import make

RULES = SeatRules(help_phone="+371 63600000")
_number = count(1)


def new_run(
    database: Database, *, seats: int = 2, starts_in: int | timedelta = 14, has_waiting_list: bool = True
) -> int:
    """A run of a published course that takes registrations."""
    with database.writing() as db:
        course = make.make_course(db)
        return make.make_run(db, course, seats=seats, starts_in=starts_in, has_waiting_list=has_waiting_list).id


def register(
    database: Database, run_id: int, email: str, *, key: str = "", name: str = "Anna Ozola", expects_seat: bool = False
) -> Receipt:
    """Somebody sends the form."""
    asked = RegistrationForm(name=name, email=email)
    sent = SentOnce.of(f"web:{run_id}", key or f"key-{next(_number)}", repr(asked))
    with database.writing() as db:
        return actions.register_for_run(db, run_id, asked, sent, RULES, expects_seat=expects_seat)


def register_two(database: Database, run_id: int, email: str, companion: str | None = None) -> Receipt:
    """Somebody registers another person too: both or neither."""
    asked = RegistrationForm(
        name="Anna Ozola", email=email, companion=CompanionForm(name="Berta Liepa", email=companion)
    )
    sent = SentOnce.of(f"web:{run_id}", f"key-{next(_number)}", repr(asked))
    with database.writing() as db:
        return actions.register_for_run(db, run_id, asked, sent, RULES)


def confirm(database: Database, email: str) -> None:
    """The person presses the button behind the mailed link."""
    with database.writing() as db:
        answers.confirm_registration(db, latest(database, email).link_key, RULES)


def seat(database: Database, run_id: int, email: str) -> None:
    """Somebody registers and confirms."""
    register(database, run_id, email)
    confirm(database, email)


def accept(database: Database, email: str) -> None:
    """The person takes the offered seat."""
    with database.writing() as db:
        answers.accept_offer(db, latest(database, email).link_key, RULES)


def decline(database: Database, email: str) -> None:
    """The person does not want the offered seat."""
    with database.writing() as db:
        answers.decline_offer(db, latest(database, email).link_key, RULES)


def withdraw(database: Database, email: str, who: Who = Who.BOTH) -> None:
    """The person gives the place up, or only one of two does."""
    with database.writing() as db:
        answers.withdraw(db, latest(database, email).link_key, WithdrawForm(who=who), RULES)


def separate(database: Database, email: str) -> None:
    """Two who wait together wait each for oneself."""
    with database.writing() as db:
        answers.separate(db, latest(database, email).link_key, RULES)


def clear(database: Database, run_id: int) -> None:
    """What the worker does every few seconds."""
    with database.writing() as db:
        actions.clear_run(db, run_id, RULES)


def latest(database: Database, email: str) -> Registration:
    """The person's last registration, as it is kept now."""
    with database.reading() as db:
        wanted = select(Registration).where(Registration.email == email).order_by(Registration.id.desc()).limit(1)
        return db.scalars(wanted).one()


def state(database: Database, email: str) -> State:
    """Where the person's last registration stands."""
    return latest(database, email).state


def offer(database: Database, email: str) -> SeatOffer:
    """The seat that was offered to the person."""
    with database.reading() as db:
        wanted = select(SeatOffer).where(SeatOffer.registration_id == latest(database, email).id)
        return db.scalars(wanted).one()


def registrations(database: Database, run_id: int) -> Sequence[Registration]:
    """Everything that was sent for the run, in order."""
    with database.reading() as db:
        wanted = select(Registration).where(Registration.run_id == run_id).order_by(Registration.id)
        return db.scalars(wanted).all()


def taken_and_waiting(database: Database, run_id: int) -> tuple[int, int]:
    """Seats that are taken, and people who wait."""
    with database.reading() as db:
        return occupancy(db, [run_id], now()).get(run_id, (0, 0))


def change_run(database: Database, run_id: int, **values: object) -> None:
    """Somebody in charge changes the run."""
    with database.writing() as db:
        run = db.get_one(CourseRun, run_id)
        for name, value in values.items():
            setattr(run, name, value)


def recorded(database: Database, act: str) -> list[tuple[str, dict[str, object]]]:
    """What the log of actions holds of an act: on what, and its facts, in order."""
    with database.reading() as db:
        rows = db.execute(
            select(AuditEntry.object_id, AuditEntry.facts).where(AuditEntry.act == act).order_by(AuditEntry.id)
        )
        return [(object_id, json.loads(facts or "{}")) for object_id, facts in rows]


def posted(database: Database) -> list[str]:
    """What was posted for the worker, in order."""
    with database.reading() as db:
        return [*db.scalars(select(Message.kind).order_by(Message.id))]
