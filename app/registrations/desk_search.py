"""Finding people on a list: by name, mail address or telephone, without regard to diacritics."""

import unicodedata

_PLAIN = {
    sign: letter
    for sign in range(0xC0, 0x250)
    if (letter := unicodedata.normalize("NFD", chr(sign))[0]).isascii() and letter.isalpha()
}
FEWEST_DIGITS = 4
"""With fewer digits one would find everybody's telephone."""


def folded(text: str) -> str:
    """The text in small letters and without diacritics."""
    return text.casefold() if text.isascii() else text.casefold().translate(_PLAIN)


class Wanted:
    """Whom somebody looks for."""

    def __init__(self, words: str) -> None:
        self._words = folded(words).split()
        digits = "".join(sign for sign in words if sign.isdigit())
        is_number = len(digits) >= FEWEST_DIGITS and not any(sign.isalpha() for sign in words)
        self._digits = digits if is_number else ""
        self._address = words.strip().casefold() if "@" in words else ""

    def is_met_by(self, name: str | None, email: str | None, phone: str | None) -> bool:
        """Whether this person may be the one; everybody may while nothing is asked for."""
        if self._digits:
            return self._digits in "".join(sign for sign in phone or "" if sign.isdigit())
        if self._address:
            return self._address in (email or "").casefold()
        if not self._words:
            return True
        known = folded(name or "")
        return all(word in known for word in self._words) or all(word in (email or "") for word in self._words)
