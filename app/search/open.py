"""open_engine(): which engine answers, and the embedded one that stands behind it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.search.embedded import EmbeddedEngine
from app.search.engine import SearchEngine
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


def open_engine(_settings: Settings) -> OpenEngine:
    """The engine for these settings; the embedded one needs none of them."""
    embedded = EmbeddedEngine()
    return OpenEngine(embedded, Follower(embedded))
