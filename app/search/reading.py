"""How the words of a search are read: which are filters, which are slips, and what each of the others may meet."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.search import filter_words, slips
from app.search.engine import Understood
from app.search.filter_words import FilterWords, find_filter_words
from app.search.latvian import (
    act,
    acts_meant,
    fold,
    is_infinitive,
    root,
    stem,
    typed_words,
    without_diminutive,
    without_prefix,
)
from app.search.plain_words import STOP_WORDS, is_general, is_minor
from app.search.postings import BEGINNING, Postings, compound_parts
from app.search.synonyms import Phrase, Synonyms
from app.search.units import FILTER_WORD, HOW, MINOR, NEIGHBOURS, Fields, Meeting, Reading, Unit, rarity, union

WORDS_LIMIT = 12
"""Longer searches are read up to here; nobody's subject needs more words."""
PREFIX_LIMIT = 300


def read(text: str, postings: Postings, synonyms: Synonyms, *, literal: bool) -> Reading:
    """The reading of a text against what is in the index."""
    reader = _Reader(postings, synonyms)
    typed = typed_words(text.replace("€", " eiro "))[:WORDS_LIMIT]
    forms = [form for form, _as_typed in typed]
    shown = [as_typed for _form, as_typed in typed]
    is_begun = bool(text) and not text[-1].isspace()
    corrected = None
    unknown: list[str] = []
    for place, form in enumerate(forms):
        if reader.is_known(form, may_be_begun=is_begun and place == len(forms) - 1):
            continue
        is_guessed = reader.is_guessed(form)
        better = None if literal else slips.corrected(form, postings, synonyms, is_guessed=is_guessed)
        if better is None and not is_guessed:
            unknown.append(shown[place])
        elif better is not None:
            forms[place], shown[place] = typed_words(better)[0][0], better
            corrected = ""
    if corrected is not None:
        corrected = " ".join(shown)
    filters = [] if literal else reader.filters(forms, shown)
    in_filters = {place for one in filters for place in range(one.first, one.after)}
    last = len(forms) - 1 if is_begun else -1
    pieces = [(forms[n], shown[n], n == last) for n in range(len(forms)) if n not in in_filters]
    return Reading(
        tuple(reader.units(pieces, literal=literal)),
        tuple(
            reader.word(forms[n], is_begun=False, share=FILTER_WORD)
            for n in sorted(in_filters)
            if forms[n] not in STOP_WORDS and not is_general(forms[n])
        ),
        tuple(Understood(one.parameter, one.values, " ".join(shown[one.first : one.after])) for one in filters),
        tuple(reader.pairs(pieces)),
        corrected,
        tuple(unknown),
        tuple(as_typed for form, as_typed, _begun in pieces if reader.is_untaught(form)),
    )


