"""How a course meets: from its length, its audience and its description to the sessions of a run."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random

from pydantic import TypeAdapter

from app.demo import files
from app.demo.days import DAY, is_teaching_day
from app.demo.files import CourseEntry, RhythmEntry
from app.i18n import at

WORKDAYS = (0, 1, 2, 3, 4)
SATURDAY = 5
# Meetings for a course of so many academic hours, where its description does not say it.
MEETINGS = {
    2: 1, 3: 1, 4: 1, 5: 1, 7: 1, 8: 2, 9: 3, 10: 5, 12: 4, 14: 4, 15: 5, 16: 4, 18: 6, 20: 5, 24: 6, 30: 8,
    32: 8, 36: 9, 40: 10, 48: 12, 60: 15, 80: 20, 90: 15, 100: 25, 120: 30, 160: 20,
}  # fmt: skip
SHORT_MEETINGS = {8: 4, 12: 6, 16: 8, 20: 10, 24: 12, 32: 16}
"""The same for seniors: two academic hours at a time."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Meetings of so many minutes on these weekdays at these times; `months` are those in which it may begin."""

    meetings: int
    minutes: int
    days: tuple[int, ...]
    clocks: tuple[time, ...]
    months: tuple[int, ...] = tuple(range(1, 13))
    every_weeks: int = 1


@dataclass(slots=True)
class Meeting:
    """One session in the making."""

    starts_at: datetime
    ends_at: datetime
    moved_from: datetime | None = None
    cancelled_at: datetime | None = None
    id: int = 0


@cache
def _entries() -> dict[str, RhythmEntry]:
    return files.read("rhythms.json", TypeAdapter(dict[str, RhythmEntry]))


def season(course: CourseEntry) -> tuple[int, ...]:
    """The months in which a run of the course may begin."""
    entry = _entries().get(course.code)
    return tuple(entry.months) if entry and entry.months else tuple(range(1, 13))


def has_fixed_days(course: CourseEntry) -> bool:
    """Whether the course's description names its weekdays."""
    entry = _entries().get(course.code)
    return entry is not None and bool(entry.days)


def usual_meetings(course: CourseEntry) -> int:
    """About how many sessions a run of the course has; none for self-study."""
    if course.format == "self_study":
        return 0
    entry = _entries().get(course.code)
    return entry.sessions if entry else MEETINGS.get(course.academic_hours, 2)


def rhythm_of(course: CourseEntry, chance: Random, days: tuple[int, ...] = (), clocks: tuple[str, ...] = ()) -> Rhythm:
    """How one run of the course meets; what the description leaves open is drawn. `days` and `clocks` decide first."""
    entry = _entries().get(course.code)
    number = entry.sessions if entry else _number(course, chance)
    minutes = round(course.academic_hours * 45 / number / 5) * 5
    free_days, free_clocks = _slots(course, minutes, chance)
    on = days or (tuple(entry.days) if entry else ()) or _weekdays(course, number, free_days, chance)
    times = clocks or (tuple(entry.clock) if entry else ()) or (chance.choice(free_clocks),)
    times = times if len(times) == len(on) else (times[0],) * len(on)
    return Rhythm(
        number,
        minutes,
        on,
        tuple(_clock(written) for written in times),
        season(course),
        entry.every_weeks if entry else 1,
    )


def meetings_from(rhythm: Rhythm, first: date) -> list[Meeting]:
    """The sessions of a run that begins on that day or the first possible one after it, as the pattern begins."""
    clocks = dict(zip(rhythm.days, rhythm.clocks, strict=True))
    length = timedelta(minutes=rhythm.minutes)
    made: list[Meeting] = []
    day = first
    while len(made) < rhythm.meetings:
        may_meet = day.weekday() in clocks if made else day.weekday() == rhythm.days[0]
        if may_meet and is_teaching_day(day):
            starts_at = at(day, clocks[day.weekday()])
            made.append(Meeting(starts_at, starts_at + length))
            if rhythm.every_weeks > 1:
                day += 7 * (rhythm.every_weeks - 1) * DAY
        day += DAY
    return made


def _clock(written: str) -> time:
    hour, minute = written.split(":")
    return time(int(hour), int(minute))


def _number(course: CourseEntry, chance: Random) -> int:
    hours = course.academic_hours
    if hours == 6:
        return 1 if chance.random() < 0.55 else 2
    if course.audience[0] == "seniors" and hours in SHORT_MEETINGS:
        return SHORT_MEETINGS[hours]
    return MEETINGS.get(hours, 2)


def _weekdays(course: CourseEntry, number: int, free: tuple[int, ...], chance: Random) -> tuple[int, ...]:
    """One to four weekdays: the longer the course, the denser."""
    if number <= 12 or len(free) == 1:
        return (chance.choice(free),)
    if number >= 20 and course.audience[0] == "jobseekers":
        return (0, 1, 2, 3)
    return chance.choice([(0, 2), (1, 3)])


def _slots(course: CourseEntry, minutes: int, chance: Random) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Weekdays and times that suit the people it is for."""
    first = course.audience[0]
    if course.funding == "employer":
        return WORKDAYS, ("9:00", "13:00", "14:30")
    if minutes > 240:
        return ((SATURDAY,), ("10:00",)) if first != "jobseekers" else (WORKDAYS, ("9:30",))
    match first:
        case "seniors" | "people_with_disabilities":
            return WORKDAYS, ("10:00", "10:30", "11:00", "13:30")
        case "jobseekers":
            return WORKDAYS, ("9:30", "10:00", "13:00")
        case "teachers":
            return WORKDAYS, ("15:00", "15:30", "16:00")
        case "parents":
            return (1, 2, 3, SATURDAY), ("18:00",) if course.format == "online" else ("17:30", "18:00")
        case _ if course.price_eur == 0 and chance.random() < 0.25:
            return WORKDAYS, ("10:30", "11:00", "14:00")
        case _ if chance.random() < 0.15:
            return (SATURDAY,), ("10:00", "11:00")
        case _:
            return (0, 1, 2, 3), ("17:30", "18:00", "18:30")
