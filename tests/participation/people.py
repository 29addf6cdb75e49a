"""A group that meets, its people, and who keeps its roll."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app.clock import now
from app.courses.models import CertificateKind
from app.courses.run_models import RunSubstitute
from app.db import Database
from app.participation.inputs import Tick
from app.participation.models import Mark
from app.people.models import Account, Role
from app.people.sign_ins import begin_sign_in, hash_of
from app.people.staff import Staff
from tests.make import make_account, make_course, make_provider, make_registration, make_run


@dataclass(frozen=True)
class Group:
    """The numbers of what was made."""

    run: int
    sessions: list[int]
    people: list[int]
    teacher: Staff
    substitute: Staff
    stranger: Staff
    """Somebody at another provider."""
    emails: tuple[str, str, str]
    """Addresses of these three."""


def make_class(
    database: Database,
    people: int = 3,
    *,
    starts_in: int = -30,
    sessions: int = 4,
    certificate: CertificateKind = CertificateKind.CERTIFICATE,
    code: str = "vb",
) -> Group:
    """A group of so many people; by default it is over."""
    with database.writing() as db:
        provider, other = make_provider(db, code, name="Ventspils bibliotēka"), make_provider(db)
        course = make_course(
            db, title="Keramika iesācējiem", title_en="Pottery", provider=provider, certificate=certificate
        )
        run = make_run(db, course, starts_in=starts_in, sessions=sessions, every_days=1)
        names = ("Ilgvars Ābele", "Zigrīda Šteinberga", "Olena Hončarenko")
        registered = [make_registration(db, run, name=names[place % 3]) for place in range(people)]
        accounts = [
            make_account(db, Role.EDITOR, provider=provider),
            make_account(db, Role.SUBSTITUTE, provider=provider),
            make_account(db, Role.MANAGER, provider=other),
        ]
        db.add(RunSubstitute(run_id=run.id, account_id=accounts[1].id, created_at=now()))
        teacher, substitute, stranger = (staff_of(db, account) for account in accounts)
        return Group(
            run.id,
            [one.id for one in run.sessions],
            [one.id for one in registered],
            teacher,
            substitute,
            stranger,
            (accounts[0].email, accounts[1].email, accounts[2].email),
        )


def staff_of(db: Session, account: Account) -> Staff:
    """The account at work, on a device of its own."""
    token = begin_sign_in(db, account, second_factor=True)
    return Staff(account.id, account.name, account.role, account.provider_id, hash_of(token), now())


def tick(person: int, mark: Mark, ago: float = 0, lot: str = "") -> Tick:
    """A tick made so many seconds ago."""
    made = int((now() - timedelta(seconds=ago)).timestamp() * 1000)
    return Tick(tick=lot or f"lot-{person}-{mark.value[:6]}-{made}", registration=person, mark=mark, made=made)
