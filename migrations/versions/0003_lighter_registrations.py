"""Lighter registrations: no index that another one covers or that only a nightly task would use.

Each index is one page more to write for everybody who registers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TWO = sa.text("party IS NOT NULL")


def upgrade() -> None:
    """Go one step up."""
    for name in ("ix_registrations_run_id", "ix_registrations_created_at", "ix_registrations_party"):
        op.drop_index(name, "registrations")
    op.create_index("ix_registrations_party", "registrations", ["party"], sqlite_where=TWO, postgresql_where=TWO)
    op.drop_index("ix_sent_forms_created_at", "sent_forms")


def downgrade() -> None:
    """Go one step down."""
    op.create_index("ix_sent_forms_created_at", "sent_forms", ["created_at"])
    op.drop_index("ix_registrations_party", "registrations")
    for column in ("party", "created_at", "run_id"):
        op.create_index(f"ix_registrations_{column}", "registrations", [column])
