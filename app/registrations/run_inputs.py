"""What a provider may ask about a run and its registrations; the same for JSON bodies and HTML forms."""

from pydantic import BaseModel, ConfigDict

from app.texts import Day, Line, RequiredLine


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
