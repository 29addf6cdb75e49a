"""How often one sender did something: counts that outlive a restart and are shared by all processes."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, personal


class Tries(Base):
    """How often a sender did something within one stretch of time; erased when the stretch no longer counts."""

    __tablename__ = "tries"
    __table_args__ = (Index("ix_tries_stretch", "stretch"),)
    act: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(
        primary_key=True, info=personal("pseudonym"), doc="Keyed hash of the network address, or of an account."
    )
    stretch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="Its start, seconds since 1970.")
    times: Mapped[int]
