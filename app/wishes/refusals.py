"""Why a wish cannot be joined or changed: facts, each with its sentence."""

from app.faults import FAULTS
from app.i18n import _
from app.refusals import Conflict, Refusal, TooManyTries


class WishClosed(Conflict):
    """The wish has come true or will not be followed up."""

    code = "wish_closed"
    sentence = _("This wish has an answer already; read it or leave a new wish.")


class UnknownGroup(Refusal):
    """No thematic group has this code."""

    status = 422
    code = "choice_unknown"
    sentence = FAULTS["choice_unknown"]


class WriterUnknown(Conflict):
    """Nobody has confirmed the address from which the wish came."""

    code = "writer_unknown"
    sentence = _("Nobody has confirmed the address of this wish yet, so it cannot become public.")


class WrongWishState(Conflict):
    """The state asked for does not follow the wish's present one."""

    code = "wrong_state"
    sentence = _("The wish has changed its state meanwhile. Look at it and decide anew.")


class TooManyWishes(TooManyTries):
    """One address left or joined more wishes in a day than it may."""

    code = "too_many_wishes"
    sentence = _("We can take no more wishes from this address today. Try again tomorrow.")

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": str(24 * 3600)})
