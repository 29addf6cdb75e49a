"""Named lists that were opened, on which device and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step up."""
    op.create_table(
        "opened_names",
        sa.Column("sign_in", sa.String(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_runs.id"], name=op.f("fk_opened_names_run_id_course_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sign_in"], ["sign_ins.token_hash"], name=op.f("fk_opened_names_sign_in_sign_ins"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sign_in", "run_id", name=op.f("pk_opened_names")),
    )
    op.create_index(op.f("ix_opened_names_run_id"), "opened_names", ["run_id"])


def downgrade() -> None:
    """Go one step down."""
    op.drop_table("opened_names")
