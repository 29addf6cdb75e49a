"""What both doors ask for: the search engine, the settings, the rules about seats, bounded ids."""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Path, Request

from app.db import Db
from app.registrations.seats import SeatRules
from app.search.engine import SearchEngine
from app.search.open import CurrentEngine, OpenEngine
from app.settings import Settings
from app.wishes.actions import WishRules


def settings_of(request: Request) -> Settings:
    """The settings of this process."""
    settings: Settings = request.app.state.settings
    return settings


async def configured(request: Request) -> Settings:
    """`settings_of` as a dependency; like all here it waits for nothing, so that it needs no thread."""
    return settings_of(request)


async def rules_of(request: Request) -> SeatRules:
    """The city's rules about seats."""
    rules: SeatRules = request.app.state.rules
    return rules


async def wish_rules_of(request: Request) -> WishRules:
    """The city's rules about wishes."""
    settings = settings_of(request)
    return WishRules(timedelta(days=settings.wish_answer_days), f"wishes:{settings.secret_key.get_secret_value()}")


async def engine_of(request: Request, db: Db) -> SearchEngine:
    """The search engine, knowing everything that was committed. It reads when it is asked: nothing waits here."""
    opened: OpenEngine = request.app.state.engine
    return CurrentEngine(opened, db)


Configured = Annotated[Settings, Depends(configured)]
Rules = Annotated[SeatRules, Depends(rules_of)]
RulesOfWishes = Annotated[WishRules, Depends(wish_rules_of)]
Engine = Annotated[SearchEngine, Depends(engine_of)]
RunId = Annotated[int, Path(ge=1, le=2**31 - 1, description="The run's number, as the course lists it.")]
