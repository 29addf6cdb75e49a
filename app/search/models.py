"""Search documents: the catalogue as search engines see it, read by every process."""

from datetime import datetime

from sqlalchemy import JSON, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SearchDocument(Base):
    """A course as a search document; a higher number is a later change, an empty one a withdrawal."""

    __tablename__ = "search_documents"
    course_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(
        unique=True, doc="Rises with every change; processes read what is above theirs."
    )
    document: Mapped[str] = mapped_column(Text, doc="JSON; empty when the course left the catalogue.")
    changes_at: Mapped[datetime | None] = mapped_column(
        index=True, doc="When time alone changes it: registration opens or closes, a run starts or ends."
    )


class SynonymLine(Base):
    """A line of the synonyms, once somebody has changed the list that comes with the program; an empty one was removed."""

    __tablename__ = "search_synonyms"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(
        unique=True, doc="Rises with every change; processes read the list again when there is a higher one."
    )
    kind: Mapped[str] = mapped_column(doc="“same”, “leads” or “known”.")
    words: Mapped[list[str]] = mapped_column(JSON, doc="Empty when the line was removed.")
    find: Mapped[list[str]] = mapped_column(JSON, doc="What the words of “leads” lead to.")
