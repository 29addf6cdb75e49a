"""What is looked up about courses, their runs and sessions."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.models import CourseRun
from app.refusals import NotFound


def lock_run(db: Session, run_id: int) -> CourseRun:
    """The run, freshly read and held until the transaction ends."""
    run = db.scalar(
        select(CourseRun)
        .where(CourseRun.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if run is None:
        raise NotFound
    return run