class _Reader:
    """Reads words against one state of the index."""

    def __init__(self, postings: Postings, synonyms: Synonyms) -> None:
        self.postings = postings
        self.synonyms = synonyms

    def is_known(self, form: str, *, may_be_begun: bool) -> bool:
        index = self.postings
        return (
            form in index.forms
            or form in STOP_WORDS
            or is_general(form)
            or stem(form) in index.stems
            or stem(form) in filter_words.STEMS
            or form in filter_words.FORMS
            or stem(form) in self.synonyms.stems
            or stem(form) in self.synonyms.known
            or form[0].isdigit()
            or self.without_general(form) is not None
            or without_diminutive(form) in index.stems
            or any(f"{one}-" in index.roots for one in acts_meant(form))
            or ((verb := without_prefix(form)) is not None and f"{act(verb)}-" in index.roots)
            or (may_be_begun and next(index.starting_with(form, 1), None) is not None)
        )

    def is_guessed(self, form: str) -> bool:
        """Whether nobody wrote this very word, but words of its family or its parts."""
        return root(form) in self.postings.roots or bool(self.synonyms.of((form,))) or bool(self.parts(form))

    def is_untaught(self, form: str) -> bool:
        """Whether the word is known to be right and no course has it or what it stands for."""
        base = stem(form)
        return base in self.synonyms.known and base not in self.postings.stems and not self.synonyms.of((form,))

    def filters(self, forms: Sequence[str], shown: Sequence[str]) -> list[FilterWords]:
        """The filters among the words; what belongs to a set phrase that says more, as in “online shopping”, is none."""
        found = find_filter_words(forms, shown)
        return [one for one in found if not self.is_within_phrase(forms, one)] if found else found

    def is_within_phrase(self, forms: Sequence[str], one: FilterWords) -> bool:
        """Whether words taken for a filter are part of a longer phrase that the synonyms know."""
        longest = self.synonyms.longest
        return any(
            any(not is_general(form) for form in (*forms[first : one.first], *forms[one.after : after]))
            and self.synonyms.of(tuple(forms[first:after]))
            for first in range(max(0, one.after - longest), one.first + 1)
            for after in range(one.after, min(len(forms), first + longest) + 1)
        )

    def parts(self, form: str) -> tuple[str, ...]:
        """The stems a word can be divided into, one of which may be a general word: datorkursi."""
        found = compound_parts(form, self.postings.stems)
        if found or len(form) < 8:
            return found
        for cut in range(len(form) - 4, 3, -1):
            if is_general(form[cut:]) and stem(form[:cut]) in self.postings.stems:
                return (stem(form[:cut]),)
        return ()

    def without_general(self, form: str) -> str | None:
        """The first part of a compound whose second part every course has, where people are expected to type it alone."""
        for cut in range(len(form) - 4, 3, -1):
            if is_general(form[cut:]) and self.synonyms.of((form[:cut],)):
                return form[:cut]
        return None

    def units(self, pieces: Sequence[tuple[str, str, bool]], *, literal: bool) -> Iterator[Unit]:
        """The words and set phrases of a search, from left to right."""
        pieces = [piece for piece in pieces if piece[0] not in STOP_WORDS]
        place = 0
        while place < len(pieces):
            form, shown, is_begun = pieces[place]
            for length in range(min(self.longest, len(pieces) - place), 1, -1):
                forms = tuple(piece[0] for piece in pieces[place : place + length])
                phrase = None if literal else self.phrase(forms, " ".join(p[1] for p in pieces[place : place + length]))
                if phrase is not None:
                    yield phrase
                    place += length
                    break
            else:
                place += 1
                if literal or not is_general(form):
                    unit = self.word(form, is_begun=is_begun, shown=shown, literal=literal)
                    if unit.meetings or not is_begun or len(form) > 1:
                        yield unit

    def pairs(self, pieces: Sequence[tuple[str, str, bool]]) -> Iterator[Unit]:
        """The neighbours among the words, where they are neighbours in some course."""
        index = self.postings
        pieces = [(BEGINNING, "", False), *(piece for piece in pieces if piece[0] not in STOP_WORDS)]
        for (first, shown, _), (second, then_shown, is_begun) in pairwise(pieces):
            keys = {f"{stem(first)} {stem(second)}"}
            if first == BEGINNING:
                keys.update(f"{BEGINNING} {target[0]}" for target in self.leading(pieces[1:]))
            if is_begun:
                keys.update(index.pairs_starting_with(f"{stem(first)} {second}", PREFIX_LIMIT))
            fields = index.bits(*(index.pairs.get(key) for key in keys))
            if any(fields):
                yield self.unit(f"{shown} {then_shown}".strip(), [Meeting("stem", fields)], NEIGHBOURS)

    def leading(self, pieces: Sequence[tuple[str, str, bool]]) -> Sequence[Phrase]:
        """What the first words of the search stand for."""
        forms = tuple(piece[0] for piece in pieces[: self.longest])
        for length in range(len(forms), 0, -1):
            if targets := self.synonyms.of(forms[:length]):
                return targets
        return ()

    @property
    def longest(self) -> int:
        return max(2, self.synonyms.longest)

    def phrase(self, forms: Phrase, shown: str) -> Unit | None:
        """A set phrase: one the synonyms know, or two words that courses write as one."""
        targets = self.synonyms.of(forms)
        joined = "".join(forms)
        is_joined = len(forms) == 2 and len(joined) > 4 and stem(joined) in self.postings.stems
        if not targets and not is_joined:
            return None
        meetings = [Meeting("stem", self.all_of(tuple(stem(form) for form in forms)))]
        telling = [form for form in forms if not is_general(form) and not is_minor(form)]
        meetings.append(Meeting("part", self.stems([stem(form) for form in telling])))
        if is_joined:
            meetings.append(Meeting("joined", self.stems((stem(joined),))))
        if targets:
            meetings.append(Meeting("synonym", self.any_of(targets)))
        if not any(bits for meeting in meetings if meeting.how != "part" for bits in meeting.fields):
            return None  # No course knows it: its words may still be known one by one.
        return self.unit(shown, meetings, 1.0)

    def word(self, form: str, *, is_begun: bool, shown: str = "", share: float = 1.0, literal: bool = False) -> Unit:
        """One word and everything it may meet."""
        index = self.postings
        base, family = stem(form), root(form)
        meetings = [Meeting("exact", index.bits(index.forms.get(form))), Meeting("stem", self.stems((base,)))]
        if base in self.synonyms.known and base not in index.stems:
            return self.unit(shown or form, self.by_synonym(form), share)  # Nobody teaches it: no guessing.
        is_word = self.is_word(form, shown)
        if is_begun and not (is_word and is_infinitive(form)):
            how = "begun" if is_word else "prefix"
            longer = [one for one in index.starting_with(form, PREFIX_LIMIT) if one != form]
            meetings.append(Meeting(how, self.forms(longer)))
        if not literal:
            meetings += self.by_synonym(form)
            if (doing := act(form)) is not None:
                meetings.append(Meeting("act", index.bits(index.roots.get(doing + "-"))))
            elif meant := [found for one in acts_meant(form) if (found := index.roots.get(f"{one}-"))]:
                meetings.append(Meeting("form", index.bits(*meant)))
            if (bigger := without_diminutive(form)) is not None and form not in index.forms:
                meetings.append(Meeting("small", self.stems((bigger,))))
            if (first := self.without_general(form)) is not None:
                meetings.append(Meeting("synonym", self.any_of([(stem(first),), *self.synonyms.of((first,))])))
            if len(family) > 3:
                meetings.append(Meeting("root", index.bits(index.roots.get(family))))
            if (verb := without_prefix(form)) is not None:
                meetings.append(Meeting("verb", index.bits(index.roots.get(f"{act(verb)}-"))))
            if parts := self.parts(form):
                meetings.append(Meeting("compound", self.all_of(parts)))
                meetings.append(Meeting("part", self.stems(parts[:1])))
            compounds = [one for one in index.compounds.get(base, ()) if base in compound_parts(one, index.stems)]
            meetings.append(Meeting("compound", self.forms(compounds)))
        kind = MINOR if is_minor(form) else 1.0
        return self.unit(shown or form, meetings, share * kind, is_name=base in index.names)

    def is_word(self, form: str, shown: str) -> bool:
        """Whether courses have the word as it was typed, so that it hardly is the beginning of another."""
        index = self.postings
        usual = form if shown.isascii() else index.spellings.get(form, form)
        if len(usual) == len(shown) and any(
            typed != other and fold(typed) != typed for typed, other in zip(shown.lower(), usual, strict=True)
        ):
            return False  # „mārket” is neither marķēt nor market.
        return (
            form in index.forms or (len(stem(form)) > 3 and stem(form) in index.stems) or f"{act(form)}-" in index.roots
        )

    def by_synonym(self, form: str) -> list[Meeting]:
        """What the synonyms lead to from a word."""
        targets = self.synonyms.of((form,))
        return [Meeting("synonym", self.any_of(targets))] if targets else []

    def unit(self, shown: str, meetings: list[Meeting], share: float, *, is_name: bool = False) -> Unit:
        kept = [meeting for meeting in meetings if any(meeting.fields)]
        kept.sort(key=lambda meeting: -HOW[meeting.how])
        sure = [meeting for meeting in kept if HOW[meeting.how] >= 70] or kept
        found = 0
        for meeting in sure:
            for bits in meeting.fields:
                found |= bits
        return Unit(shown, tuple(kept), rarity(found.bit_count(), self.postings.size), share, is_name)

    def forms(self, forms: Sequence[str]) -> Fields:
        return self.postings.bits(*(self.postings.forms.get(form) for form in forms))

    def stems(self, stems: Sequence[str]) -> Fields:
        return self.postings.bits(*(self.postings.stems.get(one) for one in stems))

    def any_of(self, phrases: Sequence[Phrase]) -> Fields:
        """The documents that have any of these; not those that merely mention them in the long text."""
        return (*union([self.all_of(phrase) for phrase in phrases])[:-1], 0)

    def all_of(self, stems: Phrase) -> Fields:
        """The documents that have all these words in one field."""
        found = self.stems((stems[0],))
        for one in stems[1:]:
            more = self.stems((one,))
            found = tuple(a & b for a, b in zip(found, more, strict=True))
        return found
