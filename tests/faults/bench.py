"""The harness itself, H: one database, one mail sink, one city to fork from, and a look at the outcome of every case."""

import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import app.clock
from app import schema
from app.db import Database
from app.invariants.check import check_invariants
from app.registrations.seats import SeatRules
from tests.faults import checks, entry, processes, sink, stores
from tests.faults.client import insist
from tests.faults.history import Act, History, Told, told_in
from tests.faults.points import Fault, Trap
from tests.faults.processes import NotDone, Process
from tests.faults.proxy import Proxy
from tests.faults.search_server import SearchServer
from tests.faults.sink import Mail, Sink
from tests.faults.stores import Store
from tests.registrations import acts

EVIDENCE = Path("build/faults")
LEASE_OVER = timedelta(minutes=3)
CANARIES = ("Kanārija", "kanarija.")


class Broken(Exception):
    """A promise was broken; the sentences say which."""


@dataclass(slots=True)
class Bench:
    """What a stage works with."""

    folder: Path
    store: Store
    sink: Sink
    city: entry.City
    inspector: Database
    history: History
    mail_way: Proxy | None = None
    """X before the mail server, where the stage wants one."""
    search: SearchServer | None = None
    by_calendar: bool = False
    """Whether workers also do what the calendar asks."""
    pause: float = 0.1
    cases: int = 0
    mails_from: int = 0
    told_before: list[str] = field(default_factory=list)
    mails_before: list[Mail] = field(default_factory=list)

    def app(
        self, at: int = 0, fault: Fault = Fault.NONE, *, every_read: bool = False, port: int = 0
    ) -> tuple[Process, int]:
        """An application process on a socket of its own, and its port."""
        listener = socket.create_server(("127.0.0.1", port), backlog=100)
        port = listener.getsockname()[1]

        def act(harness: socket.socket) -> None:
            trap = Trap(at, fault, harness, self.pause, every_read=every_read) if at else None
            entry.serve(self.city, listener, trap)

        process = processes.start("A", self.folder / "app.log", act)
        listener.close()
        return process, port

    def worker(self, at: int = 0, fault: Fault = Fault.NONE, *, every_read: bool = False) -> Process:
        """A worker process that ends when nothing is left to do."""

        def act(harness: socket.socket) -> None:
            trap = Trap(at, fault, harness, self.pause, every_read=every_read) if at else None
            entry.work(self.city, trap, by_calendar=self.by_calendar)

        return processes.start("W", self.folder / "worker.log", act)

    def tireless_worker(self) -> Process:
        """A worker process that works until it is killed or told to stop."""
        return processes.start("W", self.folder / "worker.log", lambda _harness: entry.work_for_good(self.city))

    def drain(self) -> None:
        """Workers without faults, until nothing waits; leases and pauses between tries pass at once."""
        for _round in range(8):
            if self.worker().wait(120) != 0:
                raise NotDone(f"the worker fell: {self.log_end()}")
            if not self.waits():
                return
            self.city.clock.advance(LEASE_OVER)

    def waits(self) -> bool:
        """Whether anything in the outbox is not done."""
        with self.looking() as db, db.readers.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT count(*) FROM messages WHERE done_at IS NULL AND dead_at IS NULL"
            ).scalar_one()
            return bool(found)

    @contextmanager
    def looking(self) -> Iterator[Database]:
        """The harness's own look at the records; it lets go of every connection before anything is forked again."""
        try:
            yield self.inspector
        finally:
            self.inspector.dispose()

    def told(self) -> list[Told]:
        """What the clients know in this case."""
        return told_in([*self.told_before, *self.history.path.read_text(encoding="utf-8").splitlines()])

    def mails(self) -> list[Mail]:
        """What the mail server took in this case."""
        return [*self.mails_before, *self.sink.mails(self.mails_from)]

    def violations(self, crashes: int, *, own_check: bool = True) -> list[str]:
        """Everything that is not as promised, by the harness's checks and by the product's own."""
        with self.looking() as database:
            found = checks.look(database, self.told(), self.mails(), app.clock.now())
            wrong = checks.violations(found, crashes)
            wrong += self.own_check(database) if own_check else []
        if own_check and (damage := self.store.damage()):
            wrong.append(f"I11 the database is damaged: {damage}")
        return wrong + self.canaries()

    def own_check(self, database: Database) -> list[str]:
        """What `app check-invariants` says."""
        found = check_invariants(database, SeatRules.of(self.city.settings))
        return [f"{one.invariant.id} (product) {one.fault or one.findings}" for one in found if not one.holds]

    def canaries(self) -> list[str]:
        """I12: what people typed stands in no log."""
        logs = "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))
        written = {
            form for canary in CANARIES for form in (canary, quote(canary), canary.encode("unicode_escape").decode())
        }
        return [f"I12 “{form}” stands in a log" for form in sorted(written) if form in logs]

    def begin(self, state: str, told: Sequence[str] = (), mails: Sequence[Mail] = ()) -> None:
        """A case: the database as it was kept, the history and the letters up to there."""
        self.cases += 1
        self.city.clock.set_back()
        self.store.put_back(state)
        self.history.close()
        self.history.path.unlink()
        self.history = History(self.history.path)
        self.told_before, self.mails_before = [*told], [*mails]
        self.mails_from = self.sink.place()
        for log in ("app.log", "worker.log"):
            (self.folder / log).write_text("")

    def keep_evidence(self, name: str) -> Path:
        """Everything about a case that went wrong, for whoever mends it."""
        folder = EVIDENCE / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.store.copy_to(folder)
        for path in [self.history.path, self.sink.kept, *self.folder.glob("*.log")]:
            shutil.copyfile(path, folder / path.name)
        return folder

    def log_end(self) -> str:
        """The last words of application and worker."""
        return "\n".join(path.read_text(errors="replace")[-1500:] for path in self.folder.glob("*.log"))

    # What a flow needs to get ready, as `flows.Stage` says.

    def does(self, act: Act) -> None:
        """Somebody does this, without any fault."""
        process, port = self.app()
        answer = insist(port, act, self.history)
        process.kill()
        if answer is None or not act.is_done_by(answer):
            raise NotDone(f"{act.what} of {act.email}: {answer} {self.log_end()}")

    def deliver(self) -> None:
        """The worker does everything that is due."""
        self.drain()

    def link(self, email: str) -> str:
        """The private link in the last letter to somebody."""
        return sink.to(self.mails(), email)[-1].links("/pieteikumi/")[0]


