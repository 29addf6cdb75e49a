"""The search server fails in every way while the catalogue changes: residents find what is there, and the index follows.

Mode after mode, courses are published, changed and withdrawn while it lasts, and a worker is killed in the middle. When
the server is well again its documents must be those of the published courses, each by number and version, without a hand.
"""

import http.client
import socket
import time
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from unittest.mock import patch
from urllib.parse import quote

from sqlalchemy import select, update

import app.clock
import app.worker.searching as searching
from app.courses.history_models import Publication
from app.courses.models import Course, CourseState
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.providers.models import Provider, ThematicGroup
from app.search import index
from app.search.meilisearch_client import Client
from app.search.meilisearch_following import BATCH, Following, _numbered
from tests import make
from tests.faults import processes
from tests.faults.bench import Bench, Broken, say
from tests.faults.client import ask
from tests.faults.flows import RUN
from tests.faults.history import registering
from tests.faults.search_server import MODES
from tests.search.meilisearch_stub import Mode

PAGE_SECONDS = 2.0
"""Within so long a page of results is there, whatever the search server does."""
FOLLOWS_SECONDS = 15.0
"""Within so long after a fault the index is as the catalogue; in service the first comparison comes after half a minute."""
UNREPAIRED_SECONDS = 3.0


def strike(bench: Bench) -> None:
    """Each mode, and then the control: without repair a forgetful server would stay wrong, and that is seen."""
    bench.begin("base")
    with ExitStack() as stack:
        stack.enter_context(patch.object(searching, "LOOK_SECONDS", 0.5))
        stack.enter_context(patch.object(searching, "AWAY_SECONDS", 0.2))
        stack.enter_context(patch.dict(Client.ask.__kwdefaults__, seconds=0.5))
        application, port = bench.app()
        for number, mode in enumerate(MODES):
            _through(bench, port, mode, number)
        application.kill()
        bench.by_calendar = True
        bench.drain()
        if wrong := bench.violations(2 * len(MODES)):
            folder = bench.keep_evidence(f"{bench.store.name}-search")
            raise Broken("\n".join([*wrong, f"evidence in {folder}"]))
        _control(bench, stack)
    say(f"search: {', '.join(MODES)}: pages answered, index and catalogue the same after each; the control was seen")


def _through(bench: Bench, port: int, mode: Mode, number: int) -> None:
    """One mode: changes while it lasts and one kill; well again, everything follows by itself."""
    assert bench.search is not None
    worker = bench.tireless_worker()
    bench.search.be(mode)
    _change(bench, f"kalve{number}")
    time.sleep(0.3)
    worker.kill()
    worker = bench.tireless_worker()
    _change(bench, f"audums{number}")
    act = registering(
        f"kanarija.{number}@example.com", RUN, f"key-of-the-form-sent-by-{number}", name="Kanārija Putniņa", by_api=True
    )
    answer = ask(port, act, bench.history)
    _expect(answer is not None and answer.status == 201, f"{mode}: registering was answered {answer}")
    _wait_for_page(port, f"audums{number}", mode)
    bench.search.be("ok")
    bench.city.clock.advance(timedelta(minutes=3))  # Leases of the killed are over, and it is time to compare.
    begun = time.monotonic()
    while wrong := differences(bench):
        if time.monotonic() - begun > FOLLOWS_SECONDS:
            folder = bench.keep_evidence(f"{bench.store.name}-search-{number}")
            raise Broken(f"after {mode}: {wrong}; evidence in {folder}")
        time.sleep(0.05)
    worker.kill()


def differences(bench: Bench) -> str:
    """I6: what the search server has beyond or short of the published courses, by number and version; empty when nothing."""
    assert bench.search is not None
    with bench.looking() as database, database.reading() as db:
        published = {*db.scalars(select(Course.id).where(Course.state == CourseState.PUBLISHED))}
        ours = index.numbers(db)
    theirs = bench.search.numbers()
    if ours.keys() != published:
        return f"I6 documents of {sorted(ours)}, published are {sorted(published)}"
    return "" if ours == theirs else f"I6 the catalogue has {ours}, the search server {theirs}"


def _change(bench: Bench, title: str) -> None:
    """A course is published, the one before it is changed, the one before that is withdrawn."""

    def change(_harness: socket.socket) -> None:
        with bench.city.workshop.database.writing() as db:
            earlier = db.scalars(select(Course).where(Course.id > 1).order_by(Course.id.desc()).limit(2)).all()
            if len(earlier) == 2:
                earlier[0].version += 1
                earlier[1].state = CourseState.ARCHIVED
                stands = (Publication.course_id == earlier[1].id, Publication.ended_at.is_(None))
                db.execute(update(Publication).where(*stands).values(ended_at=app.clock.now()))
            provider, group = db.scalars(select(Provider)).first(), db.scalars(select(ThematicGroup)).first()
            made = make.make_course(db, title, title=title, provider=provider, group=group)
            db.flush()
            for course in (*earlier, made):
                post(db, CourseChanged(course.id))

    if processes.start("B", bench.folder / "board.log", change).wait():
        raise Broken(f"no course could be changed: {bench.log_end()}")


def _wait_for_page(port: int, title: str, mode: Mode) -> None:
    """Residents find the new course at once, and no page takes long or fails meanwhile."""
    deadline = time.monotonic() + FOLLOWS_SECONDS
    while True:
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", f"/kursi?q={quote(title)}")
        got = connection.getresponse()
        page = got.read().decode()
        connection.close()
        _expect(got.status == 200, f"{mode}: a page of results was answered {got.status}")
        _expect(time.monotonic() - begun < PAGE_SECONDS, f"{mode}: a page took {time.monotonic() - begun:.1f} s")
        if f'"/kursi/{title}' in page:
            return
        _expect(time.monotonic() < deadline, f"{mode}: the new course is not found by residents")
        time.sleep(0.05)


def _control(bench: Bench, stack: ExitStack) -> None:
    """A product that believes what it was told, and never compares: what the server forgot stays forgotten."""
    assert bench.search is not None
    stack.enter_context(patch.object(Following, "look", _trusting))
    stack.enter_context(patch.object(Following, "repair", lambda _self: 0))
    bench.search.be("forget")
    worker = bench.tireless_worker()
    _change(bench, "slava")
    time.sleep(1)
    bench.search.be("ok")
    _change(bench, "gods")
    bench.city.clock.advance(timedelta(minutes=3))
    time.sleep(UNREPAIRED_SECONDS)
    worker.kill()
    _expect(bool(differences(bench)), "MISSED: a product that never asks its index and never repairs it")


def _trusting(following: Following) -> int:
    """Bring what is new, without asking the index how far it follows."""
    rows = following._read(partial(index.changes_after, number=following.number, limit=BATCH))
    if rows:
        following.filling.remove([row.course_id for row in rows if not row.document])
        following.filling.put(_numbered(rows), rows[-1].number)
        following.number = rows[-1].number
    return len(rows)


def _expect(is_true: bool, otherwise: str) -> None:
    if not is_true:
        raise Broken(otherwise)
