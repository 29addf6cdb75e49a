"""Marking what met a search: whole words, in any inflection, and never as markup."""

from unicodedata import normalize

import pytest

from app.search.highlight import marked
from tests.protection.payloads import PAYLOADS


def met(text: str, *words: str) -> list[str]:
    """The marked words of a text."""
    return [piece for piece, is_met in marked(text, words) if is_met]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("latviešu", "valodu"), ["Latviešu", "valodas", "latviešu"]),
        (("latviesu",), ["Latviešu", "latviešu"]),
        (("val",), ["valodas"]),
        (("tulkot",), ["tulkotājiem"]),
        (("e-paraksts",), ["e", "paraksts"]),
        (("un", "ar"), []),
        ((), []),
    ],
)
def test_whole_words_are_marked_in_any_inflection(words: tuple[str, ...], found: list[str]) -> None:
    assert met("Latviešu valodas kurss tulkotājiem: e-paraksts un latviešu klasika ar prieku", *words) == found


def test_a_word_is_marked_where_a_longer_one_begins_with_it_but_not_inside_others() -> None:
    assert met("Datorprasmes, datoru labošana, minidators", "dators") == ["Datorprasmes", "datoru"]


@pytest.mark.parametrize("text", ["", "Vārds", "Ко́фе ☕ и \u0301", "a\u0101 A\u0304", *PAYLOADS[:40]])
def test_the_pieces_together_are_the_text(text: str) -> None:
    for words in ((), ("script",), ("alert", "img"), ("vārda",)):
        assert "".join(piece for piece, _ in marked(text, words)) == normalize("NFC", text)
