"""What reactions work with: settings, the database, and the way letters leave."""

from dataclasses import dataclass

from app.db import Database
from app.emails.sender import Sender, open_sender
from app.registrations.seats import SeatRules
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything outside that a reaction may touch."""

    settings: Settings
    database: Database
    sender: Sender
    rules: SeatRules


def open_workshop(settings: Settings, database: Database | None = None) -> Workshop:
    """The workshop these settings describe."""
    return Workshop(
        settings,
        database or Database(settings.database_url, connections=4),
        open_sender(settings.mail_url),
        SeatRules.of(settings),
    )
