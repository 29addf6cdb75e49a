"""A small world: the real application on one database, its worker, and the letters that have left."""

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import select

from app.db import Base, Database
from app.links import sign
from app.registrations.models import Registration
from app.settings import Settings
from app.worker.run import drain
from app.worker.workshop import open_workshop


@dataclass(frozen=True)
class World:
    """The application as a browser meets it, the records behind it, and what was mailed."""

    client: TestClient
    database: Database
    settings: Settings
    mail: Path
    _read: dict[Path, EmailMessage] = field(default_factory=dict)
    """Letters that were taken apart before: that takes longest."""

    def deliver(self) -> None:
        """Let the worker do everything that is due."""
        drain(open_workshop(self.settings, self.database))

    def letters(self, to: str) -> list[EmailMessage]:
        """The letters to an address, oldest first."""
        return [letter for letter in self.all_letters() if letter["To"] == to]

    def all_letters(self) -> list[EmailMessage]:
        """Every letter that has left, oldest first."""
        files = sorted(self.mail.glob("*.eml"), key=lambda path: int(path.name.split(".")[0]))
        for path in files:
            if path not in self._read:
                self._read[path] = message_from_bytes(path.read_bytes(), policy=policy.default)
        return [self._read[path] for path in files]

    def link(self, registration_id: int) -> str:
        """The path of a registration's private page."""
        with self.database.reading() as db:
            key = db.scalars(select(Registration.link_key).where(Registration.id == registration_id)).one()
        return "/pieteikumi/" + sign(self.settings.secret_key.get_secret_value(), "registration", key)

    def registration(self, registration_id: int) -> Registration:
        """The registration as it is kept now."""
        with self.database.reading() as db:
            return db.scalars(select(Registration).where(Registration.id == registration_id)).one()

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table, to see whether anything has changed."""
        with self.database.reading() as db:
            return {
                table.name: sorted((tuple(row) for row in db.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables
            }
