"""What both doors ask for: the search engine, the settings, the rules about seats, bounded ids."""

from typing import Annotated

from fastapi import Depends, Path, Request

from app.registrations.seats import SeatRules
from app.settings import Settings


def settings_of(request: Request) -> Settings:
    """The settings of this process."""
    settings: Settings = request.app.state.settings
    return settings


def rules_of(request: Request) -> SeatRules:
    """The city's rules about seats."""
    rules: SeatRules = request.app.state.rules
    return rules


Configured = Annotated[Settings, Depends(settings_of)]
Rules = Annotated[SeatRules, Depends(rules_of)]
RunId = Annotated[int, Path(ge=1, le=2**31 - 1, description="The run's number, as the course lists it.")]
