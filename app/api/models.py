"""What the API tells about the catalogue: courses, runs, providers, groups and permits, each field with its unit."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from app.courses.models import Audience, CertificateKind, Format, Funding, Level, RunState
from app.courses.run_models import QuestionKind

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Euros = Annotated[
    Decimal, Field(ge=0, description="Euros, with two decimals; 0.00 is free of charge.", examples=["160.00"])
]
Hours = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float),
    Field(ge=0, description="Academic hours of 45 minutes.", examples=[48]),
]


class Told(BaseModel):
    """Base of everything the API tells: no fields but the described ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class VenueTold(Told):
    """Where something is held."""

    code: str = Field(examples=["biblioteka"])
    name: str = Field(examples=["Ventspils bibliotēka"])
    address: str = Field(description="Empty for an online venue.", examples=["Akmeņu iela 2"])
    room: str
    access_notes: list[str] = Field(description="How to get there and in, a sentence each.")
    is_online: bool
    latitude: float | None = Field(description="Degrees, WGS 84.", examples=[57.394])
    longitude: float | None = Field(description="Degrees, WGS 84.", examples=[21.565])


class SessionTold(Told):
    """One meeting of a run."""

    starts_at: datetime = Field(description="UTC.", examples=["2026-03-05T16:00:00Z"])
    ends_at: datetime = Field(description="UTC.", examples=["2026-03-05T17:30:00Z"])
    moved_from: datetime | None = Field(description="Its start before it was moved (UTC).")
    cancelled: bool
    venue: VenueTold | None = Field(description="Only where it differs from the run's.")


class RunTold(Told):
    """One dated offering of a course, with its seats as they stand now."""

    id: int = Field(examples=[12])
    state: RunState = Field(description="Derived from dates and seats.", examples=["open"])
    starts_at: datetime = Field(description="Start of the first session (UTC).", examples=["2026-03-05T16:00:00Z"])
    ends_at: datetime = Field(description="End of the last session (UTC).", examples=["2026-05-28T15:00:00Z"])
    weekdays: list[Weekday] = Field(description="Local weekdays of the sessions.", examples=[["tue"]])
    session_count: int = Field(description="Sessions that take place.", examples=[12])
    seats: int = Field(ge=0, description="Seats; 0 means no limit.", examples=[12])
    seats_left: int | None = Field(
        description="Seats the next people get; 0 while somebody waits; null where there is no limit.", examples=[5]
    )
    waiting: int = Field(ge=0, description="People on the waiting list.", examples=[0])
    has_waiting_list: bool
    min_participants: int = Field(ge=0, description="The run starts if so many people register.", examples=[4])
    decision_at: datetime | None = Field(description="By then the provider decides whether it starts (UTC).")
    registration_opens_at: datetime = Field(description="UTC.", examples=["2026-01-05T08:00:00Z"])
    registration_closes_at: datetime = Field(description="UTC.", examples=["2026-03-04T21:59:00Z"])
    decided_at: datetime | None = Field(description="When it was decided that it starts (UTC).")
    is_online: bool
    venue_name: str = Field(description="Empty where no venue is known.", examples=["Ventspils bibliotēka"])
    venue_address: str = Field(examples=["Akmeņu iela 2"])
    cancelled_at: datetime | None = Field(description="When the run was called off (UTC).")
    cancel_reason: str


class FullRunTold(RunTold):
    """A run with its sessions and its venue."""

    venue: VenueTold | None
    teacher: str = Field(description="As printed in the catalogue; may be empty.")
    bring: str = Field(description="What to bring; may be empty.")
    sessions: list[SessionTold] = Field(
        description="In order of time; those of runs that are over or called off are told by the run's own address."
    )


class CourseOfRunTold(Told):
    """The course a run belongs to."""

    code: str = Field(examples=["vmc-001"])
    slug: str = Field(examples=["programmesana-valoda-python"])
    title: str
    provider: str = Field(description="The provider's code.", examples=["vmc"])
    url: str = Field(description="The course's page.")


class OptionTold(Told):
    """One answer among which one chooses."""

    code: str = Field(description="What to send as the answer.", examples=["little"])
    words: dict[str, str] = Field(
        description="By language; Latvian is always there.", examples=[{"lv": "Mazliet", "en": "A little"}]
    )


class ConditionTold(Told):
    """The answer that calls for a question."""

    question: int = Field(description="Number of an earlier question.", examples=[12])
    answer: str = Field(description="Code of its option; `yes` for a ticked box.", examples=["little"])


class QuestionTold(Told):
    """A question of the provider's own, answered with the registration."""

    id: int = Field(examples=[12])
    kind: QuestionKind = Field(description="How it is answered: a text, the code of an option, or true.")
    words: dict[str, str] = Field(
        description="The question by language; Latvian is always there.",
        examples=[{"lv": "Vai esat audis?", "en": "Have you woven before?"}],
    )
    options: list[OptionTold] = Field(description="Of a choice; else empty.")
    required: bool = Field(description="Whether it must be answered when it is asked.")
    asked_when: ConditionTold | None = Field(description="Null: it is always asked.")


class RunOfCourseTold(FullRunTold):
    """A run with its sessions, its venue, its course, and what is asked of those who register."""

    course: CourseOfRunTold
    questions: list[QuestionTold] = Field(description="In order; most runs have none.")


