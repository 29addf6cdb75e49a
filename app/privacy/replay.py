"""The list of erasures outside the database: kept as a file of numbers and dates, done again after a restore."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.audit.record import SYSTEM
from app.interests.alerts import empty_alert
from app.privacy import replay_queries
from app.privacy.counting import destroy_counting_key
from app.privacy.erase import empty_support, erase_again
from app.registrations.erasure import empty_needs, note_erasure
from app.registrations.models import Erasure
from app.registrations.seats import SeatRules
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure as the file tells it."""

    erased_at: datetime
    kind: str
    number: int
    why: str

    def written(self) -> str:
        """As a line of the file: time, kind, number, rule, parted by tabs."""
        return f"{self.erased_at.isoformat()}\t{self.kind}\t{self.number}\t{self.why}\n"

    @staticmethod
    def read(text: str) -> "Line":
        """A line of the file; `ValueError` for what is none."""
        at, kind, number, why = text.rstrip("\n").split("\t")
        return Line(datetime.fromisoformat(at), kind, int(number), why)

    @staticmethod
    def of(erasure: Erasure) -> "Line":
        """A record of the database as a line."""
        return Line(erasure.erased_at, erasure.object_kind, erasure.object_id, erasure.why)


def erasures_file(settings: Settings) -> Path:
    """Where the worker keeps the list."""
    if settings.erasures_file:
        return Path(settings.erasures_file)
    return Path(settings.backup_folder or Path.cwd() / "var") / "erasures.tsv"


def append(path: Path, line: Line) -> None:
    """Add a line and make sure that it outlives a power failure; the same line twice does no harm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line.written())
        file.flush()
        os.fsync(file.fileno())


def lines_of(path: Path) -> list[Line]:
    """The file's lines, each once, the oldest first; a last line that a power failure cut short is left out."""
    whole = [text for text in path.read_text(encoding="utf-8").splitlines(keepends=True) if text.endswith("\n")]
    return sorted({Line.read(text) for text in whole if text.strip()}, key=lambda line: line.erased_at)


def exported(db: Session) -> Iterable[str]:
    """The list as the database knows it, line by line."""
    return (Line.of(erasure).written() for erasure in replay_queries.erasures(db))


def replay(db: Session, line: Line, rules: SeatRules) -> bool:
    """Do one erasure again, unless it is done; whether there was anything to erase.

    Numbers may have been given anew since: what was made after the erasure is somebody else's and stays.
    """
    match line.kind:
        case "registration":
            return _registration(db, line, rules)
        case "special_needs":
            registration = replay_queries.registration(db, line.number, line.erased_at)
            if registration is None or registration.special_needs is None:
                return False
            empty_needs(db, registration, SYSTEM, line.why, line.erased_at)
        case "wish_support":
            support = replay_queries.support(db, line.number, line.erased_at)
            if support is None or support.email_key is None:
                return False
            empty_support(db, support, SYSTEM, line.why, line.erased_at)
        case "interest":
            interest = replay_queries.interest(db, line.number, line.erased_at)
            if interest is None or interest.email_key is None:
                return False
            interest.email = interest.email_key = None
            interest.ended_at = interest.ended_at or line.erased_at
            note_erasure(db, "interest", interest.id, line.why, line.erased_at)
        case "search_alert":
            alert = replay_queries.alert(db, line.number, line.erased_at)
            if alert is None or alert.email_key is None:
                return False
            empty_alert(alert)
            note_erasure(db, "search_alert", alert.id, line.why, line.erased_at)
        case "counting_key":
            key = replay_queries.counting_key(db, line.number)
            return key is not None and key.key is not None and destroy_counting_key(db, line.number) >= 0
        case _:
            return False
    return True


def _registration(db: Session, line: Line, rules: SeatRules) -> bool:
    registration = replay_queries.registration(db, line.number, line.erased_at)
    if registration is None or registration.erased_at is not None:
        return False
    erase_again(db, registration.run_id, registration.id, SYSTEM, line.why, rules)
    return True
