"""Letters to those who want to hear of a course's next dates: one to confirm the address, one with the news."""

from app.catalogue.cards import RunCard
from app.emails.letters import Letter, Link
from app.i18n import Text, _
from app.interests.models import CourseInterest
from app.links import sign
from app.settings import Settings


def interest_url(settings: Settings, interest: CourseInterest) -> str:
    """The private page of an interest."""
    secret = settings.secret_key.get_secret_value()
    return f"{settings.origin}/pazinojumi/{sign(secret, 'interest', interest.link_key)}"


def confirm_interest(settings: Settings, interest: CourseInterest) -> Letter | None:
    """Asks to confirm the address; None when that is done, or no longer wanted."""
    if interest.confirmed_at is not None or interest.ended_at is not None:
        return None
    return _letter(
        interest,
        _("Confirm the news about the course: %(course_title)s", course_title=_title(interest)),
        _("You asked for news about the course “%(course_title)s”.", course_title=_title(interest)),
        _("Confirm within 5 days:"),
        Link(interest_url(settings, interest), _("Confirm my address")),
        _("Without confirmation we will not write."),
    )


def next_dates(settings: Settings, interest: CourseInterest, run: RunCard) -> Letter:
    """Tells that the course takes registrations again; after it nothing more is written."""
    seats = (
        _("The number of seats is not limited.")
        if run.seats_left is None
        else _("Seats left: %(seats_left)s", seats_left=run.seats_left)
    )
    return _letter(
        interest,
        _("You can register: %(course_title)s", course_title=_title(interest)),
        _(
            "You asked us to tell you: the course “%(course_title)s” takes place again.",
            course_title=_title(interest),
        ),
        _("First session: %(start)s", start=run.starts_at),
        seats,
        Link(f"{settings.origin}/kursi/{interest.course.slug}", _("Open the course")),
        _("We will not write about it again."),
    )


def _title(interest: CourseInterest) -> str:
    return interest.course.title_in(interest.locale)


def _letter(interest: CourseInterest, subject: Text, *parts: Text | Link) -> Letter:
    return Letter(interest.email or "", interest.locale, subject, parts)
