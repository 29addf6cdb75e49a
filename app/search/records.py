"""From the records to search documents: what a published course says of itself, and what its runs add at a moment."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from app.catalogue.cards import RunCard, chosen_run
from app.catalogue.queries import AUDIENCES, RUNS_OF_COURSES, audiences_of, run_card
from app.courses.models import IS_PUBLISHED, Course, CourseSession, CourseText, RunState
from app.i18n import DEFAULT, local
from app.providers.models import Provider, ProviderText, ThematicGroup, Venue
from app.search.documents import Document, Status, Words

NOON, EVENING = 12, 17
"""Hours in Riga at which the afternoon and the evening begin."""


@dataclass(frozen=True, slots=True)
class Made:
    """A document, and when time alone will change it: registration opens or closes, a run starts or ends."""

    document: Document
    changes_at: datetime | None


@dataclass(slots=True)
class _Runs:
    """The runs of a course that are not over, or else its last one, with what their sessions add."""

    cards: list[RunCard] = field(default_factory=list)
    venues: dict[str, str] = field(default_factory=dict)
    times: set[str] = field(default_factory=set)


def document_of(db: Session, course_id: int, moment: datetime) -> Document | None:
    """The course as a search document at that moment; None when it is not in the catalogue."""
    made = documents_of(db, [course_id], moment).get(course_id)
    return made.document if made else None


def documents_of(db: Session, course_ids: Collection[int], moment: datetime) -> dict[int, Made]:
    """Those of these courses that are in the catalogue, as search documents at that moment."""
    wanted = _COURSES.where(Course.id.in_(course_ids), IS_PUBLISHED)
    courses = {row["id"]: row for row in db.execute(wanted).mappings()}
    if not courses:
        return {}
    texts = _texts(db, [*courses])
    names = _provider_names(db, {row["provider_id"] for row in courses.values()})
    runs = _runs(db, [*courses], moment)
    return {
        course_id: _made(row, texts[course_id], names[row["provider_id"]], runs[course_id], moment)
        for course_id, row in courses.items()
        if DEFAULT in texts[course_id]
    }


def _texts(db: Session, course_ids: Collection[int]) -> dict[int, dict[str, Words]]:
    """The texts of each course by language."""
    texts: dict[int, dict[str, Words]] = defaultdict(dict)
    wanted = (
        select(
            CourseText.course_id,
            CourseText.locale,
            CourseText.title,
            CourseText.summary,
            CourseText.description,
            CourseText.outcomes,
            CourseText.keywords,
        )
        .where(CourseText.course_id.in_(course_ids))
        .order_by(CourseText.locale)
    )
    for course_id, locale, title, summary, description, outcomes, keywords in db.execute(wanted):
        texts[course_id][locale] = Words(title, summary, description, tuple(outcomes), tuple(keywords))
    return texts


def _provider_names(db: Session, provider_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Full and short names of each provider in every language, each once."""
    names: dict[int, dict[str, None]] = defaultdict(dict)
    wanted = (
        select(ProviderText.provider_id, ProviderText.name, ProviderText.short_name)
        .where(ProviderText.provider_id.in_(provider_ids))
        .order_by(ProviderText.locale.desc())
    )
    for provider_id, name, short_name in db.execute(wanted):
        names[provider_id] |= dict.fromkeys(one for one in (name, short_name) if one)
    return defaultdict(tuple, {provider_id: tuple(found) for provider_id, found in names.items()})


def _runs(db: Session, course_ids: Collection[int], moment: datetime) -> dict[int, _Runs]:
    """What the runs of each course add to its document."""
    runs: dict[int, _Runs] = defaultdict(_Runs)
    course_of: dict[int, int] = {}
    wanted = RUNS_OF_COURSES.add_columns(Venue.code.label("venue_code"))
    for row in db.execute(wanted, {"ids": course_ids, "moment": moment}).mappings():
        of_course = runs[row["course_id"]]
        of_course.cards.append(run_card(row, moment))
        if row["venue_code"]:
            of_course.venues[row["venue_code"]] = row["venue_name"]
        course_of[row["id"]] = row["course_id"]
    for run_id, starts_at, code, name in db.execute(_SESSIONS.where(CourseSession.run_id.in_([*course_of]))):
        of_course = runs[course_of[run_id]]
        of_course.times.add(time_of_day(starts_at))
        if code:
            of_course.venues[code] = name
    return runs


def time_of_day(moment: datetime) -> str:
    """What people in Riga call the time at which something starts."""
    hour = local(moment).hour
    return "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"


def _made(row: RowMapping, texts: dict[str, Words], names: tuple[str, ...], runs: _Runs, moment: datetime) -> Made:
    alive = [run for run in runs.cards if run.state is not RunState.FINISHED]
    status = _status(runs.cards)
    document = Document(
        course_id=row["id"],
        version=row["version"],
        code=row["code"],
        slug=row["slug"],
        texts=texts,
        provider=row["provider"],
        provider_names=names,
        group=row["group"],
        audiences=audiences_of(row["audiences"]),
        level=row["level"],
        language=row["language"],
        format=row["format"],
        certificate=row["certificate"],
        funding=row["funding"],
        price=row["price"],
        published_at=row["published_at"],
        venues=tuple(sorted(runs.venues)),
        venue_names=tuple(sorted(set(runs.venues.values()))),
        weekdays=tuple(sorted({day for run in runs.cards for day in run.weekdays})),
        times=tuple(sorted(runs.times)),
        starts=tuple(sorted({local(run.starts_at).date() for run in alive})),
        status=status,
        can_register=status == "open",
        next_start=_next_start(alive, moment),
    )
    turns = (turn for run in alive for turn in (run.opens_at, run.closes_at, run.starts_at, run.ends_at))
    return Made(document, min((turn for turn in turns if turn > moment), default=None))


def _status(runs: Sequence[RunCard]) -> Status:
    if any(run.can_be_joined for run in runs):
        return "open"
    states = {run.state for run in runs}
    if states & {RunState.UPCOMING, RunState.FULL, RunState.CLOSED}:
        return "upcoming"
    return "ended" if RunState.FINISHED in states else "none"


def _next_start(alive: Sequence[RunCard], moment: datetime) -> date | None:
    """The first day of the run a resident would choose, unless it is under way already."""
    chosen = chosen_run(alive)
    if chosen is None or chosen.starts_at <= moment:
        return None
    return local(chosen.starts_at).date()


_COURSES = (
    select(
        Course.id,
        Course.version,
        Course.code,
        Course.slug,
        Course.provider_id,
        Course.level,
        Course.language,
        Course.format,
        Course.certificate,
        Course.funding,
        Course.price,
        Course.published_at,
        Provider.code.label("provider"),
        ThematicGroup.code.label("group"),
        AUDIENCES.label("audiences"),
    )
    .join(Course.provider)
    .join(Course.group)
)
_SESSIONS = (
    select(CourseSession.run_id, CourseSession.starts_at, Venue.code, Venue.name)
    .outerjoin(CourseSession.venue)
    .where(CourseSession.cancelled_at.is_(None))
)
