"""Lists of names that were opened, and letters that staff write to a group."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step up."""
    listing = sa.Enum(
        "run", "provider", "registration", name="listing", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "list_openings",
        sa.Column("sign_in", sa.String(), nullable=False),
        sa.Column("listing", listing, nullable=False),
        sa.Column("object_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_for", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sign_in"], ["sign_ins.token_hash"], name=op.f("fk_list_openings_sign_in_sign_ins"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sign_in", "listing", "object_id", name=op.f("pk_list_openings")),
    )
    op.create_index(op.f("ix_list_openings_ends_at"), "list_openings", ["ends_at"])
    op.create_table(
        "group_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_group_letters_account_id_accounts")),
        sa.ForeignKeyConstraint(["run_id"], ["course_runs.id"], name=op.f("fk_group_letters_run_id_course_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_letters")),
        sa.UniqueConstraint("key", name=op.f("uq_group_letters_key")),
    )
    op.create_index(op.f("ix_group_letters_run_id"), "group_letters", ["run_id"])
    op.create_index(op.f("ix_group_letters_written_at"), "group_letters", ["written_at"])
    op.create_table(
        "group_letter_recipients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("is_called", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["group_letters.id"], name=op.f("fk_group_letter_recipients_letter_id_group_letters")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_group_letter_recipients_registration_id_registrations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_letter_recipients")),
        sa.UniqueConstraint(
            "letter_id", "registration_id", name=op.f("uq_group_letter_recipients_letter_id_registration_id")
        ),
    )
    op.create_index(op.f("ix_group_letter_recipients_registration_id"), "group_letter_recipients", ["registration_id"])


def downgrade() -> None:
    """Go one step down."""
    op.drop_table("group_letter_recipients")
    op.drop_table("group_letters")
    op.drop_table("list_openings")
