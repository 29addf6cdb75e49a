"""Calendar files: every session of a run as an event with a stable UID (RFC 5545)."""

from datetime import UTC
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vText

from app.clock import RIGA, now
from app.courses.models import CourseRun, CourseSession
from app.i18n import Language, _
from app.settings import Settings


def calendar_file(
    run: CourseRun, *, title: str, language: Language, settings: Settings, method: str = "PUBLISH", link: str = ""
) -> bytes:
    """All sessions of the run; `CANCEL` takes them out of the calendar again. `run.sessions` must be loaded."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.city}//muzizglitiba//{language.code.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("x-wr-timezone", "Europe/Riga")
    total = len(run.sessions)
    for number, session in enumerate(run.sessions, start=1):
        calendar.add_component(_event(run, session, number, total, title, language, settings, method, link))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(
    run: CourseRun,
    session: CourseSession,
    number: int,
    total: int,
    title: str,
    language: Language,
    settings: Settings,
    method: str,
    link: str,
) -> Event:
    event = Event()
    event.add("uid", f"session-{session.id}@{urlsplit(settings.public_url).hostname}")
    event.add("dtstamp", now().replace(microsecond=0).astimezone(UTC))
    event.add("sequence", run.sequence + (1 if method == "CANCEL" else 0))
    event.add("dtstart", session.starts_at.astimezone(RIGA))
    event.add("dtend", session.ends_at.astimezone(RIGA))
    event.add("summary", title)
    cancelled = method == "CANCEL" or session.cancelled_at is not None or run.cancelled_at is not None
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if run.venue is not None:
        parts = (run.venue.name, run.venue.room, run.venue.address)
        event["location"] = vText(", ".join(part for part in parts if part))
    text = (
        _("Session %(n)s of %(total)s. Your registration: %(link)s", n=number, total=total, link=link)
        if link
        else _("Session %(n)s of %(total)s.", n=number, total=total)
    )
    event.add("description", text.say(language))
    return event
