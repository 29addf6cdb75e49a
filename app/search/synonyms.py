"""Synonyms: everyday, English and Russian words that lead to the words courses use; data the board edits."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TypedDict

from app.places import place
from app.search.latvian import root, stem, typed_words
from app.search.plain_words import STOP_WORDS
from app.search.sounds import sounds

SEED = place("data") / "synonyms.json"
LONGEST = 4
"""Words in the longest phrase that is looked up."""
Phrase = tuple[str, ...]
Targets = tuple[Phrase, ...]


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

    by_stems: Mapping[Phrase, tuple[Targets, ...]] = field(default_factory=dict)
    """What each line that has a phrase leads to; the phrases of one line share it."""
    by_roots: Mapping[Phrase, tuple[Targets, ...]] = field(default_factory=dict)
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
        own = tuple(stem(form) for form in forms)
        lines = self.by_stems.get(own)
        if lines is None:
            roots = tuple(root(form) for form in forms)
            lines = self.by_roots.get(roots, ()) if sum(map(len, roots)) >= 5 else ()
        return tuple(dict.fromkeys(target for line in lines for target in line if target != own))


def make_synonyms(kept: Kept) -> Synonyms:
    """The synonyms of a list as it is kept."""
    by_stems: dict[Phrase, tuple[Targets, ...]] = {}
    by_roots: dict[Phrase, tuple[Targets, ...]] = {}
    for phrases, found in _lines(kept):
        targets = tuple(dict.fromkeys(_stems(phrase) for phrase in found))
        for key in dict.fromkeys(_stems(phrase) for phrase in phrases):
            by_stems[key] = (*by_stems.get(key, ()), targets)
        for key in dict.fromkeys(tuple(root(form) for form in phrase) for phrase in phrases):
            by_roots[key] = (*by_roots.get(key, ()), targets)
    forms = {form: word.lower() for text in _typed(kept) for form, word in typed_words(text)}
    return Synonyms(
        by_stems,
        by_roots,
        forms,
        frozenset(stem(form) for form in forms),
        {heard: word for form, word in reversed(forms.items()) if len(form) > 2 for heard in sounds(form)},
        frozenset(stem(form) for word in kept["known"] for form, _word in typed_words(word)),
        min(LONGEST, max(map(len, by_stems), default=1)),
    )


@cache
def seed() -> Kept:
    """The list that comes with the program: it counts until the board changes it."""
    kept: Kept = json.loads(SEED.read_text(encoding="utf-8"))
    return kept


def to_json(kept: Kept) -> str:
    """The list as the file has it: one line of synonyms in a line of text, so that changes can be read."""
    said = {
        "same": [json.dumps(line, ensure_ascii=False) for line in kept["same"]],
        "leads": [json.dumps(line, ensure_ascii=False) for line in kept["leads"]],
        "known": [json.dumps(word, ensure_ascii=False) for word in kept["known"]],
    }
    parts = [f'"{name}": [\n' + ",\n".join(lines) + "\n]" for name, lines in said.items()]
    return "{" + ",\n".join(parts) + "}\n"


@cache
def load_synonyms() -> Synonyms:
    """The synonyms of the list that comes with the program, the same for every engine of a process."""
    return make_synonyms(seed())


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
