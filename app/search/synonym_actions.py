"""What changes synonyms: adding, changing and removing a line, loading a list. Each change is on record.

The first change copies the list that comes with the program into the database; from then on that one counts.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.record import record
from app.search import synonym_queries as queries
from app.search.inputs import LineForm, ListForm
from app.search.models import SynonymLine
from app.search.synonyms import seed

_WRITERS = 7_026_132
"""The lock in PostgreSQL at which those who change synonyms wait for each other."""
_SAID = 200
"""Characters of a line that the log of actions keeps."""


def add_line(db: Session, actor: str, asked: LineForm) -> SynonymLine:
    """Add a line; one that says the same already is given back."""
    _begin(db)
    if already := next((one for one in queries.synonym_lines(db) if queries.line_told(one) == asked), None):
        return already
    line = _kept(db, asked)
    record(db, actor, "synonyms_added", "synonym", line.id, {"after": _said(asked)})
    return line


def change_line(db: Session, actor: str, line_id: int, asked: LineForm) -> SynonymLine:
    """Change what a line says."""
    _begin(db)
    line = queries.find_line(db, line_id)
    before = queries.line_told(line)
    if before != asked:
        line.kind, line.words, line.find = asked.kind, [*asked.words], [*asked.find]
        line.number = queries.highest_number(db) + 1
        db.flush()
        record(db, actor, "synonyms_changed", "synonym", line.id, {"before": _said(before), "after": _said(asked)})
    return line


def remove_line(db: Session, actor: str, line_id: int) -> None:
    """Remove a line; an empty one stays, so that every process hears of it."""
    _begin(db)
    line = queries.find_line(db, line_id)
    before = queries.line_told(line)
    line.words, line.find = [], []
    line.number = queries.highest_number(db) + 1
    db.flush()
    record(db, actor, "synonyms_removed", "synonym", line.id, {"before": _said(before)})


def load_list(db: Session, actor: str, asked: ListForm, *, replace: bool = False) -> tuple[int, int]:
    """Add the lines of a list that are not there yet; `replace`: and remove the others. How many came and went."""
    wanted = {(one.kind, one.words, one.find): one for one in asked.lines()}
    if replace and wanted:
        _lock(db)
    else:
        _begin(db)
    known = {
        (told.kind, told.words, told.find): line
        for line in queries.synonym_lines(db)
        if (told := queries.line_told(line))
    }
    come = [one for key, one in wanted.items() if key not in known]
    gone = [line for key, line in known.items() if key not in wanted] if replace else []
    number = queries.highest_number(db)
    for one in come:
        number += 1
        db.add(SynonymLine(number=number, kind=one.kind, words=[*one.words], find=[*one.find]))
    for line in gone:
        number += 1
        line.words, line.find, line.number = [], [], number
    db.flush()
    if come or gone:
        record(db, actor, "synonyms_loaded", "synonym", "list", {"added": len(come), "removed": len(gone)})
    return len(come), len(gone)


def _begin(db: Session) -> None:
    """Wait for others who change synonyms, and copy the list that comes with the program when it was never changed."""
    _lock(db)
    if not queries.has_lines(db):
        lines = ListForm.model_validate(seed()).lines()
        db.add_all(
            SynonymLine(number=number, kind=one.kind, words=[*one.words], find=[*one.find])
            for number, one in enumerate(lines, start=1)
        )
        db.flush()


def _lock(db: Session) -> None:
    """Numbers are committed in their order: who has read up to number 8 must never see a 7 appear."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_WRITERS)))


def _kept(db: Session, asked: LineForm) -> SynonymLine:
    line = SynonymLine(number=queries.highest_number(db) + 1, kind=asked.kind, words=[*asked.words], find=[*asked.find])
    db.add(line)
    db.flush()
    return line


def _said(line: LineForm) -> str:
    words = ", ".join(line.words)
    return f"{line.kind}: {words}{' → ' + ', '.join(line.find) if line.find else ''}"[:_SAID]
