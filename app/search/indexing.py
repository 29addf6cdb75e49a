"""Making the inverted index of many documents, and keeping it up to date document by document.

A change costs what the words cost that a document gained and lost, at any size: what it gained is added while searches go on
with the old snapshot, what it lost is dropped once the next one is in place.
"""

from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from app.search import bitsets
from app.search.documents import Document
from app.search.latvian import fold, stem, tokens_of
from app.search.postings import (
    FIELDS,
    NOWHERE,
    PAIRED,
    Analysis,
    Entry,
    Masks,
    Numbers,
    Posting,
    Postings,
    compound_parts,
    forms_of,
    names_of,
    pairs_of,
    roots_of,
    stems_of,
    texts_of,
)
from app.search.sounds import sounds

SMALL = 8192
"""Up to so many documents every posting is a set of bits; beyond, only those of common words."""
FEW = 256
"""In a large catalogue, words of so few documents are kept as their numbers, and of more as a packed set."""
MORE = 1024
"""Numbers for documents to come, at least; a quarter of what there is when that is more."""
_PLACE = FIELDS.index("place")
Key = TypeVar("Key")
Value = TypeVar("Value")
_Gathered: TypeAlias = "dict[str, array[int]]"
"""Word -> the documents that have it in one field."""
Change: TypeAlias = "tuple[int, Analysis | None, Analysis | None]"
"""A document's number, and its words before and after."""


