"""What a provider's staff look up of their own: what is not theirs is not found."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.courses.models import Course, CourseRun
from app.courses.run_models import RunSubstitute
from app.people.staff import Staff
from app.refusals import NotFound


def own_course(db: Session, who: Staff, course_id: int) -> Course:
    """The course of their provider with that number, with its texts and audiences not loaded."""
    found = db.scalar(select(Course).where(Course.id == course_id, Course.provider_id == who.provider))
    if found is None or who.is_substitute:
        raise NotFound
    return found


def own_run(db: Session, who: Staff, run_id: int) -> CourseRun:
    """The run of their provider with that number; a substitute finds only those in which they stand in."""
    found = db.scalar(select(CourseRun).join(CourseRun.course).where(CourseRun.id == run_id, is_own_run(who)))
    if found is None:
        raise NotFound
    return found


def is_own_run(who: Staff) -> ColumnElement[bool]:
    """Condition on a run joined to its course: it is theirs."""
    own = Course.provider_id == who.provider
    if not who.is_substitute:
        return own
    return own & CourseRun.id.in_(select(RunSubstitute.run_id).where(RunSubstitute.account_id == who.account_id))
