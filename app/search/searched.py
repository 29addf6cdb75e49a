"""What of a search may be kept among the figures: words of the catalogue, and nothing that somebody could smuggle in."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.search.engine import SearchEngine
from app.search.filter_words import find_filter_words
from app.search.filters import clean_text
from app.search.latvian import fold, stem, typed_words
from app.search.plain_words import STOP_WORDS, is_general
from app.wishes import queries as wishes

MOST_WORDS = 4
MOST_DIGITS = 4
"""More of them in one word could be a number of somebody's: a phone, a code."""
LONGEST = 60
"""Characters of a text that is kept."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A search without what tells nothing: its words as typed, in small letters, and without their inflection."""

    text: str
    stems: str


def telling(db: Session, engine: SearchEngine, typed: str) -> Telling | None:
    """The subject of a search, if each of its words stands in the catalogue, its synonyms or a public wish; else nothing.

    Words that are filters, little words and words every course has are left out. What nobody but its writer has ever
    written can so not be brought among the figures: no names, no addresses, no messages.
    """
    words = typed_words(clean_text(typed))
    forms, shown = [form for form, _ in words], [word.lower() for _, word in words]
    filters = {place for one in find_filter_words(forms, shown) for place in range(one.first, one.after)}
    kept = [
        (form, word)
        for place, (form, word) in enumerate(zip(forms, shown, strict=True))
        if place not in filters and form not in STOP_WORDS and not is_general(form)
    ]
    text = " ".join(word for _form, word in kept)
    if not kept or len(kept) > MOST_WORDS or len(text) > LONGEST:
        return None
    if any(sum(sign.isdigit() for sign in form) > MOST_DIGITS for form, _word in kept):
        return None
    wished = None
    for form, _word in kept:
        if engine.knows(form):
            continue
        wished = _wished(db) if wished is None else wished
        if stem(form) not in wished:
            return None
    return Telling(text, " ".join(stem(form) for form, _word in kept))


def _wished(db: Session) -> frozenset[str]:
    """The words of wishes that everybody can read."""
    return frozenset(stem(form) for wish in wishes.titles_to_join(db) for form, _ in typed_words(fold(wish.title)))
