"""Everything the spine keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step up."""
    op.create_table(
        "annual_reports",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_annual_reports")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("object_kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_entries_object", ["object_kind", "object_id"], unique=False)

    op.create_table(
        "counting_keys",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("destroyed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_counting_keys")),
    )
    op.create_table(
        "daily_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_daily_counts_times")),
        sa.PrimaryKeyConstraint("day", "kind", "subject", name=op.f("pk_daily_counts")),
    )
    with op.batch_alter_table("daily_counts", schema=None) as batch_op:
        batch_op.create_index("ix_daily_counts_kind_day", ["kind", "day"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reacted", sa.JSON(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_messages_waiting",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        )

    op.create_table(
        "partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
        sa.UniqueConstraint("name", name=op.f("uq_partners_name")),
    )
    op.create_table(
        "providers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("in_register", sa.Boolean(), nullable=False),
        sa.Column("is_trusted", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_providers")),
        sa.UniqueConstraint("code", name=op.f("uq_providers_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_providers_slug")),
    )
    op.create_table(
        "search_documents",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changes_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_search_documents")),
        sa.UniqueConstraint("number", name=op.f("uq_search_documents_number")),
    )
    with op.batch_alter_table("search_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_documents_changes_at"), ["changes_at"], unique=False)

    op.create_table(
        "thematic_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thematic_groups")),
        sa.UniqueConstraint("code", name=op.f("uq_thematic_groups_code")),
        sa.UniqueConstraint("position", name=op.f("uq_thematic_groups_position")),
    )
    op.create_table(
        "venues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("access_notes", sa.JSON(), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_venues_latitude")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_venues_longitude")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venues")),
        sa.UniqueConstraint("code", name=op.f("uq_venues_code")),
        sa.UniqueConstraint("name", "address", name=op.f("uq_venues_name_address")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "editor",
                "manager",
                "substitute",
                "board",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(role IN ('board', 'administrator')) = (provider_id IS NULL)",
            name=op.f("ck_accounts_provider_staff_has_provider"),
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_accounts_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "activities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column(
            "counted_how",
            sa.Enum(
                "registered",
                "on_the_spot",
                "estimated",
                name="counted_how",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("academic_hours", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("public_money", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("academic_hours >= 0", name=op.f("ck_activities_academic_hours")),
        sa.CheckConstraint("participants >= 0", name=op.f("ck_activities_participants")),
        sa.CheckConstraint("public_money >= 0", name=op.f("ck_activities_public_money")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["thematic_groups.id"], name=op.f("fk_activities_group_id_thematic_groups")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_activities_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activities_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activities_held_on"), ["held_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_activities_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "permits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.CheckConstraint("valid_until >= issued_on", name=op.f("ck_permits_dates_in_order")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_permits_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permits")),
        sa.UniqueConstraint("number", name=op.f("uq_permits_number")),
    )
    with op.batch_alter_table("permits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_permits_issued_on"), ["issued_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_permits_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_permits_valid_until"), ["valid_until"], unique=False)

    op.create_table(
        "provider_directions",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["thematic_groups.id"],
            name=op.f("fk_provider_directions_group_id_thematic_groups"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["providers.id"],
            name=op.f("fk_provider_directions_provider_id_providers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("provider_id", "group_id", name=op.f("pk_provider_directions")),
    )
    op.create_table(
        "provider_texts",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_provider_texts_provider_id_providers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("provider_id", "locale", name=op.f("pk_provider_texts")),
    )
    op.create_table(
        "report_sections",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 13", name=op.f("ck_report_sections_number")),
        sa.ForeignKeyConstraint(
            ["year"], ["annual_reports.year"], name=op.f("fk_report_sections_year_annual_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("year", "number", name=op.f("pk_report_sections")),
    )
    op.create_table(
        "thematic_group_texts",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("examples", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["thematic_groups.id"],
            name=op.f("fk_thematic_group_texts_group_id_thematic_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "locale", name=op.f("pk_thematic_group_texts")),
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "published",
                "archived",
                name="course_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "none",
                "beginner",
                "intermediate",
                "advanced",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "in_person",
                "online",
                "hybrid",
                "self_study",
                name="format",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "funding",
            sa.Enum(
                "free",
                "municipal",
                "self_paid",
                "state_eu",
                "employer",
                name="funding",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "certificate",
            sa.Enum(
                "none",
                "attendance",
                "certificate",
                "qualification",
                name="certificate_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("academic_hours", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("price", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("needs_permit", sa.Boolean(), nullable=False),
        sa.Column("no_permit_reason", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("academic_hours >= 0", name=op.f("ck_courses_academic_hours")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_courses_price")),
        sa.ForeignKeyConstraint(["group_id"], ["thematic_groups.id"], name=op.f("fk_courses_group_id_thematic_groups")),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_courses_permit_id_permits")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_courses_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("code", name=op.f("uq_courses_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_courses_slug")),
    )
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_courses_permit_id"), ["permit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_courses_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index("ix_courses_state_published_at", ["state", "published_at"], unique=False)

    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_ins")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_account_id"), ["account_id"], unique=False)

    op.create_table(
        "course_audiences",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "everyone",
                "seniors",
                "teachers",
                "employees",
                "youth",
                "jobseekers",
                "parents",
                "entrepreneurs",
                "ukrainians",
                "people_with_disabilities",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_audiences_course_id_courses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("course_id", "audience", name=op.f("pk_course_audiences")),
    )
    op.create_table(
        "course_publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_publications_course_id_courses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_publications")),
    )
    with op.batch_alter_table("course_publications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_publications_course_id"), ["course_id"], unique=False)

    op.create_table(
        "course_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("min_participants", sa.Integer(), nullable=False),
        sa.Column("decision_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registration_opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registration_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("has_waiting_list", sa.Boolean(), nullable=False),
        sa.Column("teacher", sa.String(), nullable=False),
        sa.Column("bring", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_count", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("public_money", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_course_runs_dates_in_order")),
        sa.CheckConstraint("min_participants >= 0", name=op.f("ck_course_runs_min_participants")),
        sa.CheckConstraint("public_money >= 0", name=op.f("ck_course_runs_public_money")),
        sa.CheckConstraint(
            "registration_closes_at >= registration_opens_at", name=op.f("ck_course_runs_window_in_order")
        ),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_course_runs_seats")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_runs_course_id_courses")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_course_runs_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_runs")),
    )
    with op.batch_alter_table("course_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_runs_course_id"), ["course_id"], unique=False)
        batch_op.create_index("ix_course_runs_ends_at", ["ends_at"], unique=False)
        batch_op.create_index("ix_course_runs_starts_at", ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_runs_venue_id"), ["venue_id"], unique=False)

    op.create_table(
        "course_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "published",
                "archived",
                name="course_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_course_steps_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_steps_course_id_courses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_steps")),
    )
    with op.batch_alter_table("course_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_steps_course_id"), ["course_id"], unique=False)

    op.create_table(
        "course_texts",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("prerequisites", sa.String(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("picture_alt", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_texts_course_id_courses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("course_id", "locale", name=op.f("pk_course_texts")),
    )
    op.create_table(
        "wishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "unread",
                "new",
                "under_review",
                "planned",
                "fulfilled",
                "declined",
                "merged",
                name="wish_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fulfilled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_wishes_merged_has_target")
        ),
        sa.CheckConstraint("people >= 1", name=op.f("ck_wishes_people")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_wishes_course_id_courses")),
        sa.ForeignKeyConstraint(["group_id"], ["thematic_groups.id"], name=op.f("fk_wishes_group_id_thematic_groups")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["wishes.id"], name=op.f("fk_wishes_merged_into_id_wishes")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_wishes_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
    )
    with op.batch_alter_table("wishes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wishes_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wishes_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wishes_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index("ix_wishes_state_created_at", ["state", "created_at"], unique=False)

    op.create_table(
        "feedback_answers",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("content", sa.Integer(), nullable=False),
        sa.Column("teacher", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("usefulness", sa.Integer(), nullable=False),
        sa.Column("recommend", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("content BETWEEN 1 AND 5", name=op.f("ck_feedback_answers_content")),
        sa.CheckConstraint("organisation BETWEEN 1 AND 5", name=op.f("ck_feedback_answers_organisation")),
        sa.CheckConstraint("recommend BETWEEN 1 AND 5", name=op.f("ck_feedback_answers_recommend")),
        sa.CheckConstraint("teacher BETWEEN 1 AND 5", name=op.f("ck_feedback_answers_teacher")),
        sa.CheckConstraint("usefulness BETWEEN 1 AND 5", name=op.f("ck_feedback_answers_usefulness")),
        sa.ForeignKeyConstraint(["run_id"], ["course_runs.id"], name=op.f("fk_feedback_answers_run_id_course_runs")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_feedback_answers")),
    )
    with op.batch_alter_table("feedback_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_answers_run_id"), ["run_id"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "confirmed",
                "waitlisted",
                "offered",
                "declined",
                "withdrawn",
                "expired",
                "cancelled_by_provider",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "desk",
                "phone",
                "import",
                "api",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_key", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("person_token", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("link_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "withdraw_reason",
            sa.Enum(
                "time",
                "health",
                "other_course",
                "price",
                "distance",
                "plans",
                "other",
                name="withdraw_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("cancel_reason", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state != 'pending' OR hold_until IS NOT NULL", name=op.f("ck_registrations_pending_has_hold")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["course_runs.id"], name=op.f("fk_registrations_run_id_course_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("link_key", name=op.f("uq_registrations_link_key")),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registrations_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_registrations_email_key"), ["email_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_registrations_person_token"), ["person_token"], unique=False)
        batch_op.create_index(batch_op.f("ix_registrations_run_id"), ["run_id"], unique=False)
        batch_op.create_index("ix_registrations_seats", ["run_id", "state", "hold_until"], unique=False)
        batch_op.create_index(
            "uq_registrations_active",
            ["run_id", "email_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('pending', 'confirmed', 'offered', 'waitlisted')"),
            postgresql_where=sa.text("state IN ('pending', 'confirmed', 'offered', 'waitlisted')"),
        )

    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("moved_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_sessions_times_in_order")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_runs.id"], name=op.f("fk_sessions_run_id_course_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_sessions_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_starts_at"), ["starts_at"], unique=False)

    op.create_table(
        "wish_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wish_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "unread",
                "new",
                "under_review",
                "planned",
                "fulfilled",
                "declined",
                "merged",
                name="wish_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_wish_answers_provider_id_providers")),
        sa.ForeignKeyConstraint(
            ["wish_id"], ["wishes.id"], name=op.f("fk_wish_answers_wish_id_wishes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish_answers")),
    )
    with op.batch_alter_table("wish_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wish_answers_wish_id"), ["wish_id"], unique=False)

    op.create_table(
        "wish_supports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wish_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_key", sa.String(), nullable=True),
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("is_writer", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("link_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["wish_id"], ["wishes.id"], name=op.f("fk_wish_supports_wish_id_wishes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish_supports")),
        sa.UniqueConstraint("link_key", name=op.f("uq_wish_supports_link_key")),
        sa.UniqueConstraint("wish_id", "email_key", name=op.f("uq_wish_supports_wish_id_email_key")),
    )
    with op.batch_alter_table("wish_supports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wish_supports_wish_id"), ["wish_id"], unique=False)

    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column(
            "mark",
            sa.Enum(
                "present",
                "partly",
                "absent_excused",
                "absent",
                name="mark",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_attendances_registration_id_registrations")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_attendances_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("registration_id", "session_id", name=op.f("uq_attendances_registration_id_session_id")),
    )
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendances_session_id"), ["session_id"], unique=False)

    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_certificates_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_number")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_issued_on"), ["issued_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificates_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "feedback_rights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("link_key", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_feedback_rights_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_rights")),
        sa.UniqueConstraint("link_key", name=op.f("uq_feedback_rights_link_key")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_feedback_rights_registration_id")),
    )
    op.create_table(
        "head_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column(
            "counted_how",
            sa.Enum(
                "registered",
                "on_the_spot",
                "estimated",
                name="counted_how",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_head_counts_people")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_head_counts_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head_counts")),
        sa.UniqueConstraint("session_id", name=op.f("uq_head_counts_session_id")),
    )
    op.create_table(
        "seat_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "accepted",
                "declined",
                "expired",
                "revoked",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_seat_offers_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_offers")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_seat_offers_registration_id")),
    )
    with op.batch_alter_table("seat_offers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_offers_deadline"), ["deadline"], unique=False)

    op.create_table(
        "sent_forms",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_sent_forms_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sent_forms")),
    )
    with op.batch_alter_table("sent_forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_forms_created_at"), ["created_at"], unique=False)


def downgrade() -> None:
    """Go one step down."""
    with op.batch_alter_table("sent_forms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_forms_created_at"))

    op.drop_table("sent_forms")
    with op.batch_alter_table("seat_offers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_offers_deadline"))

    op.drop_table("seat_offers")
    op.drop_table("head_counts")
    op.drop_table("feedback_rights")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_registration_id"))
        batch_op.drop_index(batch_op.f("ix_certificates_issued_on"))

    op.drop_table("certificates")
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendances_session_id"))

    op.drop_table("attendances")
    with op.batch_alter_table("wish_supports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wish_supports_wish_id"))

    op.drop_table("wish_supports")
    with op.batch_alter_table("wish_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wish_answers_wish_id"))

    op.drop_table("wish_answers")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_starts_at"))
        batch_op.drop_index(batch_op.f("ix_sessions_run_id"))

    op.drop_table("sessions")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_registrations_active",
            sqlite_where=sa.text("state IN ('pending', 'confirmed', 'offered', 'waitlisted')"),
            postgresql_where=sa.text("state IN ('pending', 'confirmed', 'offered', 'waitlisted')"),
        )
        batch_op.drop_index("ix_registrations_seats")
        batch_op.drop_index(batch_op.f("ix_registrations_run_id"))
        batch_op.drop_index(batch_op.f("ix_registrations_person_token"))
        batch_op.drop_index(batch_op.f("ix_registrations_email_key"))
        batch_op.drop_index(batch_op.f("ix_registrations_created_at"))

    op.drop_table("registrations")
    with op.batch_alter_table("feedback_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_answers_run_id"))

    op.drop_table("feedback_answers")
    with op.batch_alter_table("wishes", schema=None) as batch_op:
        batch_op.drop_index("ix_wishes_state_created_at")
        batch_op.drop_index(batch_op.f("ix_wishes_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_wishes_group_id"))
        batch_op.drop_index(batch_op.f("ix_wishes_course_id"))

    op.drop_table("wishes")
    op.drop_table("course_texts")
    with op.batch_alter_table("course_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_steps_course_id"))

    op.drop_table("course_steps")
    with op.batch_alter_table("course_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_runs_venue_id"))
        batch_op.drop_index("ix_course_runs_starts_at")
        batch_op.drop_index("ix_course_runs_ends_at")
        batch_op.drop_index(batch_op.f("ix_course_runs_course_id"))

    op.drop_table("course_runs")
    with op.batch_alter_table("course_publications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_publications_course_id"))

    op.drop_table("course_publications")
    op.drop_table("course_audiences")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_account_id"))

    op.drop_table("sign_ins")
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_state_published_at")
        batch_op.drop_index(batch_op.f("ix_courses_provider_id"))
        batch_op.drop_index(batch_op.f("ix_courses_permit_id"))
        batch_op.drop_index(batch_op.f("ix_courses_group_id"))

    op.drop_table("courses")
    op.drop_table("thematic_group_texts")
    op.drop_table("report_sections")
    op.drop_table("provider_texts")
    op.drop_table("provider_directions")
    with op.batch_alter_table("permits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_permits_valid_until"))
        batch_op.drop_index(batch_op.f("ix_permits_provider_id"))
        batch_op.drop_index(batch_op.f("ix_permits_issued_on"))

    op.drop_table("permits")
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activities_provider_id"))
        batch_op.drop_index(batch_op.f("ix_activities_held_on"))
        batch_op.drop_index(batch_op.f("ix_activities_group_id"))

    op.drop_table("activities")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_provider_id"))

    op.drop_table("accounts")
    op.drop_table("venues")
    op.drop_table("thematic_groups")
    with op.batch_alter_table("search_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_documents_changes_at"))

    op.drop_table("search_documents")
    op.drop_table("providers")
    op.drop_table("partners")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_waiting",
            sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        )

    op.drop_table("messages")
    with op.batch_alter_table("daily_counts", schema=None) as batch_op:
        batch_op.drop_index("ix_daily_counts_kind_day")

    op.drop_table("daily_counts")
    op.drop_table("counting_keys")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_object")
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))

    op.drop_table("audit_entries")
    op.drop_table("annual_reports")
