"""What one may ask of wishes; the same for JSON bodies and HTML forms."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from app.courses.models import Audience, Format
from app.faults import fault
from app.texts import EmailAddress, Line, Paragraphs, RequiredLine

PEOPLE_LIMIT = 1000


class WishTime(StrEnum):
    """When it would suit."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WEEKEND = "weekend"


def _says_something(text: str) -> str:
    if sum(sign.isalpha() for sign in text) < 3:
        raise fault("too_short")
    return text


def _number(number: object) -> object:
    """Figures as people type them; yes and no are not numbers."""
    if isinstance(number, bool):
        raise fault("number")
    return number.strip() if isinstance(number, str) else number


def _like_a_code(text: str) -> str:
    """Codes of thematic groups are data: whether it is one of them shows when it is looked up."""
    if not re.fullmatch(r"[a-z0-9_-]{0,60}", text):
        raise fault("choice_unknown")
    return text


def _each_once(times: list[WishTime]) -> list[WishTime]:
    return [time for time in WishTime if time in times]


WishTitle = Annotated[RequiredLine, AfterValidator(_says_something), Field(json_schema_extra={"minLength": 3})]
"""What somebody would like to learn: a line with at least three letters, at most 200 characters."""


class WishForm(BaseModel):
    """A person wishes for a course that is not offered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: WishTitle = Field(
        description="What the person would like to learn, in a few words; at most 200 characters.",
        examples=["Velosipēda remonts"],
    )
    email: EmailAddress = Field(
        description="Address for the answer; never public. At most 254 characters.", examples=["anna@example.com"]
    )
    details: Paragraphs = Field("", description="What else would help a provider; at most 2000 characters.")
    group: Annotated[Line, AfterValidator(_like_a_code)] = Field(
        "", description="Code of the thematic group, if the person knows it.", examples=["personal"]
    )
    times: Annotated[list[WishTime], AfterValidator(_each_once)] = Field(
        default_factory=list, description="When it would suit.", examples=[["evening", "weekend"]]
    )
    format: Format | None = Field(None, description="How the person would like to learn.")
    audience: Audience | None = Field(None, description="For whom.")
    people: Annotated[int, BeforeValidator(_number)] = Field(
        1, ge=1, le=PEOPLE_LIMIT, description="For how many people the person asks."
    )


class JoinForm(BaseModel):
    """A person wants the same as a wish that is there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: EmailAddress = Field(description="Address for news about the wish; never public.")
