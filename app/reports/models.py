"""The yearly report: its prose, its partners and, once approved, its frozen figures."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class AnnualReport(Base):
    """The city's chapter of one year; approving freezes a snapshot that later corrections do not change."""

    __tablename__ = "annual_reports"
    year: Mapped[int] = mapped_column(primary_key=True)
    approved_at: Mapped[datetime | None]
    snapshot: Mapped[str] = mapped_column(Text, default="", doc="JSON of the approved report.")


class ReportSection(Base):
    """The prose of one of the 13 sections."""

    __tablename__ = "report_sections"
    __table_args__ = (CheckConstraint("number BETWEEN 1 AND 13", name="number"),)
    year: Mapped[int] = mapped_column(ForeignKey("annual_reports.year", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list[str]] = mapped_column(default=list, doc="Paragraphs or list items, in order.")
    edited_at: Mapped[datetime | None]


class Partner(Base):
    """An institution or organisation that the report lists as a partner."""

    __tablename__ = "partners"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    since: Mapped[date]
    until: Mapped[date | None]
