"""Which word stands in which field of which document: the inverted index, never changed, only replaced."""

from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import TypeAlias

from app.search import bitsets
from app.search.documents import Document
from app.search.latvian import act, fold, is_name_of_act, root, spellings_in, stem, words_of
from app.search.plain_words import STOP_WORDS, is_general
from app.search.sounds import sounds

FIELDS = ("title", "keywords", "summary", "outcomes", "place", "description")
_PLACES = tuple(tuple(place for place in range(len(FIELDS)) if mask >> place & 1) for mask in range(1 << len(FIELDS)))
SMALL = 8192
"""Up to so many documents every posting is a set of bits; beyond, rare words are kept as a list of documents."""

Numbers: TypeAlias = "array[int]"
Posting: TypeAlias = "int | array[int]"
Entry: TypeAlias = "tuple[int | array[int], ...]"
"""The documents that have a word, by field."""
BEGINNING = "^"
"""Stands before the first word of a title, so that a title can be found to begin with a word."""
NOWHERE: tuple[int, ...] = (0,) * len(FIELDS)
Masks = dict[str, int]
"""Word -> the fields it stands in, as bits."""
_Gathered: TypeAlias = "dict[str, list[Numbers | None]]"


@dataclass(frozen=True, slots=True)
class Analysis:
    """The words of one document: as written, without inflection, and by family."""

    forms: Masks
    stems: Masks
    roots: Masks
    """Wider families, and narrow ones: "raksti-" for all who write."""
    pairs: Masks
    """Two stems that follow each other in the title, a keyword or the summary: "pirm palidzib"."""
    names: frozenset[str]
    """The provider's names of one word, as stems: tehnikum, but not the words of longer names."""
    spellings: frozenset[str]
    """The words as they are spelled."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The inverted index of all documents."""

    size: int = 0
    """Numbers given to documents so far; every document's number is below."""
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
    """Stem -> the forms made of it and another word: dator -> datorprasmes."""
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
                else:
                    listed = listed or [[] for _ in FIELDS]
                    listed[place].append(one)
        for place, numbers in enumerate(listed):
            if numbers:
                found[place] |= bitsets.of(chain.from_iterable(numbers), self.size)
        return tuple(found)

    def starting_with(self, prefix: str, limit: int) -> Iterator[str]:
        """At most `limit` forms that begin so."""
        return _starting_with(self.vocabulary, prefix, limit)

    def pairs_starting_with(self, prefix: str, limit: int) -> Iterator[str]:
        """At most `limit` pairs that begin so."""
        return _starting_with(self.pair_keys, prefix, limit)


def analyse(document: Document) -> Analysis:
    """The words of a document and the fields in which they stand, all its languages together."""
    texts = document.texts.values()
    parts = (
        "\n".join(words.title for words in texts),
        "\n".join("\n".join(words.keywords) for words in texts),
        "\n".join(words.summary for words in texts),
        "\n".join("\n".join(words.outcomes) for words in texts),
        "\n".join((*document.provider_names, document.provider, document.code, *document.venue_names)),
        "\n".join(words.description for words in texts),
    )
    forms: Masks = {}
    for place, text in enumerate(parts):
        for form in words_of(text):
            if form not in STOP_WORDS:
                forms[form] = forms.get(form, 0) | 1 << place
    code = fold(document.code)
    forms[code] = forms.get(code, 0) | 1 << FIELDS.index("place")
    stems: Masks = {}
    roots: Masks = {}
    for form, mask in forms.items():
        base, family = stem(form), root(form)
        stems[base] = stems.get(base, 0) | mask
        roots[family] = roots.get(family, 0) | mask
        if (verb := act(form)) is not None:
            roots[verb + "-"] = roots.get(verb + "-", 0) | mask
    pairs: Masks = {}
    for place, text in enumerate(parts[:3]):
        for line in text.split("\n"):
            bases = [stem(form) for form in words_of(line) if form not in STOP_WORDS]
            if place == 0:
                bases.insert(0, BEGINNING)
            for first, second in pairwise(bases):
                pair = f"{first} {second}"
                pairs[pair] = pairs.get(pair, 0) | 1 << place
    names = frozenset(stem(words[0]) for name in document.provider_names if len(words := words_of(name)) == 1)
    names |= {stem(fold(document.provider))}
    return Analysis(forms, stems, roots, pairs, names, spellings_in("\n".join(parts)))


def build(analyses: Iterable[Analysis]) -> Postings:
    """The index of documents numbered in the order of their analyses."""
    size = 0
    gathered: tuple[_Gathered, ...] = ({}, {}, {}, {})
    names: frozenset[str] = frozenset()
    spelled: Counter[str] = Counter()
    for number, one in enumerate(analyses):
        size = number + 1
        for words, masks in zip(gathered, (one.forms, one.stems, one.roots, one.pairs), strict=True):
            _gather(words, masks, number)
        names |= one.names
        spelled.update(one.spellings)
    forms, stems, roots, pairs = (_entries(words, size) for words in gathered)
    spellings = _usual(spelled)
    shapes: dict[tuple[str, int], list[str]] = {}
    for form in forms:
        shapes.setdefault(_shape(form), []).append(form)
    compounds: dict[str, tuple[str, ...]] = {}
    for form in forms:
        for part in compound_parts(form, stems):
            compounds[part] = (*compounds.get(part, ()), form)
    heard: dict[str, tuple[str, ...]] = {}
    for form in forms:
        _hear(heard, form)
    return Postings(
        size, forms, stems, roots, pairs, sorted(pairs), sorted(forms), shapes, compounds, heard, names, spellings
    )


