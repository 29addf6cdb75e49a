"""A provider's desk for tests: groups, staff who are signed in, and short acts."""

from itertools import count

from sqlalchemy import select

from app.db import Database
from app.people.models import Account, Role, SignIn
from app.people.sign_ins import begin_sign_in, hash_of
from app.people.staff import Staff
from app.providers.models import Provider
from app.registrations import desk, desk_moves
from app.registrations.inputs import CompanionForm, DeskForm
from app.registrations.models import Channel, Registration
from app.registrations.once import Receipt
from app.registrations.seats import SeatRules
from tests import make

RULES = SeatRules(help_phone="+371 63600000")
_number = count(1)


def new_staff(database: Database, *, provider_id: int | None = None, role: Role = Role.EDITOR) -> Staff:
    """Somebody of the provider, or of a new one, is signed in on a device."""
    with database.writing() as db:
        provider = db.get_one(Provider, provider_id) if provider_id else make.make_provider(db)
        account = make.make_account(db, role, provider=None if role in {Role.BOARD, Role.ADMINISTRATOR} else provider)
        token = begin_sign_in(db, account, second_factor=True)
        return Staff(account.id, account.name, account.role, account.provider_id, hash_of(token))


def new_group(database: Database, who: Staff, *, seats: int = 2, **more: object) -> int:
    """A run of a course of their provider."""
    with database.writing() as db:
        course = make.make_course(db, provider=db.get_one(Provider, who.provider))
        return make.make_run(db, course, seats=seats, **more).id  # type: ignore[arg-type]


def enter(
    database: Database,
    who: Staff,
    run_id: int,
    name: str = "Anna Ozola",
    *,
    email: str | None = None,
    phone: str | None = None,
    other: str | None = None,
    key: str = "",
    expects_seat: bool = False,
) -> tuple[Receipt, int | None]:
    """Staff enter somebody who called."""
    companion = CompanionForm(name=other) if other else None
    asked = DeskForm(name=name, email=email, phone=phone, channel=Channel.PHONE, companion=companion)
    with database.writing() as db:
        return desk.enter_person(
            db, who, run_id, asked, key or f"desk-{next(_number)}", RULES, locale="lv", expects_seat=expects_seat
        )


def move(database: Database, who: Staff, run_id: int, registration_id: int, to: int) -> None:
    """Staff move somebody."""
    with database.writing() as db:
        desk_moves.move_person(db, who, run_id, registration_id, to, RULES)


def kept(database: Database, registration_id: int) -> Registration:
    """The registration as it is kept now."""
    with database.reading() as db:
        return db.get_one(Registration, registration_id)


def email_of(database: Database, who: Staff) -> str:
    """The address with which they sign in."""
    with database.reading() as db:
        return db.scalars(select(Account.email).where(Account.id == who.account_id)).one()


def signed_in(database: Database) -> int:
    """How many devices are."""
    with database.reading() as db:
        return len(db.scalars(select(SignIn.token_hash)).all())
