"""What is looked up to show people their data and to erase them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.audit.models import AuditEntry
from app.courses.models import Course, CourseRun
from app.courses.run_models import RunQuestion
from app.db import Base
from app.interests.models import CourseInterest, SearchAlert
from app.participation.models import Certificate
from app.privacy.inventory import Section
from app.registrations.models import CountingKey, Registration
from app.registrations.own_list_queries import is_under
from app.reports.models import AnnualReport
from app.wishes.models import WishAnswer, WishRequest, WishState, WishSupport

_OF_ADDRESS = (WishSupport, CourseInterest, SearchAlert)


def rows(db: Session, section: Section, value: int | str) -> Sequence[Base]:
    """The section's rows of a registration or an address, in the order in which they were made."""
    table = section.table.__table__
    order = list(table.primary_key)
    return db.scalars(select(section.table).where(table.c[section.found_by] == value).order_by(*order)).all()


def log_of(db: Session, registration_id: int) -> Sequence[AuditEntry]:
    """What the log of actions holds about a registration, oldest first."""
    return db.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_kind == "registration", AuditEntry.object_id == str(registration_id))
        .order_by(AuditEntry.id)
    ).all()


def with_course(db: Session, registration_id: int) -> Registration:
    """A registration with its run, its course and the course's texts."""
    return db.scalars(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(joinedload(Registration.run).joinedload(CourseRun.course).selectinload(Course.texts))
    ).one()


def questions_of(db: Session, run_id: int) -> dict[int, RunQuestion]:
    """The provider's own questions on a run, those no longer asked among them."""
    found = db.scalars(select(RunQuestion).where(RunQuestion.run_id == run_id))
    return {question.id: question for question in found}


def registrations_of(db: Session, address_key: str) -> Sequence[int]:
    """The numbers of the address's registrations."""
    return db.scalars(select(Registration.id).where(is_under(address_key)).order_by(Registration.id)).all()


def keeps_anything(db: Session, address_key: str) -> bool:
    """Whether a registration, a wish, an interest or an alert is kept under the address."""
    found = [select(table.id).where(table.email_key == address_key).exists() for table in _OF_ADDRESS]
    return db.scalar(select(or_(select(Registration.id).where(is_under(address_key)).exists(), *found))) or False


def supports_of(db: Session, address_key: str) -> Sequence[WishSupport]:
    """The wishes that the address left or joined, held until the commit."""
    return db.scalars(
        select(WishSupport).where(WishSupport.email_key == address_key).order_by(WishSupport.id).with_for_update()
    ).all()


def wishes_by_id(db: Session, ids: Sequence[int]) -> dict[int, WishRequest]:
    """These wishes by their numbers."""
    return {wish.id: wish for wish in db.scalars(select(WishRequest).where(WishRequest.id.in_(ids)))}


def interests_of(db: Session, address_key: str) -> Sequence[CourseInterest]:
    """The courses of which the address wants to hear, held until the commit."""
    return db.scalars(
        select(CourseInterest)
        .where(CourseInterest.email_key == address_key)
        .order_by(CourseInterest.id)
        .with_for_update()
    ).all()


def alerts_of(db: Session, address_key: str) -> Sequence[SearchAlert]:
    """The searches of which the address wants to hear, held until the commit."""
    return db.scalars(
        select(SearchAlert).where(SearchAlert.email_key == address_key).order_by(SearchAlert.id).with_for_update()
    ).all()


def certificates_of(db: Session, registration_ids: Sequence[int]) -> Sequence[Certificate]:
    """The certificates issued on these registrations that still carry a name."""
    return db.scalars(
        select(Certificate).where(Certificate.registration_id.in_(registration_ids), Certificate.name.is_not(None))
    ).all()


def answered_supports(
    db: Session, answered_before: datetime, left_before: datetime, most: int
) -> Sequence[WishSupport]:
    """Addresses behind wishes that were settled before then, and those left so long ago; each taken by one worker."""
    settled = (
        select(WishAnswer.wish_id)
        .join(WishRequest, WishRequest.id == WishAnswer.wish_id)
        .where(
            WishAnswer.wish_id == WishSupport.wish_id,
            WishRequest.state.in_((WishState.FULFILLED, WishState.DECLINED)),
            WishAnswer.state == WishRequest.state,
            WishAnswer.answered_at < answered_before,
        )
        .exists()
    )
    return db.scalars(
        select(WishSupport)
        .where(
            WishSupport.email_key.is_not(None) | WishSupport.email.is_not(None),
            or_(WishSupport.created_at < left_before, WishSupport.withdrawn_at < answered_before, settled),
        )
        .order_by(WishSupport.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()


def years_to_close(db: Session) -> Sequence[int]:
    """Years whose report is approved and whose people can still be counted by the key, or were so until now."""
    return db.scalars(
        select(CountingKey.year)
        .join(AnnualReport, AnnualReport.year == CountingKey.year)
        .where(AnnualReport.approved_at.is_not(None))
        .order_by(CountingKey.year)
    ).all()


def held_key(db: Session, year: int) -> CountingKey | None:
    """The year's counting key, held until the commit."""
    return db.scalar(select(CountingKey).where(CountingKey.year == year).with_for_update())


def tokens_of(db: Session, begins: datetime, ends: datetime, prefix: str, most: int) -> Sequence[str]:
    """Different tokens of people on runs that began in that time, those replaced already left out."""
    found = db.scalars(
        select(Registration.person_token)
        .join(CourseRun, Registration.run_id == CourseRun.id)
        .where(
            CourseRun.starts_at >= begins,
            CourseRun.starts_at < ends,
            Registration.person_token.is_not(None),
            Registration.person_token.not_like(f"{prefix}%"),
        )
        .distinct()
        .limit(most)
    )
    return [token for token in found if token is not None]
