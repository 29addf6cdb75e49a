"""Why a roll, an activity or a certificate cannot be changed as asked: facts, each with its sentence."""

from datetime import datetime

from app.i18n import _, _n
from app.refusals import Conflict


class SessionCancelled(Conflict):
    """A session that did not take place has no roll."""

    code = "session_cancelled"
    sentence = _("This session was cancelled, so there is nothing to mark.")


class RollNotOpen(Conflict):
    """Nobody can be there yet."""

    code = "roll_not_open"

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(_("The session has not begun. You can mark it from %(opens_gen)s.", opens_gen=opens_at))


class StillUnmarked(Conflict):
    """A roll is finished when everybody is marked."""

    code = "still_unmarked"

    def __init__(self, people: int) -> None:
        super().__init__(
            _n(
                "%(n)s person is not marked yet. Mark them, or press “All the others are here”.",
                "%(n)s people are not marked yet. Mark them, or press “All the others are here”.",
                people,
            )
        )


class NoSeat(Conflict):
    """Only who has a seat stands on the roll."""

    code = "no_seat"
    sentence = _("This person has no seat in the group. Count them among those who came without registering.")


class NoSessionNow(Conflict):
    """The group does not meet now."""

    code = "no_session_now"
    sentence = _("This group has no session now, so nobody can be marked.")


class NotReady(Conflict):
    """The person has not met the rule, or has a certificate already."""

    code = "certificate_not_ready"
    sentence = _("No certificate can be issued to this person now. See the reason in the list.")


class NameErased(Conflict):
    """The name was erased, so nothing can be printed any more."""

    code = "name_erased"
    sentence = _("The person's name has been erased, so the certificate can no longer be printed.")


class AlreadyRevoked(Conflict):
    """A certificate is revoked once."""

    code = "already_revoked"
    sentence = _("This certificate has already been revoked.")


class ActivityAhead(Conflict):
    """What has not taken place has no participants yet."""

    code = "activity_ahead"
    sentence = _("Enter an activity when it has taken place. Choose a day that is not in the future.")


class GroupUnknown(Conflict):
    """There is no such thematic group."""

    code = "group_unknown"
    sentence = _("This answer is no longer offered. Choose another.")
