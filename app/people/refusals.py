"""Why staff are not let in."""

from app.i18n import _
from app.refusals import NotAllowed, Refusal


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