@contextmanager
def opened(
    kind: str,
    *,
    reach: Callable[[Store, Path], str] | None = None,
    disk: Path | None = None,
    has_search: bool = False,
    has_mail_proxy: bool = False,
) -> Iterator[Bench]:
    """A bench on a database of this kind; it and all its processes are gone when the block ends.

    `reach` says by which address the product reaches the database, where that is not its own; `disk` is where its file
    stands. On demand there is a search server, and a proxy before the mail server.
    """
    memory = Path("/dev/shm")  # processes die here, not machines: nothing need reach a disk
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=memory if memory.is_dir() else None))
    try:
        with stores.opened(kind, folder, disk=disk) as store:
            mail = Sink(folder)
            way = Proxy(folder, [mail.port], "XM") if has_mail_proxy else None
            search = SearchServer(folder) if has_search else None
            url = reach(store, folder) if reach else store.url
            city = entry.build(url, way.port if way else mail.port, folder, search.url if search else "")
            inspector = Database(store.url, connections=2)
            bench = Bench(folder, store, mail, city, inspector, History(folder / "history"), way, search)
            bench.begin("empty")
            _learn(bench)
            try:
                yield bench
            finally:
                processes.kill_all()
                bench.inspector.dispose()
    finally:
        processes.kill_all()
        shutil.rmtree(folder, ignore_errors=True)


def _learn(bench: Bench) -> None:
    """An empty city with one run, kept as “base”; and whatever a fork would have to import, compile or read, done once.

    The course is in no index yet: its document is made by what follows from the first registration.
    """
    city = bench.city

    def found() -> None:
        schema.upgrade(city.workshop.database)
        acts.new_run(city.workshop.database, seats=1, starts_in=40)
        city.workshop.database.dispose()

    def live() -> None:
        acts.register(city.app.state.database, 1, "pirma@example.com")
        entry.work(city)
        listener = socket.create_server(("127.0.0.1", 0))
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with suppress(KeyboardInterrupt, SystemExit):
            entry.serve(city, listener)

    processes.learn_from(bench.folder / "first.log", found)
    bench.store.keep("base")
    processes.learn_from(bench.folder / "first.log", live)
    bench.begin("base")
    acts.register(city.app.state.database, 1, "pirma@example.com")
    entry.work(city)
    for database in (city.app.state.database, city.workshop.database):
        database.dispose()
    city.app.middleware_stack = city.app.build_middleware_stack()
    gc.collect()
    gc.freeze()


def say(words: str) -> None:
    """A line of the report, at once."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
