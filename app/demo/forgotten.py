"""A draft that was forgotten: its group should have started days ago, and nobody ever saw it."""

from datetime import date, timedelta
from decimal import Decimal

from app.courses.history_models import CourseStep
from app.courses.models import (
    Audience,
    CertificateKind,
    Course,
    CourseAudience,
    CourseRun,
    CourseSession,
    CourseState,
    CourseText,
    Format,
    Funding,
    Level,
)
from app.demo.days import moment, office_day
from app.demo.institutions import Places
from app.demo.rows import Rows

PROVIDER = "vb"


def add_forgotten(rows: Rows, places: Places, today: date) -> None:
    """Keep it: it shows up on the provider's first page until somebody mends it."""
    created_at = moment(today - timedelta(days=64), 10, 30)
    email, phone = places.contacts[PROVIDER]
    course_id = rows.add(
        Course,
        code="vb-aizmirsts",
        slug="vb-aizmirsts",
        provider_id=places.providers[PROVIDER],
        group_id=places.groups["digital"],
        permit_id=None,
        state=CourseState.DRAFT,
        level=Level.BEGINNER,
        language="lv",
        format=Format.IN_PERSON,
        funding=Funding.FREE,
        certificate=CertificateKind.NONE,
        academic_hours=Decimal(2),
        price=Decimal(0),
        needs_permit=False,
        no_permit_reason="",
        contact_email=email,
        contact_phone=phone,
        picture="",
        version=1,
        created_at=created_at,
        updated_at=created_at,
        published_at=None,
    )
    rows.put(
        CourseText,
        course_id=course_id,
        locale="lv",
        title="E-grāmatas bibliotēkā: pirmā reize",
        summary="Kā aizņemties un lasīt e-grāmatu telefonā vai planšetē.",
        description="",
        outcomes=[],
        prerequisites="",
        keywords=[],
        picture_alt="",
    )
    rows.put(CourseAudience, course_id=course_id, audience=Audience.SENIORS)
    rows.add(
        CourseStep,
        course_id=course_id,
        state=CourseState.DRAFT,
        at=created_at,
        account_id=places.managers[PROVIDER],
        comment="",
    )
    first = office_day(today - timedelta(days=9))
    run_id = rows.add(
        CourseRun,
        course_id=course_id,
        venue_id=None,
        seats=8,
        min_participants=0,
        decision_at=None,
        registration_opens_at=created_at,
        registration_closes_at=moment(first, 10),
        has_waiting_list=True,
        teacher="",
        bring="",
        starts_at=moment(first, 10),
        ends_at=moment(first, 11, 30),
        session_count=1,
        weekdays=str(first.weekday()),
        sequence=0,
        public_money=Decimal(0),
        cancelled_at=None,
        cancel_reason="",
        created_at=created_at,
    )
    rows.add(
        CourseSession,
        run_id=run_id,
        venue_id=None,
        starts_at=moment(first, 10),
        ends_at=moment(first, 11, 30),
        link="",
        moved_from=None,
        cancelled_at=None,
    )
