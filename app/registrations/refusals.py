"""Why a registration cannot be taken or changed: facts, each with its sentence."""

from datetime import datetime

from app.i18n import _
from app.refusals import Conflict, NotFound, Refusal


class LinkUnknown(NotFound):
    """The private link is not ours, not whole, or opens nothing any more."""

    code = "link_wrong"
    sentence = _("We do not know this link. Copy it whole from the letter.")


class RunNotOpen(Conflict):
    """Registration has not opened yet."""

    code = "run_not_open"

    def __init__(self, opens: datetime) -> None:
        super().__init__(_("Registration has not opened yet. It opens on %(opens_loc)s.", opens_loc=opens))


class RunClosed(Conflict):
    """Registration is over."""

    code = "run_closed"

    def __init__(self, closes: datetime) -> None:
        super().__init__(
            _("Registration closed on %(closes_loc)s. We can tell you about the next dates.", closes_loc=closes)
        )


class RunStarted(Conflict):
    """The course is under way."""

    code = "run_started"
    sentence = _("The course has already started. Ask the provider whether you can still join.")


class RunCancelled(Conflict):
    """The provider called the run off."""

    code = "run_cancelled"
    sentence = _("These dates are cancelled. See other dates of the course.")


class RunFull(Conflict):
    """No seat, and no list to wait on."""

    code = "run_full"
    sentence = _("All seats are taken, and there is no waiting list. We can tell you about the next dates.")


class FilledMeanwhile(Conflict):
    """The last seat went while the form was filled in; the waiting list is offered instead."""

    code = "filled_meanwhile"
    sentence = _(
        "The last seat was taken while you filled in the form. You can join the waiting list; your answers are kept."
    )


class BothOrNeither(Conflict):
    """Two who come together need two free seats."""

    code = "both_or_neither"
    sentence = _("Two seats are not free at the moment. Join the waiting list together or register one by one.")


class AlreadyRegistered(Conflict):
    """Staff enter somebody who has a place already; only staff are told so."""

    code = "already_registered"
    sentence = _("This person is already registered for this group.")


class CompanionRegistered(AlreadyRegistered):
    """Of two whom staff enter together, the other one has a place already."""

    sentence = _("The other person is already registered for this group. Enter the first one alone.")


class NothingToDo(Conflict):
    """The registration does not stand as it did when the button was drawn."""

    code = "nothing_to_do"
    sentence = _("The registration has changed meanwhile, so this cannot be done any more.")


class NoRoomThere(Conflict):
    """The group to which somebody should move has no seat that nobody waits for."""

    code = "no_room_there"
    sentence = _("That group has no free seat. Choose another group, or enter the person on its waiting list.")


class MoveTooLate(Conflict):
    """Sessions have begun: who took part is counted where they took part."""

    code = "move_too_late"
    sentence = _(
        "The group has already started, so nobody is moved from it. Withdraw the registration and enter the person anew."
    )


class NobodyToWriteTo(Conflict):
    """Nobody was chosen, or nobody who was chosen still stands."""

    code = "nobody_to_write_to"
    sentence = _("Nobody would get this letter. Choose to whom you write.")


class AddressConfirmed(Conflict):
    """The page after sending corrects an address only until it is confirmed."""

    code = "address_confirmed"
    sentence = _(
        "This registration is confirmed, so its address is no longer changed here. Open it by the link in our letter."
    )


class SameAddress(Conflict):
    """The corrected address is the other person's."""

    code = "companion_same"
    sentence = _("This is the other person's address. Write your own.")


class SentTwiceDifferently(Conflict):
    """The same key came with other answers."""

    code = "sent_twice_differently"
    sentence = _("The form was already sent with other answers. Open the registration from the letter.")


class HoldIsOver(Conflict):
    """The address was not confirmed in time."""

    code = "hold_over"
    sentence = _("We did not get your confirmation in time, so the seat is free again.")


class OfferIsOver(Conflict):
    """The offered seat went to the next person."""

    code = "offer_expired"
    sentence = _(
        "The time to answer is over, and the seat went to the next person. You can join the waiting list again."
    )


class NothingToAnswer(Conflict):
    """No seat is on offer here."""

    code = "link_used"
    sentence = _("This link has already been used. Your registration is unchanged.")


class TooLateToCancel(Conflict):
    """The course has started."""

    code = "too_late_to_cancel"

    def __init__(self, phone: str) -> None:
        super().__init__(
            _(
                "The course has started, so the registration cannot be cancelled here. Call the provider: %(phone)s.",
                phone=phone,
            )
        )


class AlreadyEnded(Conflict):
    """The registration does not stand any more."""

    code = "registration_ended"
    sentence = _("This link has already been used. Your registration is unchanged.")


class NoSeatToGive(Conflict):
    """No seat is free for anybody who waits, or it is not for the provider to give."""

    code = "no_seat_to_give"
    sentence = _("There is no longer a free seat for anybody on the waiting list.")


class FirstHasChanged(Conflict):
    """Whoever was first in the queue when the provider looked is not first now."""

    code = "first_has_changed"
    sentence = _("Somebody else is first on the waiting list now. Look once more and decide anew.")


class UndoIsOver(Conflict):
    """The minutes in which a cancellation could be taken back are over."""

    code = "undo_over"
    sentence = _("The time to take the cancellation back is over. You can register again.")


class SeatHasGoneOn(Conflict):
    """The seat that was given up is not free any more, or others wait for it."""

    code = "seat_has_gone_on"
    sentence = _("Your seat has already gone on, so the cancellation stays. You can register again.")


class RegisteredAgain(Conflict):
    """The person has registered anew meanwhile."""

    code = "registered_again"
    sentence = _("You have registered again meanwhile, and that registration counts. Its link is in the newer letter.")


class DataErased(Refusal):
    """The registration is there, its person's data are not."""

    status = 410
    code = "data_erased"
    sentence = _("The data of this registration are erased, so its link shows nothing any more.")


class ProviderLinkOver(Refusal):
    """A provider's link about a run, a day after the last moment at which it could decide anything."""

    status = 410
    code = "link_over"
    sentence = _("There is nothing left to decide about this group, so its link shows nothing any more.")


class OneTimeLinkSpent(Refusal):
    """The mailed link was used, its time is over, or it was never ours."""

    status = 410
    code = "link_expired"
    sentence = _("This link no longer works because its time is over. Ask for a new one.")


class NamesClosed(Conflict):
    """The list that holds this person's name is not open on this device; it is opened where the group's people are."""

    code = "names_closed"
    sentence = _("Open the list of participants first: every opening is recorded.")

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        super().__init__()


class CourseNotPublic(Conflict):
    """Nobody is registered for a course that nobody can see."""

    code = "course_not_public"
    sentence = _("This course is not in the catalogue, so nobody can be registered for it. Publish it first.")
