"""The database: base of all tables, and sessions for reading and for writing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from time import monotonic

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Numeric,
    String,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.types import JSON, TypeDecorator

from app.turnstile import Turnstile
from app.writers import WriterTurn

BUSY_SECONDS = 5.0
STATEMENT_MILLISECONDS = 5_000
SILENCE_MILLISECONDS = 15_000
IDLE_SECONDS = 2.0
"""A connection that rested longer is asked whether it still stands before it is used: the server may be a new one."""
WRITERS_CACHE_KILOBYTES = 16_000
"""Of pages that SQLite keeps in memory for whoever writes: a registration touches some twenty."""
CHECKPOINT_PAGES = 4_000
"""So long grows SQLite's log before its pages are written to the file: most of them change many times until then."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in, UTC and aware on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: nobody could say what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone; it is always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables: constraints are named, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: UtcDateTime,
        Decimal: Numeric(10, 2),
        str: String,
        list[str]: JSON,
    }


def choices(kind: type[StrEnum]) -> Enum:
    """A column that holds one of the named values, checked by the database too."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda kinds: [one.value for one in kinds],
    )


def personal(category: str) -> dict[str, str]:
    """Marks a column that holds personal data, with the category of the retention table it belongs to."""
    return {"personal": category}


class Database:
    """Sessions for reading and for writing, on SQLite and on PostgreSQL alike."""

    def __init__(self, url: str, connections: int = 16) -> None:
        self.url = make_url(url)
        self.turnstile = Turnstile(connections)
        """For requests that only read, and on PostgreSQL for all."""
        self.writers_turnstile = self.turnstile
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._queue: WriterTurn | None = None
        if self.is_sqlite:
            path = Path(self.url.database or "").resolve()
            path.parent.mkdir(parents=True, exist_ok=True)
            self.turnstile = Turnstile(min(4, connections))  # Nobody waits for SQLite; more threads only crowd.
            self.writers_turnstile = Turnstile(2)  # One writes, the next one gets ready; threads would only crowd.
            self._queue = WriterTurn(path.with_name(path.name + ".lock"), BUSY_SECONDS)
            self.readers = create_engine(
                self.url, pool_size=connections, max_overflow=0, pool_timeout=BUSY_SECONDS, hide_parameters=True
            )
            self.writers = create_engine(
                self.url, poolclass=_behind(self._queue), pool_size=1, max_overflow=0, hide_parameters=True
            )
            _prepare_sqlite(self.readers, "BEGIN", query_only=True)
            _prepare_sqlite(self.writers, "BEGIN IMMEDIATE", query_only=False)
        else:
            if self.url.drivername == "postgresql":
                self.url = self.url.set(drivername="postgresql+psycopg")
            self.writers = create_engine(
                self.url,
                pool_size=connections,
                max_overflow=0,
                pool_timeout=BUSY_SECONDS,
                hide_parameters=True,
                connect_args={
                    "options": f"-c statement_timeout={STATEMENT_MILLISECONDS} -c timezone=UTC",
                    "connect_timeout": int(BUSY_SECONDS),
                    "tcp_user_timeout": SILENCE_MILLISECONDS,  # A server that is gone without a word is given up.
                    "keepalives_idle": int(BUSY_SECONDS),
                    "keepalives_interval": int(BUSY_SECONDS),
                    "keepalives_count": 2,
                },
            )
            _ask_the_idle(self.writers)
            self.readers = self.writers.execution_options(postgresql_readonly=True)

    def reader(self) -> Session:
        """A session that sees one state of the database and can change nothing; the caller closes it."""
        return Session(self.readers, expire_on_commit=False, autoflush=False, info={_READS: True, _OF: self})

    def writer(self) -> Session:
        """A session that may write; the caller gives it to `finish` or `close`."""
        return Session(self.writers, expire_on_commit=False, info={_OF: self})

    def close(self, db: Session) -> None:
        """Roll back what was not committed; its connection lets the next writer in."""
        db.close()

    def finish(self, db: Session, commits: bool) -> None:
        """Commit, unless told otherwise, and close."""
        try:
            if commits:
                db.commit()
        finally:
            self.close(db)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and can change nothing."""
        db = self.reader()
        try:
            yield db
        finally:
            self.close(db)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end, or leaves nothing behind."""
        db = self.writer()
        try:
            yield db
            db.commit()
        finally:
            self.close(db)

    def dispose(self) -> None:
        """Close every connection."""
        self.readers.dispose()
        self.writers.dispose()
        if self._queue is not None:
            self._queue.close()


def reads_only(db: Session) -> bool:
    """Whether this is a session of `Database.reader`."""
    return _READS in db.info


def database_of(db: Session) -> Database:
    """The database that opened this session."""
    database: Database = db.info[_OF]
    return database


def connection_of(db: Session) -> Connection:
    """The connection of the session's transaction, for where `Session.connection` would be asked again and again."""
    transaction, connection = db.info.get(_CONNECTION, (None, None))
    if transaction is None or transaction is not db.get_transaction():
        return db.connection()
    known: Connection = connection
    return known


def _remember(db: Session, transaction: SessionTransaction, connection: Connection) -> None:
    db.info[_CONNECTION] = transaction, connection


event.listen(Session, "after_begin", _remember)


def insert_once(db: Session, table: type[Base], **values: object) -> None:
    """Insert a row unless one with its key is there already; safe when many do it at once."""
    insert = sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert
    db.execute(insert(table).values(**values).on_conflict_do_nothing())


def _prepare_sqlite(engine: Engine, begin: str, *, query_only: bool) -> None:
    """Make SQLite keep what it acknowledged, check foreign keys, and begin when we say so."""

    @event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # The transaction begins below, not behind our back.
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
        cursor.execute(f"PRAGMA cache_size=-{4_000 if query_only else WRITERS_CACHE_KILOBYTES}")
        cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        cursor.execute("PRAGMA secure_delete=ON")  # What is erased is no longer in the file, nor in its copies.
        if query_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _behind(queue: WriterTurn) -> type[QueuePool]:
    """A pool whose connection is lent with the writers' turn. One is enough, and is quicker than two:
    each would find that the other had made the pages out of date that it keeps in memory."""

    class BehindTheQueue(QueuePool):
        """The turn comes before the connection, and ends when the connection is back."""

        def _do_get(self) -> ConnectionPoolEntry:
            queue.take()
            try:
                return super()._do_get()
            except BaseException:
                queue.give_back()
                raise

        def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
            try:
                super()._do_return_conn(record)
            finally:
                queue.give_back()

    return BehindTheQueue


def _ask_the_idle(engine: Engine) -> None:
    """Ask a connection that rested whether it still stands; one that was used a moment ago need not lose the time."""

    def rests(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_RESTS_SINCE] = monotonic()

    def is_wanted(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if monotonic() - record.info.get(_RESTS_SINCE, monotonic()) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # The pool opens another one.

    event.listen(engine, "checkin", rests)
    event.listen(engine, "checkout", is_wanted)


_RESTS_SINCE = "rests since"
_READS = "reads only"
_OF = "of the database"
_CONNECTION = "connection of the transaction"
