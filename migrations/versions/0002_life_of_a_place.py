"""What the whole life of a place needs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step up."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object_kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_table(
        "one_time_links",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_links")),
    )
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_links_email_key"), ["email_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_one_time_links_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "tries",
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("stretch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("act", "sender", "stretch", name=op.f("pk_tries")),
    )
    with op.batch_alter_table("tries", schema=None) as batch_op:
        batch_op.create_index("ix_tries_stretch", ["stretch"], unique=False)

    op.create_table(
        "turns",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_turns")),
    )
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entries.id"], name=op.f("fk_audit_seals_entry_id_audit_entries")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_seals_entry_id")),
    )
    op.create_table(
        "course_interests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_key", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("link_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_run_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_interests_course_id_courses")),
        sa.ForeignKeyConstraint(
            ["told_run_id"], ["course_runs.id"], name=op.f("fk_course_interests_told_run_id_course_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_interests")),
        sa.UniqueConstraint("link_key", name=op.f("uq_course_interests_link_key")),
    )
    with op.batch_alter_table("course_interests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_interests_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_interests_created_at"), ["created_at"], unique=False)
        batch_op.create_index(
            "uq_course_interests_active",
            ["course_id", "email_key"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "run_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["course_runs.id"], name=op.f("fk_run_notices_run_id_course_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_notices")),
    )
    with op.batch_alter_table("run_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_notices_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_run_notices_run_id"), ["run_id"], unique=False)
        batch_op.create_index(
            "uq_run_notices_open",
            ["run_id"],
            unique=True,
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        )

    op.create_table(
        "run_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text", "choice", "checkbox", name="question_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("asked_when_id", sa.Integer(), nullable=True),
        sa.Column("asked_when_answer", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(asked_when_id IS NULL) = (asked_when_answer IS NULL)", name=op.f("ck_run_questions_condition_is_whole")
        ),
        sa.ForeignKeyConstraint(
            ["asked_when_id"], ["run_questions.id"], name=op.f("fk_run_questions_asked_when_id_run_questions")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_runs.id"], name=op.f("fk_run_questions_run_id_course_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_questions")),
    )
    with op.batch_alter_table("run_questions", schema=None) as batch_op:
        batch_op.create_index("uq_run_questions_run_id_position", ["run_id", "position"], unique=True)

    op.create_table(
        "given_answers",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["run_questions.id"], name=op.f("fk_given_answers_question_id_run_questions")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_given_answers_registration_id_registrations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "question_id", name=op.f("pk_given_answers")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(), server_default="", nullable=False))
        batch_op.create_index(
            "ix_messages_about",
            ["about", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        )
        batch_op.create_index(
            "ix_messages_dead",
            ["kind"],
            unique=False,
            sqlite_where=sa.text("dead_at IS NOT NULL"),
            postgresql_where=sa.text("dead_at IS NOT NULL"),
        )

    with op.batch_alter_table("course_runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("minimum_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("link_key", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("seats_told", sa.Integer(), nullable=True))
        batch_op.create_index("uq_course_runs_link_key", ["link_key"], unique=True)

    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("party", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("special_needs", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("undone", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_registrations_party"), ["party"], unique=False)


def downgrade() -> None:
    """Go one step down. Columns are dropped in place: making a table anew would delete what hangs on its rows."""
    op.drop_index("ix_messages_dead", "messages")
    op.drop_index("ix_messages_about", "messages")
    op.drop_column("messages", "about")
    op.drop_index("ix_registrations_party", "registrations")
    for column in ("undone", "reminded_at", "special_needs", "party"):
        op.drop_column("registrations", column)
    op.drop_index("uq_course_runs_link_key", "course_runs")
    for column in ("seats_told", "link_key", "decided_at", "minimum_asked_at"):
        op.drop_column("course_runs", column)
    for table in (
        "given_answers",
        "run_questions",
        "run_notices",
        "course_interests",
        "audit_seals",
        "turns",
        "tries",
        "one_time_links",
        "erasures",
    ):
        op.drop_table(table)
