"""Lists of courses and runs: cards in a given order, and what starts in a month."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy import BindParameter, Integer, RowMapping, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.catalogue.cards import CourseCard, RunCard, chosen_run
from app.catalogue.known import known_cards
from app.catalogue.pages import Start, StartsOfDay, StartsOfMonth
from app.courses.models import (
    IS_PUBLISHED,
    Audience,
    Course,
    CourseAudience,
    CourseRun,
    CourseText,
    RunState,
    has_room,
    run_state,
)
from app.db import UtcDateTime
from app.i18n import DEFAULT, at, local
from app.providers.models import Provider, ThematicGroup, Venue
from app.providers.queries import GROUP_NAME, PROVIDER_NAME
from app.registrations.models import Registration
from app.registrations.queries import holds_seat, waits
from app.translated import LOCALE

MOMENT: BindParameter[datetime] = bindparam("moment", type_=UtcDateTime)
"""The moment at which states and seats are told."""
_IDS = bindparam("ids", type_=Integer(), expanding=True)


AUDIENCES = (
    select(func.aggregate_strings(CourseAudience.audience, ","))
    .where(CourseAudience.course_id == Course.id)
    .scalar_subquery()
)
"""A course's audiences, joined by commas."""
_registrations = select(func.count()).where(Registration.run_id == CourseRun.id)
RUNS = select(
    CourseRun.id,
    CourseRun.course_id,
    CourseRun.starts_at,
    CourseRun.ends_at,
    CourseRun.weekdays,
    CourseRun.session_count,
    CourseRun.seats,
    CourseRun.has_waiting_list,
    CourseRun.registration_opens_at,
    CourseRun.registration_closes_at,
    CourseRun.decision_at,
    CourseRun.decided_at,
    CourseRun.min_participants,
    CourseRun.cancelled_at,
    CourseRun.cancel_reason,
    Venue.name.label("venue_name"),
    Venue.address.label("venue_address"),
    Venue.is_online,
    _registrations.where(holds_seat(MOMENT)).scalar_subquery().label("taken"),
    _registrations.where(waits()).scalar_subquery().label("waiting"),
).outerjoin(CourseRun.venue)
"""Every run with its seats at MOMENT, in the columns that `run_card` reads."""


