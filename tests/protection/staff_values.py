"""For every place in the path of a staff route something that is one provider's own, and something that is nobody's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now, today
from app.courses.models import Course, CourseRun, CourseSession
from app.imports.models import Import, ImportRow, ImportState, RowState
from app.links import sign
from app.participation.check_in import PURPOSE
from app.participation.models import Activity, Certificate, CountedHow
from app.people.models import Account, ApiKey, Role
from app.providers.models import Provider
from app.registrations.models import GroupLetter, Registration, State
from tests.make import make_account

MISSING = "987654321"


@dataclass(frozen=True, slots=True)
class Team:
    """A provider's people, and what is theirs."""

    accounts: Mapping[Role, int]
    values: Mapping[str, str]
    """By the name of the place in a path; where paths differ, by path and name."""

    def value(self, path: str, name: str) -> str:
        """What may stand in that place of the path."""
        return value_of(self.values, path, name)


def value_of(values: Mapping[str, str], path: str, name: str) -> str:
    """What may stand in that place of the path; a new one fails, so that it is thought of."""
    found = values.get(f"{path}:{name}") or values.get(name)
    assert found is not None, f"give tests/protection/staff_values.py a value for {name} of {path}"
    return found


def make_own(db: Session, provider_id: int, secret: str) -> Mapping[str, str]:
    """One of each thing that staff routes are about, all of the provider's."""
    run = db.execute(
        select(CourseRun.id, CourseRun.course_id, Registration.id.label("registration"), Registration.link_key)
        .join(CourseRun.course)
        .join(Registration, Registration.run_id == CourseRun.id)
        .where(
            Course.provider_id == provider_id, Registration.state == State.CONFIRMED, CourseRun.cancelled_at.is_(None)
        )
        .order_by(CourseRun.starts_at.desc(), Registration.id)
        .limit(1)
    ).one()
    account = db.scalars(select(Account).where(Account.provider_id == provider_id).order_by(Account.id).limit(1)).one()
    moment = now()
    imported = Import(
        provider_id=provider_id,
        account_id=account.id,
        file_name="kursi.csv",
        kind="csv",
        state=ImportState.READY,
        total=1,
        columns=["title"],
        created_at=moment,
    )
    key = ApiKey(
        provider_id=provider_id,
        account_id=account.id,
        name="Sistēma",
        scopes=["courses:write"],
        prefix="k",
        token_hash=f"hash of {provider_id} {moment.timestamp()}",
        created_at=moment,
    )
    given = select(Certificate).where(Certificate.registration_id == run.registration, Certificate.revoked_on.is_(None))
    certificate = db.scalar(given) or Certificate(
        number=f"T/{provider_id}/{moment.timestamp()}",
        code="ABCD-EFGH",
        registration_id=run.registration,
        name="Anna Ozola",
        issued_on=today(),
    )
    letter = GroupLetter(
        run_id=run.id,
        account_id=account.id,
        key=f"key of {provider_id} {moment.timestamp()}",
        subject="Par nodarbību",
        words="Labdien.",
        people=1,
        written_at=moment - timedelta(hours=1),
    )
    activity = Activity(
        provider_id=provider_id,
        group_id=db.scalars(select(Course.group_id).where(Course.id == run.course_id)).one(),
        title="Lekcija",
        held_on=today(),
        participants=5,
        counted_how=CountedHow.ESTIMATED,
        academic_hours=Decimal(2),
        created_at=moment,
    )
    colleague = make_account(
        db, Role.EDITOR, provider=db.get_one(Provider, provider_id), email=f"k{moment.timestamp()}@team.example"
    )
    db.add_all([imported, key, certificate, letter, activity])
    db.flush()
    db.add(ImportRow(import_id=imported.id, number=2, cells={"title": "Kurss"}, state=RowState.NEW))
    db.flush()
    return {
        "account_id": str(colleague.id),
        "run_id": str(run.id),
        "course_id": str(run.course_id),
        "session_id": str(db.scalar(select(func.min(CourseSession.id)).where(CourseSession.run_id == run.id))),
        "registration_id": str(run.registration),
        "import_id": str(imported.id),
        "number": "2",
        "key_id": str(key.id),
        "certificate_id": str(certificate.id),
        "letter_id": str(letter.id),
        "activity_id": str(activity.id),
        "act": "labot",
        "/darbvieta/grupas/{run_id}/labot/{act}:act": "vietas",
        "token": sign(secret, PURPOSE, run.link_key),
        "/darbvieta/eksports/{token}:token": "x",
    }


def new_team(db: Session, code: str, number: int, secret: str) -> Team:
    """An account of every role at the provider with that code, and the provider's own things."""
    provider = db.scalars(select(Provider).where(Provider.code == code)).one()
    accounts = {
        role: make_account(db, role, provider=provider, email=f"{role}{number}@team.example").id
        for role in (Role.SUBSTITUTE, Role.EDITOR, Role.MANAGER)
    }
    return Team(accounts, make_own(db, provider.id, secret))


def board(db: Session) -> Mapping[Role, int]:
    """An account of every role at the board."""
    found = {}
    for role in (Role.BOARD, Role.ADMINISTRATOR):
        found[role] = db.scalars(select(Account.id).where(Account.role == role).order_by(Account.id).limit(1)).one()
    return found
