"""What a provider may ask about a run and its registrations; the same for JSON bodies and HTML forms."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from app.courses.planning_inputs import MOST_SEATS
from app.texts import Clock, Day, Line, RequiredLine, WallMoment

_ID = Field(ge=1, le=2**31 - 1)


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


class SessionChangeForm(ChangeForm):
    """Something about one session changes."""

    session: int = _ID


class MoveForm(SessionChangeForm):
    """A session is held at another time."""

    day: Day
    begins: Clock
    ends: Clock


class AddForm(ChangeForm):
    """Further sessions: one, or one every week until a day."""

    day: Day
    begins: Clock
    ends: Clock
    until: Day | None = None
    link: Line = ""

    @property
    def last_day(self) -> date:
        """The day of the last one."""
        return self.until or self.day


class PlaceForm(ChangeForm):
    """The run, or one of its sessions, is held elsewhere; no venue is online or not said yet."""

    venue_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    session: int | None = Field(default=None, ge=1, le=2**31 - 1)


class SeatsForm(BaseModel):
    """More or fewer seats; 0 means no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seats: int = Field(ge=0, le=MOST_SEATS)


class TeacherForm(BaseModel):
    """Somebody else teaches, as printed in the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    teacher: Line = ""


class WindowForm(BaseModel):
    """When registration opens and closes, and whether there is a waiting list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    opens: WallMoment
    closes: WallMoment
    has_waiting_list: bool = False


class MinimumForm(BaseModel):
    """How few are too few, and until when it is decided; 0 is no minimum."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_participants: int = Field(default=0, ge=0, le=MOST_SEATS)
    decision_day: Day | None = None
