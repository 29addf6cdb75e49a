"""Refusals: facts that stop an act, each with the sentence its reader gets."""

from collections.abc import Mapping

from app.i18n import Text, _


class Refusal(Exception):
    """An act that cannot be done; the doors print its sentence in the reader's language."""

    status = 409
    code = "conflict"
    sentence: Text = _("Somebody else changed this meanwhile. Compare and save again.")

    def __init__(self, sentence: Text | None = None, headers: Mapping[str, str] | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        self.headers = dict(headers or {})
        super().__init__(self.code)


class NotFound(Refusal):
    """Nothing here, or nothing the asker may know of."""

    status = 404
    code = "not_found"
    sentence = _("We do not find this page. Search for a course or go to the home page.")


class NotAllowed(Refusal):
    """The asker is known and has no right to this."""

    status = 403
    code = "no_permission"
    sentence = _("Your account has no right to do this. Ask the head of your institution or the board.")


class Conflict(Refusal):
    """The thing is not in a state that allows this."""


class TooManyTries(Refusal):
    """The limit of tries is reached; `Retry-After` says for how many seconds."""

    status = 429
    code = "too_many_tries"


class Unavailable(Refusal):
    """The database does not answer at the moment; nothing was written."""

    status = 503
    code = "unavailable"
    sentence = _("The catalogue is not available at the moment, and nothing has been sent. Try again in a few minutes.")