def run_card(row: RowMapping, moment: datetime) -> RunCard:
    """A run's card from a row of `RUNS`."""
    seats, taken, waiting = row["seats"], row["taken"], row["waiting"]
    room = has_room(seats, taken, waiting)
    state = run_state(
        moment,
        opens_at=row["registration_opens_at"],
        closes_at=row["registration_closes_at"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        cancelled_at=row["cancelled_at"],
        has_room=room,
    )
    return RunCard(
        id=row["id"],
        state=state,
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        weekdays=tuple(int(day) for day in row["weekdays"].split(",") if day),
        session_count=row["session_count"],
        seats=seats,
        seats_left=None if seats == 0 else seats - taken if room else 0,
        taken=taken,
        waiting=waiting,
        has_waiting_list=row["has_waiting_list"],
        opens_at=row["registration_opens_at"],
        closes_at=row["registration_closes_at"],
        decision_at=row["decision_at"],
        decided_at=row["decided_at"],
        min_participants=row["min_participants"],
        venue_name=row["venue_name"] or "",
        venue_address=row["venue_address"] or "",
        is_online=bool(row["is_online"]),
        cancelled_at=row["cancelled_at"],
        cancel_reason=row["cancel_reason"],
    )


@lru_cache(maxsize=256)
def audiences_of(joined: str | None) -> tuple[Audience, ...]:
    """The audiences in the value of `AUDIENCES`, in their usual order."""
    named = set((joined or "").split(","))
    return tuple(audience for audience in Audience if audience.value in named)


def cards(db: Session, course_ids: Sequence[int], locale: str, moment: datetime) -> list[CourseCard]:
    """The cards of these courses in this order; a course that left the catalogue meanwhile is left out."""
    known = known_cards(db, moment)
    if missing := [course_id for course_id in course_ids if (locale, course_id) not in known]:
        known |= {(locale, card.id): card for card in _made_cards(db, missing, locale, moment)}
    return [card for course_id in course_ids if (card := known.get((locale, course_id)))]


def _made_cards(db: Session, course_ids: Sequence[int], locale: str, moment: datetime) -> list[CourseCard]:
    runs: dict[int, list[RunCard]] = defaultdict(list)
    for row in db.connection().execute(RUNS_OF_COURSES, {"ids": course_ids, "moment": moment}).mappings():
        runs[row["course_id"]].append(run_card(row, moment))
    found = db.connection().execute(_CARDS, {"ids": course_ids, "locale": locale}).mappings()
    return [course_card(row, runs[row["id"]]) for row in found]


def calendar_of_starts(db: Session, month: date, locale: str, moment: datetime) -> StartsOfMonth:
    """What starts in the month of this day, by days in Riga; runs that were called off are left out."""
    first, following = _first_of_month(month), _first_of_month(month.replace(day=1) + timedelta(days=31))
    bounds = {"begins": at(first, time()), "ends": at(following, time())}
    days: dict[date, list[Start]] = defaultdict(list)
    for row in db.execute(_STARTS, {**bounds, "locale": locale, "moment": moment}).mappings():
        days[local(row["starts_at"]).date()].append(_start(row, moment))
    earlier, later = db.execute(_NEIGHBOURS, bounds).one()
    return StartsOfMonth(
        month=first,
        days=tuple(StartsOfDay(day, tuple(starts)) for day, starts in days.items()),
        earlier=_first_of_month(local(earlier).date()) if earlier else None,
        later=_first_of_month(local(later).date()) if later else None,
    )


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _start(row: RowMapping, moment: datetime) -> Start:
    return Start(
        run=run_card(row, moment),
        slug=row["slug"],
        title=row["own_title"] or row["title"],
        untranslated=row["own_title"] is None,
        group_code=row["group_code"],
        group_name=row["group_name"],
        provider_name=row["provider_name"],
        price=row["price"],
    )


def course_card(row: RowMapping, runs: Sequence[RunCard]) -> CourseCard:
    """A course's card from a row of `COURSES` and its runs."""
    translated = row["own_title"] is not None
    return CourseCard(
        id=row["id"],
        code=row["code"],
        slug=row["slug"],
        title=row["own_title"] if translated else row["title"],
        summary=row["own_summary"] if translated else row["summary"],
        group_code=row["group_code"],
        group_name=row["group_name"],
        provider_code=row["provider_code"],
        provider_name=row["provider_name"],
        provider_slug=row["provider_slug"],
        format=row["format"],
        language=row["language"],
        level=row["level"],
        audiences=audiences_of(row["audiences"]),
        price=row["price"],
        funding=row["funding"],
        certificate=row["certificate"],
        academic_hours=row["academic_hours"],
        next_run=chosen_run(runs),
        run_count=sum(run.state is not RunState.FINISHED for run in runs),
        untranslated=not translated,
    )


_latvian, _own = aliased(CourseText), aliased(CourseText)
COURSES = (
    select(
        Course.id,
        Course.code,
        Course.slug,
        Course.format,
        Course.language,
        Course.level,
        Course.price,
        Course.funding,
        Course.certificate,
        Course.academic_hours,
        _latvian.title,
        _latvian.summary,
        _own.title.label("own_title"),
        _own.summary.label("own_summary"),
        ThematicGroup.code.label("group_code"),
        GROUP_NAME.label("group_name"),
        Provider.code.label("provider_code"),
        Provider.slug.label("provider_slug"),
        PROVIDER_NAME.label("provider_name"),
        AUDIENCES.label("audiences"),
    )
    .join(_latvian, and_(_latvian.course_id == Course.id, _latvian.locale == DEFAULT))
    .outerjoin(_own, and_(_own.course_id == Course.id, _own.locale == LOCALE))
    .join(Course.group)
    .join(Course.provider)
)
"""Every course in LOCALE, in the columns that `course_card` reads."""
_CARDS = COURSES.where(Course.id.in_(_IDS), IS_PUBLISHED)
_last = aliased(CourseRun)
RUNS_OF_COURSES = RUNS.where(
    CourseRun.course_id.in_(_IDS),
    CourseRun.cancelled_at.is_(None),
    or_(
        CourseRun.ends_at > MOMENT,
        CourseRun.id
        == select(_last.id)
        .where(_last.course_id == CourseRun.course_id, _last.cancelled_at.is_(None))
        .order_by(_last.ends_at.desc(), _last.id)
        .limit(1)
        .scalar_subquery(),
    ),
)
"""Of each course in `ids` the runs that are not over, or else the last one; none that was called off."""

_BEGINS, _ENDS = bindparam("begins", type_=UtcDateTime), bindparam("ends", type_=UtcDateTime)
_public = and_(IS_PUBLISHED, CourseRun.cancelled_at.is_(None))
_STARTS = (
    RUNS.join(Course, Course.id == CourseRun.course_id)
    .join(_latvian, and_(_latvian.course_id == Course.id, _latvian.locale == DEFAULT))
    .outerjoin(_own, and_(_own.course_id == Course.id, _own.locale == LOCALE))
    .join(Course.group)
    .join(Course.provider)
    .add_columns(
        Course.slug,
        Course.price,
        _latvian.title,
        _own.title.label("own_title"),
        ThematicGroup.code.label("group_code"),
        GROUP_NAME.label("group_name"),
        PROVIDER_NAME.label("provider_name"),
    )
    .where(CourseRun.starts_at >= _BEGINS, CourseRun.starts_at < _ENDS, _public)
    .order_by(CourseRun.starts_at, CourseRun.id)
)
_start_of_run = select(CourseRun.starts_at).join(CourseRun.course).where(_public)
_NEIGHBOURS = select(
    _start_of_run.where(CourseRun.starts_at < _BEGINS).order_by(CourseRun.starts_at.desc()).limit(1).scalar_subquery(),
    _start_of_run.where(CourseRun.starts_at >= _ENDS).order_by(CourseRun.starts_at).limit(1).scalar_subquery(),
)
