"""Counters of use: how often a day, of what; nothing about whom."""

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class DailyCount(Base):
    """How often something happened on one day."""

    __tablename__ = "daily_counts"
    __table_args__ = (
        CheckConstraint("times > 0", name="times"),
        Index("ix_daily_counts_kind_day", "kind", "day"),
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True, default="", doc="A course's code, or empty.")
    times: Mapped[int]
