"""Letters about registrations: one function each, saying to whom, and in which words.

No name in the greeting, nothing personal in the subject; a link only opens a page, the act is a button there.
"""

from dataclasses import dataclass, field

from app.emails.calendar import calendar_file
from app.i18n import LANGUAGES, Price, Text, _, _p
from app.links import sign
from app.providers.models import Venue
from app.registrations.models import Registration, State
from app.registrations.queries import open_offer
from app.registrations.standing import in_letters_to_two
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Link:
    """A link that stands in a paragraph of its own."""

    url: str
    words: Text


@dataclass(frozen=True, slots=True)
class Prose:
    """Words that staff wrote, in Markdown; they are in the language in which they were written."""

    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A calendar file beside the letter."""

    name: str
    content: bytes
    method: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter before it is put into a language: address, subject, paragraphs, files."""

    to: str
    locale: str
    subject: Text
    parts: tuple[Text | Link | Prose, ...]
    contact: Text | None = None
    attachments: tuple[Attachment, ...] = field(default=())
    reply_to: str = ""
    """Where an answer goes; to nobody, where it is empty."""


def registration_url(settings: Settings, registration: Registration) -> str:
    """The private page of a registration."""
    secret = settings.secret_key.get_secret_value()
    return f"{settings.origin}/pieteikumi/{sign(secret, 'registration', registration.link_key)}"


def confirm_registration(settings: Settings, registration: Registration) -> Letter:
    """Asks to confirm the address; the seat is held until then."""
    title = title_of(registration)
    assert registration.hold_until is not None
    return letter_about(
        registration,
        _("Confirm your registration: %(course_title)s", course_title=title),
        _(
            "We hold a seat for you on the course “%(course_title)s” until %(held_dat)s.",
            course_title=title,
            held_dat=registration.hold_until,
        ),
        _("Open the link and press “Confirm my registration”:"),
        Link(registration_url(settings, registration), _("Confirm my registration")),
        _("If you do not confirm, the seat goes to somebody else."),
    )


def place_confirmed(settings: Settings, registration: Registration) -> Letter:
    """Says that the seat is theirs, with all sessions as a calendar file."""
    run, title = registration.run, title_of(registration)
    return letter_about(
        registration,
        _("You have a seat: %(course_title)s", course_title=title),
        _("Your registration for the course “%(course_title)s” is confirmed.", course_title=title),
        _("First session: %(start)s", start=run.starts_at),
        *where_lines(run.venue),
        _("Price: %(price)s", price=Price(run.course.price)),
        _("All sessions are in the attached calendar file."),
        _("If you cannot take part, cancel the registration so that somebody else gets the seat:"),
        Link(registration_url(settings, registration), _("Open my registration")),
        attachments=(calendar_of(settings, registration, "PUBLISH"),),
    )


def waiting_list(settings: Settings, registration: Registration, position: int) -> Letter:
    """Says the place in the queue, and what may happen."""
    title = title_of(registration)
    return letter_about(
        registration,
        _("You are on the waiting list: %(course_title)s", course_title=title),
        _(
            "All seats on the course “%(course_title)s” are taken. You are number %(position)s on the waiting list.",
            course_title=title,
            position=position,
        ),
        _(
            "If a seat becomes free for you, we will write at once and wait for your answer. "
            "We cannot know whether this will happen; you can also register for another course."
        ),
        _("See your place or leave the list here:"),
        Link(registration_url(settings, registration), _("Open my registration")),
    )


def seat_offered(settings: Settings, registration: Registration) -> Letter | None:
    """Offers a freed seat until a deadline; None when the offer is answered already."""
    offer = open_offer(registration)
    if registration.state is not State.OFFERED or offer is None:
        return None
    title = title_of(registration)
    return letter_about(
        registration,
        _("A seat is free for you: %(course_title)s", course_title=title),
        _(
            "A seat has become free on the course “%(course_title)s”, and it is your turn.",
            course_title=title,
        ),
        _("Answer by %(deadline_dat)s.", deadline_dat=offer.deadline),
        _("Open the link and choose “Take the seat” or “Decline the seat”:"),
        Link(registration_url(settings, registration), _("Open my registration")),
        _p("letter", "If you do not answer, the seat goes to the next person."),
    )


def offer_expired(settings: Settings, registration: Registration) -> Letter:
    """Says that the offered seat went to the next person."""
    title = title_of(registration)
    deadline = registration.offers[-1].deadline if registration.offers else registration.created_at
    return letter_about(
        registration,
        _("The seat offer has ended: %(course_title)s", course_title=title),
        _(
            "The seat on the course “%(course_title)s” went to the next person: "
            "the time to answer ended on %(deadline_loc)s.",
            course_title=title,
            deadline_loc=deadline,
        ),
        _("If you still want to take part, join the waiting list again or see similar courses:"),
        Link(course_url(settings, registration), _("Open the course")),
    )


