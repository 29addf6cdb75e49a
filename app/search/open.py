"""open_engine(): which engine answers, and the embedded one that stands behind it and takes over at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy.orm import Session

from app.observe import SEARCH_BREAKER, SEARCH_FAULTS, SEARCHES
from app.search.breaker import Breaker
from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Hits, Query, Reason, SearchEngine
from app.search.index import Follower
from app.settings import Settings

if TYPE_CHECKING:
    from app.search.meilisearch import MeilisearchEngine

BEHIND_SECONDS = 1.0
"""An index that does not know for so long what the catalogue knows has failed; until then the embedded engine answers."""
Answer = TypeVar("Answer")
log = structlog.get_logger()


@dataclass(slots=True)
class BackedEngine:
    """Fulfils SearchEngine: Meilisearch answers, and whatever it cannot answer the embedded engine does, within the second."""

    first: "MeilisearchEngine"
    embedded: EmbeddedEngine
    breaker: Breaker = field(default_factory=Breaker)
    faults: int = 0
    """Answers that did not come so far; a page for which one did not come asks no more."""
    _newest_since: float = field(default_factory=monotonic)

    def needs(self, number: int) -> None:
        """From now on only an index that follows up to this number is good enough."""
        if number > self.first.needed:
            self.first.needed = number
            self._newest_since = monotonic()

    def search(self, query: Query) -> Hits:
        """The courses for a query; an empty text means the whole catalogue, open courses first."""
        return self._answer(lambda engine: engine.search(query))

    def put(self, documents: Iterable[Document]) -> None:
        """Make these courses findable, in place of their earlier versions; the worker brings them to Meilisearch."""
        self.embedded.put(documents)

    def remove(self, course_ids: Iterable[int]) -> None:
        """Make these courses no longer findable; the worker removes them from Meilisearch."""
        self.embedded.remove(course_ids)

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Replace everything at once here; the worker follows at Meilisearch."""
        self.embedded.rebuild(documents)

    def count(self) -> int:
        """How many courses can be found."""
        return self._answer(lambda engine: engine.count())

    def similar(self, course_id: int, limit: int = 4) -> list[int]:
        """Courses about the same subject, nearest first, those one can register for before the others."""
        return self._answer(lambda engine: engine.similar(course_id, limit))

    def similar_to_text(self, text: str, limit: int = 4) -> list[int]:
        """Courses that already offer what a person describes in their own words; empty when none fits."""
        return self._answer(lambda engine: engine.similar_to_text(text, limit))

    def explain(self, query: Query, course_id: int) -> list[Reason]:
        """Why a course stands where it does for a query; empty when it is not found."""
        return self._answer(lambda engine: engine.explain(query, course_id))

    def knows(self, form: str) -> bool:
        """Whether a folded word stands in the catalogue or among the synonyms, inflected in whatever way."""
        return self.embedded.knows(form)

    def _answer(self, ask: Callable[[SearchEngine], Answer]) -> Answer:
        from app.search.meilisearch_client import MeilisearchAway

        if self.breaker.lets_through():
            try:
                answer = ask(self.first)
            except MeilisearchAway as away:
                self._failed(away.kind)
            else:
                if self.breaker.succeed():
                    SEARCH_BREAKER.set(0)
                    log.info("meilisearch_back")
                SEARCHES.labels("meilisearch").inc()
                return answer
        SEARCHES.labels("embedded").inc()
        return ask(self.embedded)

    def _failed(self, kind: str) -> None:
        self.faults += 1
        if kind == "stale" and monotonic() - self._newest_since < BEHIND_SECONDS:
            SEARCH_FAULTS.labels("behind").inc()
            return
        SEARCH_FAULTS.labels(kind).inc()
        if self.breaker.fail():
            SEARCH_BREAKER.set(1)
            log.warning("meilisearch_away", fault=kind)


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
        if isinstance(self.answering, BackedEngine):
            self.answering.needs(self.embedded.number)
        return self.answering


@dataclass(slots=True)
class CurrentEngine:
    """Fulfils SearchEngine for one request: it learns what was committed when it is asked for the first time."""

    opened: OpenEngine
    db: Session
    _current: SearchEngine | None = field(default=None, init=False)
    _faults: int = field(default=0, init=False)

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

    def knows(self, form: str) -> bool:
        """Whether a folded word stands in the catalogue or among the synonyms, inflected in whatever way."""
        return self._engine().knows(form)

    def _engine(self) -> SearchEngine:
        """The engine to ask next: once Meilisearch has let somebody down meanwhile, this request does not wait for it again."""
        if self._current is None:
            self._current = self.opened.current(self.db)
            if isinstance(self._current, BackedEngine):
                self._faults = self._current.faults
        elif isinstance(self._current, BackedEngine) and self._current.faults != self._faults:
            self._current = self._current.embedded
        return self._current


def open_engine(settings: Settings) -> OpenEngine:
    """The engine for these settings: the embedded one, and Meilisearch before it where MEILI_URL is set."""
    embedded = EmbeddedEngine()
    if not settings.meili_url:
        return OpenEngine(embedded, Follower(embedded))
    from app.search.meilisearch import MeilisearchEngine
    from app.search.meilisearch_client import Client
    from app.search.meilisearch_filling import INDEX, Filling
    from app.search.meilisearch_keys import SearchClient

    url, key = settings.meili_url, settings.meili_api_key.get_secret_value()
    asking = SearchClient(url, key, INDEX, refuses_master=settings.is_production)
    first = MeilisearchEngine(asking, Filling(Client(url, key)), embedded)
    return OpenEngine(BackedEngine(first, embedded), Follower(embedded))
