"""What is looked up about permits: the public register."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, and_, func, not_, select
from sqlalchemy.orm import Session

from app.permits.models import Permit

PERMITS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class PermitEntry:
    """A permit as the public register shows it."""

    number: str
    programme: str
    holder: str
    hours: Decimal
    """Academic hours of 45 minutes."""
    issued_on: date
    valid_until: date
    decision: str
    is_valid: bool


@dataclass(frozen=True, slots=True)
class PermitsPage:
    """One page of the register, the latest permit first."""

    items: tuple[PermitEntry, ...]
    total: int
    page: int
    """The page given: the last one when a page past the end was asked for."""
    pages: int
    per_page: int


def permits_register(
    db: Session, words: str, page: int, day: date, *, valid: bool | None = None, per_page: int = PERMITS_A_PAGE
) -> PermitsPage:
    """The permits whose number, programme or holder hold all the words, written with diacritics or without.

    `valid` leaves only those in force on the day, or only those that are not.
    """
    wanted = _REGISTER
    if valid is not None:
        in_force = and_(Permit.issued_on <= day, Permit.valid_until >= day)
        wanted = wanted.where(in_force if valid else not_(in_force))
    parts = _plain(words).split()
    if not parts:
        total = db.scalar(wanted.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)) or 0
        pages, page, first = _pages(total, page, per_page)
        found = _entries(db, wanted.limit(per_page).offset(first), day)
        return PermitsPage(tuple(found), total, page, pages, per_page)
    # Neither database folds diacritics, and a city's register is short: it is read whole.
    fitting = [entry for entry in _entries(db, wanted, day) if all(part in _haystack(entry) for part in parts)]
    pages, page, first = _pages(len(fitting), page, per_page)
    return PermitsPage(tuple(fitting[first : first + per_page]), len(fitting), page, pages, per_page)


def _pages(total: int, page: int, per_page: int) -> tuple[int, int, int]:
    """How many pages there are, which is shown, and how many entries stand before it."""
    pages = max(1, -(-total // per_page))
    page = min(max(1, page), pages)
    return pages, page, (page - 1) * per_page


def _entries(db: Session, wanted: Select[Permit], day: date) -> list[PermitEntry]:
    return [
        PermitEntry(
            number=permit.number,
            programme=permit.programme,
            holder=permit.holder,
            hours=permit.hours,
            issued_on=permit.issued_on,
            valid_until=permit.valid_until,
            decision=permit.decision,
            is_valid=permit.is_valid(day),
        )
        for permit in db.scalars(wanted)
    ]


def _haystack(entry: PermitEntry) -> str:
    return _plain(f"{entry.number} {entry.programme} {entry.holder}")


def _plain(text: str) -> str:
    """The text without case and diacritics."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


_REGISTER = select(Permit).order_by(Permit.issued_on.desc(), Permit.number.desc(), Permit.id)
