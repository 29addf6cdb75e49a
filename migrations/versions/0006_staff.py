"""Sign-ins that know when the password and the code were given; substitutes of single runs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step up; who is signed in signs in again."""
    op.execute(sa.text("DELETE FROM sign_ins"))
    with op.batch_alter_table("sign_ins") as table:
        table.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False))
        table.add_column(sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "run_substitutes",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_run_substitutes_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_runs.id"], name=op.f("fk_run_substitutes_run_id_course_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "account_id", name=op.f("pk_run_substitutes")),
    )
    op.create_index(op.f("ix_run_substitutes_account_id"), "run_substitutes", ["account_id"])


def downgrade() -> None:
    """Go one step down."""
    op.drop_table("run_substitutes")
    with op.batch_alter_table("sign_ins") as table:
        table.drop_column("second_factor_at")
        table.drop_column("confirmed_at")
