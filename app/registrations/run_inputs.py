"""What a provider may ask about a run and its registrations; the same for JSON bodies and HTML forms."""

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from app.texts import Line, RequiredLine

_WRITTEN = re.compile(r"\s*(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})\.?\s*", re.ASCII)


def _as_written(text: object) -> object:
    """A day as people write it here, 05.03.2026., for browsers that offer no calendar."""
    if isinstance(text, str) and (found := _WRITTEN.fullmatch(text)):
        day, month, year = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    return text


Day = Annotated[date, BeforeValidator(_as_written)]
"""A day, as a browser sends it or as people write it."""


class ChangeForm(BaseModel):
    """Something about a run changes; why, as residents will read it, is said if the provider wishes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Line = ""


class CancelForm(BaseModel):
    """A run, or one registration, is cancelled; residents will read why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: RequiredLine


class DecisionDayForm(BaseModel):
    """The provider decides later whether a run starts: until the end of this day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: Day
