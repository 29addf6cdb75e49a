"""The outside world of a worker in tests: a box that keeps letters or fails, and a workshop around it."""

from collections.abc import Callable
from email.message import EmailMessage

from app.db import Database
from app.outbox.messages import SeatTaken
from app.outbox.post import post
from app.registrations.seats import SeatRules
from app.settings import Settings
from app.worker.workshop import Workshop
from tests.make import make_course, make_registration, make_run


class Postbox:
    """Keeps letters, or fails as it is told."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.fault: Callable[[EmailMessage], Exception | None] = lambda _letter: None

    def send(self, message: EmailMessage) -> None:
        """Keep the letter, unless a fault is arranged for it."""
        if fault := self.fault(message):
            raise fault
        self.letters.append(message)

    def to(self) -> list[str]:
        """Who got letters, in order."""
        return [str(letter["To"]) for letter in self.letters]


def workshop_with(database: Database, postbox: Postbox) -> Workshop:
    """A workshop whose letters go into the box."""
    settings = Settings(database_url=database.url.render_as_string(hide_password=False), port=8000)
    return Workshop(settings, database, postbox, SeatRules())


def post_letters(database: Database, *emails: str) -> list[int]:
    """For each address a confirmed registration and the message of which a letter follows; the registrations' ids."""
    with database.writing() as db:
        run = make_run(db, make_course(db), seats=0)
        made = [make_registration(db, run, email) for email in emails]
        for registration in made:
            post(db, SeatTaken(registration.id, run.course_id))
        return [registration.id for registration in made]
