"""What both doors ask for: the transaction of a request, the search engine, the settings, the rules about seats, bounded ids."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import Depends, Path, Request
from sqlalchemy.orm import Session

from app.db import Database
from app.registrations.seats import SeatRules
from app.search.engine import SearchEngine
from app.search.open import CurrentEngine, OpenEngine
from app.settings import Settings
from app.wishes.actions import WishRules


async def transaction(request: Request) -> AsyncIterator[Session]:
    """The request's one session: GET and HEAD read, everything else may write and commits before the answer leaves."""
    database: Database = request.app.state.database
    reads = request.method in {"GET", "HEAD", "OPTIONS"}
    async with database.turnstile if reads else database.writers_turnstile:
        db = database.reader() if reads else database.writer()
        try:
            yield db
        except BaseException:
            await _finish(database, db, commits=False)
            raise
        await _finish(database, db, commits=not reads)


async def _finish(database: Database, db: Session, *, commits: bool) -> None:
    """Commit or roll back, and close, whatever happens to the request meanwhile."""
    if not commits and database.is_sqlite:  # Nothing to wait for: no other thread is needed.
        database.close(db)
        return
    with anyio.CancelScope(shield=True):
        await to_thread.run_sync(database.finish, db, commits)


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
