"""Alphabetical order as Latvians know it, the same whichever database keeps the rows."""

from functools import lru_cache
from unicodedata import decomposition, normalize

# Letters of their own, right after the plain one. A long vowel is no other letter: it only decides between equals, and y counts as i.
_CARONS = {"č": "c", "ģ": "g", "ķ": "k", "ļ": "l", "ņ": "n", "ŗ": "r", "š": "s", "ž": "z"}


@lru_cache(maxsize=512)
def _weights(letter: str) -> tuple[str, str]:
    """What the letter weighs at first sight, and between words that are otherwise equal."""
    if letter in _CARONS:
        return _CARONS[letter] + "1", "0"
    if letter == "y":
        return "i0", "2"
    if letter.isspace():
        return "01", "0"
    if letter.isdecimal():
        return f"1{int(letter)}", "0"
    if letter.isascii():
        return (letter + "0", "0") if letter.isalpha() else ("", "")
    if decomposition(letter) and (plain := normalize("NFKD", letter)[0]).isascii() and plain.isalpha():
        return plain + "0", "1"
    return (f"zz{ord(letter):05x}", "0") if letter.isalpha() else ("", "")


@lru_cache(maxsize=4096)
def sort_key(text: str) -> str:
    """A key that puts names and titles in Latvian alphabetical order: capitals, quotation marks and signs do not count.

    It is made of digits and small ASCII letters only, so every collation orders it alike.
    """
    weights = [_weights(letter) for letter in normalize("NFC", text.strip()).casefold()]
    return "".join(first for first, _ in weights) + "00" + "".join(second for _, second in weights)


def by_surname(name: str | None) -> tuple[bool, str]:
    """A key that puts people in the order of their surnames, then first names; those whose name was erased come last."""
    *first, last = (name or "").split() or [""]
    return name is None, sort_key(" ".join([last, *first]))
