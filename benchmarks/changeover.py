"""What residents notice while Meilisearch is rebuilt, killed, hung and restarted empty: `python -m benchmarks.changeover`.

Starts a server of its own from the program named by MEILISEARCH, a city with its worker, and asks twenty times a second.
BENCH_SIZE says how many courses; BENCH_CITY names a folder whose city.sqlite has them already, and is copied. Without
MEILISEARCH every course is changed at once, and the embedded engine makes its index anew.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from pydantic import SecretStr
from sqlalchemy import func, select, update

from app.db import Database
from app.search.index import highest_number, numbers
from app.search.meilisearch_client import MeilisearchAway
from app.search.models import SearchDocument
from app.search.open_following import open_following
from app.settings import Settings
from benchmarks.many_courses import fill
from benchmarks.prepared import prepare
from benchmarks.searching import WORDS
from benchmarks.servers import city, free_port, serving

KEY = "a master key for measuring only"
A_SECOND = 20
CHANGES = 5_000
SIZE = int(os.environ.get("BENCH_SIZE", "418"))


@dataclass
class Server:
    """A Meilisearch of our own."""

    program: str
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self, *, empty: bool = False) -> None:
        """Start it, perhaps without anything it knew."""
        if empty:
            shutil.rmtree(self.folder, ignore_errors=True)
        address = ["--http-addr", f"127.0.0.1:{self.port}", "--db-path", str(self.folder), "--master-key", KEY]
        bounds = ["--no-analytics", "--max-indexing-memory", "256MiB", "--log-level", "ERROR"]
        self.process = subprocess.Popen(
            [self.program, *address, *bounds], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def signal(self, which: signal.Signals) -> None:
        """Tell it something."""
        assert self.process is not None
        self.process.send_signal(which)
        if which == signal.SIGKILL:
            self.process.wait()


class Residents:
    """Twenty searches a second, whatever happens, and what became of each."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.seen: list[tuple[float, int, bool]] = []
        self._stop = threading.Event()
        self._pacer = threading.Thread(target=self._pace)
        self._pacer.start()

    def _pace(self) -> None:
        begun, asked = time.perf_counter(), 0
        while not self._stop.is_set():
            threading.Thread(target=self._ask, args=(asked,)).start()
            asked += 1
            self._stop.wait(max(0.0, begun + asked / A_SECOND - time.perf_counter()))

    def _ask(self, number: int) -> None:
        began, status, is_empty = time.perf_counter(), 0, True
        try:
            path = f"/kursi?q={quote(WORDS[number % len(WORDS)])}&price={200 + number}"  # No page is asked for twice.
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                status = answer.status
                is_empty = b'href="/kursi/' not in answer.read()
        except OSError:
            pass
        self.seen.append((time.perf_counter() - began, status, is_empty))

    def told(self, what: str) -> None:
        """Say what happened since the last time."""
        seen, self.seen = self.seen, []
        times = sorted(seconds for seconds, _status, _empty in seen)
        if not times:
            print(f"{what:44} no page came at all", flush=True)
            return
        failed = sum(status != 200 for _seconds, status, _empty in seen)
        empty = sum(is_empty for _seconds, status, is_empty in seen if status == 200)
        p50, p95 = times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000
        print(
            f"{what:44} {len(seen):5} pages, {failed} failed, {empty} empty, p50 {p50:.0f} ms, p95 {p95:.0f} ms, "
            f"longest {times[-1] * 1000:.0f} ms",
            flush=True,
        )

    def stop(self) -> None:
        """Go home."""
        self._stop.set()
        self._pacer.join()
        time.sleep(1)


