"""A run's feedback as its provider reads it: averages from five answers up, words in no order that tells anything."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.record import record
from app.courses.models import Course, CourseRun
from app.courses.own_queries import is_own_run, own_run
from app.courses.planning_queries import TITLE
from app.courses.queries import lock_run
from app.feedback.models import FeedbackAnswer, FeedbackRead
from app.people.staff import Staff
from app.refusals import NotFound

ENOUGH = 5
"""From so many answers on averages are shown."""


@dataclass(frozen=True, slots=True)
class RunFeedback:
    """What participants said about a run."""

    run_id: int
    title: str
    answers: int
    averages: tuple[Decimal, ...]
    """Of content, teacher, organisation, usefulness and whether they would recommend it; none from too few answers."""
    words: tuple[str, ...]
    unread: int


def run_feedback(db: Session, who: Staff, run_id: int, locale: str) -> RunFeedback:
    """The feedback of their run; what is not theirs is not found."""
    title = db.execute(
        select(TITLE).select_from(CourseRun).join(CourseRun.course).where(CourseRun.id == run_id, is_own_run(who)),
        {"locale": locale},
    ).scalar_one_or_none()
    if title is None:
        raise NotFound
    marks = [
        func.avg(mark)
        for mark in (
            FeedbackAnswer.content,
            FeedbackAnswer.teacher,
            FeedbackAnswer.organisation,
            FeedbackAnswer.usefulness,
            FeedbackAnswer.recommend,
        )
    ]
    number, *averages = db.execute(select(func.count(), *marks).where(FeedbackAnswer.run_id == run_id)).one()
    words = db.scalars(  # Keys are random, and so is their order.
        select(FeedbackAnswer.words)
        .where(FeedbackAnswer.run_id == run_id, FeedbackAnswer.words != "")
        .order_by(FeedbackAnswer.key)
    )
    read = db.get(FeedbackRead, run_id)
    shown = tuple(Decimal(str(one)).quantize(Decimal("0.1")) for one in averages) if number >= ENOUGH else ()
    return RunFeedback(run_id, title, number, shown, tuple(words), max(0, number - (read.answers if read else 0)))


def mark_read(db: Session, who: Staff, run_id: int) -> None:
    """Everything that was said so far is read."""
    own_run(db, who, run_id)
    lock_run(db, run_id)
    number = db.scalar(select(func.count()).where(FeedbackAnswer.run_id == run_id)) or 0
    read = db.get(FeedbackRead, run_id)
    if read is not None and read.answers == number:
        return
    if read is None:
        db.add(FeedbackRead(run_id=run_id, answers=number))
    else:
        read.answers = number
    db.flush()
    record(db, who.actor, "feedback_read", "run", run_id, {"answers": number})


def unread_runs(db: Session, who: Staff, limit: int, locale: str) -> list[tuple[int, str, int]]:
    """Their runs with answers nobody has read: number, title, how many; the latest first."""
    number = func.count(FeedbackAnswer.key)
    rows = db.execute(
        select(CourseRun.id, TITLE, number - func.coalesce(func.max(FeedbackRead.answers), 0))
        .join(CourseRun.course)
        .join(FeedbackAnswer, FeedbackAnswer.run_id == CourseRun.id)
        .outerjoin(FeedbackRead, FeedbackRead.run_id == CourseRun.id)
        .where(is_own_run(who))
        .group_by(CourseRun.id, Course.id)
        .having(number > func.coalesce(func.max(FeedbackRead.answers), 0))
        .order_by(CourseRun.ends_at.desc(), CourseRun.id)
        .limit(limit),
        {"locale": locale},
    )
    return [(run_id, title, unread) for run_id, title, unread in rows]
