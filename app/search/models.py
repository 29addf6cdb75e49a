"""Search documents: the catalogue as search engines see it, read by every process."""

from datetime import datetime

from sqlalchemy import Text
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
