"""What a new password must be: long enough and not easy to guess; nothing else is asked of it."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from app.i18n import Text, _, _n
from app.refusals import Refusal

SHORTEST = 8
LONGEST = 256
ENOUGH_GUESSES = 1_000_000
"""Whoever tries the likeliest first must need more tries than this."""
_JUDGED = 64
"""Letters that are looked at: what is longer is not easy to guess, and looking takes time."""


class PasswordRefused(Refusal):
    """The password that was chosen is too short or too easy to guess."""

    status = 422
    code = "password"

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence)


def refuse_weak(password: str, own: Iterable[str]) -> None:
    """Refuse what is short or soon guessed; `own` are words of the person, the institution and the city."""
    if len(password) < SHORTEST:
        raise PasswordRefused(
            _n(
                "The password needs at least %(n)s character. Add a word.",
                "The password needs at least %(n)s characters. Add a word.",
                SHORTEST,
            )
        )
    if len(password) > LONGEST:
        raise PasswordRefused(
            _n(
                "The text may have at most %(n)s character. Shorten it.",
                "The text may have at most %(n)s characters. Shorten it.",
                LONGEST,
            )
        )
    from zxcvbn import zxcvbn  # Its word lists take memory that only this needs.

    words = [*dict.fromkeys(part for text in own for part in _words(text)), *_likely()]
    folded = _folded(password[:_JUDGED])
    letters = "".join(sign for sign in folded.lower() if sign.isalpha())  # A year behind a name makes no password.
    judged = zxcvbn(folded, user_inputs=words, max_length=_JUDGED)
    if letters in words or judged["guesses"] < ENOUGH_GUESSES:
        raise PasswordRefused(_("This password is easy to guess. Choose another."))


@cache
def _likely() -> Sequence[str]:
    """Words of people here that foreign lists do not know."""
    return (Path(__file__).parent / "likely_words.txt").read_text(encoding="utf-8").split()


def _words(text: str) -> list[str]:
    """The text and its parts as somebody would put them into a password."""
    folded = _folded(text).lower()
    parts = "".join(sign if sign.isalnum() else " " for sign in folded).split()
    return [part for part in (*parts, "".join(parts)) if len(part) > 2]


def _folded(text: str) -> str:
    """Without diacritics: who guesses tries both."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
