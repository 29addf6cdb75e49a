"""The log of actions found by who acted."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BY_STAFF = sa.text("actor NOT IN ('resident', 'system')")


def upgrade() -> None:
    """Go one step up."""
    op.create_index(
        "ix_audit_entries_staff",
        "audit_entries",
        ["actor", "id"],
        sqlite_where=_BY_STAFF,
        postgresql_where=_BY_STAFF,
    )


def downgrade() -> None:
    """Go one step down."""
    op.drop_index("ix_audit_entries_staff", table_name="audit_entries")
