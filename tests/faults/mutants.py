"""Six sabotaged products: each breaks one rule that the promises rest on, and its stage must see it within seconds.

A mutant is put on in the harness's own process, before anything is forked, and taken off afterwards.
"""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from unittest.mock import patch

from sqlalchemy.orm import Session

import app.registrations.actions as actions
import app.worker.reactions as reactions
import app.worker.run as worker
from app.courses.models import CourseRun
from app.db import Database
from app.emails import letters
from app.emails.compose import compose
from app.emails.sender import SmtpSender
from app.outbox import queue
from app.outbox.messages import Happening, SeatHeld
from app.outbox.models import Message
from app.outbox.post import post
from app.registrations import queries, queue_queries
from app.registrations.queue_queries import Waiting
from app.search.index import sync_course
from tests.faults import crash_points
from tests.faults.bench import Bench, Broken, say
from tests.faults.crash_points import Phase
from tests.faults.flows import FLOWS
from tests.faults.points import Fault

MOST_SECONDS = 6.0
UNTOUCHED = 10_000
"""A boundary that no run reaches."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is sabotaged, and the small stage that must see it."""

    name: str
    put_on: Callable[[Bench, ExitStack], None]
    flow: str
    phase: Phase
    fault: Fault
    where: str
    """The boundary at which the fault strikes: the first of this name."""
    promise: str
    """The check that must speak."""


def _without_lock(bench: Bench, stack: ExitStack) -> None:
    """Count the seats without holding the run: then everybody may find the same last seat."""
    database = bench.city.app.state.database

    def read_only(db: Session, run_id: int) -> CourseRun:
        with database.reading() as apart:
            run: CourseRun = apart.get_one(CourseRun, run_id)
            return run

    def counted(_db: Session, *given: object, **more: object) -> object:
        with database.reading() as apart:
            return real(apart, *given, **more)  # type: ignore[arg-type]

    real = queries.facts_of_form
    stack.enter_context(patch.object(actions, "hold_run", read_only))
    stack.enter_context(patch.object(queries, "facts_of_form", counted))


def _answer_first(_bench: Bench, stack: ExitStack) -> None:
    """Answer, and commit a little later."""
    real = Database.finish

    def finish(self: Database, db: Session, commits: bool) -> None:
        def later() -> None:
            time.sleep(0.05)
            real(self, db, commits)

        threading.Thread(target=later).start()

    stack.enter_context(patch.object(Database, "finish", finish))


def _letter_first(bench: Bench, stack: ExitStack) -> None:
    """Send the letter within the request, before its transaction is committed."""
    settings = bench.city.settings

    def post_and_send(db: Session, happening: Happening) -> None:
        post(db, happening)
        if isinstance(happening, SeatHeld):
            newest = db.query(Message).order_by(Message.id.desc()).first()
            registration = queries.for_letter(db, happening.registration_id)
            assert newest is not None
            assert registration is not None
            letter = letters.confirm_registration(settings, registration)
            SmtpSender(settings.mail_url).send(compose(letter, settings, f"{newest.id}.letter"))

    stack.enter_context(patch.object(actions, "post", post_and_send))


def _index_apart(bench: Bench, stack: ExitStack) -> None:
    """Write search documents after the commit, without the outbox."""
    database, real = bench.city.app.state.database, Database.finish

    def post_and_remember(db: Session, happening: Happening) -> None:
        post(db, happening)
        db.info["course"] = getattr(happening, "course_id", None)

    def finish(self: Database, db: Session, commits: bool) -> None:
        course = db.info.get("course")
        real(self, db, commits)
        if commits and course is not None:
            with database.writing() as apart:
                sync_course(apart, course)

    only_letters = {
        kind: tuple(one for one in then if one is not reactions.SYNC) for kind, then in reactions.REACTIONS.items()
    }
    stack.enter_context(patch.object(actions, "post", post_and_remember))
    stack.enter_context(patch.object(Database, "finish", finish))
    stack.enter_context(patch.object(worker, "REACTIONS", only_letters))


def _by_last_number(bench: Bench, stack: ExitStack) -> None:
    """Remember the number of the last message taken, and look only behind it."""

    def newer(db: Session) -> Message | None:
        kept = bench.folder / f"last-{bench.cases}"
        last = int(kept.read_text()) if kept.exists() else 0
        return db.query(Message).filter(Message.id > last).order_by(Message.id).first()

    def waits(db: Session, *_given: object) -> bool:
        return newer(db) is not None

    def claim(db: Session, moment: datetime, *_given: object) -> Message | None:
        message = newer(db)
        if message is not None:
            (bench.folder / f"last-{bench.cases}").write_text(str(message.id))
            message.tries += 1
            message.leased_until = moment + queue.LEASE
        return message

    stack.enter_context(patch.object(queue, "something_waits", waits))
    stack.enter_context(patch.object(queue, "claim", claim))


def _without_order(_bench: Bench, stack: ExitStack) -> None:
    """Without ORDER BY the database may name those who wait from behind."""
    real = queue_queries.queue

    def from_behind(db: Session, run: CourseRun) -> list[Waiting]:
        return real(db, run)[::-1]

    stack.enter_context(patch.object(queue_queries, "queue", from_behind))


MUTANTS = (
    Mutant("seats are given without the lock", _without_lock, "register", "request", Fault.PAUSE, "BEGIN IMM", "I2"),
    Mutant("the answer leaves before the commit", _answer_first, "register", "request", Fault.KILL, "commit", "I1"),
    Mutant("the letter leaves before the commit", _letter_first, "register", "request", Fault.KILL, "commit", "I4"),
    Mutant(
        "the index is written outside the outbox", _index_apart, "register", "request", Fault.KILL, "committed", "I6"
    ),
    Mutant("the outbox is polled by number", _by_last_number, "register", "reactions", Fault.KILL, "committed", "I5"),
    Mutant("the queue has no order", _without_order, "cancel", "request", Fault.KILL, "commit", "I3"),
)


def catch(bench: Bench, mutant: Mutant) -> float:
    """Seconds until the mutant was caught by the check that has to; raises when it was missed."""
    ready = crash_points.prepare(bench, FLOWS[mutant.flow])
    ready = replace(ready, scene=replace(ready.scene, rivals=ready.scene.rivals[:1]))
    begun = time.monotonic()
    try:
        with ExitStack() as stack:
            mutant.put_on(bench, stack)
            names, _ = crash_points.case(bench, ready, mutant.phase, mutant.fault, UNTOUCHED)
            place = next(n for n, name in enumerate(names, 1) if name.startswith(mutant.where))
            crash_points.case(bench, ready, mutant.phase, mutant.fault, place)
    except Broken as caught:
        seconds = time.monotonic() - begun
        if mutant.promise not in str(caught):
            raise Broken(f"“{mutant.name}” was not caught by {mutant.promise}, but: {caught}") from caught
        say(f"caught in {seconds:.1f} s by {mutant.promise}: {mutant.name}")
        return seconds
    raise Broken(f"MISSED: {mutant.name}")


def catch_all(bench: Bench) -> None:
    """Every mutant, each in time."""
    bench.pause = 0.5
    for mutant in MUTANTS:
        seconds = catch(bench, mutant)
        if seconds > MOST_SECONDS:
            raise Broken(f"“{mutant.name}” was caught only after {seconds:.1f} s")
