"""What changed in the public catalogue, for whoever keeps a copy of it."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class CatalogueChange(Base):
    """The latest change of one course or run; a higher number is a later one, and numbers become visible in their order."""

    __tablename__ = "catalogue_changes"
    key: Mapped[str] = mapped_column(primary_key=True, doc="“course:ID” or “run:ID”.")
    course_id: Mapped[int] = mapped_column(index=True, doc="Stays when the course itself is gone.")
    code: Mapped[str] = mapped_column(doc="Of the course.")
    run_id: Mapped[int | None]
    number: Mapped[int] = mapped_column(unique=True)
    changed_at: Mapped[datetime]
    is_gone: Mapped[bool] = mapped_column(default=False, doc="Deleted, or no longer in the catalogue.")
    digest: Mapped[str] = mapped_column(default="", doc="Of what is public about it; empty when it is gone.")
