"""What one may ask of accounts."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.people.models import Role
from app.texts import EmailAddress, PersonName


class OwnAccountForm(BaseModel):
    """A member of staff changes their name or the language of their letters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PersonName
    locale: Literal["lv", "en"] = "lv"


class AddressForm(BaseModel):
    """An address of a member of staff."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: EmailAddress


class InvitationForm(BaseModel):
    """Somebody is invited to work in the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PersonName
    email: EmailAddress
    role: Role
    provider_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    locale: Literal["lv", "en"] = "lv"


class RoleForm(BaseModel):
    """Another role for an account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role
