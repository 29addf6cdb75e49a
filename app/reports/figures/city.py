"""Figures of the city and of the catalogue's use: permits, partners, searches, views, feedback."""

from sqlalchemy import Select, func, literal_column, or_

from app.courses.models import Course, CourseRun
from app.feedback.models import FeedbackAnswer
from app.i18n import _
from app.permits.models import Permit
from app.reports.counting import Belonging, Part, everything
from app.reports.dimensions import Dimension
from app.reports.figures.belonging import OF_COURSE, OF_THE_CITY, ONE_COURSE_AND_MONTH, ONLY_MONTH
from app.reports.figures.figure import QUESTIONS, Figure, Unit, mean_mark
from app.reports.models import Partner
from app.reports.window import Window
from app.usage.actions import Use
from app.usage.models import DailyCount

_OF_PERMIT = Belonging({Dimension.PROVIDER: Permit.provider_id})
_PERMIT_DIMENSIONS = frozenset({Dimension.PROVIDER, Dimension.MONTH})


def _permits_issued(window: Window) -> tuple[Part, ...]:
    issued = (
        everything()
        .select_from(Permit)
        .where(Permit.issued_on >= window.first_day, Permit.issued_on <= window.last_day)
    )
    return (Part("permits", issued, _OF_PERMIT, func.count(), func.count()),)


def _permits_valid(window: Window) -> tuple[Part, ...]:
    day = window.last_day_so_far
    valid = everything().select_from(Permit).where(Permit.issued_on <= day, Permit.valid_until >= day)
    return (Part("permits", valid, _OF_PERMIT, func.count(), func.count()),)


def _partners(window: Window) -> tuple[Part, ...]:
    day = window.last_day_so_far
    listed = (
        everything()
        .select_from(Partner)
        .where(Partner.since <= day, or_(Partner.until.is_(None), Partner.until >= day))
    )
    return (Part("partners", listed, OF_THE_CITY, func.count(), func.count()),)


def _daily(use: Use, window: Window) -> Select[int]:
    return (
        everything()
        .select_from(DailyCount)
        .where(DailyCount.kind == use.value, DailyCount.day >= window.first_day, DailyCount.day <= window.last_day)
    )


def _searches(window: Window) -> tuple[Part, ...]:
    return (Part("use", _daily(Use.SEARCH, window), OF_THE_CITY, func.sum(DailyCount.times), func.count()),)


def _searches_without_result(window: Window) -> tuple[Part, ...]:
    found_nothing = _daily(Use.SEARCH_WITHOUT_RESULT, window)
    return (Part("use", found_nothing, OF_THE_CITY, func.sum(DailyCount.times), func.count()),)


def _course_views(window: Window) -> tuple[Part, ...]:
    views = _daily(Use.COURSE_VIEW, window).join(Course, Course.code == DailyCount.subject)
    return (Part("use", views, OF_COURSE, func.sum(DailyCount.times), func.count()),)


def _answers(window: Window) -> Select[int]:
    """Answers about groups that ended in the period."""
    return (
        everything()
        .select_from(FeedbackAnswer)
        .join(CourseRun, FeedbackAnswer.run_id == CourseRun.id)
        .join(Course, CourseRun.course_id == Course.id)
        .where(
            CourseRun.cancelled_at.is_(None),
            CourseRun.ends_at >= window.starts_at,
            CourseRun.ends_at < window.ends_at,
        )
    )


def _feedback_count(window: Window) -> tuple[Part, ...]:
    return (Part("feedback", _answers(window), OF_COURSE, func.count(), func.count()),)


def _feedback_score(window: Window) -> tuple[Part, ...]:
    marks = (
        FeedbackAnswer.content
        + FeedbackAnswer.teacher
        + FeedbackAnswer.organisation
        + FeedbackAnswer.usefulness
        + FeedbackAnswer.recommend
    )
    answers = func.count()
    return (
        Part(
            "feedback",
            _answers(window),
            OF_COURSE,
            func.sum(marks),
            answers,
            of=answers * literal_column(str(QUESTIONS)),
            people=answers,
        ),
    )


FIGURES = (
    Figure(
        "permits_issued",
        _("Permits issued"),
        _("permits for non-formal education programmes with a date of issue in the period."),
        Unit.PERMITS,
        _("The register of permits."),
        _permits_issued,
        dimensions=_PERMIT_DIMENSIONS,
        adds_up=_PERMIT_DIMENSIONS,
        section=12,
    ),
    Figure(
        "permits_valid",
        _("Permits valid"),
        _("permits in force on the last day of the period."),
        Unit.PERMITS,
        _("The register of permits."),
        _permits_valid,
        dimensions=_PERMIT_DIMENSIONS,
        adds_up=frozenset({Dimension.PROVIDER}),
    ),
    Figure(
        "searches",
        _("Searches"),
        _("searches made in the catalogue, each finished query counted once."),
        Unit.SEARCHES,
        _("Daily counters."),
        _searches,
        dimensions=ONLY_MONTH,
        adds_up=ONLY_MONTH,
    ),
    Figure(
        "searches_without_result",
        _("Searches without a result"),
        _("searches that found no course."),
        Unit.SEARCHES,
        _("Daily counters."),
        _searches_without_result,
        dimensions=ONLY_MONTH,
        adds_up=ONLY_MONTH,
    ),
    Figure(
        "course_views",
        _("Course views"),
        _("openings of course pages, counted without cookies and without identifying anybody."),
        Unit.VIEWS,
        _("Daily counters of each course."),
        _course_views,
        adds_up=ONE_COURSE_AND_MONTH,
    ),
    Figure(
        "feedback_count",
        _("Feedback received"),
        _("answers of participants about groups that ended in the period."),
        Unit.ANSWERS,
        _("Answers, by the day on which their group ended."),
        _feedback_count,
        adds_up=ONE_COURSE_AND_MONTH,
    ),
    Figure(
        "feedback_score",
        _("Feedback score"),
        _("mean of all marks from 1 to 5, shown from five answers up."),
        Unit.MARK,
        _("Five marks of each answer."),
        _feedback_score,
        finish=mean_mark,
    ),
    Figure(
        "partners",
        _("Partners"),
        _("institutions and organisations listed in the report as partners on the last day of the period."),
        Unit.PARTNERS,
        _("The report's list of partners."),
        _partners,
        dimensions=ONLY_MONTH,
        section=11,
    ),
)
