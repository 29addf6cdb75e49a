"""The people of the demonstration: invented residents and teachers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count
from random import Random

from pydantic import TypeAdapter
from slugify import slugify

from app.demo import files
from app.demo.files import CourseEntry, Names
from app.demo.rows import seeded
from app.people.addresses import email_key

# How many residents belong to each circle; courses draw from the circle they are for.
CIRCLES = {
    "senior": 820,
    "teacher": 380,
    "youth": 330,
    "worker": 1_450,
    "neighbour": 700,
    "russian": 330,
    "ukrainian": 190,
}
CIRCLE_OF = {"seniors": "senior", "teachers": "teacher", "youth": "youth", "employees": "worker"}
FAITHFUL = 1.3
"""The higher, the more often the same people come again."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A resident: nobody real."""

    name: str
    email: str
    key: str
    phone: str | None
    locale: str


def draw_name(names: Names, chance: Random, women: float) -> str:
    """A first name with its surname; so large a share are women's."""
    if chance.random() < women:
        return f"{chance.choice(names.women)} {chance.choice(names.surnames)[0]}"
    return f"{chance.choice(names.men)} {chance.choice(names.surnames)[1]}"


def _names() -> dict[str, Names]:
    return files.read("names.json", TypeAdapter(dict[str, Names]))


class Crowd:
    """All residents, by circle; those in front come oftener."""

    def __init__(self) -> None:
        chance = seeded("crowd")
        names, numbers = _names(), count(1)
        self._circles = {
            circle: [_person(names.get(circle, names["latvian"]), next(numbers), chance) for _ in range(size)]
            for circle, size in CIRCLES.items()
        }
        self.everyone = [person for circle in self._circles.values() for person in circle]
        chance.shuffle(self.everyone)

    def draw(self, course: CourseEntry, number: int, chance: Random) -> list[Person]:
        """So many different people for one run of the course."""
        circle = self._circle(course)
        found: dict[str, Person] = {}
        while len(found) < number:
            person = circle[int(len(circle) * chance.random() ** FAITHFUL)]
            found[person.key] = person
        return list(found.values())

    def _circle(self, course: CourseEntry) -> Sequence[Person]:
        first = course.audience[0]
        if first == "ukrainians":
            return self._circles["ukrainian"]
        if course.language == "ru":
            return self._circles["russian"]
        return self._circles[CIRCLE_OF[first]] if first in CIRCLE_OF else self.everyone


def _person(names: Names, number: int, chance: Random) -> Person:
    name = draw_name(names, chance, women=0.72)
    email = f"{'.'.join(_ascii(word) for word in name.split())}.{number:04d}@example.com"
    phone = f"+371 0000 {chance.randrange(10_000):04d}" if chance.random() < 0.6 else None
    return Person(name, email, email_key(email), phone, "en" if chance.random() < 0.03 else "lv")


@cache
def _ascii(word: str) -> str:
    return slugify(word)


class Teachers:
    """Who teaches at each provider; nobody teaches two runs on one day while a colleague is free."""

    def __init__(self, providers: Sequence[str]) -> None:
        chance = seeded("teachers")
        names = _names()["latvian"]
        self._staff = {provider: [draw_name(names, chance, women=0.68) for _ in range(16)] for provider in providers}
        self._busy: set[tuple[str, date]] = set()

    def engage(self, course: CourseEntry, days: Sequence[date], guest: str | None) -> str:
        """The teacher of a run on these days: the course's guest, or a colleague who is free."""
        if guest:
            return guest
        staff = self._staff[course.provider]
        first = int(course.code.rsplit("-", 1)[1])
        in_turn = [staff[(first + step) % len(staff)] for step in range(len(staff))]
        chosen = next((name for name in in_turn if not any((name, day) in self._busy for day in days)), in_turn[0])
        self._busy.update((chosen, day) for day in days)
        return chosen
