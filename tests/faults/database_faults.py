"""The database is refused, reset, silent, full or busy: an honest 503 that says when to come back, and no hand needed."""

import fcntl
import http.client
import mmap
import os
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Connection, Engine, event

from app import turnstile
from tests.faults.bench import Bench, Broken, say
from tests.faults.client import ask, insist
from tests.faults.flows import RUN
from tests.faults.history import Act, Answer, registering
from tests.faults.proxy import Proxy, Way
from tests.faults.stores import PostgresStore, SqliteStore, Store

DOOR_SECONDS = 3.0
"""So long people wait at the door here, to save time; in service longer."""
HONEST_SECONDS = 15.0
"""Within so many seconds everybody is answered, be it with 503."""
BACK_SECONDS = 30.0
"""Within so many seconds after the fault everything is normal again."""
SLOW_CLIENTS = 300
DISK_MEGABYTES = 8


class Reach:
    """The way to PostgreSQL leads through X."""

    proxy: Proxy

    def __call__(self, store: Store, folder: Path) -> str:
        """The address that the product is given."""
        assert isinstance(store, PostgresStore)
        self.proxy = Proxy(folder, [f"{store.socket}/.s.PGSQL.5432"])
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.proxy.port}/{store.database}"


def away(bench: Bench, proxy: Proxy) -> None:
    """PostgreSQL refuses for two seconds, resets, says nothing for two seconds, is slow."""
    bench.begin("base")
    application, port = bench.app()
    worker = bench.tireless_worker()
    _register_all(bench, port, "before", 2, Counter({201: 2}))
    for way, seconds in ((Way.REFUSE, 2.0), (Way.RESET, 1.0), (Way.SWALLOW, 2.0), (Way.DELAY, 1.0)):
        proxy.be(way)
        begun = time.monotonic()
        with ThreadPoolExecutor(4) as clients:
            asked = [clients.submit(_ask, bench, port, f"{way.name}-{number}") for number in range(4)]
            if way in {Way.REFUSE, Way.RESET}:
                _expect(_status(port, "/healthz") == 200, f"{way.name}: /healthz")
                _expect(_status(port, "/readyz") == 503, f"{way.name}: /readyz")
            time.sleep(max(0.0, seconds - (time.monotonic() - begun)))
            proxy.be(Way.PASS)
            answers = [one.result() for one in asked]
        if way in {Way.REFUSE, Way.RESET}:
            _expect(all(one is not None and one.status == 503 for one in answers), f"{way.name}: {answers}")
        _recover(bench, port, way.name)
    worker.kill()
    application.kill()
    _judge(bench, crashes=4)
    say("database away: refused, reset, silent and slow; back by itself each time")


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """A file system of a few megabytes, where root may mount one."""
    place = Path(tempfile.mkdtemp(prefix="faults-disk-"))
    options = ["-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}M", "tmpfs", str(place)]
    is_mounted = not os.geteuid() and not subprocess.run(["mount", *options], check=False).returncode
    try:
        yield place if is_mounted else None
    finally:
        if is_mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()


def full(bench: Bench, *, has_own_disk: bool) -> None:
    """No byte more fits on the disk of the database; then some do. Without a disk of its own, the file may not grow."""
    assert isinstance(bench.store, SqliteStore)
    bench.begin("base")
    fill, clear = _ballast(bench.store) if has_own_disk else _limit(bench.store)
    application, port = bench.app()
    worker = bench.tireless_worker()
    _register_all(bench, port, "before", 2, Counter({201: 2}))
    fill()
    refused = [_ask(bench, port, f"full-{number}") for number in range(12)]
    _expect(refused[-1] is not None and refused[-1].status == 503, f"full: {refused[-1]}")
    _expect(_status(port, "/healthz") == 200, "full: /healthz")
    clear()
    _recover(bench, port, "full")
    worker.kill()
    application.kill()
    _judge(bench, crashes=12)
    say(
        f"disk full: {sum(1 for one in refused if one and one.status == 503)} times 503, nothing half done, back by itself"
    )


def _ballast(store: SqliteStore) -> tuple[Callable[[], None], Callable[[], None]]:
    ballast = store.path.with_name("ballast")

    def fill() -> None:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    return fill, ballast.unlink


