"""Letters about a run with few participants: to its provider, who decides, and to those who have a seat."""

from datetime import datetime

from app.courses.models import CourseRun
from app.emails.letters import Letter, Link, letter_about, registration_url, title_of
from app.emails.seat_letters import provider_link
from app.i18n import DEFAULT, Text, _, _n, local
from app.registrations.models import Registration, State
from app.registrations.run_decisions import waits_for_decision
from app.settings import Settings

PURPOSE = "decision"
"""What the provider's link is for; links about other things open nothing here."""
PATH = "lemumi"


def decision_needed(settings: Settings, run: CourseRun, confirmed: int, moment: datetime) -> Letter | None:
    """Asks the provider to run, move or cancel; None when it is decided, too late, or nobody can be written to."""
    to = run.course.contact_email or run.course.provider.email
    if not to or run.link_key is None or not waits_for_decision(run, moment):
        return None
    title = run.course.texts[DEFAULT].title
    return Letter(
        to=to,
        locale=DEFAULT,
        subject=_("Too few participants; you decide: %(course_title)s", course_title=title),
        parts=(
            _("The day of decision for the course “%(course_title)s” has come.", course_title=title),
            *minimum(run, confirmed),
            _("First session: %(start)s", start=run.starts_at),
            _("Run it, move it or cancel it? Decide by %(decision_dat)s.", decision_dat=run.starts_at),
            _("Until you decide, everything stays as planned."),
            Link(provider_link(settings, PURPOSE, PATH, run.link_key), _("Decide about the group")),
            _("Do not pass this link on: whoever has it can cancel the group."),
        ),
    )


def run_undecided(settings: Settings, registration: Registration, confirmed: int, moment: datetime) -> Letter | None:
    """Says that the provider decides whether the course starts; None when it is decided meanwhile."""
    run, title = registration.run, title_of(registration)
    if registration.state is not State.CONFIRMED or not waits_for_decision(run, moment):
        return None
    return letter_about(
        registration,
        _("The provider is deciding whether the course starts: %(course_title)s", course_title=title),
        _("Few people have registered for the course “%(course_title)s”.", course_title=title),
        *minimum(run, confirmed),
        _("The provider decides before the first session: %(start)s", start=run.starts_at),
        _("You need not do anything; your seat stays yours, and we will write as soon as it is decided."),
        Link(registration_url(settings, registration), _("Open my registration")),
    )


def decision_moved(settings: Settings, registration: Registration, moment: datetime) -> Letter | None:
    """Says by when the provider decides now; None when it is decided meanwhile."""
    run, title = registration.run, title_of(registration)
    if registration.state is not State.CONFIRMED or not waits_for_decision(run, moment) or run.decision_at is None:
        return None
    return letter_about(
        registration,
        _("The decision comes later: %(course_title)s", course_title=title),
        _(
            "Whether the course “%(course_title)s” starts is decided later, so that more people can register.",
            course_title=title,
        ),
        _("The provider decides by %(decision_dat)s.", decision_dat=local(run.decision_at).date()),
        _("You need not do anything; your seat stays yours, and we will write as soon as it is decided."),
        Link(registration_url(settings, registration), _("Open my registration")),
    )


def run_goes_ahead(settings: Settings, registration: Registration, moment: datetime) -> Letter | None:
    """Says that the course starts; None when it has started, or was cancelled after all."""
    run, title = registration.run, title_of(registration)
    if registration.state is not State.CONFIRMED or run.cancelled_at is not None or run.starts_at <= moment:
        return None
    return letter_about(
        registration,
        _("The course takes place: %(course_title)s", course_title=title),
        _("The provider has decided: the course “%(course_title)s” starts as planned.", course_title=title),
        _("First session: %(start)s", start=run.starts_at),
        Link(registration_url(settings, registration), _("Open my registration")),
    )


def minimum(run: CourseRun, confirmed: int) -> list[Text]:
    """How many it takes, and how many there are."""
    return [
        _n(
            "The course starts if at least %(n)s person registers.",
            "The course starts if at least %(n)s people register.",
            run.min_participants,
        ),
        _n(
            "So far there is %(n)s confirmed registration.",
            "So far there are %(n)s confirmed registrations.",
            confirmed,
        ),
    ]
