"""REACTIONS: what follows from what happened; the whole list of side effects on one page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.clock import now
from app.emails import certificate_letters, letters, seat_letters, staff_letters, wish_letters
from app.emails.compose import compose
from app.emails.letters import Letter
from app.registrations import queries as registrations
from app.registrations import queue_queries
from app.registrations.late_seats import late_seats_of
from app.registrations.models import Registration, State
from app.search.index import sync_course
from app.settings import Settings
from app.wishes import queries as wishes
from app.wishes.models import WishSupport
from app.worker import alerts, authoring, changes, desk, imports, runs
from app.worker.interests import write_the_news, write_to_confirm
from app.worker.privacy import keep_erasure, write_own_list
from app.worker.staff import write_invitation, write_of_account, write_of_link
from app.worker.weeks import write_of_full_week
from app.worker.workshop import Workshop

Facts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reaction:
    """One thing that follows; `name` is kept when it is done, so that it is not done twice."""

    name: str
    act: Callable[[Workshop, Facts, str], None]


def _sync(workshop: Workshop, facts: Facts, _number: str) -> None:
    """The course's search document follows the records."""
    with workshop.database.writing() as db:
        sync_course(db, facts["course_id"])


def _write(about: Callable[[Settings, Registration], Letter | None]) -> Callable[[Workshop, Facts, str], None]:
    """A letter about a registration; a person without an address gets none."""

    def act(workshop: Workshop, facts: Facts, number: str) -> None:
        with workshop.database.reading() as db:
            registration = registrations.for_letter(db, facts["registration_id"])
            letter = None
            if registration is not None and registration.email:
                letter = about(workshop.settings, registration)
        _send(workshop, letter, number)

    return act


def _write_wish(about: Callable[[Settings, WishSupport], Letter]) -> Callable[[Workshop, Facts, str], None]:
    """A letter to somebody behind a wish."""

    def act(workshop: Workshop, facts: Facts, number: str) -> None:
        with workshop.database.reading() as db:
            support = wishes.for_letter(db, facts["support_id"])
            letter = about(workshop.settings, support) if support is not None and support.email else None
        _send(workshop, letter, number)

    return act


def _queue_letter(workshop: Workshop, facts: Facts, number: str) -> None:
    """The place in the queue is looked up when the letter is written."""
    with workshop.database.reading() as db:
        registration = registrations.for_letter(db, facts["registration_id"])
        letter = None
        if registration is not None and registration.email and registration.state is State.WAITLISTED:
            place = registrations.queue_place(db, registration)
            letter = letters.waiting_list(workshop.settings, registration, place)
    _send(workshop, letter, number)


def _late_letter(workshop: Workshop, facts: Facts, number: str) -> None:
    """Whether there is still something to decide is looked up when the letter is written."""
    with workshop.database.reading() as db:
        run = queue_queries.run_with_provider(db, facts["run_id"])
        letter = None
        if run is not None:
            seats = late_seats_of(db, run, workshop.rules, now())
            letter = seat_letters.seat_free_late(workshop.settings, seats)
    _send(workshop, letter, number)


def _send(workshop: Workshop, letter: Letter | None, number: str) -> None:
    if letter is not None and letter.to:
        workshop.sender.send(compose(letter, workshop.settings, number))


def _still_given_up(settings: Settings, registration: Registration) -> Letter | None:
    """Somebody who has taken the cancellation back already needs no letter about it."""
    ended = registration.state in {State.WITHDRAWN, State.DECLINED}
    return letters.withdrawn(settings, registration) if ended else None


def _still_pending(settings: Settings, registration: Registration) -> Letter | None:
    return letters.confirm_registration(settings, registration) if registration.state is State.PENDING else None


SYNC = Reaction("sync", _sync)
ALERTS = Reaction("alerts", alerts.tell_of_course)
CHANGES = Reaction("changes", changes.note_change)
IMPORT = Reaction("import", imports.go_on)
INSIDE = (SYNC, ALERTS, CHANGES, IMPORT)
"""What needs nobody outside: no letter leaves in it."""

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "CourseChanged": (SYNC, ALERTS, CHANGES),
    "CourseReturned": (Reaction("letter", authoring.write_of_return),),
    "SeatHeld": (Reaction("letter", _write(_still_pending)), SYNC),
    "SeatTaken": (Reaction("letter", _write(letters.place_confirmed)), SYNC),
    "QueueJoined": (Reaction("letter", _queue_letter), SYNC),
    "SeatOffered": (Reaction("letter", desk.write_of_offer), SYNC),
    "OfferExpired": (Reaction("letter", _write(letters.offer_expired)), SYNC),
    "SeatGivenUp": (Reaction("letter", _write(_still_given_up)), SYNC),
    "HoldExpired": (SYNC,),
    "PartyDissolved": (Reaction("letter", _write(seat_letters.party_dissolved)),),
    "SeatFreeLate": (Reaction("letter", _late_letter), SYNC),
    "RegistrationRepeated": (Reaction("letter", _write(letters.already_registered)),),
    "WeekIsFull": (Reaction("letter", write_of_full_week),),
    "RunMoved": (Reaction("letter", runs.write_of_changes),),
    "RunCalledOff": (Reaction("letter", runs.write_of_calling_off),),
    "RegistrationCancelled": (Reaction("letter", runs.write_of_cancelling), SYNC),
    "MinimumMissed": (Reaction("letter", runs.write_to_provider),),
    "RunUndecided": (Reaction("letter", runs.write_of_deciding),),
    "DecisionMoved": (Reaction("letter", runs.write_of_deciding_later),),
    "RunGoesAhead": (Reaction("letter", runs.write_of_going_ahead),),
    "RunStartsSoon": (Reaction("letter", runs.write_of_start),),
    "CertificateIssued": (Reaction("letter", _write(certificate_letters.certificate_ready)),),
    "WishLeft": (Reaction("letter", _write_wish(wish_letters.wish_received)),),
    "WishJoined": (Reaction("letter", _write_wish(wish_letters.wish_joined)),),
    "PersonErased": (Reaction("list", keep_erasure),),
    "OwnListAsked": (Reaction("letter", write_own_list),),
    "InterestLeft": (Reaction("letter", write_to_confirm),),
    "AlertLeft": (Reaction("letter", alerts.write_to_confirm),),
    "StaffInvited": (Reaction("letter", write_invitation),),
    "PasswordResetAsked": (Reaction("letter", write_of_link(staff_letters.password_reset)),),
    "NewAddressAsked": (Reaction("letter", write_of_link(staff_letters.new_address)),),
    "AddressChanged": (Reaction("letter", write_of_link(staff_letters.address_changed)),),
    "PasswordChanged": (Reaction("letter", write_of_account(staff_letters.password_changed)),),
    "SecondStepChanged": (Reaction("letter", write_of_account(staff_letters.second_step_changed)),),
    "ImportAsked": (IMPORT,),
    "CourseFits": (Reaction("letter", alerts.write_of_course),),
    "RegistrationMoved": (Reaction("letter", desk.write_of_move), SYNC),
    "GroupLetterWritten": (Reaction("letter", desk.write_to_one_of_group),),
    "NextDatesOpen": (Reaction("letter", write_the_news),),
}
