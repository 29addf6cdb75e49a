"""Why a registration cannot be taken or changed: facts, each with its sentence."""

from datetime import datetime

from app.i18n import _
from app.refusals import Conflict, NotFound, TooManyTries


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


class TooManyRegistrations(TooManyTries):
    """One address sent more registrations in a week than it may."""

    code = "too_many_registrations"

    def __init__(self, phone: str) -> None:
        super().__init__(
            _(
                "We can take no more registrations from this address this week. Call the provider: %(phone)s.",
                phone=phone,
            ),
            headers={"Retry-After": str(24 * 3600)},
        )
