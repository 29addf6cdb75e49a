"""What changes an interest: asking, confirming the address, leaving, hearing of new dates, being forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, SYSTEM, record
from app.clock import now
from app.interests import queries
from app.interests.inputs import InterestForm
from app.interests.models import CourseInterest, SearchAlert
from app.interests.refusals import TooManyInterests
from app.links import new_key
from app.outbox.messages import InterestLeft, NextDatesOpen
from app.outbox.post import post
from app.people.addresses import email_key, lock_address

CONFIRM_WITHIN = timedelta(days=5)
"""An address that is not confirmed by then is erased."""
KEPT_FOR = timedelta(days=365)
"""Nobody waits longer than this without asking again."""
LETTER_AGAIN = timedelta(hours=1)
"""Somebody who asks again gets another letter only after this time."""
ERASED_AFTER = timedelta(days=7)
"""So long the address is known after the last letter, so that a letter on its way can leave."""
COURSES_A_DAY = 10
"""Of so many courses one address may ask for news a day."""


def ask_for_news(db: Session, course_id: int, asked: InterestForm, locale: str = "lv") -> CourseInterest:
    """Remember who wants to hear of the course's next dates, once; the address is to be confirmed.

    Asking again is answered the same; the letter to confirm is sent again, but not within the hour.
    """
    key = email_key(asked.email)
    lock_address(db, "interest", key)
    moment = now()
    if queries.count_since(db, key, moment - timedelta(days=1)) >= COURSES_A_DAY:
        raise TooManyInterests
    if interest := queries.own(db, course_id, key):
        if interest.confirmed_at is None and interest.created_at <= moment - LETTER_AGAIN:
            interest.created_at = moment
            post(db, InterestLeft(interest.id))
            record(db, RESIDENT, "interest_repeated", "course", course_id)
        return interest
    interest = CourseInterest(
        course_id=course_id,
        email=asked.email,
        email_key=key,
        locale=locale,
        link_key=new_key(),
        created_at=moment,
    )
    db.add(interest)
    db.flush()
    post(db, InterestLeft(interest.id))
    record(db, RESIDENT, "interest_left", "course", course_id)
    return interest


def confirm_interest(db: Session, link_key: str) -> CourseInterest:
    """The person confirms the address and will hear of the next dates. Doing it twice changes nothing."""
    interest = queries.by_link(db, link_key, lock=True)
    if interest.confirmed_at is None and interest.ended_at is None:
        interest.confirmed_at = now()
        record(db, RESIDENT, "interest_confirmed", "course", interest.course_id)
    return interest


def leave_interest(db: Session, link_key: str) -> CourseInterest:
    """The person no longer wants to hear of it: the address is erased at once. Doing it twice changes nothing."""
    interest = queries.by_link(db, link_key, lock=True)
    if interest.ended_at is None:
        interest.ended_at = now()
        record(db, RESIDENT, "interest_ended", "course", interest.course_id)
    interest.email = interest.email_key = None
    return interest


def tell_of_next_dates(db: Session, course_id: int, run_ids: list[int]) -> int:
    """Tell everybody who waits for the course of the first of these runs that is news to them; how many were told.

    The caller names only runs with free seats, in the order in which they are to be told. One letter ends the interest.
    """
    begun, told = queries.begun(db, run_ids), 0
    for interest in queries.waiting_for(db, course_id):
        run_id = next((one for one in run_ids if begun[one] > interest.created_at), None)
        if run_id is not None:
            interest.told_run_id = run_id
            interest.ended_at = now()
            post(db, NextDatesOpen(interest.id, run_id))
            record(db, SYSTEM, "interest_told", "course", course_id, {"run": run_id})
            told += 1
    return told


def forget_interests(db: Session, moment: datetime) -> None:
    """Erase addresses that were not confirmed in time, that were written to, or that have waited for a year."""
    for table in (CourseInterest, SearchAlert):
        gone = {"email": None, "email_key": None} | ({"words": "", "shown": ""} if table is SearchAlert else {})
        living, waits = table.email_key.is_not(None), table.ended_at.is_(None)
        db.execute(update(table).where(living, waits, table.created_at < moment - KEPT_FOR).values(ended_at=moment))
        db.execute(
            update(table)
            .where(living, waits, table.confirmed_at.is_(None), table.created_at < moment - CONFIRM_WITHIN)
            .values(ended_at=moment, **gone)
        )
        db.execute(update(table).where(living, table.ended_at < moment - ERASED_AFTER).values(**gone))
