"""Drafts of courses, and a number by which whoever saves a course says what they saw."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PEOPLE = ("saved_by_id", "submitted_by_id", "returned_by_id", "publish_by_id")


def upgrade() -> None:
    """Go one step up."""
    with op.batch_alter_table("courses") as table:
        table.add_column(sa.Column("edition", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "course_drafts",
        sa.Column("course_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_by_id", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("publish_on", sa.Date(), nullable=True),
        sa.Column("no_permit_reason", sa.String(), nullable=False),
        sa.Column("publish_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "submitted_at IS NULL OR returned_at IS NULL", name=op.f("ck_course_drafts_submitted_or_returned")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_drafts_course_id_courses"), ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint([name], ["accounts.id"], name=op.f(f"fk_course_drafts_{name}_accounts"))
            for name in _PEOPLE
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_drafts")),
    )
    for name in ("saved_at", "submitted_at", "publish_on"):
        op.create_index(op.f(f"ix_course_drafts_{name}"), "course_drafts", [name])


def downgrade() -> None:
    """Go one step down."""
    op.drop_table("course_drafts")
    op.drop_column("courses", "edition")
