"""Figures of participation: people, hours times people, certificates."""

from sqlalchemy import func

from app.courses.models import Course, CourseRun, CourseSession
from app.i18n import _
from app.participation.models import Activity, Attendance, Certificate, HeadCount
from app.registrations.models import Registration
from app.reports.counting import Part, everything, hundredths, number_of, seconds_between
from app.reports.figures.belonging import (
    OF_ACTIVITY,
    OF_COURSE,
    ONE_COURSE,
    ONE_COURSE_AND_MONTH,
    activities_held_in,
    attended,
    head_counted,
)
from app.reports.figures.figure import SECONDS_OF_A_HUNDREDTH, Figure, Unit, academic_hours
from app.reports.window import Window


def _participations(window: Window) -> tuple[Part, ...]:
    return (
        Part(
            "attendance",
            attended(window),
            OF_COURSE,
            number_of(Attendance.registration_id),
            number_of(CourseRun.id),
        ),
        Part(
            "head_counts",
            head_counted(window),
            OF_COURSE,
            func.sum(HeadCount.people),
            func.count(),
            how=HeadCount.counted_how,
        ),
        Part(
            "activities",
            activities_held_in(window),
            OF_ACTIVITY,
            func.sum(Activity.participants),
            func.count(),
            how=Activity.counted_how,
        ),
    )


def _unique_participants(window: Window) -> tuple[Part, ...]:
    named = (
        attended(window)
        .join(Registration, Attendance.registration_id == Registration.id)
        .where(Registration.person_token.is_not(None))
    )
    return (
        Part(
            "attendance", named, OF_COURSE, number_of(Registration.person_token), number_of(Attendance.registration_id)
        ),
    )


def _person_hours(window: Window) -> tuple[Part, ...]:
    seconds = seconds_between(CourseSession.starts_at, CourseSession.ends_at)
    return (
        Part(
            "attendance",
            attended(window),
            OF_COURSE,
            func.sum(seconds),
            func.count(),
            people=number_of(Attendance.registration_id),
        ),
        Part(
            "head_counts",
            head_counted(window),
            OF_COURSE,
            func.sum(seconds * HeadCount.people),
            func.count(),
            people=func.sum(HeadCount.people),
            how=HeadCount.counted_how,
        ),
        Part(
            "activities",
            activities_held_in(window),
            OF_ACTIVITY,
            func.sum(hundredths(Activity.academic_hours) * SECONDS_OF_A_HUNDREDTH * Activity.participants),
            func.count(),
            people=func.sum(Activity.participants),
            how=Activity.counted_how,
        ),
    )


def _certificates_issued(window: Window) -> tuple[Part, ...]:
    issued = (
        everything()
        .select_from(Certificate)
        .join(Registration, Certificate.registration_id == Registration.id)
        .join(CourseRun, Registration.run_id == CourseRun.id)
        .join(Course, CourseRun.course_id == Course.id)
        .where(
            Certificate.issued_on >= window.first_day,
            Certificate.issued_on <= window.last_day,
            Certificate.revoked_on.is_(None),
            CourseRun.cancelled_at.is_(None),
        )
    )
    return (Part("certificates", issued, OF_COURSE, func.count(), func.count()),)


FIGURES = (
    Figure(
        "participations",
        _("Participations"),
        _("each participant counts once in every group or activity; who took part in two counts twice."),
        Unit.PARTICIPATIONS,
        _("Attendance marks, head counts of sessions, and participants of activities."),
        _participations,
        adds_up=ONE_COURSE,
        section=6,
    ),
    Figure(
        "unique_participants",
        _("Unique participants"),
        _("different people who took part; people counted without names are not included."),
        Unit.PEOPLE,
        _("Attendance marks; a person is recognised by a keyed hash, never by name."),
        _unique_participants,
        section=6,
    ),
    Figure(
        "person_hours",
        _("Person-hours"),
        _("for every session its length in academic hours times the people present, added up."),
        Unit.PERSON_HOURS,
        _("Attendance marks, head counts of sessions, and activities, each of which is one session."),
        _person_hours,
        adds_up=ONE_COURSE_AND_MONTH,
        section=6,
        finish=academic_hours,
    ),
    Figure(
        "certificates_issued",
        _("Certificates issued"),
        _("certificates and confirmations of attendance issued in the period."),
        Unit.CERTIFICATES,
        _("Certificates that were not revoked."),
        _certificates_issued,
        adds_up=ONE_COURSE_AND_MONTH,
        section=6,
    ),
)
