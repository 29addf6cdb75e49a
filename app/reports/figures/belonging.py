"""Where records belong, and which of them took place: what several figures share."""

from sqlalchemy import ColumnElement, Select, and_

from app.courses.models import Course, CourseAudience, CourseRun, CourseSession, Format
from app.participation.models import Activity, Attendance, HeadCount, Mark
from app.reports.counting import Belonging, everything
from app.reports.dimensions import Dimension
from app.reports.window import Window

OF_COURSE = Belonging(
    {
        Dimension.PROVIDER: Course.provider_id,
        Dimension.GROUP: Course.group_id,
        Dimension.AUDIENCE: CourseAudience.audience,
        Dimension.FORMAT: Course.format,
        Dimension.LANGUAGE: Course.language,
    },
    by_course=True,
)
OF_ACTIVITY = Belonging(
    {
        Dimension.PROVIDER: Activity.provider_id,
        Dimension.GROUP: Activity.group_id,
        Dimension.AUDIENCE: Activity.audience,
        Dimension.FORMAT: Activity.format,
        Dimension.LANGUAGE: Activity.language,
    }
)
OF_THE_CITY = Belonging({})

ONE_COURSE = frozenset({Dimension.PROVIDER, Dimension.GROUP, Dimension.FORMAT, Dimension.LANGUAGE})
"""A course has one of each of these; audiences it has several."""
ONE_COURSE_AND_MONTH = ONE_COURSE | {Dimension.MONTH}
ONLY_MONTH = frozenset({Dimension.MONTH})


COUNTS = and_(CourseRun.cancelled_at.is_(None), Course.published_at.is_not(None))
"""A run that was not called off, of a course that was public once: the groups of a draft are plans, not the city's offer."""


def took_place(window: Window) -> ColumnElement[bool]:
    """A session that began in the period and is over, not cancelled, of a run that counts."""
    return and_(
        COUNTS,
        CourseSession.cancelled_at.is_(None),
        CourseSession.starts_at >= window.starts_at,
        CourseSession.starts_at < window.ends_at,
        CourseSession.ends_at <= window.now,
    )


def sessions_held(window: Window) -> Select[int]:
    """The sessions of the period that took place."""
    return (
        everything()
        .select_from(CourseSession)
        .join(CourseRun, CourseSession.run_id == CourseRun.id)
        .join(Course, CourseRun.course_id == Course.id)
        .where(took_place(window))
    )


def attended(window: Window) -> Select[int]:
    """Who was at them, wholly or partly."""
    return (
        sessions_held(window)
        .join(Attendance, Attendance.session_id == CourseSession.id)
        .where(Attendance.mark.in_((Mark.PRESENT, Mark.PARTLY)))
    )


def head_counted(window: Window) -> Select[int]:
    """Who came to them without registering, counted without names."""
    return sessions_held(window).join(HeadCount, HeadCount.session_id == CourseSession.id)


def started_alone(window: Window) -> ColumnElement[bool]:
    """A self-study run without sessions: the day it begins stands for its session."""
    return and_(
        COUNTS,
        Course.format == Format.SELF_STUDY,
        ~CourseRun.sessions.any(),
        CourseRun.starts_at >= window.starts_at,
        CourseRun.starts_at < window.until,
    )


def runs_of_period(window: Window) -> Select[int]:
    """Runs that begin in the period and were not cancelled: seats and money belong to where a run begins."""
    return (
        everything()
        .select_from(CourseRun)
        .join(Course, CourseRun.course_id == Course.id)
        .where(
            COUNTS,
            CourseRun.starts_at >= window.starts_at,
            CourseRun.starts_at < window.ends_at,
        )
    )


def activities_held_in(window: Window) -> Select[int]:
    """Activities outside the catalogue that took place in the period."""
    return (
        everything()
        .select_from(Activity)
        .where(Activity.held_on >= window.first_day, Activity.held_on <= window.last_day_so_far)
    )
