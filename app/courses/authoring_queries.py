"""What is looked up to write and publish courses."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from app.courses.draft_models import CourseDraft
from app.courses.history_models import Publication
from app.courses.models import Course
from app.people.models import Account
from app.people.staff import Staff
from app.permits.models import Permit
from app.providers.models import Provider, ProviderDirection, ProviderText, ThematicGroup
from app.refusals import NotFound

_NAMES = "names of courses"


def hold_names(db: Session) -> None:
    """From here to the commit nobody else gives a course its code or address. On SQLite one writes anyway."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": _NAMES})


def lock_course(db: Session, course_id: int, provider_id: int | None = None) -> Course:
    """The course, whole, freshly read and held until the transaction ends; only of that provider where one is given."""
    held = select(Course.id).where(Course.id == course_id).with_for_update(key_share=True)
    if provider_id is not None:
        held = held.where(Course.provider_id == provider_id)
    if db.scalar(held) is None:
        raise NotFound
    found = db.scalar(_WHOLE.where(Course.id == course_id).execution_options(populate_existing=True))
    assert found is not None
    return found


def whole_course(db: Session, course_id: int, provider_id: int | None = None) -> Course:
    """The course with all that its form shows; only of that provider where one is given."""
    wanted = _WHOLE.where(Course.id == course_id)
    if provider_id is not None:
        wanted = wanted.where(Course.provider_id == provider_id)
    if found := db.scalar(wanted):
        return found
    raise NotFound


def draft_of(db: Session, course_id: int) -> CourseDraft | None:
    """What is written of the course and not yet public, freshly read."""
    return db.get(CourseDraft, course_id, populate_existing=True)


def provider_of(db: Session, who: Staff) -> Provider:
    """The provider of who is signed in, with its names."""
    found = db.get(Provider, who.provider, options=[selectinload(Provider.texts)])
    assert found is not None
    return found


def first_group(db: Session, provider_id: int) -> int:
    """A thematic group to begin with: the provider's first direction, else the first there is."""
    found = db.scalar(
        select(ThematicGroup.id)
        .outerjoin(
            ProviderDirection,
            (ProviderDirection.group_id == ThematicGroup.id) & (ProviderDirection.provider_id == provider_id),
        )
        .order_by(ProviderDirection.provider_id.is_(None), ThematicGroup.position)
        .limit(1)
    )
    assert found is not None
    return found


def group_id(db: Session, code: str) -> int | None:
    """The thematic group of this code."""
    return db.scalar(select(ThematicGroup.id).where(ThematicGroup.code == code)) if code else None


def permit_of(db: Session, number: str, provider_id: int) -> Permit | None:
    """The permit of this number, if the register gives it to that provider: as its own, or by the holder's name."""
    if not number:
        return None
    names = select(func.lower(ProviderText.name)).where(ProviderText.provider_id == provider_id)
    return db.scalar(
        select(Permit).where(
            Permit.number == number,
            or_(
                Permit.provider_id == provider_id,
                Permit.provider_id.is_(None) & func.lower(Permit.holder).in_(names),
            ),
        )
    )


def codes_of(db: Session, provider_code: str) -> Sequence[str]:
    """The codes that begin as those of this provider do."""
    return db.scalars(select(Course.code).where(Course.code.startswith(f"{provider_code}-", autoescape=True))).all()


def is_taken(db: Session, slug: str, course_id: int | None = None) -> bool:
    """Whether another course stands at this address."""
    return db.scalar(select(Course.id).where(Course.slug == slug, Course.id.is_distinct_from(course_id))) is not None


def open_publication(db: Session, course_id: int) -> Publication | None:
    """The stretch of time in which the course is public now."""
    return db.scalar(select(Publication).where(Publication.course_id == course_id, Publication.ended_at.is_(None)))


def returned_to(db: Session, course_id: int) -> tuple[CourseDraft, Account] | None:
    """The draft that was sent back, and the account that had submitted it, while it still works."""
    row = db.execute(
        select(CourseDraft, Account)
        .join(Account, Account.id == CourseDraft.submitted_by_id)
        .where(CourseDraft.course_id == course_id, CourseDraft.returned_at.is_not(None), Account.is_active)
    ).first()
    return (row[0], row[1]) if row else None


def due_drafts(db: Session, day: date) -> Sequence[int]:
    """Courses whose day to become public has come."""
    return db.scalars(
        select(CourseDraft.course_id).where(CourseDraft.publish_on <= day).order_by(CourseDraft.course_id)
    ).all()


WHOLE = (
    joinedload(Course.provider).selectinload(Provider.texts),
    joinedload(Course.group),
    joinedload(Course.permit),
    selectinload(Course.texts),
    selectinload(Course.audiences),
)
"""A course with all that its form shows."""
_WHOLE = select(Course).options(*WHOLE)
