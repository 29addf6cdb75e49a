"""The city's permits for non-formal education programmes: a public register."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.providers.models import Provider


class Permit(Base):
    """A permit; of its holder only the public name is kept."""

    __tablename__ = "permits"
    __table_args__ = (CheckConstraint("valid_until >= issued_on", name="dates_in_order"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    programme: Mapped[str]
    holder: Mapped[str]
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"), index=True)
    hours: Mapped[Decimal] = mapped_column(doc="Length of the programme in academic hours of 45 minutes.")
    issued_on: Mapped[date] = mapped_column(index=True)
    valid_until: Mapped[date] = mapped_column(index=True)
    decision: Mapped[str] = mapped_column(default="")
    provider: Mapped[Provider | None] = relationship(lazy="raise")

    def is_valid(self, day: date) -> bool:
        """Whether the permit is in force on that day."""
        return self.issued_on <= day <= self.valid_until
