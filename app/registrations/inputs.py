"""What one may ask of registrations; the same for JSON bodies and HTML forms."""

from pydantic import BaseModel, ConfigDict, Field

from app.registrations.models import WithdrawReason
from app.texts import EmailAddress, PersonName, PhoneNumber


class RegistrationForm(BaseModel):
    """A person asks for a place on a run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PersonName = Field(
        description="Name and surname, as it should stand on the certificate; 2 to 120 characters."
    )
    email: EmailAddress = Field(description="Address for letters about the seat; at most 254 characters.")
    phone: PhoneNumber = Field(None, description="Only for urgent news. Latvian numbers need no country code.")


class NewAddress(BaseModel):
    """The address was mistyped: the right one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: EmailAddress = Field(description="Address for letters about the seat; at most 254 characters.")


class ContactForm(BaseModel):
    """Corrected contact details of a registration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PersonName
    phone: PhoneNumber = None


class WithdrawForm(BaseModel):
    """A person gives the place up and may say why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: WithdrawReason | None = None
