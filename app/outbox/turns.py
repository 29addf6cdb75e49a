"""Turns: several workers share the tasks of the calendar, and none is done by two at once."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from app.db import insert_once
from app.outbox.models import Turn

LEASE = timedelta(minutes=2)
PAUSE_AFTER_FAULT = timedelta(seconds=30)


def due_tasks(db: Session, every: Mapping[str, timedelta], moment: datetime) -> list[str]:
    """Which of these tasks are due and nobody's; `every` says how often each is done."""
    turns = {turn.task: turn for turn in db.scalars(select(Turn))}
    return [task for task, often in every.items() if task not in turns or _may_take(turns[task], often, moment)]


def take(db: Session, task: str, every: timedelta, moment: datetime, *, early: bool = False) -> bool:
    """Take the turn, if the task is due (or may be done early) and nobody is at it."""
    insert_once(db, Turn, task=task, next_at=moment, leased_until=None)
    wanted = update(Turn).where(Turn.task == task, _is_free(moment))
    if not early:
        wanted = wanted.where(_is_due(every, moment))
    return db.execute(wanted.values(leased_until=moment + LEASE).returning(Turn.task)).first() is not None


def renew(db: Session, task: str, moment: datetime) -> None:
    """Whoever is at the task needs longer."""
    db.execute(update(Turn).where(Turn.task == task).values(leased_until=moment + LEASE))


def finish(db: Session, task: str, next_at: datetime) -> None:
    """The task is done, until its next time."""
    db.execute(update(Turn).where(Turn.task == task).values(next_at=next_at, leased_until=None))


def fail(db: Session, task: str, moment: datetime) -> None:
    """The task failed: it stays due, so that its delay is seen, and is tried again after a pause."""
    db.execute(update(Turn).where(Turn.task == task).values(leased_until=moment + PAUSE_AFTER_FAULT))


def next_times(db: Session, task: str) -> list[datetime]:
    """When the task is due next; nothing when no worker has ever come."""
    return [*db.scalars(select(Turn.next_at).where(Turn.task == task))]


def lateness(db: Session, moment: datetime) -> dict[str, float]:
    """How many seconds each task is behind its time; 0 when it is not."""
    rows = db.execute(select(Turn.task, Turn.next_at).order_by(Turn.task))
    return {task: max(0.0, (moment - next_at).total_seconds()) for task, next_at in rows}


def _is_free(moment: datetime) -> ColumnElement[bool]:
    """SQL of a turn that nobody has, has no longer, or took before the clock was put back."""
    return or_(Turn.leased_until.is_(None), Turn.leased_until <= moment, Turn.leased_until > moment + 2 * LEASE)


def _is_due(every: timedelta, moment: datetime) -> ColumnElement[bool]:
    """SQL of a turn whose time has come, or lies so far ahead that the clock was put back."""
    return or_(Turn.next_at <= moment, Turn.next_at > moment + every + LEASE)


def _may_take(turn: Turn, every: timedelta, moment: datetime) -> bool:
    is_due = turn.next_at <= moment or turn.next_at > moment + every + LEASE
    ends = turn.leased_until
    return is_due and (ends is None or ends <= moment or ends > moment + 2 * LEASE)
