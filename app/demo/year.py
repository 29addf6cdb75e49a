"""The year 2025 and what came after it until yesterday: which courses ran, and when."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from app.demo.catalogue import Public
from app.demo.days import DAY, moment
from app.demo.files import CourseEntry
from app.demo.rhythm import Meeting, meetings_from, rhythm_of, season, usual_meetings
from app.demo.rows import seeded
from app.demo.runs import Plan, disturb, plan_run, plan_self_study

YEAR = 2025
# How many runs each provider held in 2025: 512 in all.
HELD = {"vdc": 150, "vb": 112, "vmc": 70, "vm": 52, "vmv": 34, "buts": 40, "zrs": 24, "vt": 20, "vatp": 10}
CANCELLED = 14
OPENING = (("vdc-055", date(2025, 1, 8)), ("vb-017", date(2025, 1, 9)))
CLOSING = (("vdc-049", date(2025, 12, 17)), ("vb-016", date(2025, 12, 18)))
"""Open lectures with which the year began and ended."""
WELL_KNOWN = (
    "vm-021",
    "vm-021",
    "vm-021",
    "vm-022",
    "vatp-018",
    "vmv-013",
    "vdc-028",
    "vm-023",
    "vb-050",
    "vdc-001",
    "vb-035",
)
"""Courses that surely ran in 2025."""
MONTHS = {1: 9, 2: 12, 3: 12, 4: 11, 5: 8, 6: 4, 7: 2, 8: 4, 9: 14, 10: 14, 11: 11, 12: 4}
"""How much of the teaching begins in which month."""
A_DAY_LATER = 0.46
"""Runs held a day after 2025, until the demonstration's yesterday."""


class _Drawing:
    """Draws runs of courses between two days, short courses oftener than long ones."""

    def __init__(
        self, courses: Sequence[CourseEntry], times: Mapping[str, Public], first: date, last: date, chance: Random
    ) -> None:
        self._times = times
        self._first, self._last = first, last
        self._chance = chance
        self._courses = [course for course in courses if course.format != "self_study"]
        self._weights = {
            course.code: chance.lognormvariate(0, 0.5) / usual_meetings(course) ** 1.1 / course.seats**0.4
            for course in self._courses
        }
        self._times_held: dict[str, int] = {}

    def draw(self, provider: str, number: int) -> list[Plan]:
        """So many runs of the provider's courses."""
        pool = [course for course in self._courses if course.provider == provider]
        plans: list[Plan] = []
        while len(plans) < number:
            weights = [self._weight(course) for course in pool]
            course = self._chance.choices(pool, weights)[0]
            if meetings := self._find_days(course):
                plans.append(self.plan(course, meetings))
            else:
                self._weights[course.code] = 0.0
        return plans

    def of_course(self, course: CourseEntry) -> list[Plan]:
        """One run of this course; none when it fits nowhere."""
        meetings = self._find_days(course)
        return [self.plan(course, meetings)] if meetings else []

    def plan(self, course: CourseEntry, meetings: list[Meeting]) -> Plan:
        """A run on these days."""
        self._times_held[course.code] = self._times_held.get(course.code, 0) + 1
        plan = plan_run(course, meetings, self._chance, public_since=self._times[course.code].first + DAY)
        disturb(plan, self._chance)
        return plan

    def _weight(self, course: CourseEntry) -> float:
        most = 5 if usual_meetings(course) == 1 else 4 if usual_meetings(course) <= 3 else 2
        held = self._times_held.get(course.code, 0)
        return 0.0 if held >= most else self._weights[course.code] / (1 + held)

    def _find_days(self, course: CourseEntry) -> list[Meeting] | None:
        """Days within the stretch on which the whole run fits, while the course is public; None when there are none."""
        public = self._times[course.code]
        months = season(course)
        for _try in range(40):
            first = self._first + timedelta(days=self._chance.randrange((self._last - self._first).days + 1))
            if first.month not in months or self._chance.random() * 14 > MONTHS[first.month]:
                continue
            meetings = meetings_from(rhythm_of(course, self._chance), first)
            last = meetings[-1].ends_at
            begun = meetings[0].starts_at
            if begun < moment(public.first + 16 * DAY, 9) or last >= moment(self._last + DAY, 0):
                continue
            if public.paused and last >= moment(public.paused, 0):
                continue
            return meetings
        return None


def runs_of_the_year(courses: Sequence[CourseEntry], times: Mapping[str, Public]) -> tuple[list[Plan], list[Plan]]:
    """The runs of 2025: those held, with those studied alone, and those cancelled. The same whatever today is."""
    chance = seeded("runs of 2025")
    drawing = _Drawing(courses, times, date(YEAR, 1, 13), date(YEAR, 12, 16), chance)
    by_code = {course.code: course for course in courses}
    held = [
        drawing.plan(by_code[code], meetings_from(rhythm_of(by_code[code], chance), day))
        for code, day in (*OPENING, *CLOSING)
    ]
    held += [plan for code in WELL_KNOWN for plan in drawing.of_course(by_code[code])]
    for provider, number in HELD.items():
        planned = sum(plan.course.provider == provider for plan in held)
        held += drawing.draw(provider, number - planned)
    cancelled = [drawing.draw(chance.choice(("buts", "vmc", "vt", "vmv", "vatp")), 1)[0] for _ in range(CANCELLED)]
    for course in courses:
        if course.format == "self_study":
            first = max(date(YEAR, 1, 20), times[course.code].first)
            held.append(plan_self_study(course, first, date(YEAR, 12, 12), times[course.code].first))
    return held, cancelled


def runs_until(courses: Sequence[CourseEntry], times: Mapping[str, Public], today: date) -> list[Plan]:
    """Runs held after 2025 that were over by yesterday."""
    chance = seeded("runs since")
    first, last = date(YEAR + 1, 1, 7), today - DAY
    if (last - first).days < 14:
        return []
    pool = [course for course in courses if times[course.code].renewed is None]
    drawing = _Drawing(pool, times, first, last, chance)
    plans: list[Plan] = []
    for provider, number in HELD.items():
        plans += drawing.draw(provider, round(number / 512 * A_DAY_LATER * (last - first).days))
    return plans


def runs_under_way(courses: Sequence[CourseEntry], times: Mapping[str, Public], today: date) -> list[Plan]:
    """Runs that have begun and go on."""
    chance = seeded("runs under way")
    pool = [course for course in courses if usual_meetings(course) >= 4 and times[course.code].renewed is None]
    plans: list[Plan] = []
    for course in chance.sample(pool, len(pool)):
        rhythm = rhythm_of(course, chance)
        begun = today - timedelta(days=chance.randrange(3, 60))
        if begun < date(YEAR + 1, 1, 7) or begun.month not in rhythm.months:
            continue
        meetings = meetings_from(rhythm, begun)
        first, last = meetings[0].starts_at, meetings[-1].ends_at
        if first < moment(today, 0) and last >= moment(today + DAY, 0):
            plans.append(plan_run(course, meetings, chance, public_since=times[course.code].since + DAY))
        if len(plans) == 34:
            break
    return plans
