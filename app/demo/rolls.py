"""What happened at the sessions: attendance, people who came without registering, certificates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from app.demo.days import DAY, moment
from app.demo.registrations import CONTACT_DAYS, Place
from app.demo.rows import Rows, apportion, seeded
from app.demo.runs import Plan
from app.i18n import local
from app.participation.certificates import CODE_LENGTH, SIGNS
from app.participation.models import CAME, Attendance, Certificate, CountedHow, FinishedRoll, HeadCount, Mark
from app.registrations.models import State

IN_RUNS = 6_118
"""Participations in the runs of 2025: from rolls, and of people who walked in."""
CERTIFICATE_SHARE = 0.8
USUAL = {Mark.PRESENT: 86, Mark.PARTLY: 4, Mark.ABSENT_EXCUSED: 6, Mark.ABSENT: 4}


@dataclass(frozen=True, slots=True)
class RollRow:
    """One participant at one session."""

    place: Place
    session_id: int
    mark: Mark
    marked_at: datetime


def take_rolls(
    plans: Iterable[Plan], places: Mapping[int, Sequence[Place]], today: date, chance: Random
) -> list[RollRow]:
    """The rolls of every session until yesterday; the last ones of a run or two are not taken yet."""
    rows: list[RollRow] = []
    tonight = moment(today, 0)
    for plan in plans:
        plan.held = [m for m in plan.meetings if m.cancelled_at is None and m.ends_at < tonight]
        if plan.ends_at >= tonight and len(plan.held) > 1 and chance.random() < 0.1:
            plan.held.pop()
        for place in places.get(plan.id, ()):
            if place.state is State.CONFIRMED:
                marks = _marks(len(plan.held), chance)
                place.attended = sum(mark in CAME for mark in marks)
                rows += [
                    RollRow(place, meeting.id, mark, meeting.ends_at + timedelta(minutes=chance.randrange(2, 30)))
                    for meeting, mark in zip(plan.held, marks, strict=True)
                ]
    return rows


def _marks(number: int, chance: Random) -> list[Mark]:
    """One participant's marks: most come, some come once and no more, a few never."""
    luck = chance.random()
    if luck < 0.055:
        return [Mark.ABSENT_EXCUSED if chance.random() < 0.3 else Mark.ABSENT] * number
    if number <= 1:
        return [Mark.PRESENT if chance.random() < 0.97 else Mark.PARTLY] * number
    if luck < 0.17:
        return [Mark.PRESENT, *([Mark.ABSENT] * (number - 1))]
    return chance.choices(list(USUAL), list(USUAL.values()), k=number)


def add_rolls(rows: Rows, roll: Sequence[RollRow], year: int) -> None:
    """Keep the rolls. Those of people who came to a single session of the year stand first and last."""
    single: list[RollRow] = []
    others: list[RollRow] = []
    for row in roll:
        only = row.place.attended == 1 and row.mark in CAME and local(row.marked_at).year == year
        (single if only else others).append(row)
    middle = len(single) // 2
    for row in [*single[:middle], *others, *single[middle:]]:
        rows.add(
            Attendance,
            registration_id=row.place.id,
            session_id=row.session_id,
            mark=row.mark,
            marked_at=row.marked_at,
        )
    finished: dict[int, datetime] = {}
    for row in roll:
        finished[row.session_id] = max(row.marked_at, finished.get(row.session_id, row.marked_at))
    for session_id, marked_at in finished.items():
        rows.put(FinishedRoll, session_id=session_id, finished_at=marked_at)


def add_head_counts(rows: Rows, plans: Sequence[Plan], places: Mapping[int, Sequence[Place]], people: int) -> None:
    """Spread so many people over the open sessions of these runs, where there was room for them."""
    chance = seeded("head counts")
    sessions: list[tuple[int, datetime, int]] = []
    for plan in plans:
        if plan.is_open_lecture and plan.held and not plan.cancelled_at:
            seated = sum(place.state is State.CONFIRMED for place in places.get(plan.id, ()))
            if (room := plan.course.seats - seated) > 1 and chance.random() < 0.8:
                sessions += [(meeting.id, meeting.ends_at, room) for meeting in plan.held[:1]]
    weights = [room * chance.uniform(0.6, 1.0) for _, _, room in sessions]
    for (session_id, ended_at, _room), came in zip(sessions, apportion(people, weights), strict=True):
        if came:
            rows.add(
                HeadCount,
                session_id=session_id,
                people=came,
                counted_how=CountedHow.ON_THE_SPOT,
                counted_at=ended_at + timedelta(minutes=5),
            )


def walk_ins(roll: Sequence[RollRow], year: int) -> int:
    """How many people walked in that year, so that rolls and walk-ins together are what the city reported."""
    came = {id(row.place) for row in roll if row.mark in CAME and local(row.marked_at).year == year}
    return IN_RUNS - len(came)


def add_certificates(rows: Rows, plans: Sequence[Plan], places: Mapping[int, Sequence[Place]], today: date) -> None:
    """Certificates for those who came to at least four sessions of five, numbered by provider and year."""
    numbers: dict[tuple[str, int], int] = {}
    chance = seeded("certificates")
    waiting = _not_issued_yet(plans, places, today)
    for plan in plans:
        course = plan.course
        if course.certificate == "none" or plan.last_day >= today or not plan.held or plan is waiting:
            continue
        issued_on = min(plan.last_day + DAY, today - DAY)
        names_erased = plan.last_day + timedelta(days=CONTACT_DAYS) < today
        for place in places.get(plan.id, ()):
            if place.state is State.CONFIRMED and place.attended >= CERTIFICATE_SHARE * len(plan.held):
                series = (course.provider, issued_on.year)
                numbers[series] = numbers.get(series, 0) + 1
                rows.add(
                    Certificate,
                    code="".join(chance.choices(SIGNS, k=CODE_LENGTH)),
                    number=f"{course.provider.upper()}-{issued_on.year}-{numbers[series]:04d}",
                    registration_id=place.id,
                    name=None if names_erased else place.person.name,
                    issued_on=issued_on,
                    revoked_on=None,
                )


def _not_issued_yet(plans: Sequence[Plan], places: Mapping[int, Sequence[Place]], today: date) -> Plan | None:
    """The group that has ended last of all those of the library: its certificates wait to be issued."""
    ended = [
        plan
        for plan in plans
        if plan.course.provider == "vb"
        and plan.course.certificate != "none"
        and plan.held
        and not plan.cancelled_at
        and plan.last_day.year == today.year
        and plan.last_day < today <= plan.last_day + timedelta(days=CONTACT_DAYS)
        and sum(place.attended >= CERTIFICATE_SHARE * len(plan.held) for place in places.get(plan.id, ())) > 2
    ]
    return max(ended, key=lambda plan: (plan.last_day, plan.id), default=None)
