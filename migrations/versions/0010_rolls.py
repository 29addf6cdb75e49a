"""Rolls that lose no tick and are finished at some time; certificates with a code, a rule, and what stood on them."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def upgrade() -> None:
    """Go one step up: certificates get codes, sessions that were marked or counted are finished."""
    op.create_table(
        "roll_ticks",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("tick", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_roll_ticks_registration_id_registrations")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_roll_ticks_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "registration_id", "tick", name=op.f("pk_roll_ticks")),
    )
    op.create_table(
        "finished_rolls",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_finished_rolls_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_finished_rolls")),
    )
    op.execute(
        sa.text(
            "INSERT INTO finished_rolls (session_id, finished_at) SELECT session_id, max(at) FROM ("
            "SELECT session_id, marked_at AS at FROM attendances "
            "UNION ALL SELECT session_id, counted_at FROM head_counts) AS marked GROUP BY session_id"
        )
    )
    op.create_table(
        "certificate_rules",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column(
            "measure",
            sa.Enum("sessions", "hours", name="measure", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name=op.f("ck_certificate_rules_share")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_certificate_rules_course_id_courses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_certificate_rules")),
    )
    with op.batch_alter_table("certificates") as table:
        table.add_column(sa.Column("code", sa.String(), nullable=True))
        table.add_column(sa.Column("printed", sa.JSON(), nullable=True))
        table.add_column(sa.Column("revoke_reason", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_certificates_replaces_id_certificates"), "certificates", ["replaces_id"], ["id"]
        )
    certificates = sa.table("certificates", sa.column("id", sa.Integer()), sa.column("code", sa.String()))
    connection = op.get_bind()
    codes = [
        {"one": number, "drawn": "".join(secrets.choice(SIGNS) for _ in range(8))}
        for number in connection.scalars(sa.select(certificates.c.id))
    ]
    if codes:
        connection.execute(
            sa.update(certificates).where(certificates.c.id == sa.bindparam("one")).values(code=sa.bindparam("drawn")),
            codes,
        )
    with op.batch_alter_table("certificates") as table:
        table.alter_column("code", existing_type=sa.String(), nullable=False)
    op.create_index(
        "uq_certificates_valid",
        "certificates",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text("revoked_on IS NULL"),
        postgresql_where=sa.text("revoked_on IS NULL"),
    )


def downgrade() -> None:
    """Go one step down."""
    op.drop_index("uq_certificates_valid", table_name="certificates")
    with op.batch_alter_table("certificates") as table:
        table.drop_constraint(op.f("fk_certificates_replaces_id_certificates"), type_="foreignkey")
        table.drop_column("replaces_id")
        table.drop_column("revoke_reason")
        table.drop_column("printed")
        table.drop_column("code")
    op.drop_table("certificate_rules")
    op.drop_table("finished_rolls")
    op.drop_table("roll_ticks")
