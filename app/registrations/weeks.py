"""An address that has sent as many registrations as it may in a week: its owner is told by mail, nobody else."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, record
from app.clock import now
from app.outbox.messages import WeekIsFull
from app.outbox.post import post
from app.registrations import week_queries

MOST_TOLD = 3
"""So many letters a day; others must not flood the owner with them."""


def tell_of_full_week(db: Session, run_id: int, address_key: str) -> None:
    """Tell the owner by mail that a form for this run was sent with the address and nothing came of it."""
    latest = week_queries.latest_of(db, address_key)
    if latest is None or week_queries.count_told(db, latest, now() - timedelta(days=1)) >= MOST_TOLD:
        return
    post(db, WeekIsFull(latest, run_id))
    record(db, RESIDENT, week_queries.TOLD, "registration", latest, {"run": run_id})
