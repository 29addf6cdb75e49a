"""A run as people knew it, and what has changed since: the facts that a letter about changes tells."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from app.courses.models import CourseRun
from app.providers.models import Venue


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session, as it was announced."""

    id: int
    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    venue: str


@dataclass(frozen=True, slots=True)
class Known:
    """A run as it was announced at one moment: its dates, its venue, and the sessions that were still ahead."""

    starts_at: datetime
    ends_at: datetime
    venue: str
    meetings: tuple[Meeting, ...]

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), default=datetime.isoformat, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> "Known":
        """As it was kept."""
        kept = json.loads(text)
        return Known(
            _moment(kept["starts_at"]),
            _moment(kept["ends_at"]),
            kept["venue"],
            tuple(
                Meeting(
                    one["id"], _moment(one["starts_at"]), _moment(one["ends_at"]), bool(one["cancelled"]), one["venue"]
                )
                for one in kept["meetings"]
            ),
        )


class Kind(StrEnum):
    """What became of a session, or of a run without sessions."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Change:
    """One session's change; of an added one nothing was known before."""

    kind: Kind
    before: Meeting
    after: Meeting

    @property
    def starts(self) -> tuple[datetime, ...]:
        """The starts it is about: the old one and the new one."""
        return self.before.starts_at, self.after.starts_at

    def __str__(self) -> str:
        """Short, for the log of actions."""
        was, now_is = self.before, self.after
        return f"{self.kind} {now_is.id}: {was.starts_at:%FT%RZ} {was.venue} > {now_is.starts_at:%FT%RZ} {now_is.venue}"


def known(run: CourseRun, moment: datetime) -> Known:
    """The run as it is announced now; its sessions and venues must be loaded."""
    everywhere = where(run.venue)
    ahead = sorted((one for one in run.sessions if one.ends_at > moment), key=lambda one: (one.starts_at, one.id))
    return Known(
        run.starts_at,
        run.ends_at,
        everywhere,
        tuple(
            Meeting(
                one.id,
                one.starts_at,
                one.ends_at,
                one.cancelled_at is not None,
                where(one.venue) if one.venue is not None else everywhere,
            )
            for one in ahead
        ),
    )


def where(venue: Venue | None) -> str:
    """A venue in one line; empty where none is known."""
    return ", ".join(part for part in (venue.name, venue.room, venue.address) if part) if venue is not None else ""


def changes(before: Known, after: Known) -> list[Change]:
    """What has changed between two moments, in order of time; sessions that ended meanwhile are left out."""
    if not before.meetings and not after.meetings:
        return [*_whole(before, after)]
    was = {one.id: one for one in before.meetings}
    found = [_change(was.get(one.id), one) for one in after.meetings]
    return sorted((one for one in found if one is not None), key=lambda one: min(one.starts))


def is_only_elsewhere(changed: Sequence[Change]) -> bool:
    """Whether all that changed is where sessions are held, from one venue to another alike."""
    return (
        len(changed) > 1
        and all(one.kind is Kind.MOVED and one.before.starts_at == one.after.starts_at for one in changed)
        and all(one.before.ends_at == one.after.ends_at for one in changed)
        and len({(one.before.venue, one.after.venue) for one in changed}) == 1
    )


def _change(before: Meeting | None, after: Meeting) -> Change | None:
    if before is None:
        return None if after.cancelled else Change(Kind.ADDED, after, after)
    if before == after or (before.cancelled and after.cancelled):
        return None
    if after.cancelled:
        return Change(Kind.CANCELLED, before, after)
    return Change(Kind.RESTORED if before.cancelled else Kind.MOVED, before, after)


def _whole(before: Known, after: Known) -> list[Change]:
    """A run without sessions is one long meeting."""
    change = _change(
        Meeting(0, before.starts_at, before.ends_at, False, before.venue),
        Meeting(0, after.starts_at, after.ends_at, False, after.venue),
    )
    return [change] if change is not None else []


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
