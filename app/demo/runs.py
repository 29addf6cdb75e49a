"""Runs of the demonstration: from a plan with its days to the rows of a run and its sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from pydantic import TypeAdapter

from app.courses.models import CourseRun, CourseSession
from app.demo import files
from app.demo.days import DAY, moment
from app.demo.files import CourseEntry, Details
from app.demo.institutions import Places
from app.demo.people import Teachers
from app.demo.rhythm import Meeting
from app.demo.rows import Rows
from app.i18n import local

PUBLIC_MONEY_AN_HOUR = {"free": 24, "municipal": 27, "state_eu": 33}
"""Euros an academic hour costs the public, by funding."""


@dataclass(slots=True)
class Plan:
    """A run in the making: a course, its meetings, how many seats, and how registration goes."""

    course: CourseEntry
    meetings: list[Meeting]
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    minimum: int = 0
    decision_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    id: int = 0
    taken: int = 0
    waiting: int = 0
    has_offer: bool = False
    held: list[Meeting] = field(default_factory=list)
    """Meetings that have taken place, and whose roll was taken."""

    @property
    def first_day(self) -> date:
        """The local day on which it begins."""
        return local(self.starts_at).date()

    @property
    def last_day(self) -> date:
        """The local day on which it ends."""
        return local(self.ends_at).date()

    @property
    def is_open_lecture(self) -> bool:
        """Whether people may simply walk in."""
        course = self.course
        return (
            course.price_eur == 0
            and course.format in {"in_person", "hybrid"}
            and course.certificate == "none"
            and course.seats >= 16
            and len(self.meetings) <= 4
        )


def plan_run(
    course: CourseEntry, meetings: list[Meeting], chance: Random, *, public_since: date, closes_days_before: int = 2
) -> Plan:
    """A run with the usual registration window: five to ten weeks before the start until two days before it."""
    starts_at, ends_at = meetings[0].starts_at, meetings[-1].ends_at
    first = local(starts_at).date()
    opens = max(public_since, first - timedelta(days=chance.randrange(35, 70)))
    closes_at = moment(first - closes_days_before * DAY, 23, 59) if closes_days_before else starts_at
    minimum = 0
    if course.price_eur > 0:
        minimum = max(3, round(course.seats * 0.45))
    elif course.seats and len(meetings) > 3:
        minimum = 4
    return Plan(
        course,
        meetings,
        starts_at,
        ends_at,
        opens_at=min(moment(opens, 9), closes_at - timedelta(hours=12)),
        closes_at=closes_at,
        minimum=minimum,
        decision_at=moment(first - 7 * DAY, 12) if minimum else None,
    )


def plan_self_study(course: CourseEntry, first: date, last: date, public_since: date) -> Plan:
    """A stretch of time in which one studies alone; one may begin until three weeks before its end."""
    return Plan(
        course,
        [],
        moment(first, 8),
        moment(last, 20),
        opens_at=moment(max(public_since, first - 14 * DAY), 9),
        closes_at=moment(last - 21 * DAY, 20),
    )


def disturb(plan: Plan, chance: Random) -> None:
    """Now and then a longer course moves one session by a day or two, or drops one."""
    if len(plan.meetings) < 5 or chance.random() > 0.12:
        return
    meeting = plan.meetings[chance.randrange(1, len(plan.meetings) - 1)]
    if chance.random() < 0.6:
        after = plan.meetings[plan.meetings.index(meeting) + 1]
        moved = meeting.starts_at + DAY
        if moved + 2 * timedelta(hours=6) < after.starts_at and local(moved).weekday() < 6:
            meeting.moved_from = meeting.starts_at
            meeting.starts_at, meeting.ends_at = moved, meeting.ends_at + DAY
    else:
        meeting.cancelled_at = meeting.starts_at - timedelta(hours=chance.randrange(20, 70))


class Timetable:
    """Keeps runs and their sessions as rows, with teachers who are free and things to bring."""

    def __init__(self, rows: Rows, places: Places, course_ids: Mapping[str, int]) -> None:
        self._rows = rows
        self._places = places
        self._course_ids = course_ids
        self._details = files.read("details.json", TypeAdapter(Details))
        self._teachers = Teachers(sorted(places.providers))

    def reason(self, number: int) -> str:
        """One of the reasons for which runs are cancelled."""
        return self._details.cancelled[number % len(self._details.cancelled)]

    def add(self, plans: Sequence[Plan]) -> None:
        """Keep these runs in the order in which they begin."""
        for plan in sorted(plans, key=lambda plan: (plan.starts_at, plan.course.code)):
            self._add(plan)

    def _add(self, plan: Plan) -> None:
        course = plan.course
        held = [meeting for meeting in plan.meetings if meeting.cancelled_at is None]
        days = [local(meeting.starts_at).date() for meeting in held]
        plan.id = self._rows.add(
            CourseRun,
            course_id=self._course_ids[course.code],
            venue_id=self._places.venues[course.venue],
            seats=course.seats,
            min_participants=plan.minimum,
            decision_at=plan.decision_at,
            registration_opens_at=plan.opens_at,
            registration_closes_at=plan.closes_at,
            has_waiting_list=True,
            teacher=self._teachers.engage(course, days, self._details.teachers.get(course.code)),
            bring=self._bring(course),
            starts_at=plan.starts_at,
            ends_at=plan.ends_at,
            session_count=len(held),
            weekdays=",".join(str(day) for day in sorted({day.weekday() for day in days})),
            sequence=sum(meeting.moved_from is not None for meeting in plan.meetings),
            public_money=Decimal(PUBLIC_MONEY_AN_HOUR.get(course.funding, 0) * course.academic_hours),
            cancelled_at=plan.cancelled_at,
            cancel_reason=plan.cancel_reason,
            created_at=plan.opens_at - timedelta(days=3, hours=2),
        )
        link = f"https://tikties.example.lv/{course.code}-{plan.id}" if self._meets_online(course) else ""
        for meeting in plan.meetings:
            meeting.id = self._rows.add(
                CourseSession,
                run_id=plan.id,
                venue_id=None,
                starts_at=meeting.starts_at,
                ends_at=meeting.ends_at,
                link=link,
                moved_from=meeting.moved_from,
                cancelled_at=meeting.cancelled_at,
            )

    def _meets_online(self, course: CourseEntry) -> bool:
        return course.format == "hybrid" or course.venue in self._places.online

    def _bring(self, course: CourseEntry) -> str:
        title = course.title.lower()
        if course.venue in self._places.online:
            return ""
        return next(
            (entry.text for entry in self._details.bring if any(word in title for word in entry.words)),
            "",
        )
