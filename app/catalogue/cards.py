"""Cards: what a list tells about a course and about the one run a resident would choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.courses.models import Audience, CertificateKind, Format, Funding, Level, RunState


@dataclass(frozen=True, slots=True)
class RunCard:
    """One dated offering of a course, with its seats as they stand at this moment."""

    id: int
    state: RunState
    starts_at: datetime
    ends_at: datetime
    weekdays: tuple[int, ...]
    """Riga weekdays of the sessions, 0 is Monday."""
    session_count: int
    seats: int
    """0 means no limit."""
    seats_left: int | None
    """None where the seats have no limit; 0 while somebody waits for a seat."""
    taken: int
    waiting: int
    has_waiting_list: bool
    opens_at: datetime
    closes_at: datetime
    decision_at: datetime | None
    decided_at: datetime | None
    """When it was decided that the run starts."""
    min_participants: int
    venue_name: str
    """Empty where no venue is known."""
    venue_address: str
    is_online: bool
    cancelled_at: datetime | None
    cancel_reason: str

    @property
    def can_be_joined(self) -> bool:
        """Whether one can register now, for a seat or for the waiting list."""
        return self.state is RunState.OPEN or (self.state is RunState.FULL and self.has_waiting_list)

    @property
    def missing(self) -> int:
        """How many more people must register for the run to start; 0 when enough have."""
        return max(0, self.min_participants - self.taken)


@dataclass(frozen=True, slots=True)
class CourseCard:
    """One course as a list shows it, in its reader's language."""

    id: int
    code: str
    slug: str
    title: str
    summary: str
    group_code: str
    group_name: str
    provider_code: str
    provider_name: str
    provider_slug: str
    format: Format
    language: str
    """Language of teaching."""
    level: Level
    audiences: tuple[Audience, ...]
    price: Decimal
    """Euros; 0 is free of charge."""
    funding: Funding
    certificate: CertificateKind
    academic_hours: Decimal
    """Hours of 45 minutes."""
    next_run: RunCard | None
    """The run a resident would choose, else the last one that ended; None when there never was one."""
    run_count: int
    """Runs that have not ended and are not called off."""
    untranslated: bool
    """Title and summary are in Latvian because nobody has translated them."""

    def __hash__(self) -> int:
        """By its course alone: lists look drawn cards up by the whole card, twenty times a page."""
        return self.id


def chosen_run(runs: Iterable[RunCard]) -> RunCard | None:
    """The run a resident would choose: with a free seat, with a waiting list, to come, no longer open, else the last."""
    return min((run for run in runs if run.cancelled_at is None), key=_preference, default=None)


def _preference(run: RunCard) -> tuple[int, float]:
    if run.state is RunState.FINISHED:
        return len(_ORDER) + 1, -run.ends_at.timestamp()
    if run.state is RunState.FULL and not run.has_waiting_list:
        return len(_ORDER), run.starts_at.timestamp()
    return _ORDER.get(run.state, len(_ORDER)), run.starts_at.timestamp()


_ORDER = {RunState.OPEN: 0, RunState.FULL: 1, RunState.UPCOMING: 2}