def replace(
    postings: Postings, gone: Sequence[tuple[int, Analysis]], come: Sequence[tuple[int, Analysis]], size: int
) -> Postings:
    """The index without some documents and with others, each under its number."""
    forms, stems, roots, pairs = (
        dict(index) for index in (postings.forms, postings.stems, postings.roots, postings.pairs)
    )
    names, spellings = postings.names, dict(postings.spellings)
    for number, old in gone:
        _drop(forms, old.forms, number)
        _drop(stems, old.stems, number)
        _drop(roots, old.roots, number)
        _drop(pairs, old.pairs, number)
    for number, analysis in come:
        _add(forms, analysis.forms, number)
        _add(stems, analysis.stems, number)
        _add(roots, analysis.roots, number)
        _add(pairs, analysis.pairs, number)
        names |= analysis.names
        for form, word in _usual(Counter(analysis.spellings)).items():
            if form not in postings.forms:
                spellings.setdefault(form, word)
    new = {form for _number, one in come for form in one.forms if form not in postings.forms}
    lost = {form for _number, one in gone for form in one.forms if form not in forms}
    pair_keys = list(postings.pair_keys)
    for pair in {pair for _number, one in gone for pair in one.pairs if pair not in pairs}:
        pair_keys.pop(bisect_left(pair_keys, pair))
    for pair in {pair for _number, one in come for pair in one.pairs if pair not in postings.pairs}:
        insort(pair_keys, pair)
    vocabulary = list(postings.vocabulary)
    shapes = dict(postings.shapes)
    compounds = dict(postings.compounds)
    heard = dict(postings.sounds)
    for form in lost:
        vocabulary.pop(bisect_left(vocabulary, form))
        shapes[_shape(form)] = [one for one in shapes[_shape(form)] if one != form]
    for form in new:
        insort(vocabulary, form)
        _hear(heard, form)
        shapes[_shape(form)] = [*shapes.get(_shape(form), ()), form]
        for part in compound_parts(form, stems):
            if form not in compounds.get(part, ()):
                compounds[part] = (*compounds.get(part, ()), form)
    return Postings(size, forms, stems, roots, pairs, pair_keys, vocabulary, shapes, compounds, heard, names, spellings)


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


def _hear(heard: dict[str, tuple[str, ...]], form: str) -> None:
    for one in sounds(form):
        if one not in (form, stem(form)) and form not in heard.get(one, ()):
            heard[one] = (*heard.get(one, ()), form)


def _usual(spellings: Counter[str]) -> dict[str, str]:
    usual: dict[str, str] = {}
    for word, times in spellings.items():
        if not word.isascii():
            form = fold(word)
            other = usual.get(form)
            if times > (spellings[other] if other else spellings[form] * 4):
                usual[form] = word
    return usual


def _shape(form: str) -> tuple[str, int]:
    return form[0], len(form)


def _starting_with(ordered: Sequence[str], prefix: str, limit: int) -> Iterator[str]:
    place = bisect_left(ordered, prefix)
    for word in ordered[place : place + limit]:
        if not word.startswith(prefix):
            return
        yield word


def _gather(words: "_Gathered", masks: Masks, number: int) -> None:
    for word, mask in masks.items():
        lists = words.get(word)
        if lists is None:
            lists = words[word] = [None] * len(FIELDS)
        for place in _PLACES[mask]:
            numbers = lists[place]
            if numbers is None:
                lists[place] = array("I", (number,))
            else:
                numbers.append(number)


def _entries(words: "_Gathered", size: int) -> dict[str, Entry]:
    """The gathered lists as entries; each list is let go as soon as it is one."""
    entries: dict[str, Entry] = {}
    while words:
        word, lists = words.popitem()
        entries[word] = tuple([0 if numbers is None else _compact(numbers, size) for numbers in lists])
    return entries


def _compact(numbers: Numbers, size: int) -> Posting:
    return bitsets.of(numbers, size) if size <= SMALL or len(numbers) * 32 > size else numbers


def _add(index: dict[str, Entry], masks: Masks, number: int) -> None:
    for word, mask in masks.items():
        entry = index.get(word, NOWHERE)
        index[word] = tuple(
            (one | 1 << number if isinstance(one, int) else array("I", (*one, number))) if mask >> place & 1 else one
            for place, one in enumerate(entry)
        )


def _drop(index: dict[str, Entry], masks: Masks, number: int) -> None:
    for word, mask in masks.items():
        if word not in index:
            continue
        left = tuple(
            (one & ~(1 << number) if isinstance(one, int) else array("I", (n for n in one if n != number)))
            if mask >> place & 1
            else one
            for place, one in enumerate(index[word])
        )
        if any(left):
            index[word] = left
        else:
            del index[word]