class CourseTold(Told):
    """A course as lists tell it."""

    code: str = Field(examples=["vmc-001"])
    slug: str = Field(examples=["programmesana-valoda-python"])
    title: str = Field(examples=["Programmēšana valodā Python"])
    summary: str = Field(description="At most 160 characters.")
    untranslated: bool = Field(description="Texts are in Latvian because nobody has translated them.")
    provider: str = Field(description="The provider's code.", examples=["vmc"])
    provider_name: str
    group: str = Field(description="The thematic group's code.", examples=["digital"])
    group_name: str
    audiences: list[Audience] = Field(examples=[["seniors"]])
    level: Level = Field(examples=["beginner"])
    language: str = Field(description="Language of teaching, ISO 639-1.", examples=["lv"])
    format: Format = Field(examples=["in_person"])
    academic_hours: Hours
    price: Euros
    funding: Funding = Field(description="Who pays.", examples=["self_paid"])
    certificate: CertificateKind = Field(description="What one receives at the end.", examples=["certificate"])
    url: str = Field(description="The course's page.", examples=["https://example.lv/kursi/programmesana"])


class ListedCourseTold(CourseTold):
    """A course in a list, with the run a resident would choose."""

    run_count: int = Field(ge=0, description="Runs that have not ended and are not called off.", examples=[2])
    next_run: RunTold | None = Field(
        description="The run a resident would choose: with a free seat, else with a waiting list, else to come, else the last."
    )


class UnderstoodTold(Told):
    """Words of the search that were taken as a filter."""

    parameter: str = Field(examples=["time"])
    values: list[str] = Field(examples=[["evening"]])
    words: str = Field(examples=["vakaros"])


class CoursesTold(Told):
    """One page of the courses that were found."""

    total: int = Field(ge=0, description="All courses found, on every page.", examples=[23])
    page: int = Field(ge=1)
    per_page: int = Field(ge=1)
    items: list[ListedCourseTold]
    facets: dict[str, dict[str, int]] = Field(
        description="Filter -> value -> how many courses it would give, chosen alone in its filter.",
        examples=[{"price": {"free": 17, "50": 19}}],
    )
    understood: list[UnderstoodTold] = Field(description="Add `literal=true` to search these words as words.")
    corrected: str | None = Field(description="The words searched for instead of unknown ones.", examples=[None])
    absent: list[str] = Field(description="Words that no course is directly about, even where some mention them.")


class ProviderTold(Told):
    """An institution that offers courses."""

    code: str = Field(examples=["vmc"])
    slug: str = Field(examples=["ventspils-augstskola"])
    name: str = Field(examples=["Ventspils Augstskolas Mūžizglītības centrs"])
    short_name: str
    description: str
    kind: str = Field(examples=["university"])
    in_register: bool = Field(description="Stands in the Register of Education Institutions: needs no permits.")
    directions: list[str] = Field(description="Codes of its thematic groups.", examples=[["digital", "personal"]])
    courses: int = Field(ge=0, description="Its courses in the catalogue.", examples=[42])
    email: str
    phone: str
    website: str
    address: str
    url: str = Field(description="The provider's page.")


class ProvidersTold(Told):
    """All providers, by name."""

    total: int = Field(ge=0)
    items: list[ProviderTold]


class GroupTold(Told):
    """A thematic group."""

    code: str = Field(examples=["digital"])
    name: str = Field(examples=["Digitālās prasmes un tehnoloģiju lietojums"])
    note: str
    examples: str = Field(description="A few words on what its courses are about.")
    courses: int = Field(ge=0, description="Courses in the catalogue.", examples=[92])
    open_courses: int = Field(ge=0, description="Those one can register or wait for now.", examples=[34])


class GroupsTold(Told):
    """The thematic groups in their agreed order."""

    total: int = Field(ge=0)
    items: list[GroupTold]


class PermitTold(Told):
    """A permit for a non-formal education programme; of its holder only the public name."""

    number: str = Field(examples=["2025/14"])
    programme: str = Field(examples=["Keramika"])
    holder: str
    hours: Hours
    issued_on: date = Field(examples=["2025-03-05"])
    valid_until: date = Field(examples=["2028-03-04"])
    decision: str
    is_valid: bool = Field(description="In force today.")


class PermitsTold(Told):
    """One page of the register, the latest permit first."""

    total: int = Field(ge=0, examples=[38])
    page: int = Field(ge=1)
    per_page: int = Field(ge=1)
    items: list[PermitTold]


class PermitOfCourseTold(Told):
    """The permit of a course's programme."""

    number: str = Field(examples=["2025/14"])
    valid_until: date = Field(examples=["2028-03-04"])


class RatingTold(Told):
    """The mean of all marks from 1 to 5; told from five answers up."""

    mean: float = Field(ge=1, le=5, examples=[4.8])
    answers: int = Field(ge=5, examples=[23])


class FullCourseTold(CourseTold):
    """A course with everything a resident needs to decide."""

    description: str = Field(description="Markdown.")
    outcomes: list[str] = Field(description="What one will be able to do.")
    prerequisites: str
    keywords: list[str]
    untranslated_fields: list[str] = Field(description="Fields that are in Latvian because nobody has translated them.")
    permit: PermitOfCourseTold | None
    contact_email: str
    contact_phone: str
    rating: RatingTold | None
    published_at: datetime = Field(description="When the public first saw it (UTC).")
    updated_at: datetime = Field(description="UTC.")
    version: int = Field(ge=1, description="Raised by every change a reader could see.")
    runs: list[FullRunTold] = Field(
        description="Runs that have not ended, soonest first; then the latest few that are over or called off."
    )
