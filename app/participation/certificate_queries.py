"""What is looked up about certificates: the rule, those of a run, one by its number, and the last serial."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from app.courses.models import Course, CourseRun
from app.courses.own_queries import is_own_run
from app.participation.models import Certificate, CertificateRule
from app.people.staff import Staff
from app.providers.models import Provider
from app.refusals import NotFound
from app.registrations.models import Registration


def own_run(db: Session, who: Staff, run_id: int) -> CourseRun:
    """The run of their provider with its course, the course's texts, and the provider's name."""
    found = db.scalar(_with_course().where(CourseRun.id == run_id, is_own_run(who)))
    if found is None:
        raise NotFound
    return found


def run_of(db: Session, run_id: int) -> CourseRun:
    """The run with all that stands on a certificate."""
    return db.scalars(_with_course().where(CourseRun.id == run_id)).one()


def rule_of(db: Session, course_id: int) -> CertificateRule | None:
    """The course's own rule, if its provider has changed the usual one."""
    return db.get(CertificateRule, course_id)


def of_run(db: Session, run_id: int) -> Sequence[Certificate]:
    """Every certificate of the run, revoked ones too, in the order of issue."""
    return db.scalars(
        select(Certificate)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(Registration.run_id == run_id)
        .order_by(Certificate.id)
    ).all()


def nameless(db: Session, run_id: int) -> set[int]:
    """Registrations of the run whose name was erased: nothing can be printed for them."""
    return set(db.scalars(select(Registration.id).where(Registration.run_id == run_id, Registration.name.is_(None))))


def lock_name(db: Session, registration_id: int) -> str | None:
    """The person's name, held: from here to the commit nobody erases it."""
    return db.scalar(select(Registration.name).where(Registration.id == registration_id).with_for_update())


def of_registration(db: Session, registration_id: int) -> Certificate | None:
    """The valid certificate of a registration."""
    return db.scalar(
        select(Certificate).where(Certificate.registration_id == registration_id, Certificate.revoked_on.is_(None))
    )


def lock_certificate(db: Session, run_id: int, certificate_id: int) -> Certificate:
    """The run's certificate of that number, held until the transaction ends."""
    found = db.scalar(
        select(Certificate)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(Certificate.id == certificate_id, Registration.run_id == run_id)
        .with_for_update(of=Certificate)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def lock_series(db: Session, provider_id: int) -> Provider:
    """The provider, held: from here to the commit nobody else takes the next number of its series."""
    return db.scalars(select(Provider).where(Provider.id == provider_id).with_for_update()).one()


def last_serial(db: Session, series: str) -> int:
    """How many certificates the series holds; none is ever taken out of it."""
    asked = select(func.count()).where(Certificate.number.startswith(series, autoescape=True))
    return db.scalars(asked.select_from(Certificate)).one()


class Found(NamedTuple):
    """A certificate with the run it was issued for."""

    certificate: Certificate
    run_id: int


def by_number_and_code(db: Session, number: str, code: str) -> Found | None:
    """The certificate on which both stand; a wrong number and a wrong code are one question with one answer."""
    row = db.execute(
        select(Certificate, Registration.run_id)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(Certificate.number == number, Certificate.code == code)
    ).first()
    return Found(row[0], row[1]) if row else None


def _with_course() -> Select[CourseRun]:
    course = contains_eager(CourseRun.course)
    return (
        select(CourseRun)
        .join(CourseRun.course)
        .join(Course.provider)
        .options(course.selectinload(Course.texts), course.contains_eager(Course.provider).selectinload(Provider.texts))
    )
