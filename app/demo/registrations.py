"""Who registered for the demonstration's runs: names, channels, dates, waiting lists; seats are never exceeded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from app.demo.days import DAY, between, moment
from app.demo.people import Crowd, Person
from app.demo.rows import Rows, link_key, seeded
from app.demo.runs import Plan
from app.i18n import local
from app.people.addresses import person_token
from app.registrations.models import Channel, CountingKey, Registration, SeatOffer, State, WithdrawReason

VIA_CATALOGUE = 178
"""Registrations that residents sent on the website in 2025."""
CONTACT_DAYS = 90
WAITING_DAYS = 30
# How full the runs of each provider are.
FILL = {
    "vdc": 0.84,
    "vb": 0.9,
    "vmc": 0.72,
    "vm": 0.88,
    "vmv": 0.79,
    "buts": 0.63,
    "zrs": 0.77,
    "vt": 0.6,
    "vatp": 0.69,
}
CHANNELS_THEN = {Channel.DESK: 50, Channel.PHONE: 30, Channel.IMPORT: 20}
CHANNELS_SINCE = {Channel.WEB: 44, Channel.DESK: 26, Channel.PHONE: 20, Channel.IMPORT: 7, Channel.API: 3}
REASONS = (
    WithdrawReason.TIME, WithdrawReason.TIME, WithdrawReason.HEALTH, WithdrawReason.PLANS, WithdrawReason.OTHER_COURSE,
    WithdrawReason.PRICE, WithdrawReason.DISTANCE, WithdrawReason.OTHER, None, None,
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Place:
    """A registration in the making."""

    plan: Plan
    person: Person
    state: State
    created_at: datetime
    confirmed_at: datetime | None = None
    queued_at: datetime | None = None
    ended_at: datetime | None = None
    hold_until: datetime | None = None
    channel: Channel = Channel.DESK
    withdraw_reason: WithdrawReason | None = None
    cancel_reason: str = ""
    id: int = 0
    attended: int = 0
    party: int | None = None

    @property
    def counted_at(self) -> datetime | None:
        """When it was confirmed or queued, whichever came first."""
        moments = [at for at in (self.confirmed_at, self.queued_at) if at is not None]
        return min(moments, default=None)


class Registering:
    """Fills runs with people."""

    def __init__(self, crowd: Crowd, today: date) -> None:
        self._crowd = crowd
        self._today = today
        self._latest = moment(today - DAY, 20)

    def past(self, plan: Plan, chance: Random) -> list[Place]:
        """The registrations of a run that is over or under way, those given up and those that waited among them."""
        seats = plan.course.seats
        number = self._size(plan, chance)
        gave_up = sum(chance.random() < 0.07 for _ in range(number))
        waited = chance.randrange(1, 5) if seats and number == seats and chance.random() < 0.6 else 0
        people = self._crowd.draw(plan.course, number + gave_up + waited, chance)
        places = [self._seated(plan, person, chance) for person in people[: number + gave_up]]
        for place in places[number:]:
            place.state = State.WITHDRAWN
            last = min(max(plan.starts_at, place.created_at + DAY), self._latest)
            place.ended_at = between(place.created_at, last, chance.random())
            place.withdraw_reason = chance.choice(REASONS)
        places += self._queue(plan, people[number + gave_up :], chance, places)
        if plan.cancelled_at:
            self._call_off(plan, places)
        return places

    def coming(self, plan: Plan, chance: Random) -> list[Place]:
        """The registrations of a run to come: as many as the plan says, one of them at times not confirmed yet."""
        people = self._crowd.draw(plan.course, plan.taken + plan.waiting, chance)
        places = [self._seated(plan, person, chance) for person in people[: plan.taken]]
        queue = self._queue(plan, people[plan.taken :], chance, places)
        if plan.cancelled_at:
            self._call_off(plan, places)
        elif plan.has_offer:
            self._offer(places[0], queue[0])
        elif plan.taken > 3 and not queue and plan.course.seats and chance.random() < 0.08:
            self._not_confirmed(places[-1], chance)
        return [*places, *queue]

    def _size(self, plan: Plan, chance: Random) -> int:
        seats = plan.course.seats
        if plan.cancelled_at:
            return chance.randrange(2, 5)
        if not seats:
            return chance.randrange(5, 19)
        crowded = seats * FILL[plan.course.provider] * (0.58 if seats >= 30 else 0.8 if seats >= 20 else 0.98)
        return max(min(seats, 4), min(seats, round(chance.gauss(crowded, seats * 0.17))))

    def _seated(self, plan: Plan, person: Person, chance: Random) -> Place:
        created_at = self._created(plan, chance, chance.random() ** 0.8)
        return Place(plan, person, State.CONFIRMED, created_at, confirmed_at=created_at)

    def _created(self, plan: Plan, chance: Random, share: float) -> datetime:
        """A moment of the registration window, before tonight, within the year in which the run begins or before it."""
        first = max(plan.opens_at, moment(date(min(plan.first_day.year, self._today.year), 1, 2), 9))
        last = max(min(plan.closes_at, self._latest, plan.cancelled_at or self._latest), first + timedelta(minutes=30))
        drawn = local(between(first, last, share))
        wanted = moment(drawn.date(), chance.randrange(8, 21), chance.randrange(60))
        return min(max(wanted, first), last)

    def _queue(self, plan: Plan, people: Sequence[Person], chance: Random, seated: Sequence[Place]) -> list[Place]:
        """People who came when every seat was taken, each later than the one before."""
        if not people:
            return []
        full_at = max(place.created_at for place in seated)
        last = max(min(plan.closes_at, self._latest), full_at + timedelta(hours=2))
        moments = sorted(between(full_at, last, chance.uniform(0.05, 1)) for _ in people)
        return [
            Place(
                plan, person, State.WAITLISTED, at + timedelta(seconds=number), queued_at=at + timedelta(seconds=number)
            )
            for number, (person, at) in enumerate(zip(people, moments, strict=True))
        ]

    def _call_off(self, plan: Plan, places: Sequence[Place]) -> None:
        for place in places:
            if place.state is not State.WITHDRAWN:
                place.state = State.CANCELLED_BY_PROVIDER
                place.ended_at = plan.cancelled_at
                place.cancel_reason = plan.cancel_reason

    def _offer(self, leaver: Place, first: Place) -> None:
        """Somebody gave a seat up yesterday, and it was offered to the first in the queue."""
        leaver.state = State.WITHDRAWN
        leaver.ended_at = moment(self._today - DAY, 21, 40)
        leaver.withdraw_reason = WithdrawReason.TIME
        first.state = State.OFFERED

    def _not_confirmed(self, place: Place, chance: Random) -> None:
        place.created_at = moment(self._today - DAY, 22, chance.randrange(60))
        place.state, place.confirmed_at = State.PENDING, None
        place.hold_until = min(place.created_at + DAY, place.plan.starts_at)


def number(places: list[Place], rows: Rows) -> None:
    """Give the registrations their ids in the order in which they came: the order of every queue."""
    places.sort(key=lambda place: (place.created_at, place.plan.id, place.person.key))
    for place in places:
        place.id = rows.next_id(Registration)


def choose_channels(places: Sequence[Place], year: int) -> None:
    """Say how each registration came; in that year exactly so many through the website as the city reported."""
    chance = seeded("channels")
    by_residents = [
        place
        for place in places
        if place.counted_at is not None
        and local(place.counted_at).year == year
        and place.plan.cancelled_at is None
        and place.plan.course.funding != "employer"
    ]
    via_catalogue = set(chance.sample(by_residents, VIA_CATALOGUE))
    for place in places:
        chances = CHANNELS_THEN if place.plan.first_day.year <= year else CHANNELS_SINCE
        place.channel = chance.choices(list(chances), list(chances.values()))[0]
        if place in via_catalogue or place.state is State.PENDING:
            place.channel = Channel.WEB
        if place.channel in {Channel.WEB, Channel.API} and place.confirmed_at == place.created_at:
            place.confirmed_at = place.created_at + timedelta(minutes=chance.randrange(1, 50))


def add_registrations(rows: Rows, places: Sequence[Place], keys: Mapping[int, str], today: date) -> None:
    """Keep the registrations; contact details of runs that ended long ago are erased, the counting token stays."""
    chance = seeded("links")
    tokens: dict[tuple[int, str], str] = {}
    for place in places:
        person, plan = place.person, place.plan
        year = plan.first_day.year
        token = tokens.setdefault((year, person.key), person_token(keys[year], person.key))
        erased_at = _erased_at(place, today)
        is_kept = erased_at is None
        rows.put(
            Registration,
            id=place.id,
            run_id=plan.id,
            state=place.state,
            channel=place.channel,
            name=person.name if is_kept else None,
            email=person.email if is_kept else None,
            email_key=person.key if is_kept else None,
            phone=person.phone if is_kept else None,
            person_token=token,
            locale=person.locale,
            link_key=link_key(chance),
            created_at=place.created_at,
            hold_until=place.hold_until,
            confirmed_at=place.confirmed_at,
            queued_at=place.queued_at,
            ended_at=place.ended_at,
            withdraw_reason=place.withdraw_reason,
            cancel_reason=place.cancel_reason,
            party=place.party,
            erased_at=erased_at,
        )
        if place.state is State.OFFERED:
            offered_at = moment(today - DAY, 21, 41)
            rows.add(
                SeatOffer,
                registration_id=place.id,
                offered_at=offered_at,
                deadline=offered_at + DAY,
                answer=None,
                answered_at=None,
            )


def _erased_at(place: Place, today: date) -> datetime | None:
    plan = place.plan
    kept_until = plan.last_day + timedelta(days=CONTACT_DAYS)
    if place.state is State.WAITLISTED:
        kept_until = min(kept_until, plan.first_day + timedelta(days=WAITING_DAYS))
    return moment(kept_until, 3, 10) if kept_until < today else None


def counting_keys(rows: Rows, years: Sequence[int], existing: Mapping[int, str]) -> dict[int, str]:
    """The keys by which people of each year are counted once; one that is there already is used on."""
    keys = dict(existing)
    for year in years:
        if year not in keys:
            keys[year] = seeded(f"counting key of {year}").randbytes(32).hex()
            rows.put(CountingKey, year=year, key=keys[year], destroyed_on=None)
    return keys
