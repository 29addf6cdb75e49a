"""Crash points: every boundary at which a process could die, counted by hooks that stand outside the product.

A boundary is a statement, a flush, a commit before and after, a letter before and after it is handed over, an answer
before and after it is sent. A `Trap` springs at the n-th of them: as kill -9, as an exception, or as a pause in which
a rival acts. Without a trap the hooks do nothing.
"""

import os
import select
import signal
import socket
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum
from typing import NoReturn

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.emails.sender import SmtpSender


class Fault(StrEnum):
    """What happens at the boundary."""

    NONE = "none"
    KILL = "kill"
    EXCEPTION = "exception"
    PAUSE = "pause"


@dataclass(slots=True)
class Trap:
    """Counts the boundaries this process passes, tells the harness each by name, and springs at the n-th."""

    at: int
    fault: Fault
    harness: socket.socket
    pause: float = 0.1
    """Seconds that a rival has to act."""
    is_armed: bool = False
    passed: int = 0
    last: str = ""
    every_read: bool = False
    """Whether each of several reads in a row counts: between them nothing in the world differs."""
    _last_was_read: bool = field(default=False)

    def reached(self, boundary: str, *, is_read: bool = False) -> bool:
        """Whether an exception is to be raised here; a kill does not return."""
        if not self.is_armed:
            return False
        again, self._last_was_read = is_read and self._last_was_read, is_read
        if again and not self.every_read:
            return False
        self.passed += 1
        springs = self.passed == self.at and self.fault is not Fault.NONE
        self.harness.send(f"{'!' if springs else ' '}{boundary}\n".encode())
        if not springs:
            return False
        if self.fault is Fault.KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault is Fault.PAUSE:
            select.select([self.harness], [], [], self.pause)  # The harness says when its rival is done.
        return self.fault is Fault.EXCEPTION


_trap: Trap | None = None


def set_trap(trap: Trap | None) -> None:
    """This process's trap; forks of the harness set their own."""
    global _trap  # noqa: PLW0603
    _trap = trap


def install() -> None:
    """Put the hooks on every engine, session, sender and on answers; once, before anything is forked."""

    @event.listens_for(Engine, "before_cursor_execute")
    def statement(_db: Connection, _cursor: object, sql: str, _facts: object, _context: object, _many: bool) -> None:
        is_read = sql.startswith("SELECT") and "FOR UPDATE" not in sql
        if _trap and _trap.reached(name_of(sql), is_read=is_read):
            raise database_fault()
        if _trap and not is_read:
            _trap.last = name_of(sql)

    @event.listens_for(Session, "after_flush")
    def after_flush(_db: Session, _context: object) -> None:
        if _trap and _trap.reached("flush"):
            raise database_fault()

    DefaultDialect.do_commit = _commit(DefaultDialect.do_commit)  # type: ignore[method-assign]
    SmtpSender.send = _letter(SmtpSender.send)  # type: ignore[method-assign, assignment]


def name_of(sql: str) -> str:
    """A statement's verb and table."""
    words = sql.split()
    verb = words[0]
    before = {"INSERT": "INTO", "DELETE": "FROM", "SELECT": "FROM", "UPDATE": "UPDATE"}.get(verb)
    table = words[words.index(before) + 1] if before in words[:-1] else words[min(1, len(words) - 1)]
    return f"{verb} {table.strip('(),')}"


def database_fault() -> OperationalError:
    """What SQLAlchemy raises when the database goes away."""
    return OperationalError("injected", None, sqlite3.OperationalError("the harness broke the connection"))


def _commit(commit: Callable[[DefaultDialect, PoolProxiedConnection], None]) -> Callable[..., None]:
    """A commit that can fail before the database was asked and after it has done it, as the driver would say it."""

    def committed(self: DefaultDialect, connection: PoolProxiedConnection) -> None:
        if _trap and _trap.reached(f"commit after {_trap.last}"):
            raise _broken(self, connection)
        commit(self, connection)
        if _trap and _trap.reached(f"committed after {_trap.last}"):
            raise _broken(self, connection)

    return committed


def _broken(dialect: DefaultDialect, connection: PoolProxiedConnection) -> Exception:
    """The connection to a server breaks; SQLite's disk does not answer."""
    if dialect.name == "postgresql" and connection.driver_connection is not None:
        connection.driver_connection.close()
    fault: Exception = dialect.loaded_dbapi.OperationalError("the harness broke the connection")
    return fault


def _letter(send: Callable[[SmtpSender, EmailMessage], None]) -> Callable[[SmtpSender, EmailMessage], None]:
    def sent(self: SmtpSender, message: EmailMessage) -> None:
        if _trap and _trap.reached("letter"):
            raise ConnectionResetError
        send(self, message)
        if _trap and _trap.reached("letter sent"):
            raise ConnectionResetError

    return sent


class Answers:
    """Wraps the application: a request arms the trap; its answer is a boundary before and after it is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, unless the connection is to break."""
        if scope["type"] != "http" or scope["method"] != "POST" or _trap is None:
            await self.app(scope, receive, send)
            return
        _trap.is_armed = True

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and _trap.reached("answer"):
                _break(send)
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body") and _trap.reached("answered"):
                _break(send)

        await self.app(scope, receive, watched)


def _break(send: Send) -> NoReturn:
    """The connection to the client breaks: uvicorn's own cycle is behind its `send`."""
    send.__self__.transport.abort()  # type: ignore[attr-defined]
    raise ConnectionResetError
