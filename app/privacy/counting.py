"""People of a year are counted once by a keyed hash; when the year is reported, the key goes and the hashes with it."""

import secrets
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from app.audit.record import SYSTEM, record
from app.clock import RIGA, now, today
from app.privacy import queries
from app.registrations.erasure import note_erasure
from app.registrations.models import Registration

CHANCE = "chance:"
"""A number made by chance begins so: it stands for one person in one year and comes from nothing."""
AT_ONCE = 2_000


def destroy_counting_key(db: Session, year: int) -> int:
    """Destroy the year's key and put numbers made by chance in the place of its hashes; how many people those were.

    One person keeps one number within the year: whoever was counted once still is, and nobody can be recognised.
    Doing it again changes nothing; hashes of registrations that came late are replaced then.
    """
    key = queries.held_key(db, year)
    if key is None:
        return 0
    moment = now()
    if key.key is not None:
        key.key = None
        key.destroyed_on = today()
        note_erasure(db, "counting_key", year, "report_approved", moment)
        record(db, SYSTEM, "counting_key_destroyed", "year", year)
        db.flush()
    begins, ends = (datetime(one, 1, 1, tzinfo=RIGA) for one in (year, year + 1))
    replaced = 0
    while tokens := queries.tokens_of(db, begins, ends, CHANCE, AT_ONCE):
        by_chance = [{"token": token, "number": CHANCE + secrets.token_hex(16)} for token in tokens]
        db.connection().execute(_REPLACE, by_chance)
        replaced += len(tokens)
    return replaced


_REPLACE = (
    update(Registration.__table__)  # type: ignore[arg-type]
    .where(Registration.__table__.c.person_token == bindparam("token"))
    .values(person_token=bindparam("number"))
)
