"""What one may ask of registrations; the same for JSON bodies and HTML forms."""

import json
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema, field_validator

from app.courses.run_models import TICKED
from app.faults import fault
from app.people.addresses import email_key
from app.registrations.models import Channel, WithdrawReason
from app.texts import (
    SHORT,
    EmailAddress,
    PersonName,
    PhoneNumber,
    RequiredLine,
    RequiredParagraphs,
    ShortParagraphs,
)

MOST_ANSWERS = 50


def _tick_as_text(answer: object) -> object:
    """Programs tick a box with true."""
    if isinstance(answer, bool):
        return TICKED if answer else ""
    return answer


def _none_if_empty(text: object) -> object:
    return None if isinstance(text, str) and not text.strip() else text


class AnswerForm(BaseModel):
    """What the person answers to one of the provider's own questions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: int = Field(ge=1, le=2**31 - 1, description="Number of the question, as the run lists it.", examples=[12])
    answer: Annotated[
        ShortParagraphs,
        BeforeValidator(_tick_as_text),
        WithJsonSchema({"anyOf": [{"type": "string", "maxLength": SHORT}, {"type": "boolean"}]}),
    ] = Field(
        description="A text of at most 500 characters; the code of an option; true for a ticked box.",
        examples=["little"],
    )


class CompanionForm(BaseModel):
    """Another person who comes along: both get a seat, or neither does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PersonName = Field(
        description="Name and surname, as it should stand on the certificate; 2 to 120 characters."
    )
    email: Annotated[EmailAddress | None, BeforeValidator(_none_if_empty)] = Field(
        None, description="The person's own address, another one than yours; null when there is none."
    )


class PlaceForm(BaseModel):
    """A place on a run is asked for: what every door wants to know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PersonName = Field(
        description="Name and surname, as it should stand on the certificate; 2 to 120 characters."
    )
    email: EmailAddress | None = Field(None, description="Address for letters about the seat; at most 254 characters.")
    phone: PhoneNumber = Field(None, description="Only for urgent news. Latvian numbers need no country code.")
    companion: CompanionForm | None = Field(None, description="Registers another person too: both or neither.")
    answers: tuple[AnswerForm, ...] = Field(
        (),
        max_length=MOST_ANSWERS,
        description="Answers to the provider's own questions on this run; those for which no answer calls are left out.",
    )
    special_needs: ShortParagraphs = Field(
        "",
        description="What the person needs to take part; at most 500 characters, erased soon after the course.",
        examples=["Ratiņkrēsls: vajadzīga iekļūšana bez pakāpieniem."],
    )
    special_needs_consent: bool = Field(
        False,
        validate_default=True,
        description="The person agrees that the provider of this course reads `special_needs`; they are not taken without.",
    )

    @field_validator("companion")
    @classmethod
    def _has_another_address(cls, companion: CompanionForm | None, others: ValidationInfo) -> CompanionForm | None:
        """Each of the two is written to at an address of their own."""
        own = others.data.get("email")
        if companion and companion.email and own and email_key(companion.email) == email_key(own):
            raise fault("companion_same")
        return companion

    @field_validator("special_needs_consent")
    @classmethod
    def _is_given(cls, consent: bool, others: ValidationInfo) -> bool:
        """Nobody's needs are kept without a consent of its own."""
        if others.data.get("special_needs") and not consent:
            raise fault("consent")
        return consent

    @property
    def given(self) -> dict[int, str]:
        """The answers by the number of the question."""
        return {one.question: one.answer for one in self.answers if one.answer}

    def as_json(self) -> str:
        """What was asked, always written the same way."""
        asked = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(asked, ensure_ascii=False, sort_keys=True)


class RegistrationForm(PlaceForm):
    """A person asks for a place on a run."""

    email: EmailAddress = Field(description="Address for letters about the seat; at most 254 characters.")


class DeskForm(PlaceForm):
    """Staff enter somebody who called or came; a mail address is not needed."""

    email: Annotated[EmailAddress | None, BeforeValidator(_none_if_empty)] = None
    channel: Literal[Channel.PHONE, Channel.DESK]


class NewAddress(BaseModel):
    """The address was mistyped: the right one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: EmailAddress = Field(description="Address for letters about the seat; at most 254 characters.")


class ContactForm(BaseModel):
    """Corrected contact details of a registration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PersonName
    phone: PhoneNumber = None


class Who(StrEnum):
    """Of two who came together: both, the one behind the link, or the other one."""

    BOTH = "both"
    ME = "me"
    COMPANION = "companion"


class WithdrawForm(BaseModel):
    """A person gives the place up and may say why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: WithdrawReason | None = None
    who: Who = Field(Who.BOTH, description="Of two who came together: who gives the place up.")


class CorrectionForm(BaseModel):
    """Staff correct how a person is called and reached."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PersonName
    email: Annotated[EmailAddress | None, BeforeValidator(_none_if_empty)] = None
    phone: PhoneNumber = None


class GroupLetterForm(BaseModel):
    """What staff write to people of a group; Markdown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: RequiredLine
    words: RequiredParagraphs
