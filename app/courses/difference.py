"""What a draft changes, word by word: field for field, what stays, what goes and what comes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from app.courses.drafts import FIELDS, TRANSLATED
from app.courses.inputs import OTHER_LANGUAGES
from app.courses.readiness import LABELS
from app.i18n import Text

Kind = Literal["same", "gone", "new"]
_WORDS = re.compile(r"\s+|[^\s]+")
_CHOSEN = {
    "group",
    "audiences",
    "level",
    "format",
    "language",
    "funding",
    "certificate",
    "needs_permit",
    "price",
    "academic_hours",
}
"""Fields of which the whole value is exchanged, never a part of a word."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stay, go or come."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field that says something else than before."""

    field: str
    label: Text
    locale: str
    """Language of the words; empty where the field has none."""
    pieces: tuple[Piece, ...]


def changes(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> list[Change]:
    """The fields that differ, in the order of the form."""
    order = [*LABELS, *(f"{name}_{locale}" for locale in OTHER_LANGUAGES for name in TRANSLATED)]
    assert {*order} == {*FIELDS}
    return [
        _change(name, before.get(name, ()), after.get(name, ()))
        for name in order
        if [*before.get(name, ())] != [*after.get(name, ())]
    ]


def _change(name: str, before: Sequence[str], after: Sequence[str]) -> Change:
    field, _sep, locale = name.rpartition("_")
    if locale not in OTHER_LANGUAGES:
        field, locale = name, ""
    if name in _CHOSEN:
        gone = [Piece("gone", value) for value in before if value not in after]
        kept = [Piece("same", value) for value in before if value in after]
        pieces = (*kept, *gone, *(Piece("new", value) for value in after if value not in before))
    else:
        pieces = pieces_of("\n".join(before), "\n".join(after))
    return Change(name, LABELS[field], locale, pieces)


def pieces_of(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts laid over each other word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(old[a:b])))
            continue
        if a < b:
            found.append(Piece("gone", "".join(old[a:b])))
        if c < d:
            found.append(Piece("new", "".join(new[c:d])))
    return tuple(found)
