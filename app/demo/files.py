"""The demonstration's data files, read and checked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

_HERE = Path(__file__).parent.parent
Kept = TypeVar("Kept")
InLanguages = dict[str, str]


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A thematic group as the providers agreed on it."""

    code: str
    position: int
    name: InLanguages


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """An institution of the city."""

    code: str
    kind: str
    name: InLanguages
    directions: list[str]
    registered: bool


@dataclass(frozen=True, slots=True)
class GroupWords:
    """What a group is about, in one language."""

    note: str
    examples: str


@dataclass(frozen=True, slots=True)
class ProviderWords:
    """What an institution says of itself, and where it is found."""

    short_name: InLanguages
    description: InLanguages
    address: str
    email: str
    phone: str
    trusted: bool


@dataclass(frozen=True, slots=True)
class Descriptions:
    """Words about groups and institutions."""

    groups: dict[str, dict[str, GroupWords]]
    providers: dict[str, ProviderWords]


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """A course of the demonstration catalogue."""

    code: str
    provider: str
    group: str
    title: str
    summary: str
    description: str
    outcomes: list[str]
    audience: list[str]
    level: str
    language: str
    format: str
    academic_hours: int
    price_eur: Decimal
    funding: str
    seats: int
    certificate: str
    needs_permit: bool
    venue: str
    keywords: list[str]


@dataclass(frozen=True, slots=True)
class CourseWords:
    """A course's texts in another language."""

    title: str
    summary: str
    description: str
    outcomes: list[str]
    keywords: list[str]


@dataclass(frozen=True, slots=True)
class RhythmEntry:
    """What a course's description says about its sessions: how many, on which weekdays, at what time, in which months."""

    sessions: int
    clock: list[str]
    days: list[int] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    every_weeks: int = 1


@dataclass(frozen=True, slots=True)
class Building:
    """A house with its address, its place on the map, and how to get in."""

    address: str
    latitude: float | None
    longitude: float | None
    access: list[str]


@dataclass(frozen=True, slots=True)
class VenueEntry:
    """A place of the courses; `stands_for` is how the catalogue writes it."""

    stands_for: str
    code: str
    name: str
    building: str = ""
    room: str = ""
    online: bool = False
    access: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Venues:
    """Houses and the places in them."""

    buildings: dict[str, Building]
    venues: list[VenueEntry]


@dataclass(frozen=True, slots=True)
class Names:
    """First names and surnames; a surname as women and as men bear it."""

    women: list[str]
    men: list[str]
    surnames: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody outside the catalogue who holds permits: programmes with their hours."""

    holder: str
    programmes: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class PermitsEntry:
    """Other holders, and how many permits the city issued in a year."""

    others: list[Holder]
    issued: dict[int, int]


@dataclass(frozen=True, slots=True)
class ComingEntry:
    """A run of the coming months that the pages show: how full it is, or why nobody can register."""

    course: str
    in_days: int
    left: int | None = None
    waiting: int | None = None
    opens_in: int | None = None
    decides_in: int | None = None
    cancelled: int | None = None
    closed: bool = False
    late: bool = False
    offered: bool = False
    days: list[int] = field(default_factory=list)
    clock: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """An answer to a wish, so many days after it was left; without `by` the board answered."""

    state: str
    after: int
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class WishEntry:
    """A wish: left on a day of 2025, or so many days ago."""

    title: str
    details: str
    group: str
    times: list[str]
    format: str
    supporters: int
    state: str
    audience: str = ""
    people: int = 1
    provider: str = ""
    course: str = ""
    merged_into: str = ""
    created: date | None = None
    days_ago: int = 0
    answers: list[AnswerEntry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """An activity outside the catalogue: its days of the year (month-day) and about how many people came."""

    provider: str
    group: str
    title: str
    on: list[str]
    people: int
    hours: int
    audience: str = "everyone"
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class FeedbackWords:
    """What people write beside their marks."""

    glad: list[str]
    mixed: list[str]
    critical: list[str]


@dataclass(frozen=True, slots=True)
class BringEntry:
    """What to bring to courses whose titles hold one of these words."""

    words: list[str]
    text: str


@dataclass(frozen=True, slots=True)
class Details:
    """Small words of runs: why they are cancelled, who teaches, what to bring."""

    cancelled: list[str]
    teachers: dict[str, str]
    bring: list[BringEntry]


@dataclass(frozen=True, slots=True)
class PartnerEntry:
    """A partner of the yearly report."""

    name: str
    since: date


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """The prose of the yearly report by section, and when it was changed for 2025."""

    sections: dict[int, list[str]]
    changed_in_2025: dict[int, date]
    partners: list[PartnerEntry]


def folder() -> Path:
    """Where the data files lie: beside the code in an installed program, else at the top of the project."""
    packaged = _HERE / "data"
    return packaged if packaged.is_dir() else _HERE.parent / "data"


def read(name: str, kind: TypeAdapter[Kept]) -> Kept:
    """One data file as what it holds; ValidationError when it does not."""
    return kind.validate_json((folder() / name).read_bytes())


@cache
def courses() -> Sequence[CourseEntry]:
    """The 418 courses in the order of the file."""
    kind = TypeAdapter(CourseEntry)
    with (folder() / "courses.jsonl").open("rb") as lines:
        return tuple(kind.validate_json(line) for line in lines)
