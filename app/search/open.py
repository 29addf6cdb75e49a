"""open_engine(): which engine answers, and the embedded one that stands behind it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Hits, Query, Reason, SearchEngine
from app.search.index import Follower
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class OpenEngine:
    """The engine that answers, and the embedded one, which this process keeps in step with the database.

    The embedded engine is kept even where another answers, so that it can take over at once.
    """

    answering: SearchEngine
    embedded: Follower

    def current(self, db: Session) -> SearchEngine:
        """The engine that answers, knowing everything that was committed."""
        self.embedded.follow(db)
        return self.answering


@dataclass(slots=True)
class CurrentEngine:
    """Fulfils SearchEngine for one request: it learns what was committed when it is asked for the first time."""

    opened: OpenEngine
    db: Session
    _current: SearchEngine | None = field(default=None, init=False)

    def search(self, query: Query) -> Hits:
        """The courses for a query; an empty text means the whole catalogue, open courses first."""
        return self._engine().search(query)

    def put(self, documents: Iterable[Document]) -> None:
        """Make these courses findable, in place of their earlier versions."""
        self._engine().put(documents)

    def remove(self, course_ids: Iterable[int]) -> None:
        """Make these courses no longer findable."""
        self._engine().remove(course_ids)

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Replace everything at once; a search meanwhile sees the old whole or the new whole."""
        self._engine().rebuild(documents)

    def count(self) -> int:
        """How many courses can be found."""
        return self._engine().count()

    def similar(self, course_id: int, limit: int = 4) -> list[int]:
        """Courses about the same subject, nearest first, those one can register for before the others."""
        return self._engine().similar(course_id, limit)

    def similar_to_text(self, text: str, limit: int = 4) -> list[int]:
        """Courses that already offer what a person describes in their own words; empty when none fits."""
        return self._engine().similar_to_text(text, limit)

    def explain(self, query: Query, course_id: int) -> list[Reason]:
        """Why a course stands where it does for a query; empty when it is not found."""
        return self._engine().explain(query, course_id)

    def _engine(self) -> SearchEngine:
        if self._current is None:
            self._current = self.opened.current(self.db)
        return self._current


def open_engine(_settings: Settings) -> OpenEngine:
    """The engine for these settings; the embedded one needs none of them."""
    embedded = EmbeddedEngine()
    return OpenEngine(embedded, Follower(embedded))