def build(documents: Iterable[Document]) -> Postings:
    """The index of documents numbered in their order."""
    size = 0
    words: list[_Gathered] = [{} for _field in FIELDS]
    neighbours: list[_Gathered] = [{} for _field in FIELDS]
    codes: dict[str, int] = {}
    names: frozenset[str] = frozenset()
    for number, document in enumerate(documents):
        size = number + 1
        codes[fold(document.code)] = number
        names |= names_of(document)
        for place, text in enumerate(texts_of(document)):
            tokens = tokens_of(text)
            _gather(words[place], set(tokens), number)
            if place < PAIRED:
                _gather(neighbours[place], set(pairs_of(place, tokens)), number)
    room = size + max(MORE, size // 4)
    spelled = Counter[str]()
    for gathered in words:
        gathered.pop("\n", None)
        spelled.update({word: len(numbers) for word, numbers in gathered.items()})
    for code, number in codes.items():
        _gather(words[_PLACE], [] if number in words[_PLACE].get(code, ()) else [code], number)
    forms = _entries(words, lambda word: (*forms_of(word), word) if word in codes else forms_of(word), room)
    pairs = _entries(neighbours, lambda pair: (pair,), room)
    stems = _by_key(forms, stems_of, room)
    roots = _by_key(forms, roots_of, room)
    postings = Postings(size, room, forms, stems, roots, pairs, sorted(pairs), sorted(forms), {}, {}, {}, names)
    _index_forms(postings, forms, stems)
    _spell(postings, spelled, forms)
    return postings


def change(postings: Postings, changes: Sequence[Change], size: int) -> Postings:
    """The index with what documents gained, for `size` documents in all; `drop` takes away what they lost.

    The old index sees it too: to it, numbers that are new belong to nobody.
    """
    names = postings.names
    forms, pairs = _changed(postings.forms), _changed(postings.pairs)
    for number, before, after in changes:
        if after is None:
            continue
        names |= after.names
        gained = _beyond(after, before)
        new = [form for form in gained[0] if form not in forms]
        for form in new:
            insort(_listed(postings.vocabulary), form)
        for pair in gained[3]:
            if pair not in pairs:
                insort(_listed(postings.pair_keys), pair)
        for index, masks in zip(_indexes(postings), gained, strict=True):
            _add(index, masks, number, postings.room)
        _index_forms(postings, new, postings.stems)
        _spell(postings, Counter(after.spellings), new)
    return replace(postings, size=size, names=names)


def drop(postings: Postings, changes: Iterable[Change]) -> None:
    """Forget the words that documents lost, and those of documents that are no longer there."""
    shapes = _changed(postings.shapes)
    for number, before, after in changes:
        if before is None:
            continue
        lost = [
            _drop(index, masks, number) for index, masks in zip(_indexes(postings), _beyond(before, after), strict=True)
        ]
        for pair in lost[3]:
            _take(_listed(postings.pair_keys), pair)
        for form in lost[0]:
            _take(_listed(postings.vocabulary), form)
            shapes[_shape(form)] = [other for other in shapes[_shape(form)] if other != form]


def _beyond(one: Analysis, other: Analysis | None) -> tuple[Masks, ...]:
    """What one document's words are beyond another's: forms, stems, roots and pairs."""
    mine = (one.forms, one.stems, one.roots, one.pairs)
    if other is None:
        return mine
    theirs = (other.forms, other.stems, other.roots, other.pairs)
    return tuple(
        {word: more for word, mask in ours.items() if (more := mask & ~known.get(word, 0))}
        for ours, known in zip(mine, theirs, strict=True)
    )


def _indexes(postings: Postings) -> tuple[dict[str, Entry], ...]:
    return tuple(_changed(one) for one in (postings.forms, postings.stems, postings.roots, postings.pairs))


def _gather(gathered: _Gathered, words: Iterable[str], number: int) -> None:
    for word in words:
        found = gathered.get(word)
        if found is None:
            gathered[word] = array("I", (number,))
        else:
            found.append(number)


def _entries(gathered: list[_Gathered], keys_of: Callable[[str], tuple[str, ...]], room: int) -> dict[str, Entry]:
    """The words gathered by field as entries; what was gathered is let go."""
    lists: dict[str, list[Numbers | None]] = {}
    for place, words in enumerate(gathered):
        while words:
            word, numbers = words.popitem()
            for key in keys_of(word):
                by_field = lists.setdefault(key, [None] * len(FIELDS))
                known = by_field[place]
                by_field[place] = numbers if known is None else array("I", sorted({*known, *numbers}))
    entries: dict[str, Entry] = {}
    while lists:
        key, by_field = lists.popitem()
        entries[key] = tuple([0 if numbers is None else _compact(numbers, room) for numbers in by_field])
    return entries


def _by_key(forms: Mapping[str, Entry], keys_of: Callable[[str], tuple[str, ...]], room: int) -> dict[str, Entry]:
    """The entries of stems or roots: the documents of all their forms together; one form alone shares its entry."""
    grouped: dict[str, list[Entry]] = {}
    for form, entry in forms.items():
        for key in keys_of(form):
            grouped.setdefault(key, []).append(entry)
    return {
        key: found[0]
        if len(found) == 1
        else tuple([_union([entry[place] for entry in found], room) for place in range(len(FIELDS))])
        for key, found in grouped.items()
    }


def _union(found: list[Posting], room: int) -> Posting:
    bits = 0
    numbers: set[int] = set()
    for one in found:
        if isinstance(one, int):
            bits |= one
        elif isinstance(one, bytes):
            bits |= bitsets.unpacked(one)
        else:
            numbers.update(one)
    if not bits:
        return _compact(array("I", sorted(numbers)), room) if numbers else 0
    return _kept(bits | bitsets.of(numbers, room) if numbers else bits, room)


def _compact(numbers: Numbers, room: int) -> Posting:
    return numbers if room > SMALL and len(numbers) <= FEW else _kept(bitsets.of(numbers, room), room)


def _kept(bits: int, room: int) -> Posting:
    return bits if room <= SMALL or bits.bit_count() * 32 > room else bitsets.packed(bits)


def _index_forms(postings: Postings, forms: Iterable[str], stems: Mapping[str, Entry]) -> None:
    """Let forms be found by their shape, their sound and the words they are made of."""
    shapes, heard, compounds = _changed(postings.shapes), _changed(postings.sounds), _changed(postings.compounds)
    for form in forms:
        _listed(shapes.setdefault(_shape(form), [])).append(form)
        for one in sounds(form):
            if one not in (form, stem(form)) and form not in heard.get(one, ()):
                heard[one] = (*heard.get(one, ()), form)
        for part in compound_parts(form, stems):
            if form not in compounds.get(part, ()):
                compounds[part] = (*compounds.get(part, ()), form)


def _spell(postings: Postings, spelled: Counter[str], forms: Iterable[str]) -> None:
    """Keep how these forms are mostly spelled, where that differs."""
    usual: dict[str, str] = {}
    for word, times in spelled.items():
        if not word.isascii():
            form = fold(word)
            other = usual.get(form)
            if times > (spelled[other] if other else spelled[form] * 4):
                usual[form] = word
    spellings = _changed(postings.spellings)
    for form in forms:
        if form in usual:
            spellings.setdefault(form, usual[form])


def _shape(form: str) -> tuple[str, int]:
    return form[0], len(form)


def _take(ordered: list[str], word: str) -> None:
    place = bisect_left(ordered, word)
    if place < len(ordered) and ordered[place] == word:
        del ordered[place]


def _add(index: dict[str, Entry], masks: Masks, number: int, room: int) -> None:
    for word, mask in masks.items():
        entry = index.get(word, NOWHERE)
        index[word] = tuple([_with(one, number, room) if mask >> place & 1 else one for place, one in enumerate(entry)])


def _with(one: Posting, number: int, room: int) -> Posting:
    if isinstance(one, int):
        return one | 1 << number if one or room <= SMALL else array("I", (number,))
    if isinstance(one, bytes):
        return bitsets.packed(bitsets.unpacked(one) | 1 << number)
    if number in one:
        return one
    more = array("I", (*one, number))
    return more if len(more) <= FEW * 2 else _kept(bitsets.of(more, room), room)


def _drop(index: dict[str, Entry], masks: Masks, number: int) -> list[str]:
    """Take a document from the entries of its words; the words that no document has any more."""
    lost: list[str] = []
    for word, mask in masks.items():
        if (entry := index.get(word)) is None:
            continue
        left = tuple([_without(one, number) if mask >> place & 1 else one for place, one in enumerate(entry)])
        if any(left):
            index[word] = left
        else:
            del index[word]
            lost.append(word)
    return lost


def _without(one: Posting, number: int) -> Posting:
    if isinstance(one, int):
        return one & ~(1 << number)
    if isinstance(one, bytes):
        bits = bitsets.unpacked(one) & ~(1 << number)
        return bitsets.packed(bits) if bits else 0
    left = one[:]
    if number in left:
        left.remove(number)
    return left or 0


def _changed(index: Mapping[Key, Value]) -> dict[Key, Value]:
    """The parts of an index are dictionaries, which only this file changes."""
    assert isinstance(index, dict)
    return index


def _listed(ordered: Sequence[str]) -> list[str]:
    assert isinstance(ordered, list)
    return ordered
