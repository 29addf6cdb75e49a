"""What is looked up about imports, and what their rows are compared with."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from app.courses.models import Course, CourseRun, CourseState, CourseText, Format
from app.i18n import DEFAULT
from app.imports.cells import Known
from app.imports.columns import same
from app.imports.models import Import, ImportRow, RowState
from app.people.staff import Staff
from app.providers.models import ThematicGroup, ThematicGroupText, Venue
from app.refusals import NotFound
from app.registrations.models import Registration

PER_PAGE = 50


class Listed(NamedTuple):
    """An import in a list, with how many of its rows were taken over."""

    imported: Import
    rows: int
    taken: int


def own_import(db: Session, who: Staff, import_id: int, *, lock: bool = False) -> Import:
    """The import of their provider with that number; another's is not found."""
    wanted = select(Import).where(Import.id == import_id, Import.provider_id == who.provider)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    if found := db.scalar(wanted):
        return found
    raise NotFound


def hold_import(db: Session, import_id: int) -> Import | None:
    """The import, freshly read and held until the transaction ends."""
    return db.scalar(
        select(Import).where(Import.id == import_id).with_for_update().execution_options(populate_existing=True)
    )


def import_of(db: Session, import_id: int) -> Import | None:
    """The import of that number, without its file."""
    return db.get(Import, import_id)


def file_of(db: Session, import_id: int) -> Import | None:
    """The import with its file."""
    return db.scalar(select(Import).where(Import.id == import_id).options(undefer(Import.content)))


def imports_of(db: Session, provider_id: int, page: int) -> list[Listed]:
    """The provider's imports, newest first."""
    rows = (
        select(func.count())
        .select_from(ImportRow)
        .where(ImportRow.import_id == Import.id)
        .correlate(Import)
        .scalar_subquery()
    )
    taken = (
        select(func.count())
        .select_from(ImportRow)
        .where(ImportRow.import_id == Import.id, ImportRow.state == RowState.TAKEN)
        .correlate(Import)
        .scalar_subquery()
    )
    wanted = (
        select(Import, rows, taken)
        .where(Import.provider_id == provider_id)
        .order_by(Import.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return [Listed(*row) for row in db.execute(wanted)]


def count_imports(db: Session, provider_id: int) -> int:
    """How many imports the provider has."""
    return db.scalar(select(func.count()).where(Import.provider_id == provider_id)) or 0


def counts(db: Session, import_id: int) -> dict[RowState, int]:
    """How many rows of the import are in each state."""
    rows = db.execute(
        select(ImportRow.state, func.count()).where(ImportRow.import_id == import_id).group_by(ImportRow.state)
    )
    return {state: number for state, number in rows}  # noqa: C416  (rows are no pairs to the type checker)


def rows_of(
    db: Session, import_id: int, *, states: Collection[RowState] = (), after: int = 0, most: int = PER_PAGE
) -> Sequence[ImportRow]:
    """Rows of the import after that number, in their order; only of these states where any are given."""
    wanted = (
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.number > after)
        .order_by(ImportRow.number)
        .limit(most)
    )
    return db.scalars(wanted.where(ImportRow.state.in_(states)) if states else wanted).all()


def page_of_rows(db: Session, import_id: int, states: Collection[RowState], page: int) -> Sequence[ImportRow]:
    """A page of the rows of these states."""
    return db.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.state.in_(states))
        .order_by(ImportRow.number)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()


def row_of(db: Session, import_id: int, number: int) -> ImportRow:
    """The row of that number."""
    if found := db.scalar(select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.number == number)):
        return found
    raise NotFound


def rows_of_courses(db: Session, import_id: int, keys: Collection[str]) -> Sequence[ImportRow]:
    """Every row about these courses, in their order."""
    return db.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.course_key.in_(keys))
        .order_by(ImportRow.number)
    ).all()


