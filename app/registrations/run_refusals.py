"""Why a run cannot be changed or decided about as asked: facts, each with its sentence."""

from app.i18n import _
from app.refusals import Conflict


class SeatsBelowTaken(Conflict):
    """More seats are taken than there would be."""

    code = "seats_below_taken"

    def __init__(self, taken: int) -> None:
        self.taken = taken
        super().__init__(
            _(
                "Seats already taken: %(n)s. The number of seats cannot be smaller. "
                "If there must be fewer, first cancel somebody's registration.",
                n=taken,
            )
        )


class RunUnderWay(Conflict):
    """Some of the run has taken place."""

    code = "run_under_way"
    sentence = _("The course has already started. Cancel the sessions that are left one by one.")


class NothingToDecide(Conflict):
    """The run does not wait for a decision: it is decided, cancelled or under way."""

    code = "nothing_to_decide"
    sentence = _("There is nothing left to decide here.")


class DecisionAfterStart(Conflict):
    """A decision after the start would be none."""

    code = "decision_after_start"
    sentence = _("The day of decision must be before the first session. Choose an earlier date.")
