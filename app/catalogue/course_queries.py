"""One course, or one of its runs, with everything a resident needs to decide."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Executable, Integer, RowMapping, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.catalogue.cards import RunCard, chosen_run
from app.catalogue.pages import CoursePage, PermitFacts, Rating, RunFacts, RunPage, SessionFacts, VenueFacts
from app.catalogue.provider_queries import PROVIDERS, provider_facts
from app.catalogue.queries import AUDIENCES, COURSES, MOMENT, RUNS, audiences_of, course_card, run_card
from app.courses.models import Course, CourseRun, CourseSession, CourseState, CourseText, RunState
from app.courses.queries import CourseWithdrawn
from app.courses.question_queries import open_questions
from app.courses.run_models import RunQuestion
from app.feedback.models import FeedbackAnswer
from app.i18n import DEFAULT
from app.permits.models import Permit
from app.providers.models import Provider, ThematicGroup, Venue
from app.providers.queries import GROUP_NAME
from app.refusals import NotFound
from app.translated import LOCALE

LEAST_ANSWERS = 5
"""A rating is told from so many answers up, so that nobody's can be guessed."""
PAST_RUNS = 4
"""How many runs that are over or were called off a course page still shows."""
_MARKS = 5
_TEXTS = ("title", "summary", "description", "outcomes", "prerequisites", "keywords", "picture_alt")
_LARGEST_ID = 2**31
_COURSE = bindparam("course", type_=Integer())


def course_page(db: Session, slug: str, locale: str, moment: datetime) -> CoursePage:
    """The published course of this slug; `CourseWithdrawn` when it has left the catalogue."""
    return _course_page(db, _BY_SLUG, slug, locale, moment)


def course_page_of_code(db: Session, code: str, locale: str, moment: datetime) -> CoursePage:
    """The published course of this code; `CourseWithdrawn` when it has left the catalogue."""
    return _course_page(db, _BY_CODE, code, locale, moment)


def run_page(db: Session, run_id: int, locale: str, moment: datetime) -> RunPage:
    """A run of a published course, with its sessions; `CourseWithdrawn` when the course has left the catalogue."""
    if not 0 < run_id < _LARGEST_ID:
        raise NotFound
    run = db.execute(_RUN, {"run": run_id, "moment": moment}).mappings().first()
    if run is None:
        raise NotFound
    course = db.execute(_COURSE_OF_RUN, {"course": run["course_id"], "locale": locale}).mappings().one()
    _refuse_unless_public(course)
    card = run_card(run, moment)
    facts = _run_facts(run, card, _sessions(db, [run_id])[run_id])
    return RunPage(course_card(course, [card]), facts, (*open_questions(db, run_id),) if run["asks"] else ())


def _course_page(db: Session, wanted: Executable, name: str, locale: str, moment: datetime) -> CoursePage:
    if not name.isprintable():  # No record is called so, and PostgreSQL would not even look for a NUL.
        raise NotFound
    row = db.execute(wanted, {"name": name, "locale": locale}).mappings().first()
    if row is None:
        raise NotFound
    _refuse_unless_public(row)
    return made_page(db, row, moment)


def made_page(db: Session, row: RowMapping, moment: datetime) -> CoursePage:
    """The course's page from a row of `COURSE_PAGE`."""
    runs = _runs(db, row["id"], moment)
    texts, untranslated = _texts(row)
    return CoursePage(
        id=row["id"],
        code=row["code"],
        slug=row["slug"],
        version=row["version"],
        title=str(texts["title"]),
        summary=str(texts["summary"]),
        description=str(texts["description"]),
        outcomes=tuple(texts["outcomes"]),
        prerequisites=str(texts["prerequisites"]),
        keywords=tuple(texts["keywords"]),
        picture=row["picture"],
        picture_alt=str(texts["picture_alt"]),
        untranslated=untranslated,
        group_code=row["group_code"],
        group_name=row["group_name"],
        provider=provider_facts(row),
        audiences=audiences_of(row["audiences"]),
        level=row["level"],
        language=row["language"],
        format=row["format"],
        academic_hours=row["academic_hours"],
        price=row["price"],
        funding=row["funding"],
        certificate=row["certificate"],
        permit=PermitFacts(row["number"], row["valid_until"]) if row["number"] else None,
        contact_email=row["contact_email"],
        contact_phone=row["contact_phone"],
        published_at=row["published_at"] or row["updated_at"],
        updated_at=row["updated_at"],
        rating=_rating(row["answers"], row["marks"]),
        next_run=_next_run(runs),
        runs=tuple(runs),
    )


