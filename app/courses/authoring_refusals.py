"""Why a course cannot be written, submitted or published as asked: facts, each with its sentence."""

from collections.abc import Sequence
from datetime import date

from app.i18n import Text, _
from app.refusals import Conflict


class ChangedMeanwhile(Conflict):
    """Somebody else saved the course since the page was opened."""

    code = "changed_meanwhile"


class WrongCourseState(Conflict):
    """The course is no longer in the state in which this can be done."""

    code = "wrong_state"
    sentence = _("The course has changed its state meanwhile. Look at it and decide anew.")


class AwaitsReview(Conflict):
    """What waits for review stays as it was sent."""

    code = "awaits_review"
    sentence = _("The course waits for review. Take it back to change it.")


class AwaitsItsDay(Conflict):
    """What will be published by itself stays as it was when that was decided."""

    code = "awaits_its_day"
    sentence = _("The course will be published on a day already chosen. Take it back first to change it.")


class PublishIncomplete(Conflict):
    """Something that residents need to know is missing."""

    status = 422
    code = "publish_incomplete"

    def __init__(self, missing: Sequence[Text]) -> None:
        self.missing = tuple(missing)
        super().__init__(_("The course cannot be published yet. Add: %(missing)s.", missing=self.missing))


class PermitNeeded(Conflict):
    """The programme needs a permit and has none of its provider's."""

    status = 422
    code = "permit_needed"
    sentence = _("This programme needs a permit. Add its number or ask the board.")


class PermitUnknown(PermitNeeded):
    """The register has no such permit, or it is somebody else's."""

    code = "permit_unknown"
    sentence = _("The register has no permit of yours with this number. Check the number.")


class PermitExpired(PermitNeeded):
    """The permit is not in force on the day of publishing."""

    code = "permit_expired"

    def __init__(self, valid_until: date) -> None:
        super().__init__(_("The permit expired on %(valid_until_loc)s. Add a valid one.", valid_until_loc=valid_until))


class CommentMissing(Conflict):
    """Whoever gets a course back must learn why."""

    status = 422
    code = "comment_missing"
    sentence = _("Write what should be changed.")


class DayWrong(Conflict):
    """A day for publishing must be ahead, and not years away."""

    status = 422
    code = "day_wrong"
    sentence = _("Choose a day from tomorrow to a year from now.")
