"""Clashes: the same room or the same teacher at the same time, here or with another provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from app.courses.models import CourseState
from app.courses.planning_queries import meetings_between
from app.courses.wall_clock import Span
from app.i18n import DEFAULT, Sayable, Text, _
from app.providers.models import Venue
from app.refusals import Conflict


class ClashKind(StrEnum):
    """What would be needed twice at once."""

    ROOM = "room"
    """The very same room: refused."""
    BUILDING = "building"
    """A venue whose room is not said: perhaps another room, so a warning."""
    TEACHER = "teacher"
    """The same printed name at the same provider: a warning."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One session that clashes with one of another run."""

    kind: ClashKind
    place: str
    at: Span
    title: str | None
    """The other course's title; none where the asker may not know of it."""

    @property
    def sentence(self) -> Text:
        """What clashes, and what to do."""
        title: str | Sayable = self.title or _("another course")
        if self.kind is ClashKind.TEACHER:
            return _("The teacher is then at “%(course_title)s”. Check the time.", course_title=title)
        if self.kind is ClashKind.BUILDING:
            return _(
                "At this venue “%(course_title)s” takes place then. Check that there is a room.", course_title=title
            )
        return _("The venue is taken then by “%(course_title)s”. Choose another time or venue.", course_title=title)


class VenueTaken(Conflict):
    """The very same room is in use at that time."""

    code = "venue_taken"

    def __init__(self, clash: Clash) -> None:
        self.clash = clash
        super().__init__(clash.sentence)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session that is to be held: when, where, and the field that asked for it."""

    at: Span
    venue_id: int | None
    place: str = ""


def clashes(
    db: Session,
    wanted: Sequence[Wanted],
    venues: Mapping[int, Venue],
    teacher: str,
    provider_id: int,
    *,
    but_run: int | None = None,
    locale: str = DEFAULT,
) -> list[Clash]:
    """What these sessions clash with, in order of time, each session once with each other run. Online nothing is taken."""
    rooms = {one.venue_id for one in wanted if one.venue_id is not None and not venues[one.venue_id].is_online}
    if not wanted or not (rooms or teacher):
        return []
    others = meetings_between(
        db,
        min(one.at.starts_at for one in wanted),
        max(one.at.ends_at for one in wanted),
        venue_ids=rooms,
        teacher=teacher,
        provider_id=provider_id,
        but_run=but_run,
        locale=locale,
    )
    found: dict[tuple[str, Span, int], Clash] = {}
    for one in sorted(wanted, key=lambda one: one.at):
        for run_id, title, starts_at, ends_at, venue_id, other_teacher, state, owner, _code in others:
            if one.at.starts_at >= ends_at or starts_at >= one.at.ends_at:
                continue
            known = title if owner == provider_id or state is CourseState.PUBLISHED else None
            if venue_id is not None and venue_id == one.venue_id and venue_id in rooms:
                kind = ClashKind.ROOM if venues[venue_id].room else ClashKind.BUILDING
            elif teacher and other_teacher == teacher and owner == provider_id:
                kind = ClashKind.TEACHER
            else:
                continue
            found.setdefault((kind, one.at, run_id), Clash(kind, one.place, one.at, known))
    return [*found.values()]


def refuse_taken_rooms(found: Sequence[Clash]) -> None:
    """A room that is certainly in use cannot be planned; everything else only warns."""
    if taken := next((clash for clash in found if clash.kind is ClashKind.ROOM), None):
        raise VenueTaken(taken)
