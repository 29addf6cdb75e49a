"""A course leaves the catalogue: only when nobody is registered for what is still ahead."""

from sqlalchemy.orm import Session

from app.clock import now
from app.courses import publishing
from app.courses.models import Course
from app.courses.queries import lock_run
from app.i18n import _n
from app.people.staff import Staff
from app.refusals import Conflict
from app.registrations.run_queries import registered_ahead, runs_ahead


class StillRegistered(Conflict):
    """Somebody has or awaits a place on a run of the course that is not over."""

    code = "still_registered"

    def __init__(self, people: int, run_ids: tuple[int, ...]) -> None:
        self.run_ids = run_ids
        super().__init__(
            _n(
                "%(n)s person is registered for groups of this course. Cancel those groups first; everybody is told then.",
                "%(n)s people are registered for groups of this course. Cancel those groups first; everybody is told then.",
                people,
            )
        )


def withdraw_course(db: Session, who: Staff, course_id: int, version: int, comment: str = "") -> Course:
    """Take the course out of the catalogue; its page says so from then on, and nobody can register."""
    course = publishing.hold_to_change(db, who, course_id, version)
    moment = now()
    for run_id in runs_ahead(db, course_id, moment):
        lock_run(db, run_id)  # Whoever registers at this moment is seen, or finds the course withdrawn.
    waiting = registered_ahead(db, course_id, moment)
    if waiting:
        raise StillRegistered(sum(waiting.values()), tuple(waiting))
    publishing.take_out(db, who, course, comment)
    return course
