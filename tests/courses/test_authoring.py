"""Courses being written: begun, saved by one or by two at once, copied, thrown away."""

import threading

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.courses.authoring import begin_course, change_course, copy_course, discard_draft, save_draft, written
from app.courses.authoring_queries import whole_course
from app.courses.authoring_refusals import ChangedMeanwhile
from app.courses.draft_models import CourseDraft
from app.courses.drafts import fields_of_course, fields_of_form
from app.courses.inputs import CourseForm
from app.courses.models import Course, CourseState
from app.db import Database
from app.faults import faults_of
from app.people.models import Role
from app.people.staff import Staff
from app.refusals import NotAllowed, NotFound
from tests.courses.authors import make_author, make_reviewer, whole_form
from tests.make import make_course, make_group, make_provider


def codes(error: ValidationError) -> dict[str, str]:
    """Each wrong field and what is wrong with it."""
    return {fault.field: fault.code for fault in faults_of(error)}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"title": " "}, "title", "empty"),
        ({"title": "A" * 121}, "title", "too_long"),
        ({"summary": "A" * 161}, "summary", "too_long"),
        ({"description": "Mans kods ir 010190-12345."}, "description", "personal_code"),
        ({"outcomes": ["Prot", "32019012345"]}, "outcomes.1", "personal_code"),
        ({"keywords": "a\x00b"}, "keywords.0", "not_text"),
        ({"price": "astoņi"}, "price", "price"),
        ({"price": "18,505"}, "price", "price"),
        ({"price": "-1"}, "price", "range"),
        ({"academic_hours": "9999"}, "academic_hours", "range"),
        ({"academic_hours": "NaN"}, "academic_hours", "number"),
        ({"contact_email": "kursi"}, "contact_email", "email_no_at"),
        ({"format": "telepathy"}, "format", "choice_unknown"),
        ({"language": "tlh"}, "language", "choice_unknown"),
        ({"translations": {"lv": {"title": "Vēl"}}}, "translations", "unknown_field"),
        ({"translations": {"en": {"summary": "A" * 161}}}, "translations.en.summary", "too_long"),
        ({"colour": "red"}, "colour", "unknown_field"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(changed: dict[str, object], field: str, code: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        whole_form(**changed)
    assert codes(wrong.value) == {field: code}


def test_a_form_is_the_same_when_it_comes_back_from_its_fields_and_from_the_course(database: Database) -> None:
    form = whole_form(
        description="1. Viens\n   - divi\n\n\n\n2. Trīs", keywords="māls, Māls ;trauki", level="beginner", needs_permit=True,
        translations={"en": {"title": "Clay", "outcomes": "One\n\nTwo"}},
    )  # fmt: skip
    assert form.description == "1. Viens\n   - divi\n\n2. Trīs"
    assert form.keywords == ["māls", "trauki"]
    with database.writing() as db:
        course = begin_course(db, make_author(db), form)
        kept = written(db, whole_course(db, course.id))
        assert kept.reading.form == form
        assert kept.reading.faults == ()
        assert fields_of_course(kept.course) == fields_of_form(form) == kept.fields


def test_a_new_course_is_a_draft_with_a_code_and_an_address_of_its_own(database: Database) -> None:
    with database.writing() as db:
        who = make_author(db)
        provider = make_provider(db, "vb")
        make_course(db, "vb-009", provider=provider)
        other = make_author(db, provider=provider)
        mine, theirs = begin_course(db, who, whole_form()), begin_course(db, other, whole_form())
        assert (theirs.code, theirs.slug, mine.slug) == ("vb-010", "mala-trauki-vb-010", "mala-trauki")
        assert (mine.state, mine.published_at, mine.group_id) == (CourseState.DRAFT, None, theirs.group_id)
        acts = db.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(mine.id))).all()
        assert acts == ["course_begun"]
        with pytest.raises(NotAllowed):
            begin_course(db, make_reviewer(db), whole_form())
        with pytest.raises(NotAllowed):
            begin_course(db, make_author(db, Role.SUBSTITUTE), whole_form())


