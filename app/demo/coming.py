"""The coming three months: runs that are open, full, upcoming, closed or cancelled, so that every state can be seen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from pydantic import TypeAdapter

from app.demo import files
from app.demo.catalogue import Public
from app.demo.days import DAY, moment, office_day
from app.demo.files import ComingEntry, CourseEntry
from app.demo.rhythm import Meeting, has_fixed_days, meetings_from, rhythm_of
from app.demo.rows import seeded
from app.demo.runs import Plan, Timetable, plan_run, plan_self_study
from app.i18n import local

OPEN_COURSES = {
    "digital": 36, "media": 13, "personal": 23, "environment": 10, "languages_culture": 28, "target_groups": 17,
}  # fmt: skip
"""In how many courses of each group one can register or wait today."""
SECOND_RUNS = 18


class _Coming:
    """Makes runs that begin after today."""

    def __init__(self, times: Mapping[str, Public], timetable: Timetable, today: date) -> None:
        self._times = times
        self._timetable = timetable
        self._today = today
        self._chance = seeded("runs to come")

    def shown(self, entry: ComingEntry, course: CourseEntry) -> Plan:
        """A run as the file asks for it."""
        wanted = office_day(self._today + entry.in_days * DAY)
        days = tuple(entry.days) or (() if has_fixed_days(course) else (wanted.weekday(),))
        rhythm = rhythm_of(course, self._chance, days, tuple(entry.clock))
        plan = self._plan(course, meetings_from(rhythm, wanted))
        if entry.opens_in is not None:
            plan.opens_at = moment(self._today + entry.opens_in * DAY, 9)
        elif entry.closed:
            plan.closes_at = moment(self._today - DAY, 17)
            plan.taken = round(course.seats * 0.7)
        elif entry.cancelled is not None:
            plan.taken = 3
            plan.cancelled_at = moment(self._today - 2 * DAY, 11, 20)
            plan.cancel_reason = self._timetable.reason(entry.cancelled)
        elif entry.waiting is not None:
            plan.taken, plan.waiting, plan.has_offer = course.seats, entry.waiting, entry.offered
        else:
            plan.taken = max(0, course.seats - (entry.left or 0))
        if entry.late:
            plan.closes_at = plan.meetings[2].starts_at
        if entry.decides_in is not None:
            plan.minimum = max(plan.minimum, plan.taken + 1)
            plan.decision_at = moment(self._today + entry.decides_in * DAY, 12)
        return plan

    def drawn(self, course: CourseEntry) -> Plan | None:
        """A run on a drawn day, with drawn seats taken; None when the course is out of season."""
        chance = self._chance
        if course.format == "self_study":
            plan = plan_self_study(
                course,
                max(self._times[course.code].since, self._today - chance.randrange(10, 70) * DAY),
                self._today + chance.randrange(60, 120) * DAY,
                self._times[course.code].since,
            )
            plan.taken = chance.randrange(2, 16)
            return plan
        first = self._today + timedelta(days=4 + int(80 * chance.random() ** 1.25))
        rhythm = rhythm_of(course, chance)
        meetings = meetings_from(rhythm, first)
        if meetings[0].starts_at >= moment(self._today + 92 * DAY, 0):
            return None
        if first.month not in rhythm.months:
            return None
        plan = self._plan(course, meetings)
        plan.taken = max(0, course.seats - self._left(course.seats))
        return plan

    def _left(self, seats: int) -> int:
        if (luck := self._chance.random()) < 0.16:
            return 1 if luck < 0.08 else 2
        return max(1, round(seats * self._chance.uniform(0.18, 0.88)))

    def _plan(self, course: CourseEntry, meetings: list[Meeting]) -> Plan:
        """Registration is open since yesterday at the latest; until the start where anybody may come on the day."""
        is_near = local(meetings[0].starts_at).date() - self._today <= 4 * DAY
        plan = plan_run(
            course,
            meetings,
            self._chance,
            public_since=self._times[course.code].since + DAY,
            closes_days_before=0 if is_near or course.certificate == "none" else 2,
        )
        plan.opens_at = min(plan.opens_at, moment(self._today - DAY, 9))
        return plan


def runs_to_come(
    courses: Sequence[CourseEntry], times: Mapping[str, Public], timetable: Timetable, today: date
) -> list[Plan]:
    """The runs of the coming three months: those the file names, and drawn ones until each group has its courses."""
    coming = _Coming(times, timetable, today)
    by_code = {course.code: course for course in courses}
    plans = [
        coming.shown(entry, by_code[entry.course])
        for entry in files.read("coming.json", TypeAdapter(list[ComingEntry]))
    ]
    named = {plan.course.code for plan in plans}
    can_join = {plan.course.code for plan in plans if _can_join(plan, today)}
    open_courses = Counter(by_code[code].group for code in can_join)
    chance = seeded("courses to come")
    alone = [course for course in courses if course.format == "self_study"]
    others = [course for course in courses if course.format != "self_study" and course.code not in named]
    for course in [*alone, *chance.sample(others, len(others))]:
        if open_courses[course.group] < OPEN_COURSES[course.group] and (plan := coming.drawn(course)):
            plans.append(plan)
            open_courses[course.group] += 1
    drawn = [plan for plan in plans if plan.course.code not in named and plan.meetings]
    for plan in chance.sample(drawn, SECOND_RUNS):
        again = coming.drawn(plan.course)
        if again and abs(again.first_day - plan.first_day) >= 10 * DAY:
            plans.append(again)
    return plans


def _can_join(plan: Plan, today: date) -> bool:
    now = moment(today, 12)
    return plan.cancelled_at is None and plan.opens_at <= now < plan.closes_at
