"""A number is given once: on SQLite, too, nothing new takes the number of what was deleted.

The log of actions and the feed of changes speak of things by their numbers and outlive them. PostgreSQL's sequences
never go back; SQLite needs AUTOINCREMENT, which only a new table can have. Its text is the stored one but for that word,
so every constraint stays as it is, and indexes and triggers are made again from their own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = {
    "courses": "course",
    "course_runs": "run",
    "sessions": "session",
    "accounts": "account",
    "imports": "import",
}
"""Each table, and how the log and the feed call what is in it."""
PLAIN, ONCE = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"


def upgrade() -> None:
    """Go one step up."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, kind in KINDS.items():
        _rebuild(table, PLAIN, ONCE)
        _begin_above(table, kind)


def downgrade() -> None:
    """Go one step down."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in KINDS:
        _rebuild(table, ONCE, PLAIN)


def _rebuild(table: str, before: str, after: str) -> None:
    """The same table with another key. Foreign keys must be off: dropping would take along what refers to it."""
    bind = op.get_bind()
    if bind.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise RuntimeError("foreign keys are on: migrations run through migrations/env.py")
    stored = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_schema WHERE tbl_name = :name AND sql IS NOT NULL"), {"name": table}
    ).all()
    (made,) = [sql for kind, sql in stored if kind == "table"]
    head, bracket, body = made.partition("(")
    if table not in head or body.count(before) != 1:
        raise RuntimeError(f"the table {table} is not as the revisions before have left it")
    rows = bind.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608
    bind.exec_driver_sql(f"CREATE TABLE _new_{table} {bracket}{body.replace(before, after)}")
    columns = ", ".join(f'"{one[1]}"' for one in bind.exec_driver_sql(f"PRAGMA table_info({table})"))
    bind.exec_driver_sql(f"INSERT INTO _new_{table} ({columns}) SELECT {columns} FROM {table}")  # noqa: S608
    if bind.exec_driver_sql(f"SELECT count(*) FROM _new_{table}").scalar() != rows:  # noqa: S608
        raise RuntimeError(f"not every row of {table} was copied")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE _new_{table} RENAME TO {table}")
    for kind, sql in stored:
        if kind != "table":
            bind.exec_driver_sql(sql)


def _begin_above(table: str, kind: str) -> None:
    """The next number is above every one that was ever given, as far as anything still tells."""
    bind = op.get_bind()
    highest = max(
        bind.execute(sa.text(asked), {"kind": kind}).scalar() or 0
        for asked in (
            f"SELECT max(id) FROM {table}",  # noqa: S608
            "SELECT max(CAST(object_id AS INTEGER)) FROM audit_entries WHERE object_kind = :kind",
            "SELECT max(CAST(substr(actor, length(:kind) + 2) AS INTEGER)) FROM audit_entries"
            " WHERE actor LIKE :kind || ':%'",
            "SELECT max(CAST(substr(key, length(:kind) + 2) AS INTEGER)) FROM catalogue_changes"
            " WHERE key LIKE :kind || ':%'",
        )
    )
    bind.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table})
    bind.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :highest)"),
        {"name": table, "highest": highest},
    )
