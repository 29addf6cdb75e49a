"""Slips of the finger: the known word that was meant."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.search import filter_words
from app.search.latvian import root, stem
from app.search.postings import Postings
from app.search.sounds import sound, sounds
from app.search.synonyms import Synonyms

LONG = 8
SHORT = 6
"""In words shorter than this another letter, or another beginning, makes another word."""


def corrected(form: str, postings: Postings, synonyms: Synonyms, *, is_guessed: bool = False) -> str | None:
    """The known word a slip or two away from a folded one that nobody knows, as it is spelled; nothing where none is.

    A word whose family or parts are known is corrected only when it is long and one slip away.
    """
    if not is_guessed and (heard := _heard(form, postings, synonyms)) is not None:
        return heard
    family = len(root(form))
    if family < 3 or not form.isalpha() or len(form) < 4 or stem(form) in synonyms.known:
        return None
    candidates: list[str] = []
    for length in range(len(form) - 2, len(form) + 3):
        for first in {*form[:2]}:  # A slip in the first letter is rare, unless it changed places with the second.
            candidates.extend(postings.shapes.get((first, length), ()))
    candidates.extend(synonyms.forms)
    candidates.extend(filter_words.FORMS)
    best: tuple[float, str] | None = None
    for word, distance, _place in process.extract(form, candidates, scorer=OSA.distance, score_cutoff=2, limit=64):
        mixed = sorted(word) == sorted(form)  # The right letters in a wrong order.
        if is_guessed and (distance > 1 or len(form) < LONG):
            continue
        if len(word) < 4 or (distance == 2 and (word[0] != form[0] or not (mixed or family >= 8))):
            continue
        alike = sound(word) == sound(form) or _is_confused(word, form)
        is_other_word = len(word) == len(form) or word[0] != form[0] or len(form) < 5
        if len(form) < SHORT and is_other_word and not (mixed or alike):
            continue
        likely = 0.3 if mixed or alike else 0.2 if len(word) > len(form) else 0.0
        cost = distance + (0.5 if word[0] != form[0] else 0) - likely - min(_found(word, postings), 40) / 200
        if best is None or (cost, word) < best:
            best = (cost, word)
    if best is None:
        return None
    word = best[1]
    return postings.spellings.get(word) or synonyms.forms.get(word) or filter_words.FORMS.get(word) or word


_CONFUSED = frozenset(
    frozenset(pair)
    for pair in ("sz", "dt", "bp", "gk", "oa", "ei", "ck", "cz", "vf", "uo", "ij", "yi", "hg", "uv", "lr")
)
"""Letters that one hears for each other."""


def _is_confused(word: str, form: str) -> bool:
    """Whether the words differ in one letter, heard for another."""
    if len(word) != len(form):
        return False
    different = [frozenset(pair) for pair in zip(word, form, strict=True) if pair[0] != pair[1]]
    return len(different) == 1 and different[0] in _CONFUSED


def _heard(form: str, postings: Postings, synonyms: Synonyms) -> str | None:
    """The known word that sounds the same, as it is spelled."""
    if len(form) < 4 or form[0] >= "а":
        return None
    for one in sorted(sounds(form), key=len, reverse=True):
        if one in synonyms.sounds:
            return synonyms.sounds[one]
        known = [form for form in (*postings.sounds.get(one, ()), one) if form in postings.forms]
        if known:
            return postings.spellings.get(known[0], known[0])
    return None


def _found(form: str, postings: Postings) -> int:
    """In how many documents a word stands; a subject's word, in titles and keywords, is likelier what was meant."""
    title, keywords, *others = postings.bits(postings.stems.get(stem(form)))
    found = title | keywords
    subject = 20 if found else 0
    for bits in others:
        found |= bits
    return found.bit_count() + subject
