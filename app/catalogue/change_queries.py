"""What is looked up to keep and to read the feed of changes."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from app.catalogue.change_models import CatalogueChange
from app.courses.models import Course, CourseRun, CourseState


def changes_after(db: Session, number: int, most: int) -> Sequence[CatalogueChange]:
    """The changes with higher numbers, in their order."""
    return db.scalars(
        select(CatalogueChange).where(CatalogueChange.number > number).order_by(CatalogueChange.number).limit(most)
    ).all()


def changes_about(db: Session, course_ids: Collection[int], keys: Collection[str]) -> Sequence[CatalogueChange]:
    """What was told about these courses and their runs, and under these keys, whoever's they were."""
    return db.scalars(
        select(CatalogueChange)
        .where(or_(CatalogueChange.course_id.in_(course_ids), CatalogueChange.key.in_(keys)))
        .execution_options(populate_existing=True)
    ).all()


def courses_with_runs(db: Session, course_ids: Collection[int]) -> Sequence[Course]:
    """These courses with all that is public about them."""
    return db.scalars(
        select(Course)
        .where(Course.id.in_(course_ids))
        .options(
            selectinload(Course.texts),
            selectinload(Course.audiences),
            selectinload(Course.runs).selectinload(CourseRun.sessions),
        )
        .execution_options(populate_existing=True)
    ).all()


def untold_courses(db: Session, most: int) -> Sequence[int]:
    """Public courses that nobody was told of: they were there before the feed, or came in by another way."""
    told = select(CatalogueChange.key).where(
        CatalogueChange.course_id == Course.id, CatalogueChange.run_id.is_(None), CatalogueChange.is_gone.is_(False)
    )
    return db.scalars(
        select(Course.id).where(Course.state == CourseState.PUBLISHED, ~told.exists()).order_by(Course.id).limit(most)
    ).all()
