"""Which words of a text met a search: the text in pieces, to be marked where it is shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from app.search.latvian import fold, root, stem, typed_words
from app.search.plain_words import STOP_WORDS

Pieces = tuple[tuple[str, bool], ...]
"""A text from its beginning to its end, and of each piece whether it met the search. Plain text: whoever shows it escapes it."""
BEGINNING = 3
"""Letters from which a word also meets longer ones that begin with it: datora and datorprasmes."""
FAMILY = 4
"""Letters that words of one family must share: tulkot and tulkotājs."""
_WORD = re.compile(r"[^\W_]+[#+]{0,2}")


@dataclass(frozen=True, slots=True)
class Sought:
    """The words of a search, in every form in which a word of a text can meet them."""

    stems: frozenset[str]
    roots: frozenset[str]
    beginnings: tuple[str, ...]


def marked(text: str, words: Sequence[str]) -> Pieces:
    """The text in pieces: whole words that are among those searched for, in any inflection, with marks or without."""
    plain = normalize("NFC", text)
    sought = _sought(tuple(words))
    pieces: list[tuple[str, bool]] = []
    shown = 0
    for start, end, form, base, family in _words(plain):
        if base in sought.stems or family in sought.roots or form.startswith(sought.beginnings):
            if start > shown:
                pieces.append((plain[shown:start], False))
            pieces.append((plain[start:end], True))
            shown = end
    if shown < len(plain) or not pieces:
        pieces.append((plain[shown:], False))
    return tuple(pieces)


@lru_cache(1024)
def _sought(words: tuple[str, ...]) -> Sought:
    forms = [
        form for text in words for part in text.split("-") for form, _ in typed_words(part) if form not in STOP_WORDS
    ]
    stems = frozenset(stem(form) for form in forms)
    return Sought(
        stems,
        frozenset(family for form in forms if len(family := root(form)) >= FAMILY),
        tuple(base for base in stems if len(base) >= BEGINNING),
    )


@lru_cache(4096)
def _words(text: str) -> tuple[tuple[int, int, str, str, str], ...]:
    """Where each word of a text begins and ends, folded, and its stem and root."""
    found = ((match.start(), match.end(), fold(match.group())) for match in _WORD.finditer(text))
    return tuple((start, end, form, stem(form), root(form)) for start, end, form in found if form not in STOP_WORDS)
