"""What both doors ask for: the transaction of a request, the search engine, the settings, the rules about seats, bounded ids."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from functools import wraps
from inspect import signature
from typing import Annotated, TypeVar

from anyio import to_thread
from fastapi import Depends, Path, Request
from fastapi.routing import APIRoute, request_response
from sqlalchemy.orm import Session
from starlette.routing import BaseRoute

from app.db import Database, database_of, reads_only
from app.registrations.seats import SeatRules
from app.search.engine import SearchEngine
from app.search.open import CurrentEngine, OpenEngine
from app.settings import Settings
from app.wishes.actions import WishRules

Answer = TypeVar("Answer")


async def transaction(request: Request) -> Session:
    """The request's one session: GET and HEAD read, everything else may write and commits before the answer leaves.

    It holds nothing until it is asked; whoever uses it runs behind the turnstile, and ends it (`behind_the_turnstile`).
    """
    database: Database = request.app.state.database
    return database.reader() if request.method in _READING else database.writer()


def behind_the_turnstile(routes: Iterable[BaseRoute]) -> None:
    """Let the endpoints of these routes that ask for the database wait at the turnstile, then run in one thread.

    That thread ends the transaction too, before the answer leaves: going to another one only for that took a third of
    the time in which the next writer waits.
    """
    for route in routes:
        if isinstance(route, APIRoute) and (name := _session_of(route.endpoint)):
            route.dependant.call = _waiting(route.endpoint, name)
            route.app = request_response(route.get_route_handler())


def _session_of(endpoint: Callable[..., object]) -> str | None:
    """The name of the endpoint's parameter that is the session."""
    return next((name for name, kind in signature(endpoint).parameters.items() if kind.annotation == Db), None)


def _waiting(endpoint: Callable[..., Answer], name: str) -> Callable[..., Awaitable[Answer]]:
    """The endpoint behind the turnstile."""

    def ended(request: dict[str, object], db: Session, database: Database) -> Answer:
        """What the endpoint did is committed, or rolled back when it refuses."""
        commits = False
        try:
            answer = endpoint(**request)
            commits = not reads_only(db)
        finally:
            database.finish(db, commits)
        return answer

    @wraps(endpoint)
    async def waiting(**given: object) -> Answer:
        db = given[name]
        assert isinstance(db, Session)
        database = database_of(db)
        async with database.turnstile if reads_only(db) else database.writers_turnstile:
            return await to_thread.run_sync(ended, given, db, database)

    return waiting


Db = Annotated[Session, Depends(transaction)]
_READING = {"GET", "HEAD", "OPTIONS"}


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