def _limit(store: SqliteStore) -> tuple[Callable[[], None], Callable[[], None]]:
    """Every write of the product meets a limit of pages, as long as the harness says so."""
    is_full = mmap.mmap(-1, 1)

    @event.listens_for(Engine, "before_cursor_execute")
    def limit(_db: Connection, cursor: sqlite3.Cursor, sql: str, *_more: object) -> None:
        if sql == "BEGIN IMMEDIATE":
            pages = "1" if is_full[0] else str(2**30)
            cursor.connection.execute(f"PRAGMA max_page_count={pages}")

    def say_full() -> None:
        is_full[0] = 1

    def say_room() -> None:
        is_full[0] = 0

    return say_full, say_room


def spent(bench: Bench) -> None:
    """Three hundred send slowly; then somebody holds the database, and everybody else is told to come back."""
    bench.begin("base")
    with patch.object(turnstile, "PATIENCE_SECONDS", DOOR_SECONDS):
        application, port = bench.app()
    _register_all(bench, port, "before", 1, Counter({201: 1}))
    slow = [_half_a_request(port) for _client in range(SLOW_CLIENTS)]
    begun = time.monotonic()
    _register_all(bench, port, "beside-slow", 2, Counter({201: 2}))
    _expect(time.monotonic() - begun < 5, "slow clients hold up the others")
    for client in slow:
        client.close()
    begun = time.monotonic()
    with _held(bench.store), ThreadPoolExecutor(60) as clients:
        answers = [*clients.map(lambda number: _ask(bench, port, f"held-{number}"), range(60))]
        seconds = time.monotonic() - begun
    statuses = Counter(one.status if one else 0 for one in answers)
    _expect(set(statuses) == {503}, f"database held: {dict(statuses)}")
    _expect(seconds < HONEST_SECONDS, f"database held: the last was answered after {seconds:.0f} s")
    _recover(bench, port, "held")
    application.kill()
    _judge(bench, crashes=0)
    say(f"{SLOW_CLIENTS} slow clients hold up nobody; with the database held 60 were told 503 within {seconds:.1f} s")


@contextmanager
def _held(store: Store) -> Iterator[None]:
    """Somebody has the run, and does not let go."""
    if isinstance(store, PostgresStore):
        with store.connected() as connection:
            connection.execute("SELECT id FROM course_runs FOR UPDATE")
            yield
        return
    assert isinstance(store, SqliteStore)
    with store.path.with_name(store.path.name + ".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        writer = sqlite3.connect(store.path, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        yield
        writer.execute("ROLLBACK")
        writer.close()


def _half_a_request(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = f"POST /api/v1/runs/{RUN}/registrations HTTP/1.1\r\nHost: city.example\r\nContent-Type: application/json\r\n"
    client.sendall((head + 'Content-Length: 90\r\n\r\n{"name": "Kan').encode())
    return client


def _act(who: str) -> Act:
    who = who.casefold()
    return registering(
        f"kanarija.{who}@example.com", RUN, f"key-of-the-form-sent-by-{who}", name="Kanārija Putniņa", by_api=True
    )


def _ask(bench: Bench, port: int, who: str) -> Answer | None:
    return ask(port, _act(who), bench.history, patience=60)


def _register_all(bench: Bench, port: int, who: str, many: int, expected: Counter[int]) -> None:
    answers = [_ask(bench, port, f"{who}-{number}") for number in range(many)]
    found = Counter(one.status if one else 0 for one in answers)
    _expect(found == expected, f"{who}: {dict(found)}")


def _recover(bench: Bench, port: int, after: str) -> None:
    """Everybody who does not know yet sends again, and is well served."""
    begun = time.monotonic()
    for told in bench.told():
        if not told.is_acknowledged:
            insist(port, told.act, bench.history, tries=100, pause=0.1)
    _expect(all(told.is_acknowledged for told in bench.told()), f"after {after} somebody is still refused")
    _expect(time.monotonic() - begun < BACK_SECONDS, f"after {after} it took {time.monotonic() - begun:.0f} s")


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def _judge(bench: Bench, crashes: int) -> None:
    bench.by_calendar = True
    bench.drain()
    if wrong := bench.violations(crashes):
        folder = bench.keep_evidence(f"{bench.store.name}-database")
        raise Broken("\n".join([*wrong, f"evidence in {folder}"]))


def _expect(is_true: bool, otherwise: str) -> None:
    if not is_true:
        raise Broken(otherwise)
