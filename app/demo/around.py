"""What stands around the courses: activities, counters of use, the yearly reports and their partners."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo import files
from app.demo.catalogue import Public
from app.demo.days import DAY, moment, office_day
from app.demo.files import ActivityEntry, CourseEntry, ReportEntry
from app.demo.institutions import Places
from app.demo.rows import Rows, apportion, seeded
from app.demo.searches import add_day, add_texts
from app.participation.models import Activity, CountedHow
from app.reports.models import AnnualReport, Partner, ReportSection
from app.usage.models import DailyCount, SearchText

YEAR = 2025
ON_THE_SPOT = 1_412
ESTIMATED = 310
"""People who came to the activities of 2025, counted on the spot and estimated."""
SEARCHES_A_DAY = 27
VIEWS_A_DAY = 15


def add_activities(rows: Rows, places: Places, today: date) -> None:
    """The activities of 2025 as the city counted them, and half of them again since, a year later."""
    chance = seeded("activities")
    entries = files.read("activities.json", TypeAdapter(list[ActivityEntry]))
    held = [(entry, date.fromisoformat(f"{YEAR}-{day}")) for entry in entries for day in entry.on]
    drawn = {place: entry.people * chance.uniform(0.75, 1.25) for place, (entry, _) in enumerate(held)}
    people: dict[int, int] = {}
    for is_estimate, total in ((False, ON_THE_SPOT), (True, ESTIMATED)):
        which = [place for place, (entry, _) in enumerate(held) if entry.estimated is is_estimate]
        people.update(zip(which, apportion(total, [drawn[place] for place in which]), strict=True))
    again = [(entry, day + timedelta(days=364), people[place]) for place, (entry, day) in enumerate(held)]
    now = [(entry, day, number) for entry, day, number in again if chance.random() < 0.6 and day < today]
    first = [(entry, day, people[place]) for place, (entry, day) in enumerate(held)]
    for entry, day, number in sorted([*first, *now], key=lambda one: (one[1], one[0].title)):
        rows.add(
            Activity,
            provider_id=places.providers[entry.provider],
            group_id=places.groups[entry.group],
            title=entry.title,
            held_on=day,
            audience=entry.audience,
            format="in_person",
            language="lv",
            participants=number,
            counted_how=CountedHow.ESTIMATED if entry.estimated else CountedHow.ON_THE_SPOT,
            academic_hours=Decimal(entry.hours),
            public_money=Decimal(entry.hours * 45 + (60 if entry.people > 30 else 0)),
            created_at=min(moment(office_day(day + DAY), 10), moment(today - DAY, 20)),
        )


def add_use(rows: Rows, db: Session, courses: Sequence[CourseEntry], times: Mapping[str, Public], today: date) -> None:
    """Searches and course views of every day since 2025; a day that has counts of its own keeps them."""
    counted = set(db.scalars(select(DailyCount.day).distinct()))
    add_texts(rows, set(db.scalars(select(SearchText.key))))
    popular = seeded("popular")
    weights = [popular.lognormvariate(0, 0.9) for _ in courses]
    day = date(YEAR, 1, 1)
    while day < today:
        if day not in counted:
            _add_day(rows, courses, weights, times, day)
        day += DAY


def _add_day(
    rows: Rows, courses: Sequence[CourseEntry], weights: Sequence[float], times: Mapping[str, Public], day: date
) -> None:
    chance = seeded(f"use of {day}")
    busy = (0.55 if day.weekday() > 4 else 1.0) * (
        0.5 if day.month in {7, 12} else 1.25 if day.month in {1, 9} else 1.0
    )
    searches = max(2, round(chance.gauss(SEARCHES_A_DAY, 6) * busy))
    in_vain = sum(chance.random() < 0.065 for _ in range(searches))
    rows.put(DailyCount, day=day, kind="search", subject="", times=searches)
    if in_vain:
        rows.put(DailyCount, day=day, kind="search_without_result", subject="", times=in_vain)
    add_day(rows, day, searches)
    opened = chance.choices(courses, weights, k=max(3, round(chance.gauss(VIEWS_A_DAY, 4) * busy)))
    for code in sorted({course.code for course in opened}):
        number = chance.randrange(1, 9)
        if times[code].is_public(day):
            rows.put(DailyCount, day=day, kind="course_view", subject=code, times=number)


def add_reports(rows: Rows, today: date) -> None:
    """The prose of two years; 2025 carries over what did not change. Figures are never written down."""
    entry = files.read("report.json", TypeAdapter(ReportEntry))
    for year, written_on in ((YEAR - 1, date(YEAR, 1, 13)), (YEAR, None)):
        rows.put(AnnualReport, year=year, approved_at=None, snapshot="")
        for number, items in sorted(entry.sections.items()):
            changed = written_on or entry.changed_in_2025.get(number)
            rows.put(
                ReportSection,
                year=year,
                number=number,
                items=items,
                edited_at=moment(changed, 10) if changed and changed < today else None,
            )
    for partner in entry.partners:
        rows.add(Partner, name=partner.name, since=partner.since, until=None)