def main() -> None:
    """Go through everything once and say what residents noticed."""
    program = os.environ.get("MEILISEARCH", "")
    with tempfile.TemporaryDirectory(prefix="changeover-") as name:
        folder = Path(name)
        if ready := os.environ.get("BENCH_CITY", ""):
            shutil.copy(Path(ready) / "city.sqlite", folder)
            kept_at = f"sqlite:///{folder}/city.sqlite"
        else:
            kept_at = prepare(folder, os.environ.get("BENCH_DATABASE", "")).database
        database = Database(kept_at)
        if not ready:
            fill(database, SIZE)
        if not program:
            _made_anew(folder, database, kept_at)
            print("NOT RUN: MEILISEARCH names no program of a Meilisearch server")
            return
        server = Server(program, folder / "meilisearch")
        server.start()
        url = f"http://127.0.0.1:{server.port}"
        settings = Settings(meili_url=url, meili_api_key=SecretStr(KEY))
        port = free_port()
        command, environment = city(folder, port, worker=True, database=kept_at)
        environment |= {"MEILI_URL": url, "MEILI_API_KEY": KEY}
        try:
            with serving(command, port, "/readyz", environment):
                print(f"{SIZE} courses; first filled after {_in_step(settings, database):.1f} s")
                residents = Residents(port)
                try:
                    _go_through(residents, server, settings, database)
                finally:
                    residents.stop()
        finally:
            server.signal(signal.SIGKILL)


def _made_anew(folder: Path, database: Database, kept_at: str) -> None:
    """Every course changes at once while people search in the embedded engine."""
    port = free_port()
    command, environment = city(folder, port, database=kept_at)
    with serving(command, port, "/readyz", {**environment, "MEILI_URL": ""}):
        residents = Residents(port)
        try:
            time.sleep(5)
            residents.told(f"{SIZE} courses, at rest")
            with database.writing() as db:
                last = db.scalars(select(SearchDocument).order_by(SearchDocument.number.desc()).limit(1)).one()
                title = json.loads(last.document)["texts"]["lv"]["title"]
                last.document = last.document.replace(json.dumps(title, ensure_ascii=False), '"Kvarkonija"')
                db.execute(update(SearchDocument).values(number=SearchDocument.number + highest_number(db)))
            began = time.perf_counter()
            while b"Kvarkonija" not in urlopen(f"http://127.0.0.1:{port}/api/v1/courses?q=kvarkonija").read():
                time.sleep(0.5)
            residents.told(f"all changed, index made anew in {time.perf_counter() - began:.0f} s")
        finally:
            residents.stop()


def _go_through(residents: Residents, server: Server, settings: Settings, database: Database) -> None:
    time.sleep(5)
    residents.told("at rest")
    began = time.perf_counter()
    following = open_following(settings, database)
    assert following is not None
    following.rebuild()
    residents.told(f"rebuilt and swapped in {time.perf_counter() - began:.1f} s")
    server.signal(signal.SIGSTOP)
    time.sleep(10)
    residents.told("hung for 10 s")
    server.signal(signal.SIGCONT)
    time.sleep(8)
    residents.told("awake again")
    server.signal(signal.SIGKILL)
    time.sleep(8)
    residents.told("killed")
    server.start(empty=True)
    took = _in_step(settings, database)
    residents.told(f"restarted empty, in step after {took:.1f} s")
    time.sleep(6)
    residents.told("afterwards")
    _change(database, CHANGES)
    took = _in_step(settings, database)
    residents.told(f"{CHANGES} changes, in step after {took:.1f} s")
    following.filling.remove([*following.filling.numbers()][:500])
    took = _in_step(settings, database)
    residents.told(f"500 courses lost, repaired after {took:.1f} s")


def _change(database: Database, changes: int) -> None:
    """Change so many documents, five hundred at once, as importing does."""
    with database.reading() as db:
        course_ids = [*numbers(db)]
    for first in range(0, changes, 500):
        with database.writing() as db:
            newest = highest_number(db)
            for n in range(min(500, changes - first)):
                of_course = SearchDocument.course_id == course_ids[(first + n) % len(course_ids)]
                other = func.replace(SearchDocument.document, '"version":', '"version":1')
                db.execute(update(SearchDocument).where(of_course).values(number=newest + n + 1, document=other))


def _in_step(settings: Settings, database: Database) -> float:
    """Seconds until the index has every document with its number."""
    following = open_following(settings, database)
    assert following is not None
    began = time.perf_counter()
    while time.perf_counter() - began < 900:
        with database.reading() as db:
            ours = numbers(db)
        try:
            if following.filling.follows() is not None and following.filling.numbers() == ours:
                break
        except MeilisearchAway:
            pass
        time.sleep(0.5)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
