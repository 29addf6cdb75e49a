"""Kinds of text that people type: cleaned, bounded, and free of what we must not keep."""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Annotated

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.faults import fault

_PERSONAL_CODE = re.compile(r"(?<!\d)\d{6}-?\d{5}(?!\d)")
SHORT = 500
"""Characters of a short text."""
_UNSAFE = {"Cc", "Cs", "Co", "Cn"}
_DECEIVING = {*range(0x202D, 0x202F), *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC), *range(0xE0001, 0xE0080)}
"""Letters nobody sees that turn the order of others round or hide a text in a text: no innocent paste brings them."""
_BLANK = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, 0xFFA0}
"""Letters and marks by their category, and yet nothing is seen of them."""


def _clean(text: object) -> object:
    """One composed form, one line, nothing invisible.

    Control characters, lone surrogates and what turns a text round are refused. What else is invisible comes along when
    people paste: it is left out, so that two names that look the same are the same.
    """
    if not isinstance(text, str):
        return text
    if text.isascii() and text.isprintable():  # Nothing in it could be unsafe, unseen or composed otherwise.
        return " ".join(text.split())
    if any(unicodedata.category(sign) in _UNSAFE or ord(sign) in _DECEIVING for sign in text):
        raise fault("not_text")
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf" and ord(sign) not in _BLANK)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def _clean_lines(text: object) -> object:
    """Like `_clean`, with line breaks kept."""
    if not isinstance(text, str):
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    cleaned = [line if isinstance(line, str) else "" for line in map(_clean, lines)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(cleaned)).strip()


def _clean_markdown(text: object) -> object:
    """Like `_clean_lines`, with the spaces before a line kept: in Markdown they mean something."""
    if not isinstance(text, str):
        return text
    lines = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n"):
        cleaned = _clean(line)
        indent = len(line) - len(line.lstrip(" "))
        lines.append(f"{' ' * min(indent, 12)}{cleaned}" if cleaned and isinstance(cleaned, str) else "")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def within(limit: int) -> AfterValidator:
    """At most so many characters; the fault says by how much the text must be shortened."""

    def check(text: str) -> str:
        if len(text) > limit:
            raise PydanticCustomError("too_long", "too_long", {"over": len(text) - limit})
        return text

    return AfterValidator(check)


def _no_personal_code(text: str) -> str:
    if _PERSONAL_CODE.search(text):
        raise fault("personal_code")
    return text


def _named(text: str) -> str:
    if not text:
        raise fault("name_missing")
    if sum(sign.isalpha() for sign in text) < 2:
        raise fault("name_missing")
    return text


def _address(text: str) -> str:
    if not text:
        raise fault("email_missing")
    if "@" not in text:
        raise fault("email_no_at")
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError as error:
        raise fault("email_invalid") from error


