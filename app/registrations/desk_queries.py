"""The registrations of a group, or of all groups of a provider, as their staff read them: a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.courses.models import Course, CourseRun
from app.courses.own_queries import is_own_run
from app.courses.question_queries import all_questions
from app.courses.run_models import RunQuestion
from app.i18n import by_surname
from app.people.staff import Staff
from app.refusals import NotFound
from app.registrations.desk_search import Wanted
from app.registrations.models import Channel, GivenAnswer, Registration, State
from app.registrations.standing import Standing, standing_of

PAGE = 50


class View(StrEnum):
    """A part of the list, by where registrations stand."""

    ALL = "all"
    CONFIRMED = "confirmed"
    HELD = "held"
    WAITING = "waiting"
    ENDED = "ended"


class Order(StrEnum):
    """How the list is sorted."""

    NAME = "name"
    OLDEST = "oldest"
    NEWEST = "newest"


class Slim(NamedTuple):
    """What it takes to find, count and sort a registration."""

    id: int
    run_id: int
    name: str | None
    email: str | None
    phone: str | None
    state: State
    channel: Channel
    hold_until: datetime | None

    def view(self, moment: datetime) -> View:
        """In which part of the list it stands."""
        if self.state is State.CONFIRMED:
            return View.CONFIRMED
        if self.state is State.WAITLISTED:
            return View.WAITING
        if self.state is State.OFFERED or (
            self.state is State.PENDING and self.hold_until is not None and moment < self.hold_until
        ):
            return View.HELD
        return View.ENDED


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which registrations are wanted, and in which order."""

    view: View = View.ALL
    channel: Channel | None = None
    order: Order = Order.NAME
    page: int = 1
    words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One registration of the list."""

    registration: Registration
    standing: Standing
    place: int | None
    """In the queue, from 1; of those who wait only."""
    answers: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A page of the list, with what stands around it."""

    lines: Sequence[Line]
    total: int
    page: int
    pages: int
    counts: Mapping[View, int]
    channels: Mapping[Channel, int]
    questions: Sequence[RunQuestion]


def people_of_run(
    db: Session, run: CourseRun, wanted: Narrowed, moment: datetime, *, whole: bool = False
) -> PeopleList:
    """A page of the run's registrations, or all of them as for a print."""
    rows = [Slim(*row) for row in db.execute(_SLIM.where(Registration.run_id == run.id).order_by(Registration.id))]
    places = {row.id: place for place, row in enumerate((one for one in rows if one.state is State.WAITLISTED), 1)}
    return _list(db, rows, wanted, moment, places, all_questions(db, run.id), whole=whole)


def people_of_provider(db: Session, who: Staff, wanted: Narrowed, moment: datetime) -> PeopleList:
    """Whom somebody looks for, among all registrations of the provider whose person is still known."""
    rows: list[Slim] = []
    if wanted.words:
        known = _SLIM.join(CourseRun, CourseRun.id == Registration.run_id).join(
            Course, Course.id == CourseRun.course_id
        )
        found = Wanted(wanted.words)
        rows = [
            Slim(*row)
            for row in db.execute(known.where(is_own_run(who), Registration.erased_at.is_(None)))
            if found.is_met_by(row.name, row.email, row.phone)
        ]
    return _list(db, rows, wanted, moment, {}, (), whole=False)


def own_registration(db: Session, who: Staff, run_id: int, registration_id: int) -> Registration:
    """A registration on their own run, with its run, course and offers; what is not theirs is not found."""
    found = db.scalar(
        select(Registration)
        .join(Registration.run)
        .join(CourseRun.course)
        .where(Registration.id == registration_id, Registration.run_id == run_id, is_own_run(who))
        .options(
            contains_eager(Registration.run).options(
                contains_eager(CourseRun.course).selectinload(Course.texts),
                joinedload(CourseRun.venue),
                selectinload(CourseRun.sessions),
            ),
            selectinload(Registration.offers),
        )
        .execution_options(populate_existing=True)
    )
    if found is None or found.erased_at is not None:
        raise NotFound
    return found


