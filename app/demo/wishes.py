"""The demonstration's wishes: those behind them, and the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from pydantic import TypeAdapter

from app.demo import files
from app.demo.days import DAY, between, moment
from app.demo.files import WishEntry
from app.demo.institutions import Places
from app.demo.people import Crowd, Person
from app.demo.rows import Rows, link_key, seeded
from app.people.addresses import person_token
from app.wishes.models import WishAnswer, WishRequest, WishState, WishSupport

ANSWER_DAYS = 30
ANSWERED = {WishState.FULFILLED, WishState.DECLINED}
"""States after which nobody's address is kept."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish with its day and, where it came true, the day of that."""

    entry: WishEntry
    left_on: date

    @property
    def state(self) -> WishState:
        """Where it stands."""
        return WishState(self.entry.state)

    @property
    def fulfilled_on(self) -> date | None:
        """The day on which it became a course."""
        after = next((a.after for a in self.entry.answers if a.state == WishState.FULFILLED), None)
        return self.left_on + timedelta(days=after) if after is not None else None


def wishes(today: date) -> list[Wish]:
    """Every wish; those of this year that would have been left in 2025 or earlier are left out, lest 2025 change."""
    kept = []
    for entry in files.read("wishes.json", TypeAdapter(list[WishEntry])):
        left_on = entry.created or today - timedelta(days=entry.days_ago)
        if entry.created or left_on >= date(2026, 1, 5):
            kept.append(Wish(entry, left_on))
    return kept


def fulfilled(all_wishes: Sequence[Wish]) -> dict[str, date]:
    """Which courses wishes brought into the catalogue, and when."""
    return {wish.entry.course: day for wish in all_wishes if (day := wish.fulfilled_on) is not None}


def add_wishes(
    rows: Rows, places: Places, course_ids: Mapping[str, int], crowd: Crowd, all_wishes: Sequence[Wish], today: date
) -> None:
    """Keep the wishes in the order in which they were left, joined ones after those they were joined to."""
    chance = seeded("wishes")
    ids: dict[str, int] = {}
    behind: dict[str, list[Person]] = {}
    for wish in sorted(all_wishes, key=lambda wish: (wish.state is WishState.MERGED, wish.left_on)):
        entry = wish.entry
        left_at = moment(wish.left_on, chance.randrange(8, 21), chance.randrange(60))
        answered = [_answered_at(wish, left_at, answer.after, chance, today) for answer in entry.answers]
        target = ids.get(entry.merged_into)
        ids[entry.title] = wish_id = rows.add(
            WishRequest,
            title=entry.title,
            details=entry.details,
            group_id=places.groups[entry.group],
            times=entry.times,
            format=entry.format,
            audience=entry.audience,
            people=entry.people,
            state=wish.state,
            provider_id=places.providers.get(entry.provider),
            course_id=course_ids.get(entry.course),
            merged_into_id=target,
            created_at=left_at,
            answer_by=left_at + timedelta(days=ANSWER_DAYS),
            first_answered_at=answered[0] if answered else None,
            fulfilled_at=answered[-1] if wish.state is WishState.FULFILLED else None,
        )
        for answer, answered_at in zip(entry.answers, answered, strict=True):
            rows.add(
                WishAnswer,
                wish_id=wish_id,
                state=WishState(answer.state),
                text=answer.text,
                provider_id=places.providers.get(answer.by),
                answered_at=answered_at,
            )
        both = behind.get(entry.merged_into, [])[:2]
        strangers = [person for person in chance.sample(crowd.everyone, entry.supporters + 2) if person not in both]
        behind[entry.title] = [*both, *strangers][: entry.supporters]
        _add_supports(rows, wish, wish_id, left_at, behind[entry.title], chance, today)


def _answered_at(wish: Wish, left_at: datetime, after: int, chance: Random, today: date) -> datetime:
    day = min(wish.left_on + timedelta(days=after), today - DAY)
    return max(moment(day, chance.randrange(9, 17), chance.randrange(60)), left_at + timedelta(hours=2))


def _add_supports(
    rows: Rows, wish: Wish, wish_id: int, left_at: datetime, people: Sequence[Person], chance: Random, today: date
) -> None:
    """The writer and those who joined, up to the day it came true or was declined."""
    last = moment(min(wish.fulfilled_on or today, today) - DAY, 20)
    joined = sorted(between(left_at, max(last, left_at + timedelta(hours=1)), chance.random()) for _ in people[1:])
    is_over = wish.state in ANSWERED
    for place, (person, joined_at) in enumerate(zip(people, [left_at, *joined], strict=True)):
        rows.add(
            WishSupport,
            wish_id=wish_id,
            email=None if is_over else person.email,
            email_key=None if is_over else person.key,
            person_key=person_token("demonstration", person.key),
            is_writer=place == 0,
            locale=person.locale,
            link_key=link_key(chance),
            created_at=joined_at,
            confirmed_at=joined_at + timedelta(minutes=chance.randrange(1, 30)),
            withdrawn_at=None,
        )
