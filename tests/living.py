"""The city alive: the demonstration catalogue, served on a port of this machine, with its worker and its letters."""

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import uvicorn

from app import schema
from app.clock import today
from app.db import Database
from app.demo.load import load_demo
from app.main import create_app
from app.search.index import rebuild_index
from app.settings import Settings
from app.worker.run import work
from app.worker.workshop import open_workshop
from tests.ports import free_port


@dataclass(frozen=True)
class LivingCity:
    """A served city: its address, its database, and the folder where its letters land."""

    url: str
    database: Database
    mail: Path
    settings: Settings

    def letters(self, to: str) -> list[EmailMessage]:
        """The letters to an address, oldest first."""
        found = []
        for path in sorted(self.mail.glob("*.eml"), key=lambda path: int(path.name.split(".")[0])):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            if letter["To"] == to:
                found.append(letter)
        return found

    def letter(self, to: str, subject: str, seconds: float = 15) -> EmailMessage:
        """The letter with this beginning of its subject, waited for."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for letter in self.letters(to):
                if str(letter["Subject"]).startswith(subject):
                    return letter
            time.sleep(0.1)
        subjects = [str(letter["Subject"]) for letter in self.letters(to)]
        raise AssertionError(f"no letter “{subject}” to {to}; there are {subjects}")

    def link(self, to: str, subject: str) -> str:
        """The link to this site that stands in a letter of its own line."""
        body = self.letter(to, subject).get_body(("plain",))
        assert body is not None
        return next(line for line in body.get_content().splitlines() if line.startswith(self.url + "/"))


def build_city(path: Path) -> None:
    """Make the demonstration city in this file, once, whichever test process comes first."""
    with path.with_suffix(".building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            return
        part = path.with_suffix(".part")
        database = Database(f"sqlite:///{part}")
        schema.upgrade(database)
        with database.writing() as db:
            load_demo(db, today())
            rebuild_index(db)
        database.dispose()
        settled = Database(f"sqlite:///{part}")
        with settled.writers.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        settled.dispose()
        part.rename(path)


@contextmanager
def living(database_url: str, mail: Path, *, rate_limits: str = "off") -> Iterator[LivingCity]:
    """Serve the city until the block ends."""
    port = free_port()
    settings = Settings(
        database_url=database_url,
        mail_url=mail.as_uri(),
        port=port,
        public_url=f"http://localhost:{port}",
        rate_limits=rate_limits,
    )
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, quiet=True), host="127.0.0.1", port=port, log_level="error", backlog=512)
    )
    serving = threading.Thread(target=server.run, daemon=True)
    stop = threading.Event()
    workshop = open_workshop(settings)
    working = threading.Thread(target=work, args=(workshop, stop), daemon=True)
    serving.start()
    working.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield LivingCity(settings.public_url, workshop.database, mail, settings)
    finally:
        stop.set()
        server.should_exit = True
        serving.join(10)
        working.join(10)
        workshop.database.dispose()
