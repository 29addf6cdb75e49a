"""Wishes that say the same as what somebody writes, found by the words and rules that find courses."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from sqlalchemy.orm import Session

from app.search.documents import Document, Words
from app.search.embedded import EmbeddedEngine
from app.wishes import queries
from app.wishes.cards import WishCard, WishTitle


def similar_wishes(db: Session, text: str, locale: str, moment: datetime, limit: int = 3) -> list[WishCard]:
    """Wishes one can join that say what a person describes in their own words, the likest first."""
    if not text.strip():
        return []
    titles = tuple(queries.titles_to_join(db))
    return queries.wish_cards(db, _engine(titles).similar_to_text(text, limit), locale, moment)


@lru_cache(maxsize=2)
def _engine(titles: tuple[WishTitle, ...]) -> EmbeddedEngine:
    """An engine that knows these wishes; made anew only when one of them has changed."""
    engine = EmbeddedEngine()
    engine.rebuild(_document(wish) for wish in titles)
    return engine


def _document(wish: WishTitle) -> Document:
    """A wish as if it were a course: it has words, and nothing one could filter by."""
    return Document(
        course_id=wish.id,
        version=1,
        code=str(wish.id),
        slug="",
        texts={"lv": Words(wish.title, summary=wish.details)},
        provider="",
        provider_names=(),
        group="",
        audiences=(),
        level="",
        language="",
        format="",
        certificate="",
        funding="",
        price=Decimal(0),
        published_at=datetime.min.replace(tzinfo=UTC),
    )
