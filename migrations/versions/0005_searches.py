"""What was searched as counts, and letters when a course appears that fits a search."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step up."""
    op.create_table(
        "search_counts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("without_result", sa.Integer(), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_search_counts_times")),
        sa.CheckConstraint(
            "without_result >= 0 AND without_result <= times", name=op.f("ck_search_counts_without_result")
        ),
        sa.PrimaryKeyConstraint("key", "day", name=op.f("pk_search_counts")),
    )
    with op.batch_alter_table("search_counts", schema=None) as batch_op:
        batch_op.create_index("ix_search_counts_day", ["day"], unique=False)
    op.create_table(
        "search_texts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_search_texts")),
    )
    op.create_table(
        "search_alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("filters", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_key", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("link_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_course_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["told_course_id"], ["courses.id"], name=op.f("fk_search_alerts_told_course_id_courses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_alerts")),
        sa.UniqueConstraint("link_key", name=op.f("uq_search_alerts_link_key")),
    )
    with op.batch_alter_table("search_alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_alerts_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_search_alerts_email_key"), ["email_key"], unique=False)
        batch_op.create_index(
            "uq_search_alerts_active",
            ["email_key", "words", "filters"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def downgrade() -> None:
    """Go one step down."""
    op.drop_table("search_alerts")
    op.drop_table("search_texts")
    op.drop_table("search_counts")