def _refuse_unless_public(row: RowMapping) -> None:
    """A draft is not found; what was public once is known to be withdrawn."""
    if row["state"] is CourseState.PUBLISHED:
        return
    if row["state"] is CourseState.ARCHIVED and row["published_at"] is not None:
        raise CourseWithdrawn(row["title"])
    raise NotFound


def _texts(row: RowMapping) -> tuple[dict[str, str | list[str]], frozenset[str]]:
    """Each text in the reader's language where it is translated, and the names of those that are not."""
    texts: dict[str, str | list[str]] = {}
    untranslated = set()
    for name in _TEXTS:
        texts[name] = row[f"own_{name}"] or row[name]
        if row[name] and not row[f"own_{name}"]:
            untranslated.add(name)
    return texts, frozenset(untranslated)


def _rating(answers: int, marks: int | None) -> Rating | None:
    if answers < LEAST_ANSWERS or marks is None:
        return None
    return Rating((Decimal(int(marks)) / (_MARKS * answers)).quantize(Decimal("0.1")), answers)


def _next_run(runs: Sequence[RunFacts]) -> RunFacts | None:
    chosen = chosen_run(run.card for run in runs)
    return next((run for run in runs if run.card is chosen), None)


def _runs(db: Session, course_id: int, moment: datetime) -> list[RunFacts]:
    """The course's runs in the order of its page."""
    rows = db.execute(_RUNS_OF_COURSE, {"course": course_id, "moment": moment}).mappings().all()
    made = [(row, run_card(row, moment)) for row in rows]
    alive = [card.id for _, card in made if _is_alive(card)]
    sessions = _sessions(db, alive) if alive else {}
    made.sort(key=lambda pair: _place(pair[1]))
    return [_run_facts(row, card, sessions.get(card.id, ())) for row, card in made]


def _is_alive(card: RunCard) -> bool:
    return card.state not in (RunState.CANCELLED, RunState.FINISHED)


def _place(card: RunCard) -> tuple[bool, float]:
    return (False, card.starts_at.timestamp()) if _is_alive(card) else (True, -card.starts_at.timestamp())


def _run_facts(row: RowMapping, card: RunCard, sessions: Iterable[SessionFacts]) -> RunFacts:
    return RunFacts(
        card=card,
        venue=_venue(row),
        sessions=tuple(sessions),
        teacher=row["teacher"],
        bring=row["bring"],
        sequence=row["sequence"],
    )


def _venue(row: RowMapping) -> VenueFacts | None:
    if row["venue_code"] is None:
        return None
    return VenueFacts(
        code=row["venue_code"],
        name=row["venue_name"],
        address=row["venue_address"],
        room=row["room"],
        access_notes=tuple(row["access_notes"]),
        is_online=row["is_online"],
        latitude=row["latitude"],
        longitude=row["longitude"],
    )


def _sessions(db: Session, run_ids: Sequence[int]) -> dict[int, list[SessionFacts]]:
    """The sessions of these runs, those called off among them, in order of time."""
    found: dict[int, list[SessionFacts]] = defaultdict(list)
    for row in db.execute(_SESSIONS, {"ids": run_ids}).mappings():
        found[row["run_id"]].append(
            SessionFacts(
                id=row["id"],
                starts_at=row["starts_at"],
                ends_at=row["ends_at"],
                moved_from=row["moved_from"],
                cancelled=row["cancelled_at"] is not None,
                venue=_venue(row),
            )
        )
    return found


