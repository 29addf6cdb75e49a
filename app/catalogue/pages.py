"""What whole pages tell: a course with its runs and sessions, a provider, a month of starts."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.catalogue.cards import CourseCard, RunCard
from app.courses.models import Audience, CertificateKind, Format, Funding, Level
from app.courses.run_models import RunQuestion


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """Where something is held, and how to get in."""

    code: str
    name: str
    address: str
    room: str
    access_notes: tuple[str, ...]
    is_online: bool
    latitude: float | None
    """Degrees, WGS 84."""
    longitude: float | None


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One meeting of a run."""

    id: int
    starts_at: datetime
    ends_at: datetime
    moved_from: datetime | None
    """Its start before it was moved."""
    cancelled: bool
    venue: VenueFacts | None
    """Only where it differs from the run's."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run with everything its page tells."""

    card: RunCard
    venue: VenueFacts | None
    sessions: tuple[SessionFacts, ...]
    teacher: str
    bring: str
    sequence: int
    """iCalendar SEQUENCE."""


@dataclass(frozen=True, slots=True)
class PermitFacts:
    """The permit of a course's programme."""

    number: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Rating:
    """The mean of all marks from 1 to 5, and how many people gave them; told from five answers up."""

    mean: Decimal
    answers: int


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """An institution that offers courses, in its reader's language."""

    code: str
    slug: str
    name: str
    short_name: str
    description: str
    kind: str
    in_register: bool
    """Stands in the register of education institutions, so that its programmes need no permit."""
    email: str
    phone: str
    website: str
    address: str


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """A provider with its directions and the number of its courses in the catalogue."""

    provider: ProviderFacts
    directions: tuple[tuple[str, str], ...]
    """Code and name of each thematic group it specialises in."""
    course_count: int


@dataclass(frozen=True, slots=True)
class CoursePage:
    """Everything a resident needs to decide about a course, in the reader's language where it is translated."""

    id: int
    code: str
    slug: str
    version: int
    title: str
    summary: str
    description: str
    """Markdown."""
    outcomes: tuple[str, ...]
    prerequisites: str
    keywords: tuple[str, ...]
    picture: str
    picture_alt: str
    untranslated: frozenset[str]
    """Names of the fields above that are in Latvian because nobody has translated them."""
    group_code: str
    group_name: str
    provider: ProviderFacts
    audiences: tuple[Audience, ...]
    level: Level
    language: str
    """Language of teaching."""
    format: Format
    academic_hours: Decimal
    """Hours of 45 minutes."""
    price: Decimal
    """Euros; 0 is free of charge."""
    funding: Funding
    certificate: CertificateKind
    permit: PermitFacts | None
    contact_email: str
    contact_phone: str
    published_at: datetime
    updated_at: datetime
    rating: Rating | None
    """None below five answers."""
    next_run: RunFacts | None
    """The run a resident would choose, with its sessions; the last one that ended when none is left."""
    runs: tuple[RunFacts, ...]
    """Runs not ended by their start, then a few that were called off or are over, the latest first, without sessions."""


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run and the course it belongs to."""

    course: CourseCard
    """Here `next_run` is this run."""
    run: RunFacts
    questions: tuple[RunQuestion, ...] = ()
    """What its provider asks those who register."""


@dataclass(frozen=True, slots=True)
class Start:
    """A run that starts on a day of the calendar."""

    run: RunCard
    slug: str
    title: str
    untranslated: bool
    group_code: str
    group_name: str
    provider_name: str
    price: Decimal
    """Euros; 0 is free of charge."""


@dataclass(frozen=True, slots=True)
class StartsOfDay:
    """What starts on one day in Riga."""

    day: date
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class StartsOfMonth:
    """What starts in a month, and the nearest months before and after in which something starts."""

    month: date
    """Its first day."""
    days: tuple[StartsOfDay, ...]
    earlier: date | None
    later: date | None
