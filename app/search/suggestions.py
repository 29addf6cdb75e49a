"""What a search box suggests while somebody types: courses, thematic groups, providers, and what is often searched for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from app.catalogue.cards import CourseCard
from app.catalogue.queries import cards
from app.providers.queries import GroupFacts
from app.search.engine import Query, SearchEngine
from app.search.filters import clean_text
from app.search.latvian import fold, stem, typed_words
from app.search.plain_words import STOP_WORDS
from app.usage.queries import searched
from app.usage.searches import ENOUGH

LATELY = timedelta(days=90)
"""Searches of these days are suggested when many make them."""
LEAST = 2
"""Letters from which something is suggested."""
COURSES, NAMES, SEARCHES = 5, 2, 3
"""How many of each are suggested at most; of thematic groups and of providers alike."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What fits the letters typed so far."""

    words: tuple[str, ...] = ()
    """The words that decided, as typed or corrected: to be marked."""
    searches: tuple[str, ...] = ()
    courses: tuple[CourseCard, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    """Code and name of each."""
    providers: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.searches) + len(self.courses) + len(self.groups) + len(self.providers)


@dataclass(frozen=True, slots=True)
class Known:
    """What can be suggested beside courses, in the reader's language."""

    groups: Sequence[GroupFacts]
    providers: Mapping[str, str]
    """Names by code."""
    searches: Sequence[str]
    """Searches of many people, the commonest first."""


def suggest(db: Session, engine: SearchEngine, typed: str, known: Known, locale: str, moment: datetime) -> Suggestions:
    """What fits what was typed; nothing for a single letter."""
    text = clean_text(typed)
    if len(text) < LEAST:
        return Suggestions()
    begun = text + " " if typed.endswith(" ") else text
    hits = engine.search(Query(begun, per_page=COURSES, locale=locale, by_subject=True))
    searches = (one for one in known.searches if fold(one) != fold(text) and _begins(text, one))
    groups = ((one.code, one.name) for one in known.groups if _begins(text, f"{one.name} {one.examples}"))
    providers = ((code, name) for code, name in known.providers.items() if _begins(text, name))
    return Suggestions(
        hits.words,
        tuple(islice(searches, SEARCHES)),
        tuple(cards(db, hits.course_ids if hits.words or hits.understood else (), locale, moment)),
        tuple(islice(groups, NAMES)),
        tuple(islice(providers, NAMES)),
    )


def often_searched(db: Session, day: date) -> list[str]:
    """Searches of many people that lately led to courses, the commonest first."""
    return [one.text for one in searched(db, day - LATELY, day, ENOUGH) if one.without_result < one.times]


def _begins(text: str, name: str) -> bool:
    """Whether every word of the text begins one of the name, or is one of its words in another inflection."""
    asked = [form for form, _ in typed_words(text) if form not in STOP_WORDS]
    forms = [form for form, _ in typed_words(name)]
    return bool(asked) and all(any(form.startswith(one) or stem(form) == stem(one) for form in forms) for one in asked)