_latvian, _own = aliased(CourseText), aliased(CourseText)
_answers = select(FeedbackAnswer).join(CourseRun, CourseRun.id == FeedbackAnswer.run_id)
_of_course = CourseRun.course_id == Course.id
COURSE_PAGE = (
    PROVIDERS.join(Course, Course.provider_id == Provider.id)
    .join(_latvian, and_(_latvian.course_id == Course.id, _latvian.locale == DEFAULT))
    .outerjoin(_own, and_(_own.course_id == Course.id, _own.locale == LOCALE))
    .join(ThematicGroup, ThematicGroup.id == Course.group_id)
    .outerjoin(Permit, Permit.id == Course.permit_id)
    .add_columns(
        Course.id,
        Course.code,
        Course.slug,
        Course.state,
        Course.version,
        Course.level,
        Course.language,
        Course.format,
        Course.academic_hours,
        Course.price,
        Course.funding,
        Course.certificate,
        Course.contact_email,
        Course.contact_phone,
        Course.picture,
        Course.published_at,
        Course.updated_at,
        Permit.number,
        Permit.valid_until,
        ThematicGroup.code.label("group_code"),
        GROUP_NAME.label("group_name"),
        AUDIENCES.label("audiences"),
        *(getattr(_latvian, name) for name in _TEXTS),
        *(getattr(_own, name).label(f"own_{name}") for name in _TEXTS),
        _answers.with_only_columns(func.count()).where(_of_course).scalar_subquery().label("answers"),
        _answers.with_only_columns(
            func.sum(
                FeedbackAnswer.content
                + FeedbackAnswer.teacher
                + FeedbackAnswer.organisation
                + FeedbackAnswer.usefulness
                + FeedbackAnswer.recommend
            )
        )
        .where(_of_course)
        .scalar_subquery()
        .label("marks"),
    )
)
_BY_SLUG = COURSE_PAGE.where(Course.slug == bindparam("name"))
_BY_CODE = COURSE_PAGE.where(Course.code == bindparam("name"))
_COURSE_OF_RUN = COURSES.add_columns(Course.state, Course.published_at).where(Course.id == _COURSE)
_venue_columns = (
    Venue.code.label("venue_code"),
    Venue.room,
    Venue.access_notes,
    Venue.latitude,
    Venue.longitude,
)
_RUN_FACTS = RUNS.add_columns(*_venue_columns, CourseRun.teacher, CourseRun.bring, CourseRun.sequence)
_RUN = _RUN_FACTS.add_columns(
    select(RunQuestion.id)
    .where(RunQuestion.run_id == CourseRun.id, RunQuestion.withdrawn_at.is_(None))
    .exists()
    .label("asks")
).where(CourseRun.id == bindparam("run"))
_other = aliased(CourseRun)
_RUNS_OF_COURSE = _RUN_FACTS.where(
    CourseRun.course_id == _COURSE,
    or_(
        and_(CourseRun.cancelled_at.is_(None), CourseRun.ends_at > MOMENT),
        CourseRun.id.in_(
            select(_other.id)
            .where(_other.course_id == _COURSE, or_(_other.cancelled_at.is_not(None), _other.ends_at <= MOMENT))
            .order_by(_other.starts_at.desc())
            .limit(PAST_RUNS)
        ),
    ),
)
_SESSIONS = (
    select(
        CourseSession.id,
        CourseSession.run_id,
        CourseSession.starts_at,
        CourseSession.ends_at,
        CourseSession.moved_from,
        CourseSession.cancelled_at,
        Venue.name.label("venue_name"),
        Venue.address.label("venue_address"),
        Venue.is_online,
        *_venue_columns,
    )
    .outerjoin(CourseSession.venue)
    .where(CourseSession.run_id.in_(bindparam("ids", type_=Integer(), expanding=True)))
    .order_by(CourseSession.starts_at, CourseSession.id)
)
