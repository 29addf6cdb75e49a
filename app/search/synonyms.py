"""Synonyms: everyday, English and Russian words that lead to the words courses use; data the board edits."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from app.places import place
from app.search.latvian import root, stem, typed_words
from app.search.plain_words import STOP_WORDS
from app.search.sounds import sounds

SEED = place("data") / "synonyms.json"
LONGEST = 4
"""Words in the longest phrase that is looked up."""
Phrase = tuple[str, ...]


class Lead(TypedDict):
    """One line of one-way synonyms: who says one of these words is looking for those."""

    words: list[str]
    find: list[str]


class Kept(TypedDict):
    """The file: lines of words that mean the same, and lines that lead from everyday words to those of courses."""

    same: list[list[str]]
    leads: list[Lead]
    known: list[str]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Phrases, as the stems of their words, and what else to look for."""

    by_stems: Mapping[Phrase, tuple[Phrase, ...]] = field(default_factory=dict)
    by_roots: Mapping[Phrase, tuple[Phrase, ...]] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    """Every word in the list, folded, and as it is spelled, so that a slip in one of them can be corrected."""
    stems: frozenset[str] = frozenset()
    """The same words without their inflection."""
    sounds: Mapping[str, str] = field(default_factory=dict)
    """The same words by their sound: who writes by ear, or Russian in Latin letters, means them."""
    known: frozenset[str] = frozenset()
    """Stems of words that are right as they stand although no course has them, so that they are not corrected."""
    longest: int = 1

    def of(self, forms: Phrase) -> tuple[Phrase, ...]:
        """The phrases, as stems, that these folded words lead to."""
        found = self.by_stems.get(tuple(stem(form) for form in forms))
        if found is not None:
            return found
        roots = tuple(root(form) for form in forms)
        return self.by_roots.get(roots, ()) if sum(map(len, roots)) >= 5 else ()


def make_synonyms(kept: Kept) -> Synonyms:
    """The synonyms of a list as it is kept."""
    by_stems: dict[Phrase, list[Phrase]] = {}
    by_roots: dict[Phrase, list[Phrase]] = {}
    for phrases, targets in _lines(kept):
        found = [_stems(target) for target in targets]
        for phrase in phrases:
            for index, key in ((by_stems, _stems(phrase)), (by_roots, tuple(root(form) for form in phrase))):
                known = index.setdefault(key, [])
                known.extend(target for target in found if target != _stems(phrase) and target not in known)
    forms = {form: word.lower() for text in _typed(kept) for form, word in typed_words(text)}
    return Synonyms(
        {key: tuple(found) for key, found in by_stems.items()},
        {key: tuple(found) for key, found in by_roots.items()},
        forms,
        frozenset(stem(form) for form in forms),
        {heard: word for form, word in reversed(forms.items()) if len(form) > 2 for heard in sounds(form)},
        frozenset(stem(form) for word in kept["known"] for form, _word in typed_words(word)),
        min(LONGEST, max(map(len, by_stems), default=1)),
    )


def load_synonyms(path: Path = SEED) -> Synonyms:
    """The synonyms in a file."""
    kept: Kept = json.loads(path.read_text(encoding="utf-8"))
    return make_synonyms(kept)


def _lines(kept: Kept) -> Iterable[tuple[list[Phrase], list[Phrase]]]:
    for line in kept["same"]:
        phrases = [phrase for text in line if (phrase := _phrase(text))]
        yield phrases, phrases
    for lead in kept["leads"]:
        yield (
            [phrase for text in lead["words"] if (phrase := _phrase(text))],
            [phrase for text in lead["find"] if (phrase := _phrase(text))],
        )


def _typed(kept: Kept) -> Iterable[str]:
    """What people are expected to type."""
    for line in kept["same"]:
        yield from line
    for lead in kept["leads"]:
        yield from lead["words"]


def _phrase(text: str) -> Phrase:
    forms = tuple(form for form, _typed in typed_words(text))
    return tuple(form for form in forms if form not in STOP_WORDS) or forms


def _stems(phrase: Phrase) -> Phrase:
    return tuple(stem(form) for form in phrase)
