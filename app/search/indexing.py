"""Making the inverted index of many documents, and keeping it up to date document by document.

A document that changes gets a new number. Its words are added under it while searches go on with the old one; once the next
snapshot is in place, the old number's words are dropped. So a change costs what one document's words cost, at any size.
"""

from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from app.search import bitsets
from app.search.latvian import fold, stem
from app.search.postings import (
    FIELDS,
    NOWHERE,
    Analysis,
    Entry,
    Masks,
    Numbers,
    Posting,
    Postings,
    compound_parts,
    roots_of,
    stems_of,
)
from app.search.sounds import sounds

SMALL = 8192
"""Up to so many documents every posting is a set of bits; beyond, only those of common words."""
FEW = 48
"""In a large catalogue, words of so few documents are kept as their numbers, and of more as a packed set."""
MORE = 1024
"""Numbers for documents to come, at least; a quarter of what there is when that is more."""
_BITS = len(FIELDS)
_PLACES = tuple(tuple(place for place in range(_BITS) if mask >> place & 1) for mask in range(1 << _BITS))
Key = TypeVar("Key")
Value = TypeVar("Value")
_Gathered: TypeAlias = "dict[str, array[int]]"
"""Word -> for each document its number and, in the lowest bits, its fields."""


def build(analyses: Iterable[Analysis]) -> Postings:
    """The index of documents numbered in the order of their analyses."""
    size = 0
    gathered_forms: _Gathered = {}
    gathered_pairs: _Gathered = {}
    names: frozenset[str] = frozenset()
    spelled: Counter[str] = Counter()
    for number, one in enumerate(analyses):
        size = number + 1
        _gather(gathered_forms, one.forms, number << _BITS)
        _gather(gathered_pairs, one.pairs, number << _BITS)
        names |= one.names
        spelled.update(one.spellings)
    room = size + max(MORE, size // 4)
    forms = _entries(gathered_forms, room)
    pairs = _entries(gathered_pairs, room)
    stems = _by_key(forms, stems_of, room)
    roots = _by_key(forms, roots_of, room)
    postings = Postings(size, room, forms, stems, roots, pairs, sorted(pairs), sorted(forms), {}, {}, {}, names)
    _index_forms(postings, forms, stems)
    _spell(postings, spelled, forms)
    return postings


def add(postings: Postings, come: Sequence[tuple[int, Analysis]], size: int) -> Postings:
    """The index with documents under numbers that nobody has, for `size` documents in all; the old one sees them too."""
    names = postings.names
    forms, pairs = _changed(postings.forms), _changed(postings.pairs)
    for number, one in come:
        names |= one.names
        new = [form for form in one.forms if form not in forms]
        for form in new:
            insort(_listed(postings.vocabulary), form)
        for pair in [pair for pair in one.pairs if pair not in pairs]:
            insort(_listed(postings.pair_keys), pair)
        for index, masks in (
            (forms, one.forms),
            (_changed(postings.stems), one.stems),
            (_changed(postings.roots), one.roots),
            (pairs, one.pairs),
        ):
            _add(index, masks, number, postings.room)
        _index_forms(postings, new, postings.stems)
        _spell(postings, Counter(one.spellings), new)
    return Postings(
        size,
        postings.room,
        forms,
        postings.stems,
        postings.roots,
        pairs,
        postings.pair_keys,
        postings.vocabulary,
        postings.shapes,
        postings.compounds,
        postings.sounds,
        names,
        postings.spellings,
    )


def drop(postings: Postings, gone: Iterable[tuple[int, Analysis]]) -> None:
    """Forget the words of documents that are no longer there."""
    shapes = _changed(postings.shapes)
    for number, one in gone:
        for index, masks in ((postings.stems, one.stems), (postings.roots, one.roots)):
            _drop(_changed(index), masks, number)
        for pair in _drop(_changed(postings.pairs), one.pairs, number):
            _take(_listed(postings.pair_keys), pair)
        for form in _drop(_changed(postings.forms), one.forms, number):
            _take(_listed(postings.vocabulary), form)
            shapes[_shape(form)] = [other for other in shapes[_shape(form)] if other != form]


def _gather(words: _Gathered, masks: Masks, shifted: int) -> None:
    for word, mask in masks.items():
        found = words.get(word)
        if found is None:
            words[word] = array("I", (shifted | mask,))
        else:
            found.append(shifted | mask)


def _entries(words: _Gathered, room: int) -> dict[str, Entry]:
    """The gathered words as entries; what was gathered is let go word by word."""
    entries: dict[str, Entry] = {}
    while words:
        word, found = words.popitem()
        lists: list[Numbers] = [array("I") for _place in FIELDS]
        for both in found:
            number = both >> _BITS
            for place in _PLACES[both & (1 << _BITS) - 1]:
                lists[place].append(number)
        entries[word] = tuple([_compact(numbers, room) if numbers else 0 for numbers in lists])
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
        else tuple([_union([entry[place] for entry in found], room) for place in range(_BITS)])
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
