"""Figures of demand: registrations, waiting lists, wishes."""

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_
from sqlalchemy.orm import aliased

from app.courses.models import Course, CourseRun
from app.i18n import _
from app.registrations.models import Channel, Registration, State
from app.reports.counting import Belonging, Column, Part, everything, number_of, seconds_between
from app.reports.dimensions import Dimension
from app.reports.figures.belonging import OF_COURSE, ONE_COURSE, runs_of_period
from app.reports.figures.figure import Figure, Unit, median, per_cent
from app.reports.window import Window
from app.wishes.models import WishRequest, WishState, WishSupport

_SECONDS_OF_A_DAY = 24 * 60 * 60

_OF_WISH = Belonging(
    {
        Dimension.GROUP: WishRequest.group_id,
        Dimension.AUDIENCE: WishRequest.audience,
        Dimension.FORMAT: WishRequest.format,
    }
)
_WISH_DIMENSIONS = frozenset({Dimension.GROUP, Dimension.AUDIENCE, Dimension.FORMAT, Dimension.MONTH})


def _within(instant: Column, window: Window) -> ColumnElement[bool]:
    return and_(instant >= window.starts_at, instant < window.ends_at)


def _registrations() -> Select[int]:
    return (
        everything()
        .select_from(Registration)
        .join(CourseRun, Registration.run_id == CourseRun.id)
        .join(Course, CourseRun.course_id == Course.id)
        .where(CourseRun.cancelled_at.is_(None))
    )


def _received(window: Window) -> Select[int]:
    return _registrations().where(
        or_(_within(Registration.confirmed_at, window), _within(Registration.queued_at, window))
    )


def _registrations_received(window: Window) -> tuple[Part, ...]:
    received = _received(window)
    return (Part("registrations", received, OF_COURSE, func.count(), func.count(), how=Registration.channel),)


def _registrations_via_catalogue(window: Window) -> tuple[Part, ...]:
    received = _received(window).where(Registration.channel == Channel.WEB)
    return (Part("registrations", received, OF_COURSE, func.count(), func.count()),)


def _seat_fill(window: Window) -> tuple[Part, ...]:
    limited = runs_of_period(window).where(CourseRun.seats > 0)
    confirmed = limited.join(Registration, Registration.run_id == CourseRun.id).where(
        Registration.state == State.CONFIRMED
    )
    nothing = func.sum(CourseRun.seats * 0)
    return (
        Part("registrations", confirmed, OF_COURSE, func.count(), func.count()),
        Part("runs", limited, OF_COURSE, nothing, func.count(), of=func.sum(CourseRun.seats)),
    )


def _waiting_list_demand(window: Window) -> tuple[Part, ...]:
    seated = aliased(Registration)
    got_seat = exists().where(
        seated.run_id == Registration.run_id,
        seated.person_token == Registration.person_token,
        seated.confirmed_at.is_not(None),
    )
    waited = _registrations().where(
        _within(Registration.queued_at, window), Registration.confirmed_at.is_(None), ~got_seat
    )
    person = func.coalesce(Registration.person_token, cast(Registration.id, String))
    in_run = cast(Registration.run_id, String).concat(":").concat(person)
    return (Part("registrations", waited, OF_COURSE, number_of(in_run), func.count()),)


def _wishes() -> Select[int]:
    """Wishes that stand for themselves: joined ones count with the wish they were joined to."""
    return everything().select_from(WishRequest).where(WishRequest.merged_into_id.is_(None))


def _wishes_received(window: Window) -> tuple[Part, ...]:
    confirmed = exists().where(WishSupport.wish_id == WishRequest.id, WishSupport.confirmed_at.is_not(None))
    left = _wishes().where(
        _within(WishRequest.created_at, window), or_(WishRequest.state != WishState.UNREAD, confirmed)
    )
    return (Part("wishes", left, _OF_WISH, func.count(), func.count()),)


def _wishes_fulfilled(window: Window) -> tuple[Part, ...]:
    fulfilled = _wishes().where(_within(WishRequest.fulfilled_at, window))
    return (Part("wishes", fulfilled, _OF_WISH, func.count(), func.count()),)


def _days_to_answer(window: Window) -> tuple[Part, ...]:
    answered = _wishes().where(_within(WishRequest.first_answered_at, window))
    seconds = seconds_between(WishRequest.created_at, WishRequest.first_answered_at)
    days = (seconds + (_SECONDS_OF_A_DAY - 1)) // _SECONDS_OF_A_DAY
    return (Part("wishes", answered, _OF_WISH, func.count(), func.count(), each=days),)


FIGURES = (
    Figure(
        "registrations_received",
        _("Registrations received"),
        _(
            "registrations confirmed or put on a waiting list in the period, by every channel, "
            "those cancelled later included."
        ),
        Unit.REGISTRATIONS,
        _("Registrations, by when they were confirmed or joined the waiting list."),
        _registrations_received,
        adds_up=ONE_COURSE,
    ),
    Figure(
        "registrations_via_catalogue",
        _("Registrations via the catalogue"),
        _("those of them that residents sent on the website."),
        Unit.REGISTRATIONS,
        _("Registrations that came from the website."),
        _registrations_via_catalogue,
        adds_up=ONE_COURSE,
        section=7,
    ),
    Figure(
        "seat_fill",
        _("Seat fill"),
        _("confirmed registrations as a share of the seats offered, in per cent."),
        Unit.PER_CENT,
        _("Confirmed registrations and seats of groups with a limit that begin in the period."),
        _seat_fill,
        finish=per_cent,
    ),
    Figure(
        "waiting_list_demand",
        _("Waiting-list demand"),
        _("people who waited and did not get a seat in that group."),
        Unit.PEOPLE,
        _("Registrations, by when they joined the waiting list; a person counts once in every group."),
        _waiting_list_demand,
        adds_up=ONE_COURSE,
    ),
    Figure(
        "wishes_received",
        _("Wishes received"),
        _("wishes left in the period, joined ones counted as one."),
        Unit.WISHES,
        _("Wishes whose writer confirmed the address."),
        _wishes_received,
        dimensions=_WISH_DIMENSIONS,
        adds_up=_WISH_DIMENSIONS,
    ),
    Figure(
        "wishes_fulfilled",
        _("Wishes come true"),
        _("wishes that became a published course in the period."),
        Unit.WISHES,
        _("Wishes, by the day on which their course was published."),
        _wishes_fulfilled,
        dimensions=_WISH_DIMENSIONS,
        adds_up=_WISH_DIMENSIONS,
    ),
    Figure(
        "median_days_to_answer_a_wish",
        _("Days to the first answer"),
        _("half of the wishes were answered in this number of days or sooner."),
        Unit.DAYS,
        _("Wishes first answered in the period."),
        _days_to_answer,
        dimensions=_WISH_DIMENSIONS,
        finish=median,
    ),
)