def withdrawn(settings: Settings, registration: Registration) -> Letter:
    """Confirms that the place was given up; the file takes the sessions out of the calendar."""
    title = title_of(registration)
    had_seat = registration.confirmed_at is not None
    return letter_about(
        registration,
        _subject_of_given_up(registration, title),
        _(
            "You cancelled your registration for the course “%(course_title)s”. The seat goes to the next person.",
            course_title=title,
        )
        if had_seat
        else _given_up(registration, title),
        *([_("The attached file takes the sessions out of your calendar.")] if had_seat else []),
        _("If this was a mistake, register again while seats are left:")
        if had_seat
        else _("If this was a mistake, register again:"),
        Link(course_url(settings, registration), _("Open the course")),
        attachments=(calendar_of(settings, registration, "CANCEL"),) if had_seat else (),
    )


def _subject_of_given_up(registration: Registration, title: str) -> Text:
    """The same in the subject: somebody without a seat had no registration to cancel."""
    if registration.confirmed_at is None and registration.state is State.DECLINED:
        return _("You declined the seat: %(course_title)s", course_title=title)
    if registration.confirmed_at is None and registration.queued_at is not None:
        return _("You left the waiting list: %(course_title)s", course_title=title)
    return _("Your registration is cancelled: %(course_title)s", course_title=title)


def _given_up(registration: Registration, title: str) -> Text:
    """What was given up by a person who had no confirmed seat."""
    if registration.state is State.DECLINED:
        return _("You declined the seat on the course “%(course_title)s”.", course_title=title)
    if registration.queued_at is not None:
        return _("You left the waiting list of the course “%(course_title)s”.", course_title=title)
    return _("You cancelled your registration for the course “%(course_title)s”.", course_title=title)


def already_registered(settings: Settings, registration: Registration) -> Letter:
    """Answers a repeated form: only the owner of the address learns that it is registered."""
    title = title_of(registration)
    return letter_about(
        registration,
        _("Your registration was received before: %(course_title)s", course_title=title),
        _(
            "You are already registered for the course “%(course_title)s”, so the new form changed nothing.",
            course_title=title,
        ),
        _("Your registration:"),
        Link(registration_url(settings, registration), _("Open my registration")),
    )


def course_url(settings: Settings, registration: Registration) -> str:
    """The public page of the registration's course."""
    return f"{settings.origin}/kursi/{registration.run.course.slug}"


def letter_about(
    registration: Registration, subject: Text, *parts: Text | Link | Prose, attachments: tuple[Attachment, ...] = ()
) -> Letter:
    """A letter to the person of a registration, with the provider's contacts below it."""
    if registration.party is not None:
        parts = (parts[0], in_letters_to_two(registration), *parts[1:])
    course = registration.run.course
    provider = course.provider
    contact = _(
        "Questions about the course: %(provider)s",
        provider=", ".join(
            part
            for part in (
                provider_name(registration),
                course.contact_email or provider.email,
                course.contact_phone or provider.phone,
            )
            if part
        ),
    )
    return Letter(registration.email or "", registration.locale, subject, parts, contact, attachments)


def provider_name(registration: Registration) -> str:
    """Who offers the course, in the person's language where the name is translated."""
    provider = registration.run.course.provider
    return (provider.texts.get(registration.locale) or provider.texts["lv"]).name if provider.texts else provider.code


def title_of(registration: Registration) -> str:
    """The course's title in the person's language where it is translated."""
    return registration.run.course.title_in(registration.locale)


def where_lines(venue: Venue | None) -> list[Text]:
    """Where something is held, as a line of its own; none where no venue is known."""
    if venue is None:
        return []
    if venue.is_online or not venue.address:
        return [_("Where: %(venue)s", venue=venue.name)]
    place = f"{venue.name}, {venue.room}" if venue.room else venue.name
    return [_("Where: %(venue)s, %(address)s", venue=place, address=venue.address)]


def calendar_of(settings: Settings, registration: Registration, method: str) -> Attachment:
    """All sessions for the person's calendar, or what takes them out of it again."""
    content = calendar_file(
        registration.run,
        title=title_of(registration),
        language=LANGUAGES[registration.locale],
        settings=settings,
        method=method,
        link=registration_url(settings, registration),
        undone=registration.undone,
    )
    return Attachment("kurss.ics", content, method)
