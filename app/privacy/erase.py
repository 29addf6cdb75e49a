"""Erasing at once what somebody asks to have erased: one registration, or everything about an address."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, record
from app.clock import now
from app.courses.queries import lock_run
from app.interests.actions import leave_interest
from app.interests.alert_queries import by_link as alert_by_link
from app.interests.alerts import empty_alert, leave_alert
from app.interests.queries import by_link as interest_by_link
from app.privacy import queries
from app.refusals import Conflict
from app.registrations import own_list
from app.registrations.erasure import ASKED, empty, leave_and_erase, note_erasure
from app.registrations.erasure_queries import held, of_address
from app.registrations.models import Registration
from app.registrations.queries import by_link, run_of_link
from app.registrations.seats import SeatRules
from app.wishes.models import WishSupport


def erase_registration(db: Session, link_key: str, rules: SeatRules) -> None:
    """Whoever holds the link erases its person's data; a place that can still be given up goes on first."""
    run_id = run_of_link(db, link_key)
    registration = by_link(db, link_key)
    _erase(db, run_id, registration.id, RESIDENT, ASKED, rules, now())


def leave_news(db: Session, link_key: str) -> None:
    """Whoever holds the link hears no more of the course's dates; that the address went is remembered for a restore."""
    knew = interest_by_link(db, link_key, lock=True).email_key is not None
    interest = leave_interest(db, link_key)
    if knew:
        note_erasure(db, "interest", interest.id, ASKED, now())


def leave_search(db: Session, link_key: str) -> None:
    """Whoever holds the link hears of no course for the search; that the address went is remembered for a restore."""
    knew = alert_by_link(db, link_key, lock=True).email_key is not None
    alert = leave_alert(db, link_key)
    if knew:
        note_erasure(db, "search_alert", alert.id, ASKED, now())


def erase_address(db: Session, address_key: str, rules: SeatRules) -> int:
    """Everything about the address is erased; how many registrations that were. Runs are locked in one order by all."""
    moment = now()
    found = of_address(db, address_key)
    for run_id, number in found:
        _erase(db, run_id, number, RESIDENT, ASKED, rules, moment)
    for support in queries.supports_of(db, address_key):
        empty_support(db, support, RESIDENT, ASKED, moment)
    for interest in queries.interests_of(db, address_key):
        interest.email = interest.email_key = None
        interest.ended_at = interest.ended_at or moment
        note_erasure(db, "interest", interest.id, ASKED, moment)
        record(db, RESIDENT, "erased", "interest", interest.id, {"why": ASKED})
    for alert in queries.alerts_of(db, address_key):
        empty_alert(alert)
        note_erasure(db, "search_alert", alert.id, ASKED, moment)
        record(db, RESIDENT, "erased", "search_alert", alert.id, {"why": ASKED})
    own_list.forget_links_of(db, address_key)
    return len(found)


def erase_again(db: Session, run_id: int, registration_id: int, actor: str, why: str, rules: SeatRules) -> None:
    """What had been erased before the database was restored from an older copy is erased once more."""
    _erase(db, run_id, registration_id, actor, why, rules, now())


def empty_whole(db: Session, registrations: Sequence[Registration], actor: str, why: str, moment: datetime) -> None:
    """These registrations lose their person, and the certificates issued on them their name; each stays checkable."""
    for certificate in queries.certificates_of(db, [one.id for one in registrations]):
        certificate.name, certificate.revoke_reason = None, ""
    for registration in registrations:
        empty(db, registration, actor, why, moment)


def empty_support(db: Session, support: WishSupport, actor: str, why: str, moment: datetime) -> None:
    """The wish stays and counts; whose it was is forgotten."""
    support.email = support.email_key = None
    note_erasure(db, "wish_support", support.id, why, moment)
    record(db, actor, "erased", "wish_support", support.id, {"why": why})


def _erase(
    db: Session, run_id: int, registration_id: int, actor: str, why: str, rules: SeatRules, moment: datetime
) -> None:
    run = lock_run(db, run_id)
    registration = held(db, registration_id)
    if registration is None or registration.erased_at is not None:
        return
    if registration.run_id != run.id:  # Staff moved it to another run at this very moment.
        raise Conflict
    gone = leave_and_erase(db, run, registration, actor, why, rules, moment)
    for certificate in queries.certificates_of(db, [one.id for one in gone]):
        certificate.name, certificate.revoke_reason = None, ""
