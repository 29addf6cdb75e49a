"""Real workers: several at once, told to stop, killed in the middle; nothing is lost, and little is done twice."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.clock import now
from app.db import Database
from app.outbox import queue
from app.outbox.messages import CourseChanged
from app.outbox.models import Message, Turn
from app.outbox.post import post
from app.search.models import SearchDocument
from tests.make import make_course
from tests.smtp import MailServer, Mood, mail_server
from tests.worker.entry import work
from tests.worker.postbox import post_letters

JOBS = 200
KILLS = 20
SEED = 20260704
SLOW = timedelta(seconds=5)
"""A worker that lives is done with a letter before that, even on a busy machine."""
EACH_ONCE = {f"<{number + 1}.letter@city.example>": 1 for number in range(JOBS)}

Start = Callable[[], ForkServerProcess]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def start(database: Database, server: MailServer, tmp_path: Path) -> Iterator[Start]:
    """Starts workers; at the end none is left."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.worker.entry"])
    environment = {
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "MAIL_URL": server.url,
        "PUBLIC_URL": "http://city.example",
    }
    started: list[ForkServerProcess] = []

    def one_more() -> ForkServerProcess:
        process = context.Process(target=work, args=(environment, str(tmp_path / "worker.log")))
        process.start()
        started.append(process)
        return process

    yield one_more
    for process in started:
        process.kill()
        process.join()


def post_jobs(database: Database) -> None:
    post_letters(database, *(f"cilveks{number}@example.lv" for number in range(JOBS)))


def left(database: Database) -> int:
    """Messages that are not done."""
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(Message).where(Message.done_at.is_(None))) or 0


def wait_until(is_so: Callable[[], bool], seconds: float = 100) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def stop(*workers: ForkServerProcess) -> list[int | None]:
    """As a service manager stops them: how they ended."""
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(30)
    return [worker.exitcode for worker in workers]


def end_leases_of_the_dead(database: Database) -> None:
    """Two minutes pass, for those messages whose worker was killed."""
    dead = Message.leased_until < now() + queue.LEASE - SLOW
    with database.writing() as db:
        db.execute(update(Message).where(dead).values(leased_until=now() - timedelta(seconds=1)))


@pytest.mark.promise("P30")
@pytest.mark.alone
def test_two_workers_do_two_hundred_jobs_once_each(database: Database, server: MailServer, start: Start) -> None:
    post_jobs(database)
    workers = [start(), start()]
    wait_until(lambda: left(database) == 0)
    assert stop(*workers) == [0, 0]
    assert Counter(server.numbers()) == EACH_ONCE


@pytest.mark.promise("P30")
@pytest.mark.alone
@pytest.mark.timeout(300)
def test_twenty_kills_lose_nothing_and_repeat_at_most_twenty(
    database: Database, server: MailServer, start: Start
) -> None:
    chance = random.Random(SEED)
    post_jobs(database)
    workers = [start(), start()]
    kills = 0
    for _kill in range(KILLS):
        more = len(server.letters) + chance.randrange(1, 7)
        wait_until(lambda more=more: len(server.letters) >= more)  # type: ignore[misc]
        victim = chance.randrange(2)
        workers[victim].kill()
        workers[victim].join()
        kills += 1
        workers[victim] = start()
    wait_until(lambda: end_leases_of_the_dead(database) or left(database) == 0)
    assert stop(*workers) == [0, 0]
    letters = Counter(server.numbers())
    assert set(letters) == set(EACH_ONCE), f"seed {SEED}"
    assert sum(letters.values()) - JOBS <= kills, f"seed {SEED}"


@pytest.mark.promise("P30")
@pytest.mark.alone
def test_a_worker_that_is_told_to_stop_finishes_its_letter_and_holds_nothing(
    database: Database, server: MailServer, start: Start
) -> None:
    post_jobs(database)
    for _round in range(5):
        sent = len(server.letters)
        worker = start()
        wait_until(lambda sent=sent: len(server.letters) > sent + 3)  # type: ignore[misc]
        assert stop(worker) == [0]
        with database.reading() as db:
            assert db.scalars(select(Message.id).where(Message.leased_until.is_not(None))).all() == []
            assert db.scalars(select(Turn.task).where(Turn.leased_until.is_not(None))).all() == []
    assert max(Counter(server.numbers()).values()) == 1
    assert len(server.letters) == JOBS - left(database)


@pytest.mark.promise("P08")
@pytest.mark.alone
def test_a_mail_server_that_hangs_holds_up_neither_the_index_nor_the_calendar(
    database: Database, server: MailServer, start: Start
) -> None:
    server.mood = Mood.HANG
    post_jobs(database)
    start()
    wait_until(lambda: server.lines > 0)
    with database.writing() as db:
        course = make_course(db)
        post(db, CourseChanged(course.id))

    def is_found() -> bool:
        with database.reading() as db:
            return db.get(SearchDocument, course.id) is not None

    wait_until(is_found, 3)

    def all_tasks_done() -> bool:
        with database.reading() as db:
            return all(db.scalars(select(Turn.next_at > now())).all())

    wait_until(all_tasks_done, 5)
    assert server.letters == []
