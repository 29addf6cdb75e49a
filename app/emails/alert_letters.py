"""Letters to those who want to hear of a course that fits their search: one to confirm the address, one with the course."""

from app.courses.models import Course
from app.emails.letters import Letter, Link
from app.i18n import Price, Text, _
from app.interests.models import SearchAlert
from app.links import sign
from app.settings import Settings


def alert_url(settings: Settings, alert: SearchAlert) -> str:
    """The private page of an alert."""
    return f"{settings.origin}/zinas/{sign(settings.secret_key.get_secret_value(), 'alert', alert.link_key)}"


def confirm_alert(settings: Settings, alert: SearchAlert) -> Letter | None:
    """Asks to confirm the address; None when that is done, or no longer wanted."""
    if alert.confirmed_at is not None or alert.ended_at is not None:
        return None
    return _letter(
        alert,
        _("Confirm the news about courses"),
        _("You asked for news about courses: %(filters)s", filters=alert.shown),
        _("Confirm within 5 days:"),
        Link(alert_url(settings, alert), _("Confirm my address")),
        _("Without confirmation we will not write."),
    )


def course_fits(settings: Settings, alert: SearchAlert, course: Course) -> Letter:
    """Tells of the course; after it nothing more is written."""
    title = course.title_in(alert.locale)
    names = course.provider.texts
    provider = (names.get(alert.locale) or names["lv"]).name
    return _letter(
        alert,
        _("There is a course for your search: %(course_title)s", course_title=title),
        _("Your search: %(filters)s", filters=alert.shown),
        _(
            "Now there is the course “%(course_title)s”; %(provider)s, %(price)s.",
            course_title=title,
            provider=provider,
            price=Price(course.price),
        ),
        Link(f"{settings.origin}/kursi/{course.slug}", _("Open the course")),
        _("We will not write about this search again, and we erase your address."),
    )


def _letter(alert: SearchAlert, subject: Text, *parts: Text | Link) -> Letter:
    return Letter(alert.email or "", alert.locale, subject, parts)