def _number(text: object) -> object:
    cleaned = _clean(text)
    if not isinstance(cleaned, str):
        return cleaned
    if not cleaned:
        return None
    try:
        number = phonenumbers.parse(cleaned[:40], "LV")
    except phonenumbers.NumberParseException as error:
        raise fault("phone") from error
    if not phonenumbers.is_possible_number(number):
        raise fault("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _required(text: str) -> str:
    if not text:
        raise fault("missing")
    return text


ONE_LINE = BeforeValidator(_clean)
MANY_LINES = BeforeValidator(_clean_lines)
MARKDOWN = BeforeValidator(_clean_markdown)
NO_PERSONAL_CODE = AfterValidator(_no_personal_code)
"""What texts of other lengths are made of, with `within`."""
Line = Annotated[str, BeforeValidator(_clean), StringConstraints(max_length=200), AfterValidator(_no_personal_code)]
"""One line of free text, at most 200 characters."""
Paragraphs = Annotated[
    str, BeforeValidator(_clean_lines), StringConstraints(max_length=2000), AfterValidator(_no_personal_code)
]
"""Free text of several lines, at most 2000 characters."""
ShortParagraphs = Annotated[
    str,
    BeforeValidator(_clean_lines),
    within(SHORT),
    AfterValidator(_no_personal_code),
    Field(json_schema_extra={"maxLength": SHORT}),
]
"""Free text of a few lines, at most 500 characters; the fault says by how much it must be shortened."""
RequiredLine = Annotated[Line, AfterValidator(_required)]
"""One line of free text that may not be empty."""
RequiredParagraphs = Annotated[Paragraphs, AfterValidator(_required)]
"""Free text of several lines that may not be empty."""
PersonName = Annotated[
    str,
    BeforeValidator(_clean),
    StringConstraints(max_length=120),
    AfterValidator(_no_personal_code),
    AfterValidator(_named),
    Field(json_schema_extra={"minLength": 2}),
]
"""A person's name and surname, at most 120 characters."""
EmailAddress = Annotated[
    str,
    BeforeValidator(_clean),
    StringConstraints(max_length=254),
    AfterValidator(_address),
    Field(json_schema_extra={"format": "email", "minLength": 6}),
]
"""A mail address one can send to, at most 254 characters."""
PhoneNumber = Annotated[str | None, BeforeValidator(_number)]
"""A telephone number in international form; Latvia when no country is given; empty is none."""

_DAY = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})\.?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})(?::00)?", re.ASCII)
_MOMENT = re.compile(r"(\S+?\.?)(?:(?:T|,|\s)\s*(?:plkst\.\s*)?(\d{1,2}[.:]\d{2}(?::00)?))?", re.ASCII)


def _day(text: object) -> object:
    """A day as people write it here, 05.03.2026., for browsers that offer no calendar."""
    if isinstance(text, str) and (found := _DAY.fullmatch(text.strip())):
        day, month, year = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    return text.strip() if isinstance(text, str) else text


def _clock(text: object) -> object:
    """An hour as people write it here, 18.00, or as a browser sends it, 18:00."""
    if not isinstance(text, str):
        return text
    found = _CLOCK.fullmatch(text.strip())
    if not text.strip():
        raise fault("missing")
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise fault("time")
    return time(int(found[1]), int(found[2]))


def _wall_moment(text: object) -> object:
    """A day alone or with an hour: 05.03.2026., 05.03.2026. 18.00, 2026-03-05T18:00."""
    if not isinstance(text, str):
        return text
    found = _MOMENT.fullmatch(" ".join(text.replace(" ", " ").split()))
    day = _day(found[1]) if found else None
    try:
        if found is None or not isinstance(day, str):
            raise fault("date")
        wanted = date.fromisoformat(day)
    except ValueError:
        raise fault("date") from None
    clock = _clock(found[2]) if found[2] else time(0, 0, 0, 1)
    assert isinstance(clock, time)
    return datetime.combine(wanted, clock)


def _money(text: object) -> object:
    """An amount as people write it here: 1 234,50."""
    if not isinstance(text, str):
        return text
    try:
        return Decimal(re.sub(r"[\s€]", "", text).replace(",", ".") or "0")
    except InvalidOperation:
        raise fault("price") from None


Day = Annotated[date, BeforeValidator(_day)]
"""A day, as a browser sends it or as people write it."""
Clock = Annotated[time, BeforeValidator(_clock)]
"""An hour of the wall clock."""
WallMoment = Annotated[datetime, BeforeValidator(_wall_moment)]
"""A day and an hour of the wall clock, without a zone; the day alone has a microsecond, see `is_whole_day`."""
Euros = Annotated[Decimal, BeforeValidator(_money), Field(ge=0, le=10_000_000, max_digits=12, decimal_places=2)]
"""An amount of money, not negative."""


def is_whole_day(moment: datetime) -> bool:
    """Whether only the day was written, so that it means its first hour as a beginning and its last as an end."""
    return moment.microsecond == 1


def number_in(text: str) -> int | None:
    """The number that was typed or stands in an address; None where it is none, or longer than any of ours: nine digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
