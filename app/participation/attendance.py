"""A session's roll and a run's attendance as their pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from app.courses.models import CourseRun, CourseSession
from app.i18n import by_surname
from app.participation import roll_queries as queries
from app.participation.inputs import HeadCountForm
from app.participation.models import CAME, HeadCount, Mark
from app.participation.roll_queries import Counted, Marked, Participant
from app.participation.rolls import opens_at
from app.people.staff import Staff
from app.providers.models import Venue

SECONDS_OF_AN_ACADEMIC_HOUR = 45 * 60


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll of one session."""

    session: CourseSession
    title: str
    place: int
    of: int
    """Which session it is, and how many there are."""
    people: Sequence[Marked]
    """Everybody on it, in the order of surnames; nobody's name unless the list is open."""
    heads: HeadCount | None
    finished_at: datetime | None
    saved_at: datetime | None

    @property
    def run(self) -> CourseRun:
        """The run it belongs to."""
        return self.session.run

    @property
    def venue(self) -> Venue | None:
        """Where the session is held."""
        return self.session.venue or self.run.venue

    @property
    def heads_as_shown(self) -> str:
        """The head count in one word, as the page that shows it sends it back."""
        return (
            HeadCountForm(people=self.heads.people, counted_how=self.heads.counted_how).as_kept() if self.heads else ""
        )

    @property
    def marked(self) -> int:
        """How many have a mark."""
        return sum(one.mark is not None for one in self.people)

    @property
    def is_cancelled(self) -> bool:
        """Whether there is nothing to mark."""
        return self.session.cancelled_at is not None or self.run.cancelled_at is not None

    def is_early(self, moment: datetime) -> bool:
        """Whether nobody can be there yet."""
        return moment < opens_at(self.session)


def roll_of(db: Session, who: Staff, session_id: int, locale: str, *, named: bool) -> Roll:
    """The roll of a session of theirs; names stand on it only where the list was opened."""
    session = queries.own_session(db, who, session_id)
    place, of = queries.place_of(db, session)
    return Roll(
        session,
        session.run.course.title_in(locale),
        place,
        of,
        sorted(queries.on_roll(db, session, named=named), key=lambda one: (by_surname(one.name), one.registration_id)),
        queries.head_count(db, session.id),
        queries.finished_at(db, session.id),
        queries.saved_at(db, session.id),
    )


@dataclass(frozen=True, slots=True)
class Held:
    """One session in a list, with how far its roll is."""

    session: CourseSession
    counted: Counted
    heads: int
    is_finished: bool

    @property
    def came(self) -> int:
        """How many people were there, registered or not."""
        return self.counted.came + self.heads


@dataclass(frozen=True, slots=True)
class Attended:
    """One participant's row in the table of a run."""

    participant: Participant
    marks: Mapping[int, Mark]
    """By the session's number."""

    @property
    def came(self) -> int:
        """At how many sessions the person was."""
        return sum(mark in CAME for mark in self.marks.values())


@dataclass(frozen=True, slots=True)
class RunAttendance:
    """Who was at which session of a run, and the hours that follow."""

    sessions: Sequence[Held]
    people: Sequence[Attended]
    seated: int
    planned_seconds: int
    held_seconds: int
    person_seconds: int

    @property
    def hours_planned(self) -> Decimal:
        """Academic hours of every session in the plan."""
        return academic_hours(self.planned_seconds)

    @property
    def hours_held(self) -> Decimal:
        """Academic hours of the sessions that took place."""
        return academic_hours(self.held_seconds)

    @property
    def person_hours(self) -> Decimal:
        """Academic hours times people."""
        return academic_hours(self.person_seconds)

    @property
    def standing_sessions(self) -> list[Held]:
        """Sessions that are not cancelled."""
        return [one for one in self.sessions if one.session.cancelled_at is None]


def attendance_of(db: Session, run: CourseRun, moment: datetime, *, named: bool) -> RunAttendance:
    """The attendance of a run, counted as the yearly figures count it."""
    sessions = held_of(db, queries.sessions_of(db, run.id))
    marks = queries.marks_of_run(db, run.id)
    people = sorted(queries.participants(db, run.id, named=named), key=lambda one: (by_surname(one.name), one.id))
    off = run.cancelled_at is not None
    took_place = [] if off else [one for one in sessions if took_place_by(one.session, moment)]
    return RunAttendance(
        sessions,
        [Attended(one, marks.get(one.id, {})) for one in people],
        sum(one.has_seat for one in people),
        0 if off else sum(seconds_of(one.session) for one in sessions),
        sum(seconds_of(one.session) for one in took_place),
        sum(seconds_of(one.session) * one.came for one in took_place),
    )


def held_of(db: Session, sessions: Sequence[CourseSession]) -> list[Held]:
    """These sessions with how far their rolls are, in a fixed number of statements."""
    numbers = [one.id for one in sessions]
    counted, heads = queries.counted(db, numbers), queries.head_counts(db, numbers)
    finished = queries.finished(db, numbers)
    return [
        Held(
            one,
            counted.get(one.id, Counted(0, 0)),
            heads[one.id].people if one.id in heads else 0,
            one.id in finished,
        )
        for one in sessions
    ]


def took_place_by(session: CourseSession, moment: datetime) -> bool:
    """Whether the session is over and was not cancelled."""
    return session.cancelled_at is None and session.ends_at <= moment


def seconds_of(session: CourseSession) -> int:
    """How long a session is."""
    return int((session.ends_at - session.starts_at).total_seconds())


def academic_hours(seconds: int) -> Decimal:
    """Seconds as hours of 45 minutes, rounded once, after everything is added up."""
    return (Decimal(seconds) / SECONDS_OF_AN_ACADEMIC_HOUR).quantize(Decimal("0.01"), ROUND_HALF_UP)
