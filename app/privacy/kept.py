"""Everything that is kept about a registration or an address, as its person is handed it: all columns, none chosen by hand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from sqlalchemy.orm import Session

from app.clock import now
from app.db import Base
from app.i18n import DEFAULT, _
from app.privacy import queries
from app.privacy.inventory import EXEMPT, OF_ADDRESS, OF_REGISTRATION, REGISTRATION, WITHHELD, Section

Value: TypeAlias = str | int | float | bool | datetime | date | None
Row: TypeAlias = Mapping[str, Value]

LOG = Section("log", _("Log of actions"), Base, "")
COURSE = Section("course", _("The course"), Base, "")


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table about somebody."""

    section: Section
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that is kept about one registration, or beside registrations about an address."""

    name: str
    parts: Sequence[Part]


def kept_about_registration(db: Session, registration_id: int, locale: str = DEFAULT) -> Kept:
    """Everything that is kept about the registration."""
    registration = queries.with_course(db, registration_id)
    run = registration.run
    course: Row = {
        "title": run.course.title_in(locale),
        "code": run.course.code,
        "starts_at": run.starts_at,
        "ends_at": run.ends_at,
    }
    parts = [Part(REGISTRATION, [row_of(registration)]), Part(COURSE, [course])]
    for section in OF_REGISTRATION:
        rows = [row_of(row) for row in queries.rows(db, section, registration_id)]
        if section.name == "answers" and rows:
            asked = queries.questions_of(db, registration.run_id)
            rows = [_with_words(row, asked[int(str(row["question_id"]))].words, locale) for row in rows]
        parts.append(Part(section, rows))
    parts.append(Part(LOG, [row_of(entry) for entry in queries.log_of(db, registration_id)]))
    return Kept(f"registration-{registration_id}", parts)


def kept_about_address(db: Session, address_key: str, locale: str = DEFAULT) -> list[Kept]:
    """Everything that is kept about the address: each registration, and what hangs on the address itself."""
    found = [kept_about_registration(db, number, locale) for number in queries.registrations_of(db, address_key)]
    parts = []
    for section in OF_ADDRESS:
        rows = [row_of(row) for row in queries.rows(db, section, address_key)]
        if section.name == "wishes" and rows:
            wishes = queries.wishes_by_id(db, [int(str(row["wish_id"])) for row in rows])
            rows = [_with_wish(row, wishes[int(str(row["wish_id"]))].title) for row in rows]
        parts.append(Part(section, rows))
    return [*found, Kept("address", parts)]


def row_of(record: Base) -> Row:
    """A record with all its columns but its keys."""
    table = record.__tablename__
    return {
        column.name: _plain(getattr(record, column.name))
        for column in record.__table__.columns
        if f"{table}.{column.name}" not in WITHHELD
    }


def as_json(kept: Sequence[Kept]) -> str:
    """The file for a computer: every part by its name, times in UTC, and what is left out with the reason."""
    told = {
        "made_at": now().isoformat(timespec="seconds"),
        "kept": {
            one.name: {part.section.name: [_readable(row) for row in part.rows] for part in one.parts} for one in kept
        },
        "not_included": {**WITHHELD, **EXEMPT},
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _with_words(row: Row, words: Mapping[str, str], locale: str) -> Row:
    return {"question": words.get(locale) or words.get(DEFAULT, ""), **row}


def _with_wish(row: Row, title: str) -> Row:
    return {"wish": title, **row}


def _plain(value: object) -> Value:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, str | int | float | bool | datetime | date):
        return value
    return json.dumps(value, ensure_ascii=False)


def _readable(row: Row) -> dict[str, str | int | float | bool | None]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
