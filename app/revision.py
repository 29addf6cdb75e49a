"""Which revision the schema has and which one this code wants: asked at every readiness check, so without Alembic."""

import re
from functools import cache

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.db import Database
from app.places import place

_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_BELOW = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


@cache
def wanted() -> frozenset[str]:
    """The newest revisions that this code brings: those that no other one builds on."""
    texts = [path.read_text(encoding="utf-8") for path in (place("migrations") / "versions").glob("*.py")]
    known = {found for one in texts for found in _REVISION.findall(one)}
    return frozenset(known - {found for one in texts for found in _BELOW.findall(one)})


def is_current(database: Database) -> bool:
    """Whether the schema is the newest that this code knows."""
    try:
        with database.readers.connect() as connection:
            return frozenset(connection.scalars(text("SELECT version_num FROM alembic_version"))) == wanted()
    except ProgrammingError:  # PostgreSQL without any table; SQLite says so by another error, which means “away”.
        return False
