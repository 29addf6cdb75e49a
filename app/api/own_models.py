"""What the API tells a provider's own system about its courses and runs, and what it may be asked."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.api.models import Told
from app.courses.inputs import CourseForm, FilledTitle
from app.courses.models import CourseState
from app.courses.planning_inputs import MOST_SEATS
from app.registrations.models import Channel, State
from app.registrations.run_inputs import MinimumForm, WindowForm
from app.texts import Clock, Day, Line, RequiredLine


class MissingTold(Told):
    """Something to be added before the course can be published."""

    field: str = Field(examples=["summary"])
    words: str = Field(description="How the field is called, in the reader's language.", examples=["Kopsavilkums"])


class OwnCourseTold(Told):
    """A course as its provider sees it, with what is written and not yet public."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"example": {"code": "vb-061"}})

    code: str = Field(examples=["vb-061"])
    state: CourseState
    waits_for: Literal["review", "day"] | None = Field(description="Sent to the board, or due on a day already chosen.")
    has_changes: bool = Field(description="Whether something is written that residents do not see yet.")
    missing: list[MissingTold] = Field(description="What the course lacks before it can be published.")
    url: str
    published_at: datetime | None
    updated_at: datetime
    content: CourseForm = Field(description="As it is written now; what cannot be read is left out.")


class OwnCoursesTold(Told):
    """A page of the provider's courses."""

    total: int = Field(examples=[61])
    page: int
    per_page: int
    items: list[OwnCourseTold]


class CoursePatch(CourseForm):
    """Fields of a course to be changed; what is not sent stays as it is written."""

    title: FilledTitle | None = Field(default=None, json_schema_extra={"minLength": 1})  # type: ignore[assignment]


class OwnSessionTold(Told):
    """A session of an own run."""

    id: int
    starts_at: datetime = Field(description="UTC.")
    ends_at: datetime = Field(description="UTC.")
    venue_id: int | None = Field(description="Only where it differs from the run's.")
    link: str
    is_cancelled: bool


class OwnRunTold(Told):
    """A run as its provider sees it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"example": {"id": 12, "course": "vb-061"}}
    )

    id: int
    course: str = Field(description="Code of the course.", examples=["vb-061"])
    venue_id: int | None
    seats: int = Field(description="0 means no limit.")
    min_participants: int
    decision_at: datetime | None
    registration_opens_at: datetime
    registration_closes_at: datetime
    has_waiting_list: bool
    teacher: str
    bring: str
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str
    sessions: list[OwnSessionTold]


class OwnRunsTold(Told):
    """All runs of a course."""

    items: list[OwnRunTold]


class RunPatch(BaseModel):
    """What of a run is to be changed; everybody registered is told of another venue."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"example": {"seats": 16}})

    seats: int | None = Field(default=None, ge=0, le=MOST_SEATS, description="0 means no limit.")
    window: WindowForm | None = Field(
        default=None, description="When registration opens and closes, and whether one can wait."
    )
    minimum: MinimumForm | None = Field(default=None, description="How few are too few, and until when it is decided.")
    teacher: Line | None = Field(default=None, description="Who teaches, as printed in the catalogue.")
    venue_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    reason: Line = Field(default="", description="As those registered will read it.")


class SessionMove(BaseModel):
    """Another time of a session, by the wall clock in Riga; everybody registered is told."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"example": {"day": "2027-03-05", "begins": "18:00", "ends": "19:30"}},
    )

    day: Day
    begins: Clock
    ends: Clock
    reason: Line = ""


class Reason(BaseModel):
    """Why something is called off, as residents will read it."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"example": {"reason": "Slimības dēļ."}})

    reason: RequiredLine


class OwnRegistrationTold(Told):
    """A person's place; personal data, to be kept as the provider's own lists are."""

    id: int
    state: State
    channel: Channel
    name: str | None
    email: str | None
    phone: str | None
    special_needs: str | None
    created_at: datetime
    position: int | None = Field(description="Place on the waiting list, from 1.")


class OwnRegistrationsTold(Told):
    """Everybody who has or awaits a place on the run."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"example": {"run": 12, "items": []}})

    run: int
    items: list[OwnRegistrationTold]


class ChangeTold(Told):
    """The latest change of a course or a run."""

    kind: Literal["course", "run"]
    change: Literal["changed", "deleted"] = Field(description="`deleted`: it left the catalogue, or never comes back.")
    code: str = Field(description="Of the course.", examples=["vb-061"])
    run_id: int | None = None
    at: datetime = Field(description="When the change was noted (UTC).")
    url: str | None = Field(description="Where to read what it is now; null for what is deleted.")


class ChangesTold(Told):
    """What has changed, in the order in which it did; each course and run once, with its latest change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"example": {"items": [], "next": "MTI", "more": False}}
    )

    items: list[ChangeTold]
    next: str = Field(description="Send it as `since` the next time.", examples=["MTI"])
    more: bool = Field(description="Whether there is more to read at once.")
