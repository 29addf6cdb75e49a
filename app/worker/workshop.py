"""What reactions work with: settings, the database, and the way letters leave."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.db import Database
from app.emails.sender import Sender, open_sender
from app.registrations.seats import SeatRules
from app.search.open_following import open_following
from app.settings import Settings

if TYPE_CHECKING:
    from app.search.meilisearch_following import Following


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything outside that a reaction may touch."""

    settings: Settings
    database: Database
    sender: Sender
    rules: SeatRules
    following: "Following | None" = None
    """What lets Meilisearch follow the catalogue, where there is one."""


def open_workshop(settings: Settings, database: Database | None = None) -> Workshop:
    """The workshop these settings describe."""
    database = database or Database(settings.database_url, connections=4)
    sender = open_sender(settings.mail_url)
    return Workshop(settings, database, sender, SeatRules.of(settings), open_following(settings, database))
