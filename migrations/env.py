"""Runs migrations on the database that the caller hands over, each revision in a transaction of its own.

SQLite changes a table by making it anew. Dropping the old one must not take along what refers to it, so foreign keys
rest meanwhile (they can only be switched outside of a transaction), and are checked at each revision's end.
"""

from typing import TYPE_CHECKING

from alembic import context
from sqlalchemy import Connection, event, text

from app.db import Database
from app.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection


def _let_foreign_keys_rest(connection: "DBAPIConnection", *, rest: bool) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={'OFF' if rest else 'ON'}")
    cursor.close()


def _refuse_what_hangs(connection: Connection) -> None:
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if found is not None:
        raise RuntimeError(f"a row of {found[0]} refers to one of {found[2]} that is not there")


database: Database = context.config.attributes["database"]

with database.writers.connect() as connection:
    held = connection.connection.dbapi_connection
    assert held is not None
    if database.is_sqlite:
        _let_foreign_keys_rest(held, rest=True)
        event.listen(connection, "commit", _refuse_what_hangs)
    else:
        connection.execute(text("SET lock_timeout = '3s'"))
        connection.execute(text("SET statement_timeout = '30s'"))
        connection.commit()
    try:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    finally:
        if database.is_sqlite:
            connection.rollback()
            _let_foreign_keys_rest(held, rest=False)
