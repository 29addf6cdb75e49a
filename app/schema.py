"""The schema's way up and down: Alembic, asked from the command line, from tests and at the start of a demonstration."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from app.db import Database
from app.places import place
from app.tables import metadata


def config(database: Database) -> Config:
    """Alembic's configuration for this database."""
    made = Config()
    made.set_main_option("script_location", str(place("migrations")))
    made.attributes["database"] = database
    return made


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision, the newest by default; what is there already stays."""
    command.upgrade(config(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to an earlier revision."""
    command.downgrade(config(database), revision)


def differences(database: Database) -> list[object]:
    """What the models say and the schema does not; empty when they agree."""
    with database.readers.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))
