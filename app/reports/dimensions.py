"""Dimensions: by what figures can be divided, and the names of the parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import String, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from app.courses.models import Audience, Course, Format
from app.i18n import DEFAULT, LANGUAGES, Language, Text, _, _p, sort_key
from app.i18n.words import day_words
from app.participation.models import Activity
from app.providers.models import Provider, ProviderText, ThematicGroup, ThematicGroupText


class Dimension(StrEnum):
    """By what a figure can be divided."""

    PROVIDER = "provider"
    GROUP = "group"
    AUDIENCE = "audience"
    FORMAT = "format"
    LANGUAGE = "language"
    MONTH = "month"


NOT_SAID = "none"
"""The part of records that do not say where they belong: a wish without a thematic group."""

DIMENSION_NAMES: dict[Dimension, Text] = {
    Dimension.PROVIDER: _("Provider"),
    Dimension.GROUP: _("Thematic group"),
    Dimension.AUDIENCE: _("For whom"),
    Dimension.FORMAT: _("How it is held"),
    Dimension.LANGUAGE: _("Language of teaching"),
    Dimension.MONTH: _("Month"),
}

_AUDIENCES: dict[str, Text] = {
    Audience.EVERYONE: _("Everyone"),
    Audience.SENIORS: _("Seniors"),
    Audience.TEACHERS: _("Teachers"),
    Audience.EMPLOYEES: _("Employees"),
    Audience.YOUTH: _("Young people"),
    Audience.JOBSEEKERS: _("Jobseekers"),
    Audience.PARENTS: _("Parents"),
    Audience.ENTREPRENEURS: _("Entrepreneurs"),
    Audience.UKRAINIANS: _("People from Ukraine"),
    Audience.PEOPLE_WITH_DISABILITIES: _("People with disabilities"),
}
_FORMATS: dict[str, Text] = {
    Format.IN_PERSON: _("In person"),
    Format.ONLINE: _("Online"),
    Format.HYBRID: _("Partly online"),
    Format.SELF_STUDY: _("On your own"),
}
_LANGUAGES: dict[str, Text] = {
    "lv": _p("teaching", "Latvian"),
    "en": _p("teaching", "English"),
    "ru": _p("teaching", "Russian"),
    "uk": _p("teaching", "Ukrainian"),
    "de": _p("teaching", "German"),
}


@dataclass(frozen=True, slots=True)
class InLanguages:
    """A name that is data: in Latvian and in whatever other languages somebody gave it."""

    words: Mapping[str, str]

    def say(self, language: Language) -> str:
        """The name in this language, else in Latvian."""
        return self.words.get(language.code) or self.words.get(DEFAULT, "")


@dataclass(frozen=True, slots=True)
class MonthName:
    """A month of any year."""

    number: int

    def say(self, language: Language) -> str:
        """The month alone: janvāris."""
        return day_words(language.code).months[""][self.number - 1]


Name = Text | InLanguages | MonthName


@dataclass(frozen=True, slots=True)
class Place:
    """One part of a dimension: its code, its name, and the key under which records hold it."""

    code: str
    name: Name
    key: str


@dataclass(frozen=True, slots=True)
class Places:
    """Every part of every dimension, except months, in the order in which they are shown."""

    of: Mapping[Dimension, Mapping[str, Place]]

    def code(self, dimension: Dimension, key: str) -> str:
        """The code of the part that records hold under this key."""
        return next((place.code for place in self.of[dimension].values() if place.key == key), key)

    def in_order(self, dimension: Dimension) -> list[Place]:
        """The parts as a reader looks for them: groups in their own order, providers by their Latvian names."""
        if dimension is Dimension.MONTH:
            return [Place(str(month), MonthName(month), str(month)) for month in range(1, 13)]
        places = list(self.of[dimension].values())
        if dimension is Dimension.PROVIDER:
            places.sort(key=lambda place: sort_key(place.name.say(LANGUAGES[DEFAULT])))
        return [*places, Place(NOT_SAID, _("Not stated"), NOT_SAID)]


def known_places(db: Session) -> Places:
    """Every provider, thematic group, audience, format and language of teaching, in one statement."""
    provider_rows = select(
        literal(Dimension.PROVIDER.value),
        Provider.id,
        Provider.code,
        ProviderText.locale,
        ProviderText.name,
        Provider.id,
    ).join(ProviderText, ProviderText.provider_id == Provider.id)
    group_rows = select(
        literal(Dimension.GROUP.value),
        ThematicGroup.id,
        ThematicGroup.code,
        ThematicGroupText.locale,
        ThematicGroupText.name,
        ThematicGroup.position,
    ).join(ThematicGroupText, ThematicGroupText.group_id == ThematicGroup.id)
    nothing = cast(null(), String)
    course_languages = select(
        literal(Dimension.LANGUAGE.value), literal(0), Course.language, nothing, nothing, literal(0)
    ).distinct()
    activity_languages = select(
        literal(Dimension.LANGUAGE.value), literal(0), Activity.language, nothing, nothing, literal(0)
    ).distinct()
    rows = db.execute(union_all(provider_rows, group_rows, course_languages, activity_languages)).all()

    spoken = {str(code) for dimension, _id, code, *_rest in rows if dimension == Dimension.LANGUAGE}
    return Places(
        {
            Dimension.PROVIDER: _named(rows, Dimension.PROVIDER),
            Dimension.GROUP: _named(rows, Dimension.GROUP),
            Dimension.AUDIENCE: _fixed(_AUDIENCES),
            Dimension.FORMAT: _fixed(_FORMATS),
            Dimension.LANGUAGE: _fixed(_LANGUAGES)
            | _fixed({code: Text(code) for code in sorted(spoken - {*_LANGUAGES})}),
        }
    )


def _named(rows: Iterable[tuple[object, ...]], dimension: Dimension) -> dict[str, Place]:
    words: dict[tuple[int, int, str], dict[str, str]] = {}
    for kind, number, code, locale, name, position in rows:
        if kind == dimension and isinstance(position, int) and isinstance(number, int):
            words.setdefault((position, number, str(code)), {})[str(locale)] = str(name)
    return {code: Place(code, InLanguages(names), str(number)) for (_at, number, code), names in sorted(words.items())}


def _fixed(names: Mapping[str, Text]) -> dict[str, Place]:
    return {str(code): Place(str(code), name, str(code)) for code, name in names.items()}
