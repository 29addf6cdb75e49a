"""What we look up about synonyms: the list in use, one of its lines, the number of the newest change."""

from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.refusals import NotFound
from app.search.inputs import LineForm, LineKind, ListForm, list_of
from app.search.models import SynonymLine
from app.search.synonyms import Synonyms, make_synonyms, seed


def synonym_lines(db: Session) -> list[SynonymLine]:
    """The lines in use, oldest first; none while the list is still the one that comes with the program."""
    return [line for line in db.scalars(select(SynonymLine).order_by(SynonymLine.id)) if line.words]


def has_lines(db: Session) -> bool:
    """Whether the list was ever changed, so that it stands in the database."""
    return db.scalar(select(func.max(SynonymLine.id))) is not None


def lines_in_use(db: Session) -> list[LineForm]:
    """The list as searches are read with it, line by line."""
    if not has_lines(db):
        return ListForm.model_validate(seed()).lines()
    return [line_told(line) for line in synonym_lines(db)]


def line_told(line: SynonymLine) -> LineForm:
    """A line as it is asked for and exported; what was valid once is not checked again."""
    return LineForm.model_construct(
        kind=cast("LineKind", line.kind), words=tuple(line.words), find=tuple(line.find or ())
    )


def find_line(db: Session, line_id: int) -> SynonymLine:
    """The line, freshly read; NotFound when there is none or it was removed."""
    line = db.get(SynonymLine, line_id, populate_existing=True)
    if line is None or not line.words:
        raise NotFound
    return line


def highest_number(db: Session) -> int:
    """The number of the newest change; 0 while the list is the one that comes with the program."""
    return db.scalar(select(func.max(SynonymLine.number))) or 0


def kept_synonyms(db: Session) -> Synonyms:
    """The synonyms in use, ready for reading searches."""
    return make_synonyms(list_of(lines_in_use(db)) if has_lines(db) else seed())
