"""Which word stands in which field of which document: the inverted index, and the words of one document.

`indexing.py` makes the index and keeps it up to date. Words of documents to come may stand in it already, and for a moment
those of documents that left: which documents there are, a snapshot says.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

from app.search import bitsets
from app.search.documents import Document
from app.search.latvian import act, fold, is_name_of_act, root, stem, tokens_of, words_of
from app.search.plain_words import STOP_WORDS, is_general

FIELDS = ("title", "keywords", "summary", "outcomes", "place", "description")
PAIRED = 3
"""In the first so many fields neighbours count."""

Numbers: TypeAlias = "array[int]"
Posting: TypeAlias = "int | array[int] | bytes"
"""The documents that have a word in a field: a set of bits, such a set packed, or the numbers of a few."""
Entry: TypeAlias = "tuple[int | array[int] | bytes, ...]"
"""The documents that have a word, by field."""
BEGINNING = "^"
"""Stands before the first word of a title, so that a title can be found to begin with a word."""
NOWHERE: tuple[int, ...] = (0,) * len(FIELDS)
Masks = dict[str, int]
"""Word -> the fields it stands in, as bits."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """The words of one document."""

    forms: Masks
    """As written, folded."""
    pairs: Masks
    """Two stems that follow each other in the title, a keyword or the summary: "pirm palidzib"."""
    names: frozenset[str]
    spellings: frozenset[str]
    """The words as they are spelled."""

    @property
    def stems(self) -> Masks:
        """The words without their inflection."""
        return _joined(self.forms, stems_of)

    @property
    def roots(self) -> Masks:
        """Wider families, and narrow ones: "raksti-" for all who write."""
        return _joined(self.forms, roots_of)


@dataclass(frozen=True, slots=True)
class Postings:
    """The inverted index of all documents."""

    size: int = 0
    """How many documents there are."""
    room: int = 0
    """Every document's number is below this, also those of documents still to come."""
    forms: Mapping[str, Entry] = field(default_factory=dict)
    stems: Mapping[str, Entry] = field(default_factory=dict)
    roots: Mapping[str, Entry] = field(default_factory=dict)
    pairs: Mapping[str, Entry] = field(default_factory=dict)
    pair_keys: Sequence[str] = ()
    """All pairs in alphabetical order."""
    vocabulary: Sequence[str] = ()
    """All forms in alphabetical order."""
    shapes: Mapping[tuple[str, int], Sequence[str]] = field(default_factory=dict)
    """Forms by their first letter and length, to be compared with slips."""
    compounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Stem -> the forms made of it and another word: dator -> datorprasmes; at least those whose words were known when they came."""
    sounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Forms that sound otherwise than they are written, by their sound: autokad -> autocad."""
    names: frozenset[str] = frozenset()
    """Stems by which a provider is named."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Folded words as they are mostly spelled, where that differs: latviesu is latviešu, but valoda is not valodā."""

    def bits(self, *entries: "Entry | None") -> tuple[int, ...]:
        """The sets of documents that are in any of these entries, by field."""
        found = list(NOWHERE)
        listed: list[list[Numbers]] = []
        for entry in entries:
            if entry is None:
                continue
            for place, one in enumerate(entry):
                if isinstance(one, int):
                    found[place] |= one
                elif isinstance(one, bytes):
                    found[place] |= bitsets.unpacked(one)
                else:
                    listed = listed or [[] for _ in FIELDS]
                    listed[place].append(one)
        for place, numbers in enumerate(listed):
            if numbers:
                found[place] |= bitsets.of(chain.from_iterable(numbers), self.room)
        return tuple(found)

    def starting_with(self, prefix: str, limit: int) -> Iterator[str]:
        """At most `limit` forms that begin so."""
        return _starting_with(self.vocabulary, prefix, limit)

    def pairs_starting_with(self, prefix: str, limit: int) -> Iterator[str]:
        """At most `limit` pairs that begin so."""
        return _starting_with(self.pair_keys, prefix, limit)


