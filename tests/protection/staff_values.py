"""For every place in the path of a staff route a number that is one provider's own, and one that is nobody's."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courses.models import Course, CourseRun, CourseSession
from app.people.models import Account, Role
from app.providers.models import Provider
from app.registrations.models import Registration, State
from tests.make import make_account

MISSING = "987654321"


@dataclass(frozen=True, slots=True)
class Team:
    """A provider's people, and what is theirs."""

    accounts: Mapping[Role, int]
    values: Mapping[str, str]
    """By the name of the place in a path."""


def own_values(db: Session, provider_id: int) -> Mapping[str, str]:
    """Numbers of what is the provider's own."""
    run = db.execute(
        select(CourseRun.id, CourseRun.course_id)
        .join(CourseRun.course)
        .join(Registration, Registration.run_id == CourseRun.id)
        .where(
            Course.provider_id == provider_id, Registration.state == State.CONFIRMED, CourseRun.cancelled_at.is_(None)
        )
        .order_by(CourseRun.starts_at.desc())
        .limit(1)
    ).one()
    editor = select(func.min(Account.id)).where(Account.provider_id == provider_id, Account.role == Role.EDITOR)
    return {
        "account_id": str(db.scalar(editor)),
        "run_id": str(run.id),
        "course_id": str(run.course_id),
        "session_id": str(db.scalar(select(func.min(CourseSession.id)).where(CourseSession.run_id == run.id))),
        "registration_id": str(
            db.scalar(
                select(func.min(Registration.id)).where(
                    Registration.run_id == run.id, Registration.state == State.CONFIRMED
                )
            )
        ),
    }


def new_team(db: Session, code: str, number: int) -> Team:
    """An account of every role at the provider with that code, and the provider's own numbers."""
    provider_id = db.scalars(select(Provider.id).where(Provider.code == code)).one()
    provider = db.get_one(Provider, provider_id)
    accounts = {
        role: make_account(db, role, provider=provider, email=f"{role}{number}@team.example").id
        for role in (Role.SUBSTITUTE, Role.EDITOR, Role.MANAGER)
    }
    return Team(accounts, own_values(db, provider_id))


def board(db: Session) -> Mapping[Role, int]:
    """An account of every role at the board."""
    found = {}
    for role in (Role.BOARD, Role.ADMINISTRATOR):
        found[role] = db.scalars(select(Account.id).where(Account.role == role).order_by(Account.id).limit(1)).one()
    return found
