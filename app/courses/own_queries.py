"""What a provider's staff look up of their own: what is not theirs is not found."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, selectinload

from app.courses.authoring_queries import WHOLE, whole_course
from app.courses.draft_models import CourseDraft
from app.courses.models import Course, CourseRun, CourseState
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


def own_course_of_code(db: Session, who: Staff, code: str) -> Course:
    """The course of their provider with that code, whole."""
    found = None
    if code.isprintable() and not who.is_substitute:
        wanted = select(Course.id).where(Course.code == code, Course.provider_id == who.provider)
        found = db.scalar(wanted)
    if found is None:
        raise NotFound
    return whole_course(db, found, who.provider)


def own_courses(db: Session, who: Staff, state: CourseState | None, page: int, per_page: int) -> Sequence[Course]:
    """A page of their provider's courses, whole, by their codes."""
    wanted = _own(who, state).options(*WHOLE).order_by(Course.code).limit(per_page).offset((page - 1) * per_page)
    return db.scalars(wanted).all()


def count_own_courses(db: Session, who: Staff, state: CourseState | None) -> int:
    """How many courses their provider has in that state, or at all."""
    return db.scalar(select(func.count()).select_from(_own(who, state).subquery())) or 0


def drafts_of(db: Session, course_ids: Collection[int]) -> dict[int, CourseDraft]:
    """What is written of these courses, by their numbers."""
    found = db.scalars(select(CourseDraft).where(CourseDraft.course_id.in_(course_ids)))
    return {draft.course_id: draft for draft in found}


def runs_with_sessions(db: Session, course_id: int) -> Sequence[CourseRun]:
    """The course's runs with their sessions, soonest first."""
    return db.scalars(
        select(CourseRun)
        .where(CourseRun.course_id == course_id)
        .options(selectinload(CourseRun.sessions))
        .order_by(CourseRun.starts_at, CourseRun.id)
        .execution_options(populate_existing=True)
    ).all()


def own_run_with_sessions(db: Session, who: Staff, run_id: int, *, lock: bool = False) -> CourseRun:
    """The run of their provider with its sessions and its course; held where asked."""
    own_run(db, who, run_id)
    wanted = select(CourseRun).where(CourseRun.id == run_id)
    if lock:
        wanted = wanted.with_for_update()
    options = (selectinload(CourseRun.sessions), selectinload(CourseRun.course))
    return db.scalars(wanted.options(*options).execution_options(populate_existing=True)).one()


def _own(who: Staff, state: CourseState | None) -> Select[Course]:
    wanted = select(Course).where(Course.provider_id == who.provider)
    return wanted if state is None else wanted.where(Course.state == state)
