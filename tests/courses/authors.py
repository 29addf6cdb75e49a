"""Courses being written, for tests: who writes them, and a form in which nothing is missing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.inputs import CourseForm
from app.people.models import Account, Role
from app.people.staff import Staff
from app.providers.models import Provider, ThematicGroup
from tests.make import make_account, make_group, make_provider


def staff_of(account: Account) -> Staff:
    """The account, signed in."""
    return Staff(account.id, account.name, account.role, account.provider_id)


def make_author(
    db: Session, role: Role = Role.EDITOR, *, provider: Provider | None = None, trusted: bool = False
) -> Staff:
    """Somebody who writes courses, of a provider of their own unless one is given; a group `crafts` exists."""
    if db.scalar(select(ThematicGroup).where(ThematicGroup.code == "crafts")) is None:
        make_group(db, "crafts", name="Amati", name_en="Crafts")
    if provider is None:
        provider = make_provider(db)
        provider.is_trusted = trusted
    return staff_of(make_account(db, role, provider=provider))


def make_reviewer(db: Session) -> Staff:
    """Somebody of the board."""
    return staff_of(make_account(db, Role.BOARD))


def whole_form(**changed: object) -> CourseForm:
    """A form in which nothing is missing."""
    asked: dict[str, object] = {
        "title": "Māla trauki",
        "summary": "Pirmie trauki no māla.",
        "description": "Mācāmies **virpot** un glazēt.",
        "outcomes": ["Virpo bļodu", "Glazē krūzi"],
        "group": "crafts",
        "audiences": ["everyone"],
        "format": "in_person",
        "academic_hours": "16",
        "price": "18,50",
        "funding": "self_paid",
        "certificate": "none",
        "contact_email": "kursi@example.lv",
        "translations": {"en": {"title": "Clay dishes"}},
    }
    return CourseForm.model_validate(asked | changed)
