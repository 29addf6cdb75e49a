"""What other providers plan that is like a course: seen before it is published, so that two do not teach half a room each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.catalogue.queries import RUNS_OF_COURSES, cards, run_card
from app.i18n import local
from app.search.engine import SearchEngine

_LOOKED_AT = 12
"""How many similar courses are looked at; those of the same provider are left out of them."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Overlap:
    """A group of a similar course that another provider plans."""

    provider_name: str
    course_title: str
    course_slug: str
    starts_on: date
    seats_left: int | None
    """None where the seats have no limit."""
    at_the_same_time: bool
    """It begins in a month in which a group of the course itself begins."""


def overlaps(
    db: Session, engine: SearchEngine, text: str, course_id: int, provider_code: str, locale: str, moment: datetime
) -> list[Overlap]:
    """Groups ahead of similar courses of other providers, the next of each course: those of the same months first."""
    near = [one for one in engine.similar_to_text(text, _LOOKED_AT) if one != course_id]
    found = [card for card in cards(db, near, locale, moment) if card.provider_code != provider_code]
    starts = _starts(db, [course_id, *(card.id for card in found)], moment)
    own_months = {day.replace(day=1) for day, _left in starts.get(course_id, ())}
    made = []
    for card in found:
        ahead = starts.get(card.id, [])
        same = [one for one in ahead if one[0].replace(day=1) in own_months]
        for day, left in (same or ahead)[:1]:
            made.append(Overlap(card.provider_name, card.title, card.slug, day, left, bool(same)))
    made.sort(key=lambda one: not one.at_the_same_time)
    return made[:_SHOWN]


def _starts(db: Session, course_ids: Sequence[int], moment: datetime) -> dict[int, list[tuple[date, int | None]]]:
    """First days and free seats of the groups of each course that are still to begin."""
    starts: dict[int, list[tuple[date, int | None]]] = {}
    for row in db.execute(RUNS_OF_COURSES, {"ids": course_ids, "moment": moment}).mappings():
        card = run_card(row, moment)
        if card.cancelled_at is None and card.starts_at > moment:
            starts.setdefault(row["course_id"], []).append((local(card.starts_at).date(), card.seats_left))
    return {course_id: sorted(days, key=lambda one: one[0]) for course_id, days in starts.items()}
