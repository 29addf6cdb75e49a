"""What people type: composed, on one line, and without letters that nobody sees."""

import pytest
from pydantic import BaseModel, ValidationError

from app.faults import faults_of
from app.texts import EmailAddress, Line, Paragraphs, PersonName, PhoneNumber


class Typed(BaseModel):
    """One of each kind of text."""

    name: PersonName = "Anna Ozola"
    line: Line = ""
    lines: Paragraphs = ""
    email: EmailAddress = "anna@example.lv"
    phone: PhoneNumber = None


INVISIBLE = {
    "soft hyphen": "\u00ad", "zero width space": "\u200b", "zero width non-joiner": "\u200c", "zero width joiner": "\u200d",
    "left-to-right mark": "\u200e", "right-to-left mark": "\u200f", "arabic letter mark": "\u061c",
    "left-to-right embedding": "\u202a", "right-to-left embedding": "\u202b", "pop directional formatting": "\u202c",
    "word joiner": "\u2060", "invisible times": "\u2062", "left-to-right isolate": "\u2066", "right-to-left isolate": "\u2067",
    "first strong isolate": "\u2068", "pop directional isolate": "\u2069", "byte order mark": "\ufeff",
    "mongolian vowel separator": "\u180e", "combining grapheme joiner": "\u034f", "hangul filler": "\u3164",
    "halfwidth hangul filler": "\uffa0", "hangul choseong filler": "\u115f", "braille blank": "\u2800",
}  # fmt: skip
DECEIVING = {
    "left-to-right override": "\u202d", "right-to-left override": "\u202e", "deprecated format": "\u206a",
    "annotation": "\ufff9", "tag letter": "\U000e0041", "cancel tag": "\U000e007f",
}  # fmt: skip
REFUSED = {"nul": "\0", "escape": "\x1b", "lone surrogate": "\ud800", "private use": "\ue000", "unassigned": "\u0378"}


def codes(**typed: str) -> list[str]:
    """What is wrong with it."""
    with pytest.raises(ValidationError) as found:
        Typed(**typed)
    return [fault.code for fault in faults_of(found.value)]


@pytest.mark.parametrize("sign", INVISIBLE.values(), ids=INVISIBLE)
def test_what_is_invisible_and_comes_along_is_left_out(sign: str) -> None:
    typed = Typed(
        name=f"{sign}Anna{sign} Ozo{sign}la{sign}",
        line=f"Kalšana{sign}",
        lines=f"{sign}Viens\n{sign}\ndi{sign}vi",
        email=f"{sign}anna@example.lv{sign}",
        phone=f"{sign}26123456{sign}",
    )
    assert typed == Typed(name="Anna Ozola", line="Kalšana", lines="Viens\n\ndivi", phone="26123456")


@pytest.mark.parametrize("sign", (DECEIVING | REFUSED).values(), ids=DECEIVING | REFUSED)
@pytest.mark.parametrize("field", ["name", "line", "lines", "email", "phone"])
def test_what_deceives_or_is_no_text_is_refused(field: str, sign: str) -> None:
    whole = {"name": "Anna", "line": "Kalšana", "lines": "Viens", "email": "anna@example.lv", "phone": "26123456"}[
        field
    ]
    assert codes(**{field: whole[:2] + sign + whole[2:]}) == ["not_text"]


@pytest.mark.parametrize("name", ["\u3164\u3164", "\u200b\u200d", "\u2800\u2800\u2800", "\u00ad"])
def test_a_name_of_which_nothing_is_seen_is_no_name(name: str) -> None:
    assert codes(name=name) == ["name_missing"]


@pytest.mark.parametrize(
    "text",
    [
        "Āda Ķēniņa-Bērziņa",
        "Jānis O’Nīls",
        "Ольга Иванова",
        "Müller, Łukasz",
        "李小龙",
        "علي حسن",
        "Cena 5 € – 10 %",
        "👍🏽 ❤️",
    ],
)
def test_what_people_really_write_stays(text: str) -> None:
    assert Typed(line=text, lines=text).lines == Typed(line=text).line == text


def test_a_letter_written_in_two_ways_is_kept_in_one() -> None:
    assert Typed(name="Ma\u0304ra Be\u0304rzin\u0327a") == Typed(name="Māra Bērziņa")
