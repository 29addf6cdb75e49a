"""Rows of a spreadsheet in which nothing is wrong, and a workbook of many of them."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.i18n import LANGUAGES
from app.imports.columns import COLUMNS
from app.imports.models import ImportRow
from tests.imports.files import workbook

HEADER = [column.name.say(LANGUAGES["lv"]) for column in COLUMNS]
_FIRST = today() + timedelta(days=60)


def cells(number: int = 1, **changed: str) -> dict[str, str]:
    """A row that can be taken over; `title`, `first_day` and so on change single cells."""
    day = _FIRST + timedelta(days=number % 200)
    said = {
        "course.title": f"Māla trauki {number}",
        "course.summary": "Pirmie trauki no māla.",
        "course.description": "Mācāmies **virpot** un glazēt.",
        "course.outcomes": "Virpo bļodu; Glazē krūzi",
        "course.group": "Amati",
        "course.audiences": "Senioriem, jauniešiem",
        "course.level": "Iesācējiem",
        "course.language": "latviešu",
        "course.format": "Klātienē",
        "course.academic_hours": "16",
        "course.price": "18,50",
        "course.funding": "Dalībnieks",
        "course.certificate": "Apliecība",
        "course.contact_email": "kursi@example.lv",
        "run.first_day": f"{day:%d.%m.%Y}",
        "run.last_day": f"{day + timedelta(days=28):%d.%m.%Y}",
        "run.begins": "18.00",
        "run.ends": "19:30",
        "run.seats": "12",
        "run.min_participants": "5",
        "run.decision_day": f"{day - timedelta(days=7):%d.%m.%Y}",
        "run.has_waiting_list": "jā",
    }
    keys = {column.field: column.key for column in COLUMNS}
    return said | {keys.get(name, name): text for name, text in changed.items()}


def table(rows: list[Mapping[str, str]]) -> bytes:
    """A workbook with these rows under Latvian names of the columns."""
    return workbook([HEADER, *([row.get(column.key, "") for column in COLUMNS] for row in rows)])


def rows_in(db: Session, import_id: int) -> dict[int, ImportRow]:
    """The rows of an import by their numbers."""
    wanted = select(ImportRow).where(ImportRow.import_id == import_id).execution_options(populate_existing=True)
    return {row.number: row for row in db.scalars(wanted)}
