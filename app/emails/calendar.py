"""Calendar files: every session of a run as an event with a stable UID (RFC 5545).

A file is published (RFC 5546, 3.2.1), not requested: a request holds a single event, asks for an answer that nobody
here would read, and names who is invited. A later file replaces an earlier one by the same UID and a raised SEQUENCE.
"""

from datetime import UTC
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress, vText

from app.clock import RIGA, now
from app.courses.models import CourseRun, CourseSession
from app.i18n import Language, Text, _
from app.settings import Settings


def calendar_file(
    run: CourseRun,
    *,
    title: str,
    language: Language,
    settings: Settings,
    method: str = "PUBLISH",
    link: str = "",
    undone: int = 0,
) -> bytes:
    """All sessions of the run; `CANCEL` takes them out of the calendar again. Sessions and venues must be loaded.

    `undone` is how often the person took a cancellation back: each time the events stand again, under a higher number.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.city}//muzizglitiba//{language.code.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("x-wr-timezone", "Europe/Riga")
    sequence = run.sequence + 2 * undone + (1 if method == "CANCEL" else 0)
    is_off = method == "CANCEL" or run.cancelled_at is not None
    held = [session.id for session in run.sessions if session.cancelled_at is None]
    for session in run.sessions:
        event = _event(run, session, title, settings, sequence)
        event.add("status", "CANCELLED" if is_off or session.cancelled_at is not None else "CONFIRMED")
        if session.cancelled_at is None:
            event.add("description", _described(held.index(session.id) + 1, len(held), link).say(language))
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(run: CourseRun, session: CourseSession, title: str, settings: Settings, sequence: int) -> Event:
    event = Event()
    event.add("uid", f"session-{session.id}@{urlsplit(settings.public_url).hostname}")
    event.add("dtstamp", now().replace(microsecond=0).astimezone(UTC))
    event.add("sequence", sequence)
    event.add("dtstart", session.starts_at.astimezone(RIGA))
    event.add("dtend", session.ends_at.astimezone(RIGA))
    event.add("summary", title)
    organizer = vCalAddress(f"mailto:{settings.mail_from}")
    organizer.params["CN"] = vText(settings.institution)
    event["organizer"] = organizer
    venue = session.venue or run.venue
    if venue is not None:
        event["location"] = vText(", ".join(part for part in (venue.name, venue.room, venue.address) if part))
    return event


def _described(number: int, total: int, link: str) -> Text:
    if link:
        return _("Session %(n)s of %(total)s. Your registration: %(link)s", n=number, total=total, link=link)
    return _("Session %(n)s of %(total)s.", n=number, total=total)
