"""Opened lists of names: every opening is on record, and the device that opened one sees its names for some hours."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.audit.record import Fact, record
from app.clock import now
from app.db import insert_once
from app.people.staff import Staff
from app.registrations.models import Listing, ListOpening
from app.texts import Line

LASTS = timedelta(hours=4)
"""So long a device sees the names of a list that it opened."""


def open_group(db: Session, who: Staff, run_id: int, shown: str) -> None:
    """The device opens a group's roll, attendance or certificates: its pages name the group's people from now on."""
    open_list(db, who, Listing.RUN, run_id, shown=shown)


def open_list(
    db: Session, who: Staff, listing: Listing, object_id: int, *, reason: Line = "", shown: str = "registrations"
) -> None:
    """The device opens the list: one entry in the log of actions, and its pages show names from now on."""
    facts: dict[str, Fact] = {"list": shown}
    if reason:
        facts["reason"] = reason
    record(db, who.actor, "list_opened", listing.value, object_id, facts)
    keep_open(db, who, listing, object_id)


def keep_open(db: Session, who: Staff, listing: Listing, object_id: int) -> None:
    """The device sees it from now on; what it did to see it is on record elsewhere."""
    ends_at = now() + LASTS
    insert_once(
        db, ListOpening, sign_in=who.sign_in, listing=listing, object_id=object_id, ends_at=ends_at, looked_for=""
    )
    this = (ListOpening.sign_in == who.sign_in, ListOpening.listing == listing, ListOpening.object_id == object_id)
    db.execute(update(ListOpening).where(*this).values(ends_at=ends_at))


def opening_of(db: Session, who: Staff, listing: Listing, object_id: int) -> ListOpening | None:
    """The device's opening of this very list, while it lasts."""
    opening = db.get(ListOpening, (who.sign_in, listing, object_id))
    return opening if opening is not None and now() < opening.ends_at else None


def sees_person(db: Session, who: Staff, run_id: int, registration_id: int) -> bool:
    """Whether the device may see whose registration this is: by its group's list, by the whole search, or by itself."""
    mine = [
        (ListOpening.listing == Listing.RUN) & (ListOpening.object_id == run_id),
        (ListOpening.listing == Listing.REGISTRATION) & (ListOpening.object_id == registration_id),
    ]
    if who.provider_id is not None:
        mine.append((ListOpening.listing == Listing.PROVIDER) & (ListOpening.object_id == who.provider_id))
    found = select(ListOpening.object_id).where(ListOpening.sign_in == who.sign_in, ListOpening.ends_at > now())
    return db.scalar(select(found.where(or_(*mine)).exists())) or False


def sees_group(db: Session, who: Staff, run_id: int) -> bool:
    """Whether the device has the group's own list open."""
    return opening_of(db, who, Listing.RUN, run_id) is not None


def look_for(db: Session, opening: ListOpening, words: str) -> None:
    """Whom the reader of the list looks for; kept with the opening, because a name stands in no address of a page."""
    opening.looked_for = words
    db.flush()


def record_copy(db: Session, who: Staff, listing: Listing, object_id: int, facts: dict[str, Fact]) -> None:
    """The names leave the page, on paper or in a file: that is an opening of its own."""
    record(db, who.actor, "list_exported", listing.value, object_id, facts)


def close_lists(db: Session, before: datetime) -> None:
    """Forget openings that were over before then."""
    db.execute(delete(ListOpening).where(ListOpening.ends_at < before))


def forget_searches(db: Session) -> None:
    """Whomever somebody looked for, it is forgotten: somebody's data were erased."""
    db.execute(update(ListOpening).where(ListOpening.looked_for != "").values(looked_for=""))
