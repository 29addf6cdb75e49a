"""The figures counted a second time: in plain Python, row by row, straight from their definitions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.history_models import Publication
from app.courses.models import Course, CourseAudience, CourseRun, CourseSession
from app.db import Base
from app.feedback.models import FeedbackAnswer
from app.participation.models import Activity, Attendance, Certificate, HeadCount
from app.permits.models import Permit
from app.providers.models import Provider, ThematicGroup
from app.registrations.models import Registration
from app.reports.models import Partner
from app.usage.models import DailyCount
from app.wishes.models import WishRequest, WishSupport

RIGA = ZoneInfo("Europe/Riga")
Place = dict[str, set[str]]
Table = TypeVar("Table", bound=Base)


@dataclass
class Item:
    """One thing that counts: where it belongs, what it is the same as, how much it is."""

    place: Place
    same: object = None
    much: Fraction = Fraction(1)
    of: Fraction = Fraction(0)


@dataclass
class Recount:
    """All records of a city, and what of them counts in some months of a year."""

    db: Session
    year: int
    months: set[int]
    now: datetime
    items: dict[str, list[Item]] = field(default_factory=dict)

    def run(self) -> dict[str, list[Item]]:
        """The items of every figure."""
        self.load()
        for count in (self.offer, self.people, self.demand, self.city):
            count()
        return self.items

    def rows(self, table: type[Table]) -> list[Table]:
        return [*self.db.scalars(select(table))]

    def load(self) -> None:
        providers = {row.id: row.code for row in self.rows(Provider)}
        groups = {row.id: row.code for row in self.rows(ThematicGroup)}
        audiences: dict[int, set[str]] = {}
        for row in self.rows(CourseAudience):
            audiences.setdefault(row.course_id, set()).add(row.audience.value)
        self.provider_code, self.group_code = providers, groups
        self.courses: dict[int, Place] = {
            course.id: {
                "provider": {providers[course.provider_id]},
                "group": {groups[course.group_id]},
                "audience": audiences[course.id],
                "format": {course.format.value},
                "language": {course.language},
            }
            for course in self.rows(Course)
        }
        self.ever_public = {course.id for course in self.rows(Course) if course.published_at is not None}
        self.codes = {course.code: course.id for course in self.rows(Course)}
        self.runs = {run.id: run for run in self.rows(CourseRun)}
        self.sessions = {session.id: session for session in self.rows(CourseSession)}
        self.registrations = {registration.id: registration for registration in self.rows(Registration)}

    def add(self, figure: str, place: Place, same: object = None, much: object = 1, of: int = 0) -> None:
        amount = Fraction(much) if isinstance(much, int | Fraction | Decimal) else Fraction(1)
        self.items.setdefault(figure, []).append(Item(place, same, amount, Fraction(of)))

    def falls(self, value: datetime | date | None) -> bool:
        """Whether a day, or an instant on Riga's clocks, lies in the months."""
        if value is None:
            return False
        day = value.astimezone(RIGA).date() if isinstance(value, datetime) else value
        return day.year == self.year and day.month in self.months

    def place_of(self, run: CourseRun) -> Place:
        return self.courses[run.course_id]

    def counts(self, run: CourseRun) -> bool:
        return run.cancelled_at is None and run.course_id in self.ever_public

    def held(self, session: CourseSession) -> bool:
        run = self.runs[session.run_id]
        return (
            self.counts(run)
            and session.cancelled_at is None
            and self.falls(session.starts_at)
            and session.ends_at <= self.now
        )

    def hours(self, session: CourseSession) -> Fraction:
        return Fraction(int((session.ends_at - session.starts_at).total_seconds()), 45 * 60)

    def activity_place(self, activity: Activity) -> Place:
        return {
            "provider": {self.provider_code[activity.provider_id]},
            "group": {self.group_code[activity.group_id]},
            "audience": {activity.audience},
            "format": {activity.format},
            "language": {activity.language},
        }

    def activities(self) -> list[Activity]:
        return [
            activity
            for activity in self.rows(Activity)
            if self.falls(activity.held_on) and activity.held_on <= self.now.astimezone(RIGA).date()
        ]

    def offer(self) -> None:
        first = datetime(self.year, min(self.months), 1, tzinfo=RIGA)
        last = max(self.months)
        end = datetime(self.year + last // 12, last % 12 + 1, 1, tzinfo=RIGA)
        for stretch in self.rows(Publication):
            if stretch.begun_at < min(end, self.now) and (stretch.ended_at is None or stretch.ended_at > first):
                self.add("courses_in_catalogue", self.courses[stretch.course_id], stretch.course_id)
        with_sessions = {session.run_id for session in self.sessions.values()}
        for session in self.sessions.values():
            run = self.runs[session.run_id]
            if self.held(session):
                self.add("runs_held", self.place_of(run), run.id)
                self.add("academic_hours_held", self.place_of(run), much=self.hours(session))
                self.active(self.place_of(run))
            if self.counts(run) and self.falls(session.starts_at):
                self.add("academic_hours_planned", self.place_of(run), much=self.hours(session))
        for run in self.runs.values():
            place = self.place_of(run)
            if self.falls(run.cancelled_at) and run.course_id in self.ever_public:
                self.add("cancelled_runs", place)
            if not self.counts(run) or not self.falls(run.starts_at):
                continue
            if run.seats:
                self.add("seats_offered", place, much=run.seats)
                self.add("seat_fill", place, much=0, of=run.seats)
            if run.starts_at < self.now:
                self.add("money_spent", place, much=run.public_money)
                if place["format"] == {"self_study"} and run.id not in with_sessions:
                    self.add("runs_held", place, run.id)
                    self.active(place)
        for activity in self.activities():
            place = self.activity_place(activity)
            self.add("activities_held", place)
            self.add("money_spent", place, much=activity.public_money)
            self.active(place)

    def active(self, place: Place) -> None:
        self.add("providers_active", {**place, "provider": set()}, min(place["provider"]))

    def people(self) -> None:
        for mark in self.rows(Attendance):
            session = self.sessions[mark.session_id]
            if mark.mark.value in {"present", "partly"} and self.held(session):
                place = self.place_of(self.runs[session.run_id])
                self.add("participations", place, ("registration", mark.registration_id))
                self.add("person_hours", place, much=self.hours(session))
                if token := self.registrations[mark.registration_id].person_token:
                    self.add("unique_participants", place, token)
        for count in self.rows(HeadCount):
            session = self.sessions[count.session_id]
            if self.held(session):
                place = self.place_of(self.runs[session.run_id])
                self.add("participations", place, ("head count", count.id), count.people)
                self.add("person_hours", place, much=self.hours(session) * count.people)
        for activity in self.activities():
            place = self.activity_place(activity)
            self.add("participations", place, ("activity", activity.id), activity.participants)
            self.add("person_hours", place, much=Fraction(activity.academic_hours) * activity.participants)
        for certificate in self.rows(Certificate):
            run = self.runs[self.registrations[certificate.registration_id].run_id]
            if self.falls(certificate.issued_on) and certificate.revoked_on is None and run.cancelled_at is None:
                self.add("certificates_issued", self.place_of(run))

    def demand(self) -> None:
        seated = {(one.run_id, one.person_token) for one in self.registrations.values() if one.confirmed_at}
        for one in self.registrations.values():
            run = self.runs[one.run_id]
            if run.cancelled_at is not None:
                continue
            place = self.place_of(run)
            if self.falls(one.confirmed_at) or self.falls(one.queued_at):
                self.add("registrations_received", place)
                if one.channel.value == "web":
                    self.add("registrations_via_catalogue", place)
            if run.seats and one.state.value == "confirmed" and self.falls(run.starts_at):
                self.add("seat_fill", place)
            got_seat = one.confirmed_at is not None or (
                one.person_token is not None and (one.run_id, one.person_token) in seated
            )
            if self.falls(one.queued_at) and not got_seat:
                self.add("waiting_list_demand", place, (run.id, one.person_token or one.id))
        confirmed = {support.wish_id for support in self.rows(WishSupport) if support.confirmed_at}
        for wish in self.rows(WishRequest):
            if wish.merged_into_id is not None:
                continue
            place = {
                "group": {self.group_code[wish.group_id] if wish.group_id else "none"},
                "audience": {wish.audience or "none"},
                "format": {wish.format or "none"},
            }
            if self.falls(wish.created_at) and (wish.state.value != "unread" or wish.id in confirmed):
                self.add("wishes_received", place)
            if self.falls(wish.fulfilled_at):
                self.add("wishes_fulfilled", place)
            if wish.first_answered_at and self.falls(wish.first_answered_at):
                days = ceil((wish.first_answered_at - wish.created_at).total_seconds() / 86400)
                self.add("median_days_to_answer_a_wish", place, wish.id, days)

    def city(self) -> None:
        last = max(self.months)
        end = datetime(self.year + last // 12, last % 12 + 1, 1, tzinfo=RIGA).date()
        day = min(date.fromordinal(end.toordinal() - 1), self.now.astimezone(RIGA).date())
        for permit in self.rows(Permit):
            place = {"provider": {self.provider_code[permit.provider_id] if permit.provider_id else "none"}}
            if self.falls(permit.issued_on):
                self.add("permits_issued", place)
            if permit.is_valid(day):
                self.add("permits_valid", place)
        for partner in self.rows(Partner):
            if partner.since <= day and (partner.until is None or partner.until >= day):
                self.add("partners", {})
        names = {
            "search": "searches",
            "search_without_result": "searches_without_result",
            "course_view": "course_views",
        }
        for use in self.rows(DailyCount):
            if self.falls(use.day):
                place = self.courses[self.codes[use.subject]] if use.subject else {}
                self.add(names[use.kind], place, much=use.times)
        for answer in self.rows(FeedbackAnswer):
            run = self.runs[answer.run_id]
            if run.cancelled_at is None and self.falls(run.ends_at):
                marks = answer.content + answer.teacher + answer.organisation + answer.usefulness + answer.recommend
                self.add("feedback_count", self.place_of(run))
                self.add("feedback_score", self.place_of(run), much=marks, of=5)


def rounded(value: Fraction, places: str) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(places), ROUND_HALF_UP)


def _sum(items: list[Item]) -> int:
    """Things that are the same count once."""
    named = {item.same: item.much for item in items if item.same is not None}
    return int(sum(named.values()) + sum(item.much for item in items if item.same is None))


def _hundredths(items: list[Item]) -> Decimal:
    return rounded(sum((item.much for item in items), Fraction(0)), "0.01")


def _share(items: list[Item]) -> Decimal | None:
    whole = sum(item.of for item in items)
    return rounded(Fraction(100) * sum(item.much for item in items) / whole, "0.1") if whole else None


def _mean(items: list[Item]) -> Decimal | None:
    if len(items) < 5:
        return None
    return rounded(sum((item.much for item in items), Fraction(0)) / (5 * len(items)), "0.01")


def _median(items: list[Item]) -> int | None:
    values = sorted(int(item.much) for item in items)
    return values[(len(values) - 1) // 2] if values else None


FINISH: dict[str, Callable[[list[Item]], int | Decimal | None]] = {
    "person_hours": _hundredths,
    "academic_hours_planned": _hundredths,
    "academic_hours_held": _hundredths,
    "money_spent": _hundredths,
    "seat_fill": _share,
    "feedback_score": _mean,
    "median_days_to_answer_a_wish": _median,
}


def amount(figure: str, items: Iterable[Item], **kept: str) -> int | Decimal | None:
    """A figure's number from its items, kept to parts of dimensions."""
    found = [item for item in items if all(code in item.place.get(name, ()) for name, code in kept.items())]
    return FINISH.get(figure, _sum)(found)
