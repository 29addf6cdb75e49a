"""Letters that staff cause: somebody is moved to other dates, somebody of a group is written to."""

from app.courses.models import CourseRun
from app.emails.calendar import calendar_file
from app.emails.letters import (
    Attachment,
    Letter,
    Link,
    Prose,
    calendar_of,
    letter_about,
    registration_url,
    title_of,
)
from app.i18n import DEFAULT, LANGUAGES, _, _p
from app.registrations.known import where
from app.registrations.models import Registration, State
from app.registrations.queries import open_offer
from app.settings import Settings


def moved(settings: Settings, registration: Registration, before: CourseRun) -> Letter | None:
    """Says which dates were and which are now; the files take the old sessions out of the calendar and put the new ones in."""
    run, title = registration.run, title_of(registration)
    if registration.state is not State.CONFIRMED or run.id == before.id:
        return None
    venue = where(run.venue)
    return letter_about(
        registration,
        _("Other dates: %(course_title)s", course_title=title),
        _("The provider has moved you to other dates of the course “%(course_title)s”.", course_title=title)
        if before.course_id == run.course_id
        else _("The provider has moved you to the course “%(course_title)s”.", course_title=title),
        _("Before: %(old_start)s", old_start=before.starts_at),
        _("Now: %(start)s, %(venue)s", start=run.starts_at, venue=venue)
        if venue
        else _("Now: %(start)s", start=run.starts_at),
        _("You have a seat there. The attached files put your calendar right."),
        _("If the new time does not suit you, cancel the registration:"),
        Link(registration_url(settings, registration), _("Open my registration")),
        attachments=(calendar_of(settings, registration, "PUBLISH"), _taken_out(settings, registration, before)),
    )


def call_about_offer(settings: Settings, registration: Registration) -> Letter | None:
    """Asks the provider to call somebody who has no address and is offered a seat; it names nobody."""
    offer = open_offer(registration)
    if registration.state is not State.OFFERED or offer is None:
        return None
    course, title = registration.run.course, registration.run.course.texts[DEFAULT].title
    return Letter(
        course.contact_email or course.provider.email,
        DEFAULT,
        _("To call: a seat is free on “%(course_title)s”", course_title=title),
        (
            _("A seat has become free for a person on the waiting list who gave no e-mail address."),
            _("Call them and enter the answer by %(deadline_dat)s.", deadline_dat=offer.deadline),
            _p("letter", "If you do not answer, the seat goes to the next person."),
            Link(
                f"{settings.origin}/darbvieta/grupas/{registration.run_id}/pieteikumi?view=held",
                _("Open the list of registrations"),
            ),
        ),
    )


def to_one_of_group(settings: Settings, registration: Registration, subject: str, words: str) -> Letter:
    """What staff wrote, in the frame of every letter; an answer goes to the provider."""
    course = registration.run.course
    letter = letter_about(
        registration,
        _("%(course_title)s: %(subject)s", course_title=title_of(registration), subject=subject),
        _("The provider of the course “%(course_title)s” writes to you:", course_title=title_of(registration)),
        Prose(words),
        Link(registration_url(settings, registration), _("Open my registration")),
    )
    return Letter(
        letter.to,
        letter.locale,
        letter.subject,
        letter.parts,
        letter.contact,
        reply_to=course.contact_email or course.provider.email,
    )


def _taken_out(settings: Settings, registration: Registration, before: CourseRun) -> Attachment:
    """What takes the sessions of the run before out of the calendar; its course's texts must be loaded."""
    content = calendar_file(
        before,
        title=before.course.title_in(registration.locale),
        language=LANGUAGES[registration.locale],
        settings=settings,
        method="CANCEL",
        undone=registration.undone,
    )
    return Attachment("bijusais-laiks.ics", content, "CANCEL")
