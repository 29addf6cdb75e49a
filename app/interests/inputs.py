"""What one may ask of news about a course."""

from pydantic import BaseModel, ConfigDict, Field

from app.texts import EmailAddress


class InterestForm(BaseModel):
    """A person wants to hear when the course takes place again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: EmailAddress = Field(description="Address for the one letter; at most 254 characters.")
