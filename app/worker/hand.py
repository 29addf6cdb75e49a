"""A message in hand: its lease is kept while letters leave, and what was done is kept until the database has it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from smtplib import SMTPException
from time import sleep

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from app.clock import now
from app.emails.sender import MailAway, fault_name
from app.outbox import queue
from app.outbox.models import Message
from app.usage.actions import LetterFate, count_letters
from app.worker.workshop import Workshop
from app.writers import TurnNotCome

_PAUSES = (0.05, 0.2, 0.5, *[1.0] * 90)
"""Seconds between tries to write when the database is away."""
_AWAY = (OperationalError, InterfaceError, PoolTimeout, TurnNotCome)


class LeaseLost(Exception):
    """The lease has ended and somebody else has the message: nothing more is done about it here."""


@dataclass(slots=True)
class Hand:
    """One claimed message, and the sender through which its letters leave, within the lease."""

    workshop: Workshop
    message: Message
    leased_at: datetime = field(default_factory=now)
    sent: int = 0

    def send(self, letter: EmailMessage) -> None:
        """Send a letter within the lease; a fault of the way itself is no fault of the letter."""
        self.keep_lease()
        try:
            self.workshop.sender.send(letter)
        except SMTPException:
            raise
        except OSError as fault:
            raise MailAway(fault_name(fault)) from fault
        self.sent += 1

    def keep_lease(self) -> None:
        """Make sure that what comes next ends before the lease does."""
        moment = now()
        if timedelta(0) <= moment - self.leased_at < queue.LEASE / 8:
            return
        self._write(lambda db: queue.renew(db, self.message, moment))
        self.leased_at = moment

    def mark(self, reacted: list[str], *, is_done: bool) -> None:
        """Keep how far it is, together with how many letters have left."""
        moment = now()

        def write(db: Session) -> bool:
            is_ours = queue.mark_reacted(db, self.message, reacted, moment if is_done else None)
            if is_ours and self.sent:
                count_letters(db, LetterFate.SENT, self.message.kind, self.sent, moment.date())
            return is_ours

        self._write(write)
        self.sent = 0

    def put_back(self, fault: str, wait: timedelta, *, counts: bool) -> None:
        """Try again later."""
        self._write(lambda db: queue.put_back(db, self.message, fault, now() + wait, counts=counts))

    def give_up(self, fault: str, *, is_letter: bool) -> None:
        """It will not be tried again by itself."""

        def write(db: Session) -> bool:
            is_ours = queue.give_up(db, self.message, fault, now())
            if is_ours and is_letter:
                count_letters(db, LetterFate.REFUSED, fault, 1, now().date())
            return is_ours

        self._write(write)

    def _write(self, change: Callable[[Session], bool]) -> None:
        """Write it, even if the database is away for a while: what left once shall not leave twice."""
        for pause in (*_PAUSES, None):
            try:
                with self.workshop.database.writing() as db:
                    is_ours = change(db)
                break
            except _AWAY:
                if pause is None:
                    raise
                sleep(pause)
        if not is_ours:
            raise LeaseLost
