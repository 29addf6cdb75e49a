"""TABLES: what a provider can take along, each table once with its columns and its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.courses.models import Course, CourseRun, CourseSession, CourseText
from app.i18n import DEFAULT, Text, _, local
from app.participation.models import Attendance, Certificate
from app.providers.models import ThematicGroup, Venue
from app.registrations.models import Registration

Value = str | int | Decimal | bool | None
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table: its name, its name for people, its columns with their values, and whether people stand in it by name."""

    name: str
    words: Text
    columns: tuple[str, ...]
    wanted: Select  # type: ignore[type-arg]
    has_names: bool = False

    def rows(self, db: Session, provider_id: int) -> Iterator[list[Value]]:
        """The provider's rows, some at a time."""
        found = db.execute(self.wanted.where(Course.provider_id == provider_id).execution_options(yield_per=_AT_ONCE))
        for row in found:
            yield [plain(value) for value in row]


def plain(value: object) -> Value:
    """The value as a file holds it: instants as Riga's clock shows them, lists in one line."""
    match value:
        case None | bool() | int() | Decimal():
            return value
        case datetime():
            return f"{local(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case list():
            return "; ".join(str(one) for one in value)
    return str(value)


_COURSES = (
    select(
        Course.code, Course.state, CourseText.title, CourseText.summary, CourseText.description, CourseText.outcomes,
        CourseText.prerequisites, CourseText.keywords, ThematicGroup.code, Course.level, Course.language, Course.format,
        Course.academic_hours, Course.price, Course.funding, Course.certificate, Course.contact_email,
        Course.contact_phone, Course.published_at, Course.updated_at,
    )
    .join(CourseText, (CourseText.course_id == Course.id) & (CourseText.locale == DEFAULT))
    .join(ThematicGroup, ThematicGroup.id == Course.group_id)
    .order_by(Course.code)
)  # fmt: skip
_RUNS = (
    select(
        CourseRun.id, Course.code, CourseRun.starts_at, CourseRun.ends_at, CourseRun.session_count, Venue.name,
        CourseRun.seats, CourseRun.min_participants, CourseRun.decision_at, CourseRun.registration_opens_at,
        CourseRun.registration_closes_at, CourseRun.has_waiting_list, CourseRun.teacher, CourseRun.bring,
        CourseRun.cancelled_at, CourseRun.cancel_reason,
    )
    .join(CourseRun.course)
    .outerjoin(Venue, Venue.id == CourseRun.venue_id)
    .order_by(CourseRun.id)
)  # fmt: skip
_SESSIONS = (
    select(
        CourseSession.id, CourseRun.id, Course.code, CourseSession.starts_at, CourseSession.ends_at, Venue.name,
        CourseSession.link, CourseSession.moved_from, CourseSession.cancelled_at,
    )
    .join(CourseSession.run)
    .join(CourseRun.course)
    .outerjoin(Venue, Venue.id == CourseSession.venue_id)
    .order_by(CourseSession.id)
)  # fmt: skip
_REGISTRATIONS = (
    select(
        Registration.id, CourseRun.id, Course.code, Registration.state, Registration.channel, Registration.name,
        Registration.email, Registration.phone, Registration.created_at,
    )
    .join(CourseRun, CourseRun.id == Registration.run_id)
    .join(CourseRun.course)
    .order_by(Registration.id)
)  # fmt: skip
_ATTENDANCE = (
    select(Registration.id, Attendance.session_id, CourseRun.id, Course.code, Attendance.mark, Attendance.marked_at)
    .join(Registration, Registration.id == Attendance.registration_id)
    .join(CourseRun, CourseRun.id == Registration.run_id)
    .join(CourseRun.course)
    .order_by(Attendance.id)
)
_CERTIFICATES = (
    select(
        Certificate.number, Registration.id, CourseRun.id, Course.code, Certificate.name, Certificate.issued_on,
        Certificate.revoked_on,
    )
    .join(Registration, Registration.id == Certificate.registration_id)
    .join(CourseRun, CourseRun.id == Registration.run_id)
    .join(CourseRun.course)
    .order_by(Certificate.id)
)  # fmt: skip

TABLES = (
    ExportTable(
        "courses",
        _("Courses"),
        (
            "code", "state", "title", "summary", "description", "outcomes", "prerequisites", "keywords", "group",
            "level", "language", "format", "academic_hours", "price", "funding", "certificate", "contact_email",
            "contact_phone", "published_at", "updated_at",
        ),
        _COURSES,
    ),
    ExportTable(
        "runs",
        _("Groups"),
        (
            "run", "course", "starts_at", "ends_at", "session_count", "venue", "seats", "min_participants",
            "decision_at", "registration_opens_at", "registration_closes_at", "has_waiting_list", "teacher", "bring",
            "cancelled_at", "cancel_reason",
        ),
        _RUNS,
    ),
    ExportTable(
        "sessions",
        _("Sessions"),
        ("session", "run", "course", "starts_at", "ends_at", "venue", "link", "moved_from", "cancelled_at"),
        _SESSIONS,
    ),
    ExportTable(
        "registrations",
        _("Registrations, with names"),
        ("registration", "run", "course", "state", "channel", "name", "email", "phone", "created_at"),
        _REGISTRATIONS,
        has_names=True,
    ),
    ExportTable(
        "attendance",
        _("Attendance"),
        ("registration", "session", "run", "course", "mark", "marked_at"),
        _ATTENDANCE,
    ),
    ExportTable(
        "certificates",
        _("Certificates, with names"),
        ("number", "registration", "run", "course", "name", "issued_on", "revoked_on"),
        _CERTIFICATES,
        has_names=True,
    ),
)  # fmt: skip
"""In the order in which they are offered."""
BY_NAME = {table.name: table for table in TABLES}