def group(db: Session, run_id: int, who: Staff | None) -> CourseRun:
    """The run with its course's texts, its venue and its sessions; of their own, or for the board of anybody."""
    wanted = select(CourseRun).join(CourseRun.course).where(CourseRun.id == run_id)
    if who is not None:
        wanted = wanted.where(is_own_run(who))
    found = db.scalar(
        wanted.options(
            contains_eager(CourseRun.course).options(selectinload(Course.texts), joinedload(Course.provider)),
            joinedload(CourseRun.venue),
            selectinload(CourseRun.sessions),
        )
    )
    if found is None:
        raise NotFound
    return found


def same_person(db: Session, run: CourseRun, name: str, phone: str | None) -> int | None:
    """A standing registration of somebody with this very name and telephone, for those who gave no address."""
    rows = db.execute(
        _SLIM.where(Registration.run_id == run.id, Registration.phone == phone, Registration.phone.is_not(None))
    )
    told = name.casefold()
    same = (row for row in rows if (row.name or "").casefold() == told and row.state in _STANDING)
    return next((row.id for row in same), None)


def _list(
    db: Session,
    rows: Sequence[Slim],
    wanted: Narrowed,
    moment: datetime,
    places: Mapping[int, int],
    questions: Sequence[RunQuestion],
    *,
    whole: bool,
) -> PeopleList:
    person = Wanted(wanted.words)
    met = [row for row in rows if not wanted.words or person.is_met_by(row.name, row.email, row.phone)]
    of_channel = [row for row in met if wanted.channel in {None, row.channel}]
    counts = dict.fromkeys(View, 0) | {View.ALL: len(of_channel)}
    for row in of_channel:
        counts[row.view(moment)] += 1
    in_view = [row for row in met if wanted.view in {View.ALL, row.view(moment)}]
    channels = dict.fromkeys(Channel, 0)
    for row in in_view:
        channels[row.channel] += 1
    shown = [row for row in of_channel if wanted.view in {View.ALL, row.view(moment)}]
    shown.sort(key=lambda row: row.id, reverse=wanted.order is Order.NEWEST)
    if wanted.order is Order.NAME:
        shown.sort(key=lambda row: by_surname(row.name))
    pages = max(1, -(-len(shown) // PAGE))
    page = min(max(1, wanted.page), pages)
    some = shown if whole else shown[(page - 1) * PAGE : page * PAGE]
    return PeopleList(
        _lines(db, [row.id for row in some], moment, places), len(shown), page, pages, counts, channels, questions
    )


def _lines(db: Session, ids: Sequence[int], moment: datetime, places: Mapping[int, int]) -> list[Line]:
    found = db.scalars(
        select(Registration)
        .where(Registration.id.in_(ids))
        .options(
            selectinload(Registration.offers),
            joinedload(Registration.run).joinedload(CourseRun.course).selectinload(Course.texts),
        )
    )
    by_id = {one.id: one for one in found}
    answers: dict[int, dict[int, str]] = {}
    for one in db.scalars(select(GivenAnswer).where(GivenAnswer.registration_id.in_(ids))):
        answers.setdefault(one.registration_id, {})[one.question_id] = one.answer
    return [
        Line(
            by_id[number],
            standing_of(by_id[number], moment, place=places.get(number, 1), next_session=None),
            places.get(number),
            answers.get(number, {}),
        )
        for number in ids
    ]


_STANDING = {State.PENDING, State.CONFIRMED, State.OFFERED, State.WAITLISTED}
_SLIM = select(
    Registration.id,
    Registration.run_id,
    Registration.name,
    Registration.email,
    Registration.phone,
    Registration.state,
    Registration.channel,
    Registration.hold_until,
)
