"""Providers, thematic groups and venues: what the city's institutions agreed on."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from app.db import Base


class ThematicGroup(Base):
    """One of the groups into which all providers sort their courses; its names are data in every language."""

    __tablename__ = "thematic_groups"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(unique=True)
    texts: Mapped[dict[str, "ThematicGroupText"]] = relationship(
        collection_class=attribute_keyed_dict("locale"), cascade="all, delete-orphan", lazy="raise"
    )


class ThematicGroupText(Base):
    """A thematic group's name and note in one language."""

    __tablename__ = "thematic_group_texts"
    group_id: Mapped[int] = mapped_column(ForeignKey("thematic_groups.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    examples: Mapped[str] = mapped_column(default="")


class Provider(Base):
    """An institution that offers courses."""

    __tablename__ = "providers"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="")
    in_register: Mapped[bool] = mapped_column(
        default=False, doc="Stands in the register of education institutions: its programmes need no city permit."
    )
    is_trusted: Mapped[bool] = mapped_column(default=False, doc="Publishes without the board's review.")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    texts: Mapped[dict[str, "ProviderText"]] = relationship(
        collection_class=attribute_keyed_dict("locale"), cascade="all, delete-orphan", lazy="raise"
    )
    directions: Mapped[list["ThematicGroup"]] = relationship(
        secondary="provider_directions", order_by="ThematicGroup.position", lazy="raise"
    )


class ProviderText(Base):
    """A provider's name and description in one language."""

    __tablename__ = "provider_texts"
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="", doc="For tables and chips where the full name is too long.")
    description: Mapped[str] = mapped_column(default="")


class ProviderDirection(Base):
    """A direction a provider specialises in, so that providers compete for learners as little as possible."""

    __tablename__ = "provider_directions"
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("thematic_groups.id", ondelete="CASCADE"), primary_key=True)


class Venue(Base):
    """A place where sessions are held; an online venue has no address."""

    __tablename__ = "venues"
    __table_args__ = (
        UniqueConstraint("name", "address"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    room: Mapped[str] = mapped_column(default="")
    access_notes: Mapped[list[str]] = mapped_column(default=list, doc="How to get there and in, a sentence each.")
    is_online: Mapped[bool] = mapped_column(default=False)
    latitude: Mapped[float | None] = mapped_column(doc="Degrees, WGS 84.")
    longitude: Mapped[float | None] = mapped_column(doc="Degrees, WGS 84.")
