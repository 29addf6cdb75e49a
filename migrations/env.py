"""Runs migrations on the database that the caller hands over, each revision in a transaction of its own."""

from alembic import context
from sqlalchemy import text

from app.db import Database
from app.tables import metadata

database: Database = context.config.attributes["database"]

with database.writers.connect() as connection:
    if not database.is_sqlite:
        connection.execute(text("SET lock_timeout = '3s'"))
        connection.execute(text("SET statement_timeout = '30s'"))
        connection.commit()
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
