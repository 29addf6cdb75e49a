"""Taking away a run that nobody ever saw: its course was never public, and nobody is registered."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.audit.record import record
from app.courses.models import Course, CourseRun, CourseSession
from app.courses.own_queries import own_run
from app.courses.queries import lock_run
from app.courses.run_models import RunNotice, RunQuestion, RunSubstitute
from app.i18n import _
from app.people.staff import Staff
from app.refusals import Conflict
from app.registrations.models import Registration


class RunInUse(Conflict):
    """Somebody may have seen the run, so it is cancelled, not taken away."""

    code = "run_in_use"
    sentence = _("This group was public, so it stays on record. Cancel it instead.")


def remove_unused_run(db: Session, who: Staff, run_id: int) -> None:
    """The run is gone, with its sessions; that it was is in the log of actions."""
    own_run(db, who, run_id)
    run = lock_run(db, run_id)
    published_at = db.scalar(select(Course.published_at).where(Course.id == run.course_id))
    somebody = db.scalar(select(Registration.id).where(Registration.run_id == run.id).limit(1))
    if published_at is not None or somebody is not None:
        raise RunInUse
    record(db, who.actor, "run_removed", "run", run.id, {"starts_at": run.starts_at.isoformat()})
    for table, column in (
        (RunQuestion, RunQuestion.run_id),
        (RunSubstitute, RunSubstitute.run_id),
        (RunNotice, RunNotice.run_id),
        (CourseSession, CourseSession.run_id),
        (CourseRun, CourseRun.id),
    ):
        db.execute(delete(table).where(column == run.id))
