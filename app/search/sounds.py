"""How words sound: foreign names written by ear, letters doubled for length, Russian written in Latin letters.

„Autokads” is AutoCAD, „vordpress” is WordPress, „shushana” is šūšana, “anglijskij” is английский.
"""

import re
from functools import lru_cache

from app.search.latvian import stem

_SPELLINGS = (
    *(("sch", "s"), ("shch", "s"), ("sh", "s"), ("zh", "z"), ("ch", "c"), ("kh", "h"), ("ph", "f"), ("th", "t")),
    *(("wh", "v"), ("w", "v"), ("ck", "k"), ("qu", "kv"), ("q", "k"), ("xc", "ks")),
    *(("x", "ks"), ("oo", "u"), ("yo", "jo"), ("y", "i"), ("j", "i")),
)
_HARD = re.compile(r"c(?![eik])")
_DOUBLED = re.compile(r"(.)\1+")
_LETTERS = {
    **dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhie", strict=True)),
    "ж": "z",
    "ц": "c",
    "ч": "c",
    "ш": "s",
    "щ": "s",
    "ю": "iu",
    "я": "ia",
    "ь": "",
    "ъ": "",
}


@lru_cache(1 << 16)
def sound(word: str) -> str:
    """The folded word as it sounds, roughly; equal for words that one could write for each other by ear."""
    heard = "".join([_LETTERS.get(letter, letter) for letter in word]) if word[:1] >= "а" else word
    for written, spoken in _SPELLINGS:
        heard = heard.replace(written, spoken)
    return _DOUBLED.sub(r"\1", _HARD.sub("k", heard))


def sounds(word: str) -> frozenset[str]:
    """The folded word as it sounds, with its inflection and without."""
    return frozenset((sound(word), sound(stem(word))))
