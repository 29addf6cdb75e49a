"""Reminders of the first session: one for each confirmed place, inside its window, by day when that can be."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from app.clock import now
from app.courses.queries import lock_run
from app.i18n import at, local
from app.outbox.messages import RunStartsSoon
from app.outbox.post import post
from app.registrations import run_queries
from app.registrations.seats import SeatRules

MORNING, EVENING = time(8), time(20)
"""Between these hours in Riga letters are sent that can wait."""
FRESH = timedelta(hours=12)
"""Whoever got a seat within this has just had the letter with all sessions."""
MARGIN = timedelta(hours=24)
"""A reminder whose window lies in the night leaves on the evening before: so much earlier one must look."""
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def planned(starts_at: datetime, before: timedelta) -> datetime:
    """When the reminder of a start leaves: so long before; not at night, but in the morning after it.

    Where the night lasts until the start, in the last hour of the evening before.
    """
    opens = starts_at - before
    if is_day(opens):
        return opens
    morning = next_morning(opens)
    return morning if morning < starts_at else last_evening(opens) - _HOUR


def may_leave(moment: datetime, starts_at: datetime, before: timedelta) -> bool:
    """Whether reminders of a start leave now: never after it, and at night only when no day is left before it."""
    if not planned(starts_at, before) <= moment < starts_at:
        return False
    return is_day(moment) or next_morning(moment) >= starts_at


def remind(db: Session, run_id: int, rules: SeatRules) -> int:
    """Post a reminder to everybody with a seat who has none yet; how many. Doing it again posts nothing."""
    run, moment = lock_run(db, run_id), now()
    if run.cancelled_at is not None or not may_leave(moment, run.starts_at, rules.reminder):
        return 0
    found = run_queries.not_reminded(db, run, confirmed_before=moment - FRESH)
    for registration in found:
        registration.reminded_at = moment
        post(db, RunStartsSoon(registration.id))
    return len(found)


def is_day(moment: datetime) -> bool:
    """Whether letters that can wait are sent at this hour."""
    return MORNING <= local(moment).time() < EVENING


def next_morning(moment: datetime) -> datetime:
    """The next moment, after a night's one, at which letters are sent again."""
    here = local(moment)
    return at(here.date() if here.time() < MORNING else here.date() + _DAY, MORNING)


def last_evening(moment: datetime) -> datetime:
    """The evening before a night's moment."""
    here = local(moment)
    return at(here.date() if here.time() >= EVENING else here.date() - _DAY, EVENING)