def unchecked_keys(db: Session, import_id: int, most: int) -> Sequence[str]:
    """Courses whose rows are still to be checked, in the order of the file."""
    return db.scalars(
        select(ImportRow.course_key)
        .where(ImportRow.import_id == import_id, ImportRow.state == RowState.NEW)
        .group_by(ImportRow.course_key)
        .order_by(func.min(ImportRow.number))
        .limit(most)
    ).all()


def course_made_for(db: Session, import_id: int, key: str) -> int | None:
    """The course that an earlier row of the import has made."""
    return db.scalar(
        select(ImportRow.course_id).where(
            ImportRow.import_id == import_id, ImportRow.course_key == key, ImportRow.made_course
        )
    )


def lead_of(db: Session, import_id: int, key: str) -> ImportRow | None:
    """The row that says what the course is: the one that made it, else the first that can still be taken."""
    rows = rows_of_courses(db, import_id, [key])
    open_rows = (row for row in rows if row.state in (RowState.READY, RowState.WRONG))
    return next((row for row in rows if row.state is RowState.TAKEN and row.made_course), None) or next(open_rows, None)


def known_of(db: Session, provider_id: int, moment: datetime) -> Known:
    """What the catalogue and the provider have already."""
    courses = db.execute(
        select(Course.id, Course.code, CourseText.title, Course.format)
        .join(CourseText, (CourseText.course_id == Course.id) & (CourseText.locale == DEFAULT))
        .where(Course.provider_id == provider_id, Course.state != CourseState.ARCHIVED)
    ).all()
    starts = db.execute(
        select(CourseRun.course_id, CourseRun.starts_at)
        .join(CourseRun.course)
        .where(Course.provider_id == provider_id, CourseRun.starts_at > moment, CourseRun.cancelled_at.is_(None))
    ).all()
    return Known(
        groups_by_name(db),
        _venues_by_name(db),
        {code.casefold(): number for number, code, _title, _format in courses},
        {same(title): code for _number, code, title, _format in courses},
        {(number, start.isoformat()) for number, start in starts},
        {number for number, _code, _title, form in courses if form is Format.SELF_STUDY},
    )


def groups_by_name(db: Session) -> dict[str, str]:
    """Codes of thematic groups by their names in every language, and by themselves."""
    rows = db.execute(
        select(ThematicGroup.code, ThematicGroupText.name).join(
            ThematicGroupText, ThematicGroupText.group_id == ThematicGroup.id
        )
    )
    found: dict[str, str] = {}
    for code, name in rows:
        found |= {same(name): code, same(code): code}
    return found


def group_names(db: Session, locale: str) -> Sequence[str]:
    """Names of the thematic groups in that language, in their order."""
    return db.scalars(
        select(ThematicGroupText.name)
        .join(ThematicGroup, ThematicGroup.id == ThematicGroupText.group_id)
        .where(ThematicGroupText.locale == locale)
        .order_by(ThematicGroup.position)
    ).all()


def venue_names(db: Session) -> list[str]:
    """How each venue is called in a spreadsheet: by its name, and the room where it has one."""
    rows = db.execute(select(Venue.name, Venue.room).order_by(Venue.name, Venue.room))
    return list(dict.fromkeys(_venue_name(name, room) for name, room in rows))


def registered_for(db: Session, run_ids: Iterable[int]) -> bool:
    """Whether anybody was ever registered for one of these runs."""
    return db.scalar(select(Registration.id).where(Registration.run_id.in_([*run_ids])).limit(1)) is not None


def runs_of_course(db: Session, course_id: int) -> Sequence[int]:
    """The course's runs."""
    return db.scalars(select(CourseRun.id).where(CourseRun.course_id == course_id)).all()


def _venues_by_name(db: Session) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, code, name, room in db.execute(select(Venue.id, Venue.code, Venue.name, Venue.room).order_by(Venue.id)):
        for called in (_venue_name(name, room), code, name):
            found.setdefault(same(called), number)
    return found


def _venue_name(name: str, room: str) -> str:
    return f"{name}, {room}" if room and room not in name else name
