"""What one may ask about a new run: its sessions by a weekly pattern or one by one, its place, seats and windows.

The same for forms, spreadsheets and JSON bodies; times are those of the wall clock in Riga.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.texts import Clock, Day, Euros, Line, RequiredLine, ShortParagraphs, WallMoment

MOST_SESSIONS = 300
MOST_SEATS = 10_000


class WeeklyForm(BaseModel):
    """Sessions held every week, on these days, at the same hour of the wall clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(min_length=1, max_length=7, description="0 is Monday.")
    begins: Clock
    ends: Clock


class SessionForm(BaseModel):
    """One session; a venue of its own only where it differs from the run's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: Day
    begins: Clock
    ends: Clock
    venue_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    link: Line = ""


class VenueForm(BaseModel):
    """A place that is not on the list of venues yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: RequiredLine
    address: RequiredLine
    room: Line = ""
    access_notes: ShortParagraphs = Field(default="", description="How to get there and in, a sentence a line.")


class RunForm(BaseModel):
    """A run to be planned. A weekly pattern needs a first and a last day, and so does a course without sessions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weekly: list[WeeklyForm] = Field(default_factory=list, max_length=7)
    first_day: Day | None = None
    last_day: Day | None = None
    not_on: list[Day] = Field(
        default_factory=list, max_length=MOST_SESSIONS, description="Days the pattern leaves out."
    )
    sessions: list[SessionForm] = Field(default_factory=list, max_length=MOST_SESSIONS)
    venue_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    new_venue: VenueForm | None = None
    link: Line = Field(default="", description="Online meeting; only participants see it.")
    seats: int = Field(default=0, ge=0, le=MOST_SEATS, description="0 means no limit.")
    min_participants: int = Field(default=0, ge=0, le=MOST_SEATS)
    decision_day: Day | None = Field(
        default=None, description="Until the end of that day it is decided whether it starts."
    )
    opens: WallMoment | None = Field(default=None, description="When registration opens; at once if nothing is said.")
    closes: WallMoment | None = Field(
        default=None, description="When it closes; at the first session if nothing is said."
    )
    has_waiting_list: bool = True
    teacher: Line = ""
    bring: Line = ""
    public_money: Euros = Field(default=Decimal(0))
