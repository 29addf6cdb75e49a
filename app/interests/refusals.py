"""Why news cannot be asked for: facts, each with its sentence."""

from app.i18n import _
from app.refusals import TooManyTries


class TooManyInterests(TooManyTries):
    """One address asked for news of more courses in a day than it may."""

    code = "too_many_interests"
    sentence = _("This address has asked for news of many courses today. Try again tomorrow.")


class TooManyAlerts(TooManyInterests):
    """One address asked for news of courses for more searches in a day than it may."""

    code = "too_many_alerts"
