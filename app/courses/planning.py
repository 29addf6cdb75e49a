"""Planning a run: its sessions, place, seats and windows, kept only when all of it can be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from slugify import slugify
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses.clashes import Clash, ClashKind, Wanted, clashes
from app.courses.models import Course, CourseRun, CourseSession, CourseState, Format
from app.courses.own_queries import own_course
from app.courses.planning_inputs import RunForm, VenueForm
from app.courses.planning_queries import hold_course, hold_venues, run_like, venue_called, venue_codes
from app.courses.timetable import RunWrong, Timetable, timetable
from app.courses.wall_clock import Span
from app.faults import FAULTS, Fault
from app.i18n import DEFAULT, _, local
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.people.staff import Staff
from app.providers.models import Venue
from app.refusals import Conflict, NotFound

_SENT_TWICE = timedelta(minutes=1)
"""The same group planned again within this is the same form."""


class CourseArchived(Conflict):
    """Nothing is planned for a course that is offered no more."""

    code = "wrong_state"
    sentence = _("The course is archived. Take it out of the archive before you plan a group.")


@dataclass(frozen=True, slots=True)
class Plan:
    """A run as it would be: its timetable, and what it clashes with."""

    course: Course
    timetable: Timetable
    clashes: tuple[Clash, ...]

    @property
    def taken(self) -> list[Clash]:
        """Rooms that are certainly in use: with them the run cannot be saved."""
        return [clash for clash in self.clashes if clash.kind is ClashKind.ROOM]


def plan_of(db: Session, who: Staff, course_id: int, asked: RunForm, locale: str = DEFAULT) -> Plan:
    """What would be planned; refuses with every faulty field. The venues in it are held until the transaction ends."""
    course = own_course(db, who, course_id)
    if course.state is CourseState.ARCHIVED:
        raise CourseArchived
    times = timetable(asked, now(), self_study=course.format is Format.SELF_STUDY)
    here = None if asked.new_venue is not None else asked.venue_id
    wanted = [Wanted(one.at, one.venue_id or here, one.place) for one in times.sessions]
    venues = _known_venues(db, [one.venue_id for one in wanted] + [here])
    found = clashes(db, wanted, venues, asked.teacher, who.provider, locale=locale)
    return Plan(course, times, tuple(found))


def plan_run(db: Session, who: Staff, course_id: int, asked: RunForm, locale: str = DEFAULT) -> CourseRun:
    """Keep a new run with its sessions; a taken room, and whatever else is wrong, is told field by field."""
    plan = plan_of(db, who, course_id, asked, locale)
    if plan.taken:
        raise RunWrong([Fault(one.place or "venue_id", "venue_taken", one.sentence) for one in plan.taken])
    times, course, moment = plan.timetable, plan.course, now()
    venue_id = add_venue(db, who, asked.new_venue).id if asked.new_venue is not None else asked.venue_id
    run = CourseRun(
        course_id=course.id,
        venue_id=venue_id,
        seats=asked.seats,
        min_participants=asked.min_participants,
        decision_at=times.decision_at,
        registration_opens_at=times.opens_at,
        registration_closes_at=times.closes_at,
        has_waiting_list=asked.has_waiting_list,
        teacher=asked.teacher,
        bring=asked.bring,
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        session_count=len(times.sessions),
        weekdays=",".join(str(day) for day in sorted({local(one.at.starts_at).weekday() for one in times.sessions})),
        public_money=asked.public_money,
        created_at=moment,
    )
    run.sessions = [
        CourseSession(
            starts_at=one.at.starts_at,
            ends_at=one.at.ends_at,
            link=one.link,
            venue_id=None if one.venue_id == venue_id else one.venue_id,
        )
        for one in times.sessions
    ]
    db.add(run)
    db.flush()
    record(
        db,
        who.actor,
        "run_planned",
        "run",
        run.id,
        {"course": course.code, "sessions": run.session_count, "starts_at": run.starts_at.isoformat()},
    )
    db.execute(update(Course).where(Course.id == course.id).values(version=Course.version + 1, updated_at=moment))
    post(db, CourseChanged(course.id))
    return run


def sent_before(db: Session, who: Staff, course_id: int, asked: RunForm) -> CourseRun | None:
    """The run that the same form made a moment ago, when it is sent twice; holds the course."""
    course = own_course(db, who, course_id)
    hold_course(db, course.id)
    times = timetable(asked, now(), self_study=course.format is Format.SELF_STUDY)
    return run_like(db, course.id, Span(times.starts_at, times.ends_at), asked, now() - _SENT_TWICE)


def add_venue(db: Session, who: Staff, asked: VenueForm) -> Venue:
    """Keep a place that was not on the list; the same room is not kept twice, another one of the same house is."""
    same = venue_called(db, asked.name, asked.address)
    if same is not None and same.room == asked.room:
        return same
    name = asked.name if same is None or not asked.room else f"{asked.name}, {asked.room}"
    if name != asked.name and (again := venue_called(db, name, asked.address)) is not None:
        return again
    if same is not None and name == asked.name:
        return same
    venue = Venue(
        code=_free_code(db, name),
        name=name,
        address=asked.address,
        room=asked.room,
        access_notes=[line for line in asked.access_notes.split("\n") if line],
    )
    db.add(venue)
    db.flush()
    record(db, who.actor, "venue_added", "venue", venue.id, {"name": venue.name, "address": venue.address})
    return venue


def _free_code(db: Session, name: str) -> str:
    """A code for the venue in addresses, made of its name."""
    code = slugify(name, max_length=50) or "vieta"
    taken = venue_codes(db, code)
    return next(one for one in (code, *(f"{code}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def _known_venues(db: Session, venue_ids: Collection[int | None]) -> dict[int, Venue]:
    """The venues of these numbers, held; one that is not on the list is a fault of its field."""
    try:
        return hold_venues(db, {one for one in venue_ids if one is not None})
    except NotFound:
        raise RunWrong([Fault("venue_id", "choice_unknown", FAULTS["choice_unknown"])]) from None
