"""Why staff are not let in, and what cannot be done with an account."""

from app.i18n import _
from app.refusals import Conflict, NotAllowed, Refusal


class SignInNeeded(Refusal):
    """Nobody is signed in on this device, or no longer."""

    status = 401
    code = "sign_in_needed"
    sentence = _("Sign in to open this page.")


class SecondFactorNeeded(SignInNeeded):
    """The password was given, the one-time code not yet; or the account has no second step where one is required."""

    code = "second_factor_needed"


class WrongRole(NotAllowed):
    """The account's role has no right to this."""


class SignInFailed(Refusal):
    """Address, password or code is wrong; which of them is never said."""

    status = 422
    code = "sign_in_failed"
    sentence = _("The address, the password or the code is wrong. Check them and try again.")


class ConfirmationNeeded(Refusal):
    """The password must be typed once more first: this matters too much for a device left open."""

    status = 401
    code = "confirmation_needed"
    sentence = _("Type your password once more: this change is important.")


class CodeWrong(Refusal):
    """The one-time code is wrong, or was used before."""

    status = 422
    code = "code_wrong"
    sentence = _("The code does not fit. Wait for the next one and type it.")


class SecondStepRequired(Conflict):
    """Where everybody needs the second step, nobody turns it off."""

    code = "second_step_required"
    sentence = _("Everybody needs the second step here. You can change the phone, but not turn it off.")


class AccountLinkSpent(Refusal):
    """A mailed link to an account that was used, is too old, or never was ours."""

    status = 410
    code = "link_expired"
    sentence = _("This link no longer works because its time is over. Ask for a new one.")


class LastAdmin(Conflict):
    """Without this account nobody would manage the others."""

    code = "last_admin"
    sentence = _("Somebody must remain who manages the accounts. First give this right to another.")


class OwnSecondStep(Conflict):
    """Whoever manages accounts does not take the second step from their own that way."""

    code = "own_second_step"
    sentence = _("Change your own second step on the page of your account.")


class AddressTaken(Conflict):
    """Another account has this mail address."""

    code = "duplicate"
    sentence = _("This value is already in use. Choose another.")