def texts_of(document: Document) -> tuple[str, ...]:
    """The texts of a document by field, all its languages together; each title, keyword and summary is a line."""
    texts = document.texts.values()
    return (
        "\n".join([words.title for words in texts]),
        "\n".join([one for words in texts for one in words.keywords]),
        "\n".join([words.summary for words in texts]),
        "\n".join([one for words in texts for one in words.outcomes]),
        "\n".join((*document.provider_names, document.provider, document.code, *document.venue_names)),
        "\n".join([words.description for words in texts]),
    )


def names_of(document: Document) -> frozenset[str]:
    """The provider's names of one word, as stems: tehnikum, but not the words of longer names."""
    names = [stem(words[0]) for name in document.provider_names if len(words := words_of(name)) == 1]
    return frozenset((*names, stem(fold(document.provider))))


def analyse(document: Document) -> Analysis:
    """The words of a document and the fields in which they stand."""
    forms: Masks = {}
    spellings: set[str] = set()
    pairs: Masks = {}
    for place, text in enumerate(texts_of(document)):
        bit = 1 << place
        tokens = tokens_of(text)
        written = set(tokens)
        spellings |= written
        for word in written:
            for form in forms_of(word):
                forms[form] = forms.get(form, 0) | bit
        for pair in pairs_of(place, tokens):
            pairs[pair] = pairs.get(pair, 0) | bit
    spellings.discard("\n")
    code = fold(document.code)
    forms[code] = forms.get(code, 0) | 1 << FIELDS.index("place")
    return Analysis(forms, pairs, names_of(document), frozenset(spellings))


def pairs_of(place: int, tokens: Iterable[str]) -> list[str]:
    """The stems that follow each other in each line of a field where neighbours count, in the title also its beginning."""
    if place >= PAIRED:
        return []
    pairs: list[str] = []
    beginning = before = BEGINNING if place == 0 else ""
    for word in tokens:
        if word == "\n":
            before = beginning
            continue
        for form in forms_of(word):
            (base,) = stems_of(form)
            if before:
                pairs.append(f"{before} {base}")
            before = base
    return pairs


@lru_cache(1 << 18)
def forms_of(word: str) -> tuple[str, ...]:
    """The folded words in one as it is written, without those that no search is about: „e-paraksts” holds two."""
    return tuple(form for form in words_of(word) if form not in STOP_WORDS)


@lru_cache(1 << 18)
def stems_of(form: str) -> tuple[str, ...]:
    """The stem under which a form is found."""
    return (stem(form),)


@lru_cache(1 << 18)
def roots_of(form: str) -> tuple[str, ...]:
    """The families under which a form is found."""
    verb = act(form)
    return (root(form),) if verb is None else (root(form), f"{verb}-")


def compound_parts(form: str, stems: Mapping[str, Entry]) -> tuple[str, ...]:
    """The stems of the two words a form is made of, when both are known: datorprasmes is dator and prasm."""
    if len(form) < 8 or not form.isalpha() or is_general(form):
        return ()
    for cut in range(len(form) - 4, 3, -1):
        first = form[:cut]
        if first not in stems:
            first = stem(first)  # mājaslapa: the first word keeps its ending
            if first not in stems or len(first) < 3:
                continue
        if is_name_of_act(form[cut:]) or form[cut:] in STOP_WORDS:
            continue  # The end of burāšana is no word: the whole is one.
        last = stem(form[cut:])
        if len(last) >= 3 and last in stems:
            return (first, last)
    return ()


def _joined(forms: Masks, keys_of: Callable[[str], tuple[str, ...]]) -> Masks:
    joined: Masks = {}
    for form, mask in forms.items():
        for key in keys_of(form):
            joined[key] = joined.get(key, 0) | mask
    return joined


def _starting_with(ordered: Sequence[str], prefix: str, limit: int) -> Iterator[str]:
    place = bisect_left(ordered, prefix)
    for word in ordered[place : place + limit]:
        if not word.startswith(prefix):
            return
        yield word
