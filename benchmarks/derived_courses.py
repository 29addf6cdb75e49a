"""A city many times as large: documents made from the demonstration courses, with words of their own, the same every time."""

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app.search.documents import STATUSES, Document, Words

COURSES = Path("data/courses.jsonl")
_FIRST = (
    "ab",
    "bra",
    "cel",
    "dau",
    "e",
    "fle",
    "gra",
    "i",
    "ka",
    "kle",
    "lau",
    "mi",
    "na",
    "o",
    "pra",
    "ru",
    "sta",
    "tre",
)
_THEN = ("da", "gri", "ka", "le", "mo", "ni", "pu", "ra", "sti", "to", "ve", "zu")
_LAST = ("dne", "gs", "ja", "kls", "lis", "ms", "na", "rs", "šana", "tājs", "ums", "vs")
INVENTED = tuple(a + b + c + d for a in _FIRST for b in _THEN for c in _THEN for d in _LAST)
"""Some 31 000 words as they could be Latvian: names of places, of people, of programmes."""
TODAY = date(2026, 3, 2)


def demonstration() -> list[Document]:
    """The demonstration courses as documents, some open, some over."""
    return [_document(number, json.loads(line)) for number, line in enumerate(_lines(), start=1)]


def derived_courses(count: int) -> list[Document]:
    """So many documents; the first are the demonstration courses themselves."""
    real = demonstration()
    return [*real[:count], *(_another(number, real) for number in range(len(real), count))]


def _lines() -> list[str]:
    return COURSES.read_text(encoding="utf-8").splitlines()


def _document(number: int, course: dict[str, str | list[str]]) -> Document:
    status = STATUSES[number % len(STATUSES)]
    start = TODAY + timedelta(days=number * 11 % 90 + 1) if status in {"open", "upcoming"} else None
    return Document(
        course_id=number,
        version=1,
        code=str(course["code"]),
        slug=f"{course['code']}",
        texts={
            "lv": Words(
                str(course["title"]),
                str(course["summary"]),
                str(course["description"]),
                tuple(course["outcomes"]),
                tuple(course["keywords"]),
            )
        },
        provider=str(course["provider"]),
        provider_names=(str(course["provider"]),),
        group=str(course["group"]),
        audiences=tuple(course["audience"]),
        level=str(course["level"]),
        language=str(course["language"]),
        format=str(course["format"]),
        certificate=str(course["certificate"]),
        funding=str(course["funding"]),
        price=Decimal(str(course["price_eur"])),
        published_at=datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number * 13 % 5000),
        venues=(f"venue-{number % 30}",) if start else (),
        venue_names=(str(course["venue"]),),
        weekdays=(number % 6,) if start else (),
        times=(("morning", "afternoon", "evening")[number % 3],) if start else (),
        starts=(start,) if start else (),
        status=status,
        can_register=status == "open",
        next_start=start,
    )


def _another(number: int, real: list[Document]) -> Document:
    chance = random.Random(number)
    one, other = real[number % len(real)], chance.choice(real)
    mine, theirs = one.texts["lv"], other.texts["lv"]
    own = chance.sample(INVENTED, 4)
    start = TODAY + timedelta(days=chance.randrange(1, 200)) if one.next_start else None
    return replace(
        one,
        course_id=number + 1,
        code=f"{one.code}-{number}",
        slug=f"{one.code}-{number}",
        texts={
            "lv": Words(
                f"{mine.title} {own[0].capitalize()}",
                f"{theirs.summary} {own[1]}",
                f"{mine.description} {theirs.description[:300]} {own[2]} {own[3]}",
                (*mine.outcomes[:2], *theirs.outcomes[:1]),
                (*mine.keywords[:3], *theirs.keywords[-2:]),
            )
        },
        price=Decimal(chance.randrange(0, 300, 5)),
        starts=(start,) if start else (),
        next_start=start,
        published_at=one.published_at + timedelta(minutes=number),
    )