def begin_all_at_once(database: Database, people: list[Staff]) -> list[str]:
    """Each begins the same course in a transaction of their own; the faults that came of it."""
    gate, faults = threading.Barrier(len(people)), list[str]()

    def begin(who: Staff) -> None:
        gate.wait()
        try:
            with database.writing() as db:
                begin_course(db, who, whole_form())
        except Exception as fault:  # noqa: BLE001
            faults.append(type(fault).__name__)

    threads = [threading.Thread(target=begin, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def test_the_same_course_begun_by_many_at_once_gets_different_codes_and_addresses(database: Database) -> None:
    with database.writing() as db:
        one, another = make_author(db), make_author(db)
    assert begin_all_at_once(database, [one, one, one, another, another, another]) == []
    with database.reading() as db:
        assert db.scalar(select(func.count(Course.slug.distinct()))) == 6
        assert len({*db.scalars(select(Course.code))}) == 6


def test_control_without_holding_the_names_two_get_the_same(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.courses.authoring_queries.hold_names", lambda _db: None)
    with postgres_database.writing() as db:
        people = [make_author(db) for _ in range(6)]
    assert any(begin_all_at_once(postgres_database, people) for _ in range(5))


def test_residents_keep_their_version_while_the_draft_changes(database: Database) -> None:
    with database.writing() as db:
        who = make_author(db)
        course = make_course(db)
        course.provider_id = who.provider
        version, title = course.version, course.texts["lv"].title
        change_course(db, who, course.id, whole_form(title="Jauns nosaukums"), course.edition)
        seen = written(db, whole_course(db, course.id))
        assert (seen.course.version, seen.course.texts["lv"].title) == (version, title)
        assert (seen.reading.form.title, seen.draft and seen.draft.based_on) == ("Jauns nosaukums", version)


def test_a_wrong_field_keeps_no_other_from_being_saved_and_stays_as_it_was_typed(database: Database) -> None:
    with database.writing() as db:
        who = make_author(db)
        course = begin_course(db, who, whole_form())
        typed = fields_of_form(whole_form()) | {
            "price": ["daudz"],
            "summary": ["Jauns"],
            "description": ["010190-12345"],
        }
        kept = save_draft(db, who, course.id, typed, course.edition)
        assert kept.fields["price"] == ["daudz"]
        assert kept.reading.form.summary == "Jauns"
        assert {one.field: one.code for one in kept.reading.faults} == {"price": "price"}
        assert kept.fields["description"] == ["Mācāmies **virpot** un glazēt."], "a personal code is kept nowhere"


def test_of_two_editors_at_once_the_second_is_told_and_nothing_is_lost(database: Database) -> None:
    with database.writing() as db:
        one = make_author(db)
        course = begin_course(db, one, whole_form())
        seen = course.edition
        change_course(db, one, course.id, whole_form(title="Mans"), seen)
        with pytest.raises(ChangedMeanwhile):
            change_course(db, one, course.id, whole_form(title="Tavs"), seen)
        change_course(db, one, course.id, whole_form(title="Mans"), seen)  # Nothing would change: nobody is bothered.
        assert written(db, whole_course(db, course.id)).reading.form.title == "Mans"
        change_course(db, one, course.id, whole_form(title="Tavs"), course.edition)
        assert db.get_one(CourseDraft, course.id).fields["title"] == ["Tavs"]


def test_a_save_sent_again_by_the_same_page_is_nobody_elses(database: Database) -> None:
    with database.writing() as db:
        who = make_author(db)
        course = begin_course(db, who, whole_form())
        seen = course.edition
        save_draft(db, who, course.id, fields_of_form(whole_form(title="A")), seen, page="this")
        save_draft(db, who, course.id, fields_of_form(whole_form(title="AB")), seen, page="this")
        with pytest.raises(ChangedMeanwhile):
            save_draft(db, who, course.id, fields_of_form(whole_form(title="B")), seen, page="other")


def test_what_is_typed_and_taken_back_leaves_no_draft(database: Database) -> None:
    with database.writing() as db:
        who = make_author(db)
        make_group(db, "art")
        course = make_course(db)
        course.provider_id = who.provider
        db.flush()
        live = fields_of_course(whole_course(db, course.id))
        save_draft(db, who, course.id, live | {"title": ["Cits"]}, 1, page="p")
        assert save_draft(db, who, course.id, live, 1, page="p").draft is None
        save_draft(db, who, course.id, live | {"title": ["Cits"]}, course.edition)
        assert discard_draft(db, who, course.id, course.edition).texts["lv"].title == "Keramika iesācējiem"
        assert db.get(CourseDraft, course.id) is None


def test_a_copy_says_the_same_under_another_title(database: Database) -> None:
    with database.writing() as db:
        who = make_author(db)
        course = begin_course(db, who, whole_form())
        copy = copy_course(db, who, course.id, "Māla trauki – kopija")
        form = written(db, whole_course(db, copy.id)).reading.form
        assert form == whole_form(title="Māla trauki – kopija")
        assert copy.code != course.code


def test_what_is_another_providers_is_not_found(database: Database) -> None:
    with database.writing() as db:
        course, stranger = begin_course(db, make_author(db), whole_form()), make_author(db)
        for act in (
            lambda: change_course(db, stranger, course.id, whole_form(), course.edition),
            lambda: copy_course(db, stranger, course.id, "Zagts"),
            lambda: discard_draft(db, stranger, course.id, course.edition),
        ):
            with pytest.raises(NotFound):
                act()


def test_a_form_of_the_importer_needs_only_a_title() -> None:
    form = CourseForm.model_validate({"title": "Tikai nosaukums"})
    assert (form.price, form.format, form.academic_hours, form.audiences) == (None, None, None, [])
