"""“Tell me when there is such a course”: asking, confirming the address, leaving, hearing of a course that fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, SYSTEM, record
from app.clock import now
from app.interests import alert_queries as queries
from app.interests.actions import LETTER_AGAIN
from app.interests.inputs import InterestForm
from app.interests.models import SearchAlert
from app.interests.refusals import TooManyAlerts
from app.links import new_key
from app.outbox.messages import AlertLeft, CourseFits
from app.outbox.post import post
from app.people.addresses import email_key, lock_address

SEARCHES_A_DAY = 10
"""For so many searches one address may ask for news a day."""


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody searched for."""

    words: str
    filters: str
    """As an address writes them, always in the same order."""
    shown: str
    """Both in words, in the language of the letters."""


def ask_for_courses(db: Session, search: Search, asked: InterestForm, locale: str = "lv") -> SearchAlert:
    """Remember who wants to hear of a course that fits the search, once; the address is to be confirmed.

    Asking again is answered the same; the letter to confirm is sent again, but not within the hour.
    """
    key = email_key(asked.email)
    lock_address(db, "alert", key)
    moment = now()
    if queries.count_since(db, key, moment - timedelta(days=1)) >= SEARCHES_A_DAY:
        raise TooManyAlerts
    if alert := queries.own(db, key, search.words, search.filters):
        if alert.confirmed_at is None and alert.created_at <= moment - LETTER_AGAIN:
            alert.created_at = moment
            post(db, AlertLeft(alert.id))
            record(db, RESIDENT, "alert_repeated", "search_alert", alert.id)
        return alert
    alert = SearchAlert(
        words=search.words,
        filters=search.filters,
        shown=search.shown,
        email=asked.email,
        email_key=key,
        locale=locale,
        link_key=new_key(),
        created_at=moment,
    )
    db.add(alert)
    db.flush()
    post(db, AlertLeft(alert.id))
    record(db, RESIDENT, "alert_left", "search_alert", alert.id)
    return alert


def confirm_alert(db: Session, link_key: str) -> SearchAlert:
    """The person confirms the address and will hear of a course that fits. Doing it twice changes nothing."""
    alert = queries.by_link(db, link_key, lock=True)
    if alert.confirmed_at is None and alert.ended_at is None:
        alert.confirmed_at = now()
        record(db, RESIDENT, "alert_confirmed", "search_alert", alert.id)
    return alert


def leave_alert(db: Session, link_key: str) -> SearchAlert:
    """The person no longer wants to hear of it: address and words are erased at once. Doing it twice changes nothing."""
    alert = queries.by_link(db, link_key, lock=True)
    if alert.ended_at is None:
        record(db, RESIDENT, "alert_ended", "search_alert", alert.id)
    empty_alert(alert)
    return alert


def empty_alert(alert: SearchAlert) -> None:
    """Nothing is left of who wanted to hear, and of what."""
    alert.ended_at = alert.ended_at or now()
    alert.email = alert.email_key = None
    alert.words = alert.shown = ""


def tell_of_course(db: Session, course_id: int, alert_ids: Sequence[int]) -> int:
    """Tell those who still wait that this course fits their search; how many were told. One letter ends an alert."""
    alerts = queries.held(db, alert_ids)
    for alert in alerts:
        alert.told_course_id = course_id
        alert.ended_at = now()
        post(db, CourseFits(alert.id, course_id))
        record(db, SYSTEM, "alert_told", "search_alert", alert.id, {"course": course_id})
    return len(alerts)
