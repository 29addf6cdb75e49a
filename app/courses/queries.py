"""What is looked up about courses, their runs and sessions."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.courses.models import Course, CourseRun, CourseSession, CourseState
from app.db import connection_of
from app.i18n import _
from app.providers.models import Venue
from app.refusals import NotFound, Refusal


class CourseWithdrawn(Refusal):
    """The course was in the catalogue and has left it; `title` helps to find similar ones."""

    status = 410
    code = "course_withdrawn"
    sentence = _("This course is no longer in the catalogue. See similar courses.")

    def __init__(self, title: str) -> None:
        self.title = title
        super().__init__()


def lock_run(db: Session, run_id: int) -> CourseRun:
    """The run, freshly read and held until the transaction ends."""
    run = db.scalar(_LOCKED, {"run": run_id})
    if run is None:
        raise NotFound
    return run


def hold_run(db: Session, run_id: int) -> CourseRun:
    """The run held like `lock_run`, as a copy to be read only: for where every millisecond of the hold counts."""
    row = connection_of(db).execute(_HELD, {"run": run_id}).first()
    if row is None:
        raise NotFound
    run = CourseRun()
    vars(run).update(
        zip(_HELD_NAMES, row, strict=True)
    )  # Quicker than one attribute after the other, whose setting nobody follows.
    return run


def lock_timetable(db: Session, run_id: int) -> CourseRun:
    """The run held like `lock_run`, with its sessions and every venue."""
    run = db.scalar(_TIMETABLE, {"run": lock_run(db, run_id).id})
    assert run is not None
    return run


def venue(db: Session, venue_id: int) -> Venue:
    """The venue of this number."""
    if found := db.get(Venue, venue_id):
        return found
    raise NotFound


def public_run(db: Session, run_id: int) -> CourseRun | None:
    """A run of a published course with its sessions, its venue and the course's texts."""
    return db.scalar(
        select(CourseRun)
        .join(CourseRun.course)
        .where(CourseRun.id == run_id, Course.state == CourseState.PUBLISHED)
        .options(
            contains_eager(CourseRun.course).selectinload(Course.texts),
            joinedload(CourseRun.venue),
            selectinload(CourseRun.sessions).joinedload(CourseSession.venue),
        )
    )


def codes_by_id(db: Session) -> dict[int, str]:
    """Every course's code by its number."""
    rows = db.execute(select(Course.id, Course.code)).tuples()
    return dict(rows.all())


_LOCKED = (
    select(CourseRun)
    .where(CourseRun.id == bindparam("run"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_TIMETABLE = (
    select(CourseRun)
    .where(CourseRun.id == bindparam("run"))
    .options(joinedload(CourseRun.venue), selectinload(CourseRun.sessions).joinedload(CourseSession.venue))
    .execution_options(populate_existing=True)
)
_HELD_NAMES = [column.key for column in CourseRun.__table__.columns]
_HELD = select(*CourseRun.__table__.columns).where(CourseRun.id == bindparam("run")).with_for_update()
