"""Sets of documents that remember which words they were made of, so that a reading can be asked of another engine.

The words of a search are read against the embedded engine's index (`reading.py`), whose answers are sets of documents. Here
the same reading is done on an index whose sets carry their origin along: a set that came from „dator” in the title, joined
with one from „komp”, knows that it is `dator or komp`. So one set of rules serves both engines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from app.search.latvian import stem
from app.search.postings import FIELDS, Entry, Postings

Asked = frozenset[str]
"""Tokens that a field must all have."""
FORM, STEM, ROOT, PAIR = "f", "s", "r", "p"
"""Kinds of tokens; a form is asked by its stem."""
DEPTH = (1, 2, 4, 5, 3, 6)
"""For each of postings.FIELDS how far down it stands among them by ranking's points: the title is first."""
AMONG_KEYWORDS = 0
"""For a word among the keywords, wherever else it stands."""
LAST_OF_PAIRS = DEPTH[FIELDS.index("summary")]
"""Neighbours count so far down."""
PRODUCT_LIMIT = 60
"""More combinations of words than this are asked as if any of their first halves would do."""


class Traced(int):
    """A set of documents, and the alternatives any of which puts a document into it."""

    asked: frozenset[Asked]

    def __new__(cls, bits: int, asked: frozenset[Asked]) -> "Traced":
        """The set with its origin."""
        made = super().__new__(cls, bits)
        made.asked = asked
        return made

    def __or__(self, other: int) -> int:
        """Either of two sets."""
        asked = self.asked | other.asked if isinstance(other, Traced) else self.asked
        return Traced(int.__or__(self, other), asked)

    __ror__ = __or__

    def __and__(self, other: int) -> int:
        """Both of two sets; one without an origin narrows the documents only."""
        if not (both := int.__and__(self, other)):
            return 0
        if not isinstance(other, Traced) or len(self.asked) * len(other.asked) > PRODUCT_LIMIT:
            return Traced(both, self.asked)
        return Traced(both, frozenset(mine | their for mine in self.asked for their in other.asked))

    __rand__ = __and__


def asked_of(bits: int) -> frozenset[Asked]:
    """The alternatives a set was made of; none where it has no origin."""
    return bits.asked if isinstance(bits, Traced) else frozenset()


class Named(tuple[object, ...]):
    """An entry of the index that remembers its token."""

    asked: frozenset[Asked]


class _View(Mapping[str, Entry]):
    """One part of the index, whose entries remember under which word they were found."""

    def __init__(self, entries: Mapping[str, Entry], kind: str) -> None:
        self._entries, self._kind = entries, kind
        self._named: dict[str, Named] = {}

    def __getitem__(self, word: str) -> Entry:
        named = self._named.get(word)
        if named is None:
            named = Named(self._entries[word])
            named.asked = frozenset((frozenset((STEM + stem(word) if self._kind == FORM else self._kind + word,)),))
            self._named[word] = named
        return named  # type: ignore[return-value]

    def __contains__(self, word: object) -> bool:
        return word in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True, slots=True)
class TracedPostings(Postings):
    """The index of all documents, whose sets remember their words. A form is asked by its stem, which it never lacks."""

    def bits(self, *entries: "Entry | None") -> tuple[int, ...]:
        """The sets of documents that are in any of these entries, by field, each with its origin."""
        found = Postings.bits(self, *entries)
        named = [one for one in entries if isinstance(one, Named)]
        if len(named) == 1:
            return tuple(Traced(bits, named[0].asked) if bits else 0 for bits in found)
        made = list(found)
        for place, bits in enumerate(found):
            if bits:
                there = (one.asked for one in named if one[place] or not isinstance(one[place], int))
                made[place] = Traced(bits, frozenset().union(*there))
        return tuple(made)


def at_depth(depth: int, token: str) -> str:
    """The token a document has when the best field in which the word stands is of this depth."""
    return f"{depth}{token}"


def down_to(depth: int, token: str) -> list[str]:
    """The tokens any of which a document has when the word stands in a field of this depth or of a lesser one."""
    lasts = LAST_OF_PAIRS if token.startswith(PAIR) else max(DEPTH)
    return [at_depth(one, token) for one in range(min(1, depth), min(depth, lasts) + 1)]


def traced(postings: Postings) -> TracedPostings:
    """The same index, with sets that remember their words."""
    kept: dict[str, object] = {one.name: getattr(postings, one.name) for one in fields(Postings)}
    for name, kind in (("forms", FORM), ("stems", STEM), ("roots", ROOT), ("pairs", PAIR)):
        kept[name] = _View(getattr(postings, name), kind)
    return TracedPostings(**kept)  # type: ignore[arg-type]
