"""Letters about seats that are free late, and to those who came together and stand by themselves now."""

from app.emails.letters import Letter, Link, letter_about, registration_url, title_of
from app.i18n import Text, _, _n
from app.links import sign
from app.registrations.late_seats import LateSeats
from app.registrations.models import Registration
from app.settings import Settings


def provider_link(settings: Settings, purpose: str, path: str, link_key: str) -> str:
    """A private page for the provider of a run; the purpose keeps its pages apart."""
    return f"{settings.origin}/{path}/{sign(settings.secret_key.get_secret_value(), purpose, link_key)}"


def seat_free_late(settings: Settings, seats: LateSeats) -> Letter | None:
    """Asks the provider to decide about a free seat; None when nothing is to be decided any more, or nobody is written to."""
    run = seats.run
    to = run.course.contact_email or run.course.provider.email
    if not seats.can_give or not to or run.link_key is None:
        return None
    title = seats.title("lv")
    return Letter(
        to=to,
        locale="lv",
        subject=_("A seat is free; you decide: %(course_title)s", course_title=title),
        parts=(
            _("A seat is free on the course “%(course_title)s”, and somebody waits for it.", course_title=title),
            _("First session: %(start)s", start=run.starts_at),
            _n("On the waiting list: %(n)s person", "On the waiting list: %(n)s people", seats.waiting),
            _(
                "So close to the start no seat is offered by itself. "
                "Give it to the first on the list, or leave it free; until you decide, it stays free:"
            ),
            Link(
                provider_link(settings, "late_seats", "brivas-vietas", run.link_key), _("Decide about the free seats")
            ),
            _("Do not pass this link on: whoever has it sees who is first on the list. Every look is recorded."),
        ),
    )


def party_dissolved(settings: Settings, registration: Registration) -> Letter:
    """Says that the registration stands by itself now, and gives its own link."""
    title = title_of(registration)
    whose: Text = (
        _("Your own registration:")
        if registration.email_key is not None
        else _("The registration of the second person, who has no address of their own:")
    )
    return letter_about(
        registration,
        _("Your registration is now separate: %(course_title)s", course_title=title),
        _(
            "Two people were registered together for the course “%(course_title)s”. "
            "From now on this registration does not depend on the other one.",
            course_title=title,
        ),
        _("See where it stands, change or cancel it here:"),
        whose,
        Link(registration_url(settings, registration), _("Open my registration")),
    )
