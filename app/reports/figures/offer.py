"""Figures of the offer: courses, groups, activities, hours, seats, money, providers."""

from sqlalchemy import ColumnElement, func, or_, select, union

from app.courses.history_models import Publication
from app.courses.models import Course, CourseAudience, CourseRun, CourseSession
from app.i18n import _
from app.participation.models import Activity
from app.reports.counting import Belonging, Part, everything, hundredths, number_of, seconds_between
from app.reports.dimensions import Dimension
from app.reports.figures.belonging import (
    COUNTS,
    OF_ACTIVITY,
    OF_COURSE,
    ONE_COURSE,
    ONE_COURSE_AND_MONTH,
    activities_held_in,
    runs_of_period,
    sessions_held,
    started_alone,
    took_place,
)
from app.reports.figures.figure import Figure, Unit, academic_hours, euros
from app.reports.window import Window


def _public_courses(window: Window) -> tuple[Part, ...]:
    public = (
        everything()
        .select_from(Publication)
        .join(Course, Publication.course_id == Course.id)
        .where(
            Publication.begun_at < window.until,
            or_(Publication.ended_at.is_(None), Publication.ended_at > window.starts_at),
        )
    )
    return (Part("publications", public, OF_COURSE, number_of(Publication.course_id), func.count()),)


def _runs_held(window: Window) -> tuple[Part, ...]:
    runs = number_of(CourseRun.id)
    alone = everything().select_from(CourseRun).join(Course, CourseRun.course_id == Course.id)
    return (
        Part("sessions", sessions_held(window), OF_COURSE, runs, number_of(CourseSession.id)),
        Part("self_study", alone.where(started_alone(window)), OF_COURSE, runs, runs),
    )


def _activities_held(window: Window) -> tuple[Part, ...]:
    return (Part("activities", activities_held_in(window), OF_ACTIVITY, func.count(), func.count()),)


def _length() -> ColumnElement[int]:
    return func.sum(seconds_between(CourseSession.starts_at, CourseSession.ends_at))


def _hours_planned(window: Window) -> tuple[Part, ...]:
    planned = (
        everything()
        .select_from(CourseSession)
        .join(CourseRun, CourseSession.run_id == CourseRun.id)
        .join(Course, CourseRun.course_id == Course.id)
        .where(
            COUNTS,
            CourseSession.starts_at >= window.starts_at,
            CourseSession.starts_at < window.ends_at,
        )
    )
    return (Part("sessions", planned, OF_COURSE, _length(), func.count()),)


def _hours_held(window: Window) -> tuple[Part, ...]:
    return (Part("sessions", sessions_held(window), OF_COURSE, _length(), func.count()),)


def _seats_offered(window: Window) -> tuple[Part, ...]:
    runs = runs_of_period(window).where(CourseRun.seats > 0)
    return (Part("runs", runs, OF_COURSE, func.sum(CourseRun.seats), func.count()),)


def _cancelled_runs(window: Window) -> tuple[Part, ...]:
    runs = (
        everything()
        .select_from(CourseRun)
        .join(Course, CourseRun.course_id == Course.id)
        .where(
            CourseRun.cancelled_at >= window.starts_at,
            CourseRun.cancelled_at < window.ends_at,
            Course.published_at.is_not(None),
        )
    )
    return (Part("runs", runs, OF_COURSE, func.count(), func.count()),)


def _money_spent(window: Window) -> tuple[Part, ...]:
    runs = runs_of_period(window).where(CourseRun.starts_at < window.until, CourseRun.public_money > 0)
    activities = activities_held_in(window).where(Activity.public_money > 0)
    return (
        Part("runs", runs, OF_COURSE, func.sum(hundredths(CourseRun.public_money)), func.count()),
        Part("activities", activities, OF_ACTIVITY, func.sum(hundredths(Activity.public_money)), func.count()),
    )


