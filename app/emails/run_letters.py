"""Letters about a run that changes, is cancelled, is undecided or starts soon: to those who are registered."""

from collections.abc import Sequence
from datetime import datetime

from app.courses.models import CourseRun, CourseSession
from app.courses.run_models import RunNotice
from app.emails.letters import (
    Letter,
    Link,
    calendar_of,
    course_url,
    letter_about,
    provider_name,
    registration_url,
    title_of,
    where_lines,
)
from app.i18n import Text, _, _n, local
from app.registrations.known import Change, Kind, Known, Meeting, changes, is_only_elsewhere
from app.registrations.models import Registration, State
from app.registrations.notices import known_to
from app.registrations.queries import open_offer
from app.settings import Settings

MOST = 8
"""So many changed sessions are told one by one; the rest are a number and a link."""


def run_moved(settings: Settings, registration: Registration, notice: RunNotice, moment: datetime) -> Letter | None:
    """Tells everything that has changed since the person last knew; None when there is nothing, or no place any more."""
    before = known_to(notice, registration.id)
    if before is None or notice.after is None or not registration.is_active(moment):
        return None
    if registration.run.cancelled_at is not None:
        return None
    changed = changes(before, Known.from_json(notice.after))
    if not changed:
        return None
    title = title_of(registration)
    has_calendar = registration.state is State.CONFIRMED
    return letter_about(
        registration,
        _("New time or place: %(course_title)s", course_title=title),
        _("The time or place of the course “%(course_title)s” changes.", course_title=title),
        *_told(changed),
        *_reason(notice.reason),
        _stays(registration),
        _way_out(registration),
        Link(registration_url(settings, registration), _("Open my registration")),
        attachments=(calendar_of(settings, registration, "PUBLISH"),) if has_calendar else (),
    )


def run_cancelled(settings: Settings, registration: Registration, notice: RunNotice) -> Letter:
    """Says that the course does not take place, when it was planned, and why; the file takes it out of the calendar."""
    title, run = title_of(registration), registration.run
    before = known_to(notice, registration.id)
    had_calendar = registration.confirmed_at is not None
    nothing_to_do = (
        _(
            "You need not do anything; the attached file takes the sessions out of your calendar. "
            "If you have already paid, ask the provider."
        )
        if had_calendar
        else _("You need not do anything.")
    )
    return letter_about(
        registration,
        _("Cancelled: %(course_title)s", course_title=title),
        _(
            "The course “%(course_title)s” does not take place. We are sorry to upset your plans.",
            course_title=title,
        ),
        _("It was planned for: %(start)s", start=before.starts_at if before is not None else run.starts_at),
        *_reason(run.cancel_reason),
        nothing_to_do,
        _("Other dates and similar courses:"),
        Link(course_url(settings, registration), _("Open the course")),
        attachments=(calendar_of(settings, registration, "CANCEL"),) if had_calendar else (),
    )


def cancelled_by_provider(settings: Settings, registration: Registration) -> Letter | None:
    """Says that the provider cancelled this one registration, and why."""
    if registration.state is not State.CANCELLED_BY_PROVIDER:
        return None
    title = title_of(registration)
    had_calendar = registration.confirmed_at is not None
    return letter_about(
        registration,
        _("Your registration is cancelled by the provider: %(course_title)s", course_title=title),
        _("The provider cancelled your registration for the course “%(course_title)s”.", course_title=title),
        *_reason(registration.cancel_reason),
        *([_("The attached file takes the sessions out of your calendar.")] if had_calendar else []),
        _asks(registration),
        _("Similar courses:"),
        Link(course_url(settings, registration), _("Open the course")),
        attachments=(calendar_of(settings, registration, "CANCEL"),) if had_calendar else (),
    )


def reminder(settings: Settings, registration: Registration, moment: datetime) -> Letter | None:
    """Reminds of the first session; None once it has begun, is cancelled or has moved away, or the place is given up."""
    run = registration.run
    if registration.state is not State.CONFIRMED or registration.reminded_at is None:
        return None
    if run.cancelled_at is not None or run.starts_at <= moment:
        return None
    title = title_of(registration)
    first = _first_session(run)
    return letter_about(
        registration,
        _("Starting soon: %(course_title)s", course_title=title),
        _(
            "The first session of the course “%(course_title)s” is on %(start_loc)s.",
            course_title=title,
            start_loc=run.starts_at,
        )
        if first is not None
        else _("The course “%(course_title)s” starts on %(start_loc)s.", course_title=title, start_loc=run.starts_at),
        *where_lines(first.venue or run.venue if first is not None else run.venue),
        *([_("What to bring: %(bring)s", bring=run.bring)] if run.bring else []),
        *(
            [Link(first.link, _("Join the online session"))]
            if first is not None and first.link.startswith(("https://", "http://"))
            else []
        ),
        _("If you cannot take part, cancel the registration so that somebody else gets the seat:"),
        Link(registration_url(settings, registration), _("Open my registration")),
    )


