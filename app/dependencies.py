"""What both doors ask for: the transaction of a request, the search engine, the settings, the rules about seats, bounded ids."""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import timedelta
from functools import partial, wraps
from inspect import iscoroutinefunction, signature
from typing import Annotated, TypeVar

import anyio
from anyio import to_thread
from fastapi import Depends, Path, Request
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session
from starlette.routing import BaseRoute

from app.db import Database, reads_only
from app.registrations.seats import SeatRules
from app.search.engine import SearchEngine
from app.search.open import CurrentEngine, OpenEngine
from app.settings import Settings
from app.wishes.actions import WishRules

Answer = TypeVar("Answer")
_END = "ends the transaction"


async def transaction(request: Request) -> AsyncIterator[Session]:
    """The request's one session: GET and HEAD read, everything else may write and commits before the answer leaves."""
    database: Database = request.app.state.database
    reads = request.method in {"GET", "HEAD", "OPTIONS"}
    async with database.turnstile if reads else database.writers_turnstile:
        db = database.reader() if reads else database.writer()
        db.info[_END] = partial(database.finish, db)
        try:
            yield db
        except BaseException:
            await _end(database, db, commits=False)
            raise
        await _end(database, db, commits=not reads)


async def _end(database: Database, db: Session, *, commits: bool) -> None:
    """End the transaction, whatever happens to the request meanwhile, unless its endpoint has done so."""
    end: Callable[[bool], None] | None = db.info.pop(_END, None)
    if end is None:
        return
    if not commits and database.is_sqlite:  # Nothing to wait for: no other thread is needed.
        end(False)
        return
    with anyio.CancelScope(shield=True):
        await to_thread.run_sync(end, commits)


def in_one_thread(routes: Iterable[BaseRoute]) -> None:
    """Let the endpoints of these routes end their transaction in the thread they ran in, before they answer.

    Going to a thread once more only for that took a third of the time in which the next writer waits.
    """
    for route in routes:
        if isinstance(route, APIRoute) and not iscoroutinefunction(route.endpoint):
            route.dependant.call = _ending(route.endpoint)


def _ending(endpoint: Callable[..., Answer]) -> Callable[..., Answer]:
    """The endpoint, which commits what it did, or rolls it back when it refuses."""
    name = next((name for name, kind in signature(endpoint).parameters.items() if kind.annotation == Db), None)
    if name is None:
        return endpoint

    @wraps(endpoint)
    def ended(**given: object) -> Answer:
        db = given[name]
        assert isinstance(db, Session)
        commits = False
        try:
            answer = endpoint(**given)
            commits = not reads_only(db)
        finally:
            end: Callable[[bool], None] = db.info.pop(_END)
            end(commits)
        return answer

    return ended


Db = Annotated[Session, Depends(transaction, scope="function")]


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
