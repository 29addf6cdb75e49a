"""Permits of the demonstration: 38 of 2025 for the catalogue's own programmes, those before them, and others' ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice
from random import Random

from pydantic import TypeAdapter

from app.demo import files
from app.demo.days import DAY, office_day
from app.demo.files import CourseEntry, PermitsEntry
from app.demo.institutions import Places
from app.demo.rows import Rows, seeded
from app.permits.models import Permit

YEAR = 2025
SOON_OVER = {"zrs-003": 23, "buts-047": 51}
"""Permits that end so many days from today, for the warning."""


@dataclass(frozen=True, slots=True)
class _Draft:
    issued_on: date
    valid_until: date
    programme: str
    holder: str
    provider_id: int | None
    hours: int
    course: str = ""


def add_permits(
    rows: Rows, places: Places, courses: Sequence[CourseEntry], first_public: Mapping[str, date], today: date
) -> dict[str, int]:
    """Keep the register and say which permit each course that needs one has today."""
    chance = seeded("permits")
    drafts: list[_Draft] = []
    for course in courses:
        if course.needs_permit:
            drafts += _of_course(course, places, first_public[course.code], today, chance)
    drafts += _of_others(drafts, today, chance)
    drafts.sort(key=lambda draft: (draft.issued_on, draft.programme))
    ids: dict[str, int] = {}
    issued: dict[int, int] = {}
    for draft in drafts:
        year = draft.issued_on.year
        issued[year] = issued.get(year, 0) + 1
        permit_id = rows.add(
            Permit,
            number=f"{year}-{issued[year]:02d}",
            programme=draft.programme,
            holder=draft.holder,
            provider_id=draft.provider_id,
            hours=Decimal(draft.hours),
            issued_on=draft.issued_on,
            valid_until=draft.valid_until,
            decision=f"Izglītības pārvaldes lēmums Nr. 1-12/{issued[year] + 3}",
        )
        if draft.course and year == YEAR:
            ids[draft.course] = permit_id
    return ids


def _of_course(course: CourseEntry, places: Places, first_public: date, today: date, chance: Random) -> list[_Draft]:
    """The permit of 2025 and, for a programme that was public earlier, the one it follows."""
    facts = (course.title, places.names[course.provider], places.providers[course.provider], course.academic_hours)
    before = []
    if first_public.year < YEAR:
        issued_on = office_day(first_public - timedelta(days=chance.randrange(8, 40)))
        ends = date(YEAR, max(2, issued_on.month), min(issued_on.day, 28))
        before = [_Draft(issued_on, ends, *facts)]
        renewed = office_day(ends - timedelta(days=chance.randrange(4, 24)))
    else:
        renewed = office_day(first_public - timedelta(days=chance.randrange(5, 20)))
    if course.code in SOON_OVER:
        valid_until = today + timedelta(days=SOON_OVER[course.code])
    else:
        valid_until = max(renewed.replace(year=YEAR + 3) - DAY, today + timedelta(days=200))
    return [*before, _Draft(renewed, valid_until, *facts, course.code)]


def _of_others(drafts: Sequence[_Draft], today: date, chance: Random) -> list[_Draft]:
    """Permits of holders outside the catalogue, until each year has its number; this year's until today."""
    entry = files.read("permits.json", TypeAdapter(PermitsEntry))
    programmes = cycle(
        (holder.holder, *holder.programmes[place])
        for place in range(4)
        for holder in entry.others
        if place < len(holder.programmes)
    )
    made = []
    for year, number in sorted(entry.issued.items()):
        missing = number - sum(draft.issued_on.year == year for draft in drafts)
        for holder, programme, hours in islice(programmes, missing):
            issued_on = office_day(date(year, 1, 8) + timedelta(days=chance.randrange(340)))
            valid_until = issued_on.replace(year=year + chance.choice((1, 2, 3)), day=min(issued_on.day, 28)) - DAY
            if issued_on < today:
                made.append(_Draft(issued_on, valid_until, programme, holder, None, hours))
    return made
