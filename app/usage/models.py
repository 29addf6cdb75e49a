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
    subject: Mapped[str] = mapped_column(
        primary_key=True, default="", doc="A course's code, a place in a list, or empty."
    )
    times: Mapped[int]


class SearchCount(Base):
    """How often one search was made on one day; which one it was, only its text says, if that is kept."""

    __tablename__ = "search_counts"
    __table_args__ = (
        CheckConstraint("times > 0", name="times"),
        CheckConstraint("without_result >= 0 AND without_result <= times", name="without_result"),
        Index("ix_search_counts_day", "day"),
    )
    key: Mapped[str] = mapped_column(primary_key=True, doc="Keyed hash of the search's words without inflection.")
    day: Mapped[date] = mapped_column(primary_key=True)
    times: Mapped[int]
    without_result: Mapped[int] = mapped_column(doc="How many of these times nothing was found.")


class SearchText(Base):
    """The words of a search that was made on enough days to tell about nobody."""

    __tablename__ = "search_texts"
    key: Mapped[str] = mapped_column(primary_key=True, doc="As in the counts.")
    text: Mapped[str] = mapped_column(doc="Words of the catalogue only, as somebody typed them.")
