"""Why a run's sessions cannot be changed as asked: facts, each with its sentence."""

from datetime import datetime

from app.i18n import _
from app.refusals import Conflict


class WrongTime(Conflict):
    """A time that the clocks never show, that is over, or that is too far away."""

    code = "wrong_time"


class HourMissing(WrongTime):
    """Clocks jump over this hour when summer time begins."""

    code = "clock_change"


class DatePast(WrongTime):
    """The time has passed."""

    code = "date_past"
    sentence = _("This date has passed. Choose a later one.")


class DateFar(WrongTime):
    """The time is years away: most likely a slip of the pen."""

    code = "date_far"
    sentence = _("This date is too far away. Check the year.")


class EndBeforeStart(WrongTime):
    """Something would end before it begins."""

    code = "end_before_start"
    sentence = _("The end is before the start. Correct one of the two.")


class SessionsOverlap(Conflict):
    """Two sessions of one run would be held at once."""

    code = "sessions_overlap"

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(
            _("Two sessions overlap: %(first)s and %(second)s. Move one of them.", first=first, second=second)
        )


class SessionOver(Conflict):
    """The session has taken place."""

    code = "session_over"
    sentence = _("This session is over, so it can no longer be changed.")


class SessionOff(Conflict):
    """The session is cancelled."""

    code = "session_cancelled"
    sentence = _("This session is cancelled. Restore it first.")


class LastSession(Conflict):
    """Without this session nothing of the run would be left."""

    code = "last_session"
    sentence = _("This is the only session left. Cancel the whole group instead.")
