"""Every column that could hold something about a person is marked with how long it is kept, or exempt for a reason."""

import pytest
from sqlalchemy import JSON, Column, Enum, Integer, LargeBinary, MetaData, String, Table

from app.db import personal
from app.privacy.retention import RULES
from app.settings import Settings
from app.tables import metadata

pytestmark = pytest.mark.promise("P25")

KEPT_BY_SETTING = {
    "contact": "contact_days",
    "unconfirmed": "unconfirmed_hours",
    "special_needs": "special_needs_days",
    "wish": "wish_contact_months",
    "letter": "letter_days",
}
"""The categories whose time a setting states."""
KEPT_OTHERWISE = {
    "interest": "until the letter with the news, or a year (app/interests/actions.py)",
    "staff": "as long as somebody holds the role and LOG_MONTHS after; sign-ins as long as they last (app/people/forgetting.py)",
    "looked_for": "at most four hours, with the opened list (app/registrations/openings.py)",
    "pseudonym": "keyed hashes: of no use once the key is destroyed, or erased when a stretch counts no more",
    "key": "destroyed when the year's report is approved",
}
"""The categories that end by themselves, and when."""

EXEMPT: dict[str, str] = {
    "Codes, kinds, states and addresses of pages are ours; languages are one of a few.": """
        accounts.locale accounts.oidc_issuer activities.audience activities.format activities.language audit_entries.act
        audit_entries.object_id audit_entries.object_kind certificates.code certificates.number certificates.printed
        course_interests.locale course_runs.weekdays course_texts.locale courses.code courses.language courses.picture
        courses.slug daily_counts.kind daily_counts.subject erasures.object_kind erasures.why messages.fault
        messages.kind messages.reacted one_time_links.locale permits.number provider_texts.locale providers.code
        providers.kind providers.slug registrations.locale roll_ticks.tick run_questions.asked_when_answer
        search_alerts.filters search_alerts.locale search_synonyms.kind thematic_group_texts.locale thematic_groups.code
        tries.act turns.task venues.code wish_supports.locale wishes.audience wishes.format wishes.times""",
    "Random keys and hashes: they lead to a row and say nothing by themselves.": """
        account_links.link_key api_keys.prefix api_keys.token_hash audit_seals.digest catalogue_changes.digest
        course_drafts.page course_interests.link_key course_runs.link_key feedback_answers.key feedback_rights.link_key
        group_letters.key list_openings.sign_in one_time_links.token_hash registrations.link_key
        search_alerts.link_key search_counts.key search_texts.key sent_forms.fingerprint sent_forms.key
        sign_ins.token_hash wish_supports.link_key""",
    "Ids only, never a name or an address; tests look for canaries in them.": """
        audit_entries.actor audit_entries.facts messages.about messages.facts""",
    "What institutions publish about themselves and their offer; nobody else writes there.": """
        activities.title api_keys.name api_keys.scopes catalogue_changes.code catalogue_changes.key course_drafts.fields
        course_runs.bring course_texts.description course_texts.keywords course_texts.outcomes course_texts.picture_alt
        course_texts.prerequisites course_texts.summary course_texts.title courses.contact_email courses.contact_phone
        import_rows.cells import_rows.course_key import_rows.faults import_rows.note imports.columns imports.content
        imports.file_name imports.kind imports.refused imports.unknown partners.name provider_texts.description
        provider_texts.name provider_texts.short_name providers.address providers.email providers.phone
        providers.website run_questions.options run_questions.words search_documents.document search_synonyms.find
        search_synonyms.words sessions.link thematic_group_texts.examples thematic_group_texts.name
        thematic_group_texts.note venues.access_notes venues.address venues.name venues.room""",
    "A teacher's name, published by the institution with the course, as its own staff.": """
        course_runs.teacher""",
    "The public register of permits: what the law makes public.": """
        permits.decision permits.holder permits.programme""",
    "What staff give as a reason in public or to each other, about a course and not about a person.": """
        course_drafts.comment course_drafts.no_permit_reason course_runs.cancel_reason course_steps.comment
        courses.no_permit_reason registrations.cancel_reason run_notices.after run_notices.before run_notices.reason
        wish_answers.text""",
    "Figures and prose of the yearly report: counts, never people.": """
        annual_reports.snapshot report_sections.items""",
    "Words of searches, each of which stands in the catalogue, kept only when five days have seen them.": """
        search_texts.text""",
    "A wish is read by a person before it is public, and personal codes are refused; its writer is kept apart.": """
        wishes.details wishes.title""",
    "Feedback is kept without any tie to a person; its words are erased after FEEDBACK_TEXT_MONTHS.": """
        feedback_answers.words""",
}
"""Why, and which columns of text."""


def texts(tables: MetaData) -> dict[str, Column[object]]:
    """Every column that can hold words: text, JSON, bytes; not those of a few named values."""
    return {
        f"{table.name}.{column.name}": column
        for table in tables.sorted_tables
        for column in table.c
        if isinstance(column.type, (String, JSON, LargeBinary)) and not isinstance(column.type, Enum)
    }


def exempt() -> list[str]:
    """Every exempt column, in order."""
    return [name for names in EXEMPT.values() for name in names.split()]


def forgotten(tables: MetaData) -> list[str]:
    """Columns that can hold words about somebody, and about which nobody has decided."""
    return [name for name, column in texts(tables).items() if "personal" not in column.info and name not in exempt()]


def test_every_column_of_text_is_marked_or_exempt_for_a_reason() -> None:
    assert forgotten(metadata) == [], "mark it with info=personal(…), or say here why it holds nothing about a person"


def test_a_new_column_that_nobody_thought_of_is_found() -> None:
    """The control."""
    tables = MetaData()
    Table(
        "visitors",
        tables,
        Column("id", Integer, primary_key=True),
        Column("nickname", String),
        Column("traits", JSON),
        Column("face", LargeBinary),
        Column("email", String, info=personal("contact")),
    )
    assert forgotten(tables) == ["visitors.nickname", "visitors.traits", "visitors.face"]


def test_what_is_exempt_is_there_and_exempt_once() -> None:
    known = texts(metadata)
    assert sorted(set(exempt())) == sorted(exempt())
    assert [name for name in exempt() if name not in known] == []
    assert [name for name in exempt() if "personal" in known[name].info] == []


def test_every_category_has_its_time() -> None:
    used = {
        str(column.info["personal"])
        for table in metadata.sorted_tables
        for column in table.c
        if "personal" in column.info
    }
    assert used == {*KEPT_BY_SETTING, *KEPT_OTHERWISE}
    assert {*KEPT_BY_SETTING.values()} <= {*Settings.model_fields}
    erased = {rule.name for rule in RULES}
    assert {"contact", "unconfirmed", "special_needs", "wish_contact", "group_letters", "list_openings"} <= erased
