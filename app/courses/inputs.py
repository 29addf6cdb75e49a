"""What one may ask of a course: its form, the same for pages, spreadsheets and the API."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.courses.models import Audience, CertificateKind, Format, Funding, Level
from app.faults import fault
from app.i18n import DEFAULT, LANGUAGES
from app.texts import (
    MANY_LINES,
    MARKDOWN,
    NO_PERSONAL_CODE,
    ONE_LINE,
    EmailAddress,
    PhoneNumber,
    within,
)

TITLE, SUMMARY, DESCRIPTION, OUTCOME, PREREQUISITES, KEYWORD = 120, 160, 8000, 200, 500, 60
"""Characters of each text."""
MOST_OUTCOMES, MOST_KEYWORDS = 20, 20
MOST_HOURS, HIGHEST_PRICE = 2000, 20_000
TAUGHT_IN: Final = ("lv", "en", "ru", "uk", "de")
"""Languages of teaching."""


def _lines(value: object) -> object:
    """A text with a line for each is as good as a list."""
    if isinstance(value, str):
        value = value.splitlines()
    if isinstance(value, list):
        return [line for line in value if not isinstance(line, str) or line.strip()]
    return value


def _words(value: object) -> object:
    """A text with commas or lines between is as good as a list."""
    if isinstance(value, str):
        value = value.replace("\n", ",").replace(";", ",").split(",")
    return _lines(value)


def _decimal(value: object, code: str) -> object:
    """A number as people write it: 18,50 or 18.50, with or without spaces and the sign of the euro."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return value
    written = "".join(value.replace("€", "").replace(",", ".").split())
    if not written:
        return None
    try:
        number = Decimal(written)
    except InvalidOperation as error:
        raise fault(code) from error
    if not number.is_finite() or len(written) > 12 or not written.replace(".", "").isascii():
        raise fault(code)
    return number


def _price(value: object) -> object:
    return _decimal(value, "price")


def _hours(value: object) -> object:
    return _decimal(value, "number")


def _is_price(price: Decimal | None) -> Decimal | None:
    found = _between(price, 0, HIGHEST_PRICE)  # First: the largest numbers cannot even be rounded.
    if found is not None and found != found.quantize(Decimal("0.01")):
        raise fault("price")
    return found


def _is_length(hours: Decimal | None) -> Decimal | None:
    found = _between(hours, 1, MOST_HOURS)
    return found.quantize(Decimal("0.01")) if found is not None else None


def _between(number: Decimal | None, least: int, most: int) -> Decimal | None:
    if number is not None and not least <= number <= most:
        raise PydanticCustomError("range", "range", {"least": least, "most": most})
    return number


def _or_none(value: object) -> object:
    return None if value == "" else value


def _or_empty(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _different(values: list[Audience]) -> list[Audience]:
    return list(dict.fromkeys(values))


def _each_once(values: list[str]) -> list[str]:
    return list({value.casefold(): value for value in reversed(values)}.values())[::-1]


def _is_taught(language: str) -> str:
    if language not in TAUGHT_IN:
        raise fault("choice_unknown")
    return language


def _filled(text: str) -> str:
    if not text:
        raise fault("empty")
    return text


Title = Annotated[str, ONE_LINE, within(TITLE), NO_PERSONAL_CODE]
FilledTitle = Annotated[str, ONE_LINE, AfterValidator(_filled), within(TITLE), NO_PERSONAL_CODE]
Summary = Annotated[str, ONE_LINE, within(SUMMARY), NO_PERSONAL_CODE]
Description = Annotated[str, MARKDOWN, within(DESCRIPTION), NO_PERSONAL_CODE]
Outcomes = Annotated[
    list[Annotated[str, ONE_LINE, within(OUTCOME), NO_PERSONAL_CODE]],
    BeforeValidator(_lines),
    Field(max_length=MOST_OUTCOMES),
]
Keywords = Annotated[
    list[Annotated[str, ONE_LINE, within(KEYWORD), NO_PERSONAL_CODE]],
    BeforeValidator(_words),
    AfterValidator(_each_once),
    Field(max_length=MOST_KEYWORDS),
]
Prerequisites = Annotated[str, MANY_LINES, within(PREREQUISITES), NO_PERSONAL_CODE]
PictureAlt = Annotated[str, ONE_LINE, within(OUTCOME), NO_PERSONAL_CODE]
Price = Annotated[Decimal | None, BeforeValidator(_price), AfterValidator(_is_price)]
Hours = Annotated[Decimal | None, BeforeValidator(_hours), AfterValidator(_is_length)]


class WordsForm(BaseModel):
    """A course's words in another language of the interface; what stays empty falls back to Latvian."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    summary: Summary = ""
    description: Description = ""
    outcomes: Outcomes = Field(default_factory=list)
    prerequisites: Prerequisites = ""
    keywords: Keywords = Field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is translated."""
        return not any((self.title, self.summary, self.description, self.outcomes, self.prerequisites, self.keywords))


def _in_other_languages(words: dict[str, WordsForm]) -> dict[str, WordsForm]:
    """Only languages of the interface, and not the one that the form itself is in; empty translations are none."""
    if not {*words} <= {*OTHER_LANGUAGES}:
        raise fault("unknown_field")
    return {locale: said for locale, said in words.items() if not said.is_empty}


class CourseForm(BaseModel):
    """A course as its provider writes it, in Latvian, with translations; what is still empty may come later."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: FilledTitle = Field(default="", validate_default=True, json_schema_extra={"minLength": 1})
    summary: Summary = Field(default="", description="At most 160 characters; it stands in lists.")
    description: Description = Field(default="", description="Markdown.")
    outcomes: Outcomes = Field(default_factory=list, description="What one will be able to do, a line each.")
    group: Annotated[str, ONE_LINE, within(60)] = Field(default="", description="Code of the thematic group.")
    audiences: Annotated[list[Audience], AfterValidator(_different)] = Field(default_factory=list, max_length=20)
    level: Annotated[Level, BeforeValidator(lambda value: value or Level.NONE)] = Level.NONE
    language: Annotated[str, ONE_LINE, AfterValidator(_is_taught)] = Field(
        default=DEFAULT, description="Language of teaching, ISO 639-1."
    )
    format: Annotated[Format | None, BeforeValidator(_or_none)] = None
    academic_hours: Hours = Field(default=None, description="Hours of 45 minutes.")
    price: Price = Field(default=None, description="What a participant pays, euros; 0 is free of charge.")
    funding: Annotated[Funding | None, BeforeValidator(_or_none)] = None
    certificate: Annotated[CertificateKind | None, BeforeValidator(_or_none)] = None
    needs_permit: Annotated[bool, BeforeValidator(lambda value: value or False)] = False
    permit: Annotated[str, ONE_LINE, within(60), NO_PERSONAL_CODE] = Field(
        default="", description="Number of the city's permit for the programme."
    )
    prerequisites: Prerequisites = ""
    keywords: Keywords = Field(default_factory=list)
    contact_email: Annotated[EmailAddress | None, BeforeValidator(_or_empty)] = None
    contact_phone: PhoneNumber = None
    picture_alt: PictureAlt = ""
    translations: Annotated[dict[str, WordsForm], AfterValidator(_in_other_languages)] = Field(default_factory=dict)


def _others(languages: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in languages if code != DEFAULT)


OTHER_LANGUAGES = _others(LANGUAGES)
"""Languages of the interface into which a course may be translated."""
