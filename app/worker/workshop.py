"""What reactions work with: settings, the database, and the way letters leave."""

from dataclasses import dataclass
from datetime import timedelta

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


def seat_rules(settings: Settings) -> SeatRules:
    """The city's rules about seats."""
    return SeatRules(
        hold=timedelta(hours=settings.hold_hours),
        offer=timedelta(hours=settings.offer_hours),
        provider_decides=timedelta(hours=settings.provider_decides_hours),
        registrations_a_week=settings.registrations_a_week,
        help_phone=settings.contact_phone,
    )


def open_workshop(settings: Settings, database: Database | None = None) -> Workshop:
    """The workshop these settings describe."""
    return Workshop(
        settings,
        database or Database(settings.database_url, connections=4),
        open_sender(settings.mail_url),
        seat_rules(settings),
    )