def _told(changed: Sequence[Change]) -> list[Text]:
    """What was and what is now, session by session; one move of all to another place is said once."""
    if is_only_elsewhere(changed):
        return [*_pair(changed[0]), _("The new place is for all further sessions.")]
    lines = [line for one in changed[:MOST] for line in _pair(one)]
    if len(changed) > MOST:
        more = len(changed) - MOST
        lines.append(
            _n(
                "%(n)s more session changes; you find it behind the link below.",
                "%(n)s more sessions change; you find them behind the link below.",
                more,
            )
        )
    return lines


def _pair(change: Change) -> list[Text]:
    """One session's change in a line or two."""
    was, now_is = change.before, change.after
    match change.kind:
        case Kind.CANCELLED:
            return [_("Session cancelled: %(start)s", start=was.starts_at)]
        case Kind.ADDED if now_is.venue:
            return [_("New session: %(start)s, %(venue)s", start=now_is.starts_at, venue=now_is.venue)]
        case Kind.ADDED:
            return [_("New session: %(start)s", start=now_is.starts_at)]
        case Kind.RESTORED if now_is.venue:
            return [_("Takes place after all: %(start)s, %(venue)s", start=now_is.starts_at, venue=now_is.venue)]
        case Kind.RESTORED:
            return [_("Takes place after all: %(start)s", start=now_is.starts_at)]
        case Kind.MOVED:
            return [*_moved(was, now_is), *_length(was, now_is)]


def _moved(was: Meeting, now_is: Meeting) -> list[Text]:
    if (was.starts_at, was.venue) == (now_is.starts_at, now_is.venue):
        return []
    return [
        _("Before: %(old_start)s, %(old_venue)s", old_start=was.starts_at, old_venue=was.venue)
        if was.venue
        else _("Before: %(old_start)s", old_start=was.starts_at),
        _("Now: %(start)s, %(venue)s", start=now_is.starts_at, venue=now_is.venue)
        if now_is.venue
        else _("Now: %(start)s", start=now_is.starts_at),
    ]


def _length(was: Meeting, now_is: Meeting) -> list[Text]:
    """The end, where it does not follow from the start."""
    if was.ends_at - was.starts_at == now_is.ends_at - now_is.starts_at:
        return []
    ends = local(now_is.ends_at)
    day = local(now_is.starts_at).date()
    return [_("The session on %(date_loc)s now ends at %(end)s.", date_loc=day, end=ends.time())]


def _reason(reason: str) -> list[Text]:
    return [_("Reason: %(reason)s", reason=reason)] if reason else []


def _stays(registration: Registration) -> Text:
    """What the change leaves as it was."""
    offer = open_offer(registration)
    match registration.state:
        case State.WAITLISTED:
            return _("Your place on the waiting list stays yours.")
        case State.OFFERED if offer is not None:
            return _("A seat is free for you; answer by %(deadline_dat)s.", deadline_dat=offer.deadline)
        case State.PENDING if registration.hold_until is not None:
            return _(
                "Confirm your e-mail address: we hold a seat for you until %(held_dat)s.",
                held_dat=registration.hold_until,
            )
        case _other:
            return _("Your seat stays yours. The attached file updates your calendar.")


def _way_out(registration: Registration) -> Text:
    match registration.state:
        case State.CONFIRMED:
            return _("If the new time does not suit you, cancel the registration:")
        case State.WAITLISTED:
            return _("If the new time does not suit you, leave the waiting list:")
        case _other:
            return _("If the new time does not suit you, give the seat up:")


def _asks(registration: Registration) -> Text:
    """Whom to ask."""
    course = registration.run.course
    provider = course.provider
    return _(
        "If you have questions, write or call: %(provider)s, %(provider_email)s, %(provider_phone)s",
        provider=provider_name(registration),
        provider_email=course.contact_email or provider.email,
        provider_phone=course.contact_phone or provider.phone,
    )


def _first_session(run: CourseRun) -> CourseSession | None:
    return next((one for one in run.sessions if one.cancelled_at is None and one.starts_at == run.starts_at), None)
