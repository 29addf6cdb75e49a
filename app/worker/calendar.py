"""The calendar's tasks: each in its turn, shared by all workers, none done by two at once."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now
from app.observe import place_of
from app.outbox import turns
from app.worker.schedule import Task
from app.worker.workshop import Workshop
from app.writers import TurnNotCome

log = structlog.get_logger()

_RENEW_SECONDS = turns.LEASE.total_seconds() / 4


def do_what_is_due(workshop: Workshop, tasks: Sequence[Task]) -> None:
    """Do the tasks whose time has come and that nobody else is at; a task that fails holds up no other."""
    with workshop.database.reading() as db:
        due = turns.due_tasks(db, {task.name: task.every for task in tasks}, now())
    for task in tasks:
        if task.name in due:
            _do_in_turn(workshop, task)


def do_all(workshop: Workshop, tasks: Sequence[Task]) -> None:
    """Do every task now, but those that somebody else is at; a fault is told to the caller."""
    for task in tasks:
        if _take(workshop, task, early=True):
            try:
                _act(workshop, task)
            except Exception:
                _fail(workshop, task)
                raise


def _do_in_turn(workshop: Workshop, task: Task) -> None:
    if not _take(workshop, task):
        return
    try:
        _act(workshop, task)
    except Exception as fault:  # One task's fault is its own; it stays due.  # noqa: BLE001
        log.error("task_failed", task=task.name, fault=type(fault).__name__, at=place_of(fault))  # noqa: TRY400  (a trace could show what people typed)
        _fail(workshop, task)


def _take(workshop: Workshop, task: Task, *, early: bool = False) -> bool:
    with workshop.database.writing() as db:
        return turns.take(db, task.name, task.every, now(), early=early)


def _act(workshop: Workshop, task: Task) -> None:
    with _kept(workshop, task):
        task.act(workshop)
    with workshop.database.writing() as db:
        turns.finish(db, task.name, now() + task.every)


def _fail(workshop: Workshop, task: Task) -> None:
    with workshop.database.writing() as db:
        turns.fail(db, task.name, now())


@contextmanager
def _kept(workshop: Workshop, task: Task) -> Iterator[None]:
    """The turn stays ours as long as the task takes."""
    done = threading.Event()

    def keep() -> None:
        while not done.wait(_RENEW_SECONDS):
            try:
                with workshop.database.writing() as db:
                    turns.renew(db, task.name, now())
            except (SQLAlchemyError, TurnNotCome) as fault:
                log.warning("turn_not_renewed", task=task.name, fault=type(fault).__name__)

    watch = threading.Thread(target=keep, daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()
