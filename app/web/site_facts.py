"""What the information pages tell that is neither a setting nor a sentence of ours: the files in data/site."""

from datetime import date, timedelta
from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints

from app.i18n import DEFAULT, Language
from app.places import place

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
REVIEWED_WITHIN = timedelta(days=366)
"""So long a review of the accessibility statement is good for."""


def _with_latvian(words: dict[str, str]) -> dict[str, str]:
    if DEFAULT not in words:
        raise ValueError("the Latvian words are missing")
    return words


class Kept(BaseModel):
    """A part of a file; what it does not know is a mistake, and nothing may be empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InLanguages(RootModel[Annotated[dict[str, Words], AfterValidator(_with_latvian)]]):
    """The same words in several languages, by code."""

    model_config = ConfigDict(frozen=True)

    def say(self, language: Language) -> str:
        """The words in this language, else in Latvian."""
        return self.root.get(language.code, self.root[DEFAULT])


class Barrier(Kept):
    """Content that is not accessible, and the clause of EN 301 549 that says how it should be."""

    clause: Words
    description: InLanguages


class Barriers(Kept):
    """What is not accessible, of the three kinds of the official form."""

    nonconforming: list[Barrier]
    disproportionate: list[Barrier]
    outside: list[Barrier]


class Ombudsman(Kept):
    """To whom one complains when our answer does not satisfy."""

    name: InLanguages
    address: InLanguages
    phone: Words
    email: Words
    website: Words


class Aspect(Kept):
    """One of the eleven aspects of the simplified evaluation: how it was looked at and whether it is met."""

    aspect: InLanguages
    checked: InLanguages
    met: bool


class AccessibilityStatement(Kept):
    """The fields of the official form that are not settings."""

    method: InLanguages
    status: Literal["fully", "partly", "not"]
    not_accessible: Barriers
    prepared: date
    reviewed: date
    author: InLanguages
    answer_days: int = Field(ge=1, le=30)
    procedure: InLanguages
    ombudsman: Ombudsman
    evaluation: list[Aspect] = Field(min_length=11, max_length=11)

    def is_due(self, today: date) -> bool:
        """Whether it must be reviewed again."""
        return today - self.reviewed > REVIEWED_WITHIN


class Licence(Kept):
    """On which terms the open data may be used."""

    name: Words
    url: Words


class PageFacts(Kept):
    """Small facts of single pages."""

    licence: Licence
    privacy_changed: date


@cache
def accessibility_statement() -> AccessibilityStatement:
    """The statement as it is kept."""
    return AccessibilityStatement.model_validate_json((place("data") / "site/accessibility.json").read_bytes())


@cache
def page_facts() -> PageFacts:
    """The facts as they are kept."""
    return PageFacts.model_validate_json((place("data") / "site/pages.json").read_bytes())
