"""Which searches are made: counted under a keyed hash, and their words kept only when enough days have seen them."""

import hashlib
import hmac
from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.usage import queries
from app.usage.models import SearchCount, SearchText

ENOUGH = 5
"""On so many different days a search must have been made before its words are kept; fewer could be one person."""
FORGOTTEN_AFTER = timedelta(days=400)
"""Counts of searches whose words are not kept by then are erased: they will never be told."""


def key_of(secret: str, stems: str) -> str:
    """Under what a search is counted; without the installation's secret nobody can tell or try out which one it is."""
    return hmac.new(secret.encode(), f"search:{stems}".encode(), hashlib.sha256).hexdigest()[:32]


def count_search(db: Session, key: str, text: str, day: date, *, found: bool) -> None:
    """Count a search once more on this day; its words are written down on the fifth day on which it is made."""
    insert = sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert
    missed = 0 if found else 1
    first = insert(SearchCount).values(key=key, day=day, times=1, without_result=missed)
    again = {"times": SearchCount.times + 1, "without_result": SearchCount.without_result + missed}
    db.execute(first.on_conflict_do_update(index_elements=[SearchCount.key, SearchCount.day], set_=again))
    if queries.days_of(db, key) >= ENOUGH:
        db.execute(insert(SearchText).values(key=key, text=text).on_conflict_do_nothing())


def forget_rare_searches(db: Session, day: date) -> None:
    """Erase what was counted long ago and never became frequent enough to have words."""
    db.execute(
        delete(SearchCount).where(SearchCount.day < day - FORGOTTEN_AFTER, SearchCount.key.not_in(queries.KEPT_KEYS))
    )
