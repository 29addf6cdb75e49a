"""What staff may ask about rolls, activities and certificates."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.courses.models import Audience, Format
from app.faults import fault
from app.participation.models import CountedHow, Mark, Measure
from app.texts import Day, PersonName, RequiredLine

MOST_TICKS = 100
MOST_PEOPLE = 100_000
_AMOUNT = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,2})?")


def _amount(text: object) -> object:
    """A number as people write it here: a comma before the decimals, spaces between thousands."""
    if not isinstance(text, str):
        return text
    plain = re.sub(r"[\s€]", "", text)
    if not plain:
        return Decimal(0)
    if not _AMOUNT.fullmatch(plain):
        raise fault("amount")
    try:
        return Decimal(plain.replace(",", "."))
    except InvalidOperation as error:
        raise fault("amount") from error


def _none_if_empty(text: object) -> object:
    return None if isinstance(text, str) and not text.strip() else text


Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, le=9_999_999, decimal_places=2)]


class Tick(BaseModel):
    """One tick as a device made it: “id,registration,mark,milliseconds since 1970”."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tick: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{8,40}$")]
    registration: int = Field(ge=1, le=2**31 - 1)
    mark: Mark
    made: int = Field(ge=0, le=2**53)


class HeadCountForm(BaseModel):
    """How many came without registering; empty is nobody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    people: Annotated[int | None, BeforeValidator(_none_if_empty)] = Field(None, ge=0, le=MOST_PEOPLE)
    counted_how: CountedHow = CountedHow.ON_THE_SPOT

    def as_kept(self) -> str:
        """The count in one word, by which a page tells whether anybody changed it; nobody is the empty one."""
        return f"{self.people}:{self.counted_how.value}" if self.people else ""


class ActivityForm(BaseModel):
    """A learning activity outside the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: RequiredLine
    held_on: Annotated[Day, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
    group: RequiredLine
    audience: Audience = Audience.EVERYONE
    format: Format = Format.IN_PERSON
    language: Annotated[str, StringConstraints(pattern="^[a-z]{2}$")] = "lv"
    participants: int = Field(ge=0, le=MOST_PEOPLE)
    counted_how: CountedHow
    academic_hours: Amount
    public_money: Amount = Decimal(0)


class RuleForm(BaseModel):
    """Who gets the certificate of a course."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    measure: Measure
    share: int = Field(ge=1, le=100)


class RevokeForm(BaseModel):
    """A certificate is revoked, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: RequiredLine


class ReissueForm(BaseModel):
    """A certificate is replaced by one with the right name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PersonName
    reason: RequiredLine


class CheckForm(BaseModel):
    """What stands on a paper: its number and its code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: RequiredLine
    code: RequiredLine