def _active_providers(window: Window) -> tuple[Part, ...]:
    place = (
        Course.provider_id.label("provider_id"),
        Course.group_id.label("group_id"),
        CourseAudience.audience.label("audience"),
        Course.format.label("format"),
        Course.language.label("language"),
    )
    with_courses = (
        select(*place)
        .select_from(CourseRun)
        .join(Course, CourseRun.course_id == Course.id)
        .outerjoin(CourseAudience, CourseAudience.course_id == Course.id)
    )
    activity = OF_ACTIVITY.columns
    active = union(
        with_courses.join(CourseSession, CourseSession.run_id == CourseRun.id).where(took_place(window)),
        with_courses.where(started_alone(window)),
        activities_held_in(window).with_only_columns(*(activity[dimension] for dimension in OF_COURSE.columns)),
    ).subquery()
    belonging = Belonging(
        {
            Dimension.GROUP: active.c.group_id,
            Dimension.AUDIENCE: active.c.audience,
            Dimension.FORMAT: active.c.format,
            Dimension.LANGUAGE: active.c.language,
        }
    )
    providers = number_of(active.c.provider_id)
    return (Part("providers", everything().select_from(active), belonging, providers, providers),)


FIGURES = (
    Figure(
        "courses_in_catalogue",
        _("Courses in the catalogue"),
        _("different courses that were public on at least one day of the period."),
        Unit.COURSES,
        _("The times from which and until which each course was public."),
        _public_courses,
        adds_up=ONE_COURSE,
        section=7,
    ),
    Figure(
        "runs_held",
        _("Groups held"),
        _("groups of which at least one session took place in the period."),
        Unit.GROUPS,
        _("Sessions; a self-study group without sessions counts in the period in which it begins."),
        _runs_held,
        adds_up=ONE_COURSE,
        section=6,
    ),
    Figure(
        "activities_held",
        _("Activities held"),
        _("learning activities outside the catalogue that took place in the period."),
        Unit.ACTIVITIES,
        _("Activities reported by the providers."),
        _activities_held,
        adds_up=frozenset(Dimension),
        section=6,
    ),
    Figure(
        "academic_hours_planned",
        _("Academic hours planned"),
        _("hours of 45 minutes of all sessions in the plan, cancelled groups left out."),
        Unit.ACADEMIC_HOURS,
        _("Start and end of sessions, those cancelled one by one included."),
        _hours_planned,
        adds_up=ONE_COURSE_AND_MONTH,
        finish=academic_hours,
        hides_small=False,
    ),
    Figure(
        "academic_hours_held",
        _("Academic hours held"),
        _("hours of 45 minutes of the sessions that took place."),
        Unit.ACADEMIC_HOURS,
        _("Start and end of sessions."),
        _hours_held,
        adds_up=ONE_COURSE_AND_MONTH,
        section=6,
        finish=academic_hours,
        hides_small=False,
    ),
    Figure(
        "seats_offered",
        _("Seats offered"),
        _("seats in all groups with a limit that were not cancelled."),
        Unit.SEATS,
        _("Groups; each belongs to the period in which it begins."),
        _seats_offered,
        adds_up=ONE_COURSE_AND_MONTH,
    ),
    Figure(
        "cancelled_runs",
        _("Cancelled groups"),
        _("groups cancelled in the period; they count in no other figure."),
        Unit.GROUPS,
        _("Groups, by the day on which they were cancelled."),
        _cancelled_runs,
        adds_up=ONE_COURSE_AND_MONTH,
    ),
    Figure(
        "money_spent",
        _("Money spent"),
        _("public money spent on the groups and activities of the period, in euros."),
        Unit.EUROS,
        _("Groups that begin in the period, and activities."),
        _money_spent,
        adds_up=ONE_COURSE_AND_MONTH,
        finish=euros,
        hides_small=False,
    ),
    Figure(
        "providers_active",
        _("Active providers"),
        _("providers that held at least one group or activity in the period."),
        Unit.PROVIDERS,
        _("Sessions, self-study groups and activities."),
        _active_providers,
        dimensions=frozenset(Dimension) - {Dimension.PROVIDER},
        section=10,
    ),
)
