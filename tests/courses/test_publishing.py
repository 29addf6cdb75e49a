"""The steps of a course: submitted, returned, published, withdrawn, archived; each once, and each on record."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.clock import today
from app.courses import publishing
from app.courses.authoring import begin_course, change_course, written
from app.courses.authoring_queries import whole_course
from app.courses.authoring_refusals import (
    AwaitsReview,
    CommentMissing,
    DayWrong,
    PermitExpired,
    PermitNeeded,
    PermitUnknown,
    PublishIncomplete,
    WrongCourseState,
)
from app.courses.draft_models import CourseDraft
from app.courses.history_models import CourseStep, Publication
from app.courses.models import Course, CourseState
from app.courses.publishing import archive, publish, publish_on_its_day, return_course, schedule, submit, take_back
from app.courses.standing import Standing, standing_of
from app.db import Database
from app.outbox.models import Message
from app.people.models import Account, Role
from app.people.staff import Staff
from app.refusals import NotAllowed, NotFound, Refusal
from app.registrations.withdrawing import StillRegistered, withdraw_course
from tests.courses.authors import make_author, make_reviewer, whole_form
from tests.make import make_permit, make_provider, make_registrations, make_run
from tests.world import World


def submitted(db: Session, who: Staff, **changed: object) -> Course:
    """A course that waits for review."""
    course = begin_course(db, who, whole_form(**changed))
    return submit(db, who, course.id, course.edition)


def states(db: Session, course: Course) -> list[CourseState]:
    """The steps on record, in order."""
    steps = select(CourseStep.state).where(CourseStep.course_id == course.id).order_by(CourseStep.id)
    return [*db.scalars(steps)]


def test_a_course_goes_from_a_draft_into_the_catalogue(database: Database) -> None:
    with database.writing() as db:
        who, board = make_author(db), make_reviewer(db)
        course = submitted(db, who)
        assert (course.state, course.published_at) == (CourseState.SUBMITTED, None)
        publish(db, board, course.id, course.edition)
        assert (course.state, course.version, course.slug) == (CourseState.PUBLISHED, 1, "mala-trauki")
        assert course.published_at is not None
        assert db.get(CourseDraft, course.id) is None
        assert states(db, course) == [CourseState.DRAFT, CourseState.SUBMITTED, CourseState.PUBLISHED]
        assert db.scalars(select(Publication.ended_at)).all() == [None]
        assert db.scalars(select(Message.kind)).all() == ["CourseChanged"]
        acts = db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
        assert acts == ["course_begun", "course_submitted", "course_published"]


def test_a_change_of_a_public_course_is_public_only_when_it_is_published(database: Database) -> None:
    with database.writing() as db:
        who, board = make_author(db), make_reviewer(db)
        course = submitted(db, who)
        publish(db, board, course.id, course.edition)
        address = course.slug
        change_course(db, who, course.id, whole_form(title="Keramika", price="25"), course.edition)
        submit(db, who, course.id, course.edition)
        assert (course.state, course.texts["lv"].title, course.version) == (CourseState.PUBLISHED, "Māla trauki", 1)
        publish(db, board, course.id, course.edition)
        assert (course.texts["lv"].title, course.price, course.version) == ("Keramika", 25, 2)
        assert course.slug == address, "links to it go on working"
        assert db.scalar(select(func.count()).select_from(Publication)) == 1
        facts = db.scalars(select(AuditEntry.facts).where(AuditEntry.act == "course_published")).all()[-1]
        assert '"price_after": "25", "price_before": "18,50"' in facts


def test_what_waits_for_review_stays_as_it_was_sent_until_it_is_taken_back(database: Database) -> None:
    with database.writing() as db:
        who = make_author(db)
        course = submitted(db, who)
        with pytest.raises(AwaitsReview):
            change_course(db, who, course.id, whole_form(title="Cits"), course.edition)
        take_back(db, who, course.id, course.edition)
        assert course.state is CourseState.DRAFT
        change_course(db, who, course.id, whole_form(title="Cits"), course.edition)


def test_a_returned_course_says_why_until_it_is_sent_again(database: Database) -> None:
    with database.writing() as db:
        who, board = make_author(db), make_reviewer(db)
        course = submitted(db, who)
        with pytest.raises(CommentMissing):
            return_course(db, board, course.id, course.edition, "")
        return_course(db, board, course.id, course.edition, "Pierakstiet, kā iekļūt.")
        draft = db.get_one(CourseDraft, course.id)
        assert (course.state, draft.comment, draft.returned_at is None) == (
            CourseState.DRAFT, "Pierakstiet, kā iekļūt.", False,
        )  # fmt: skip
        assert db.scalars(select(Message.kind)).all() == ["CourseReturned"]
        submit(db, who, course.id, course.edition)
        assert draft.returned_at is None


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"summary": ""}, {"summary"}),
        ({"outcomes": ["Viens"]}, {"outcomes"}),
        ({"price": None}, {"price"}),
        ({"price": "0"}, {"price"}),
        ({"price": "5", "funding": "free"}, {"price"}),
        ({"contact_email": None}, {"contact_email"}),
        ({"group": "no-such", "format": None, "audiences": []}, {"format", "audiences"}),
    ],
)
def test_what_is_missing_is_listed_and_stops_it(
    sqlite_database: Database, changed: dict[str, object], missing: set[str]
) -> None:
    with sqlite_database.writing() as db:
        who = make_author(db)
        course = begin_course(db, who, whole_form(**changed))
        found = publishing.ready(db, written(db, whole_course(db, course.id)), today())
        assert {one.field for one in found.missing} >= missing
        with pytest.raises(PublishIncomplete):
            submit(db, who, course.id, course.edition)


def test_a_course_with_a_phone_alone_can_be_asked_about(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        submitted(db, make_author(db), contact_email=None, contact_phone="63600000")


def test_who_may_publish(database: Database) -> None:
    with database.writing() as db:
        board = make_reviewer(db)
        editor = make_author(db, trusted=True)
        provider = whole_course(db, begin_course(db, editor, whole_form()).id).provider
        trusted, plain = make_author(db, Role.MANAGER, provider=provider), make_author(db, Role.MANAGER)
        course, other = begin_course(db, editor, whole_form()), begin_course(db, plain, whole_form())
        with pytest.raises(NotAllowed):
            publish(db, editor, course.id, course.edition)
        with pytest.raises(NotAllowed):
            publish(db, plain, other.id, other.edition)
        with pytest.raises(NotFound):
            publish(db, plain, course.id, course.edition)
        with pytest.raises(WrongCourseState):
            publish(db, board, course.id, course.edition)  # Nobody has sent it to the board.
        with pytest.raises(NotAllowed):
            return_course(db, trusted, course.id, course.edition, "Nē")
        publish(db, trusted, course.id, course.edition)
        with pytest.raises(WrongCourseState):
            publish(db, trusted, course.id, course.edition)  # Nothing is written that residents do not see.


def test_a_programme_that_needs_a_permit_has_a_valid_one_of_its_own_or_a_reason(database: Database) -> None:
    with database.writing() as db:
        board, who = make_reviewer(db), make_author(db, provider=make_provider(db, in_register=False))
        own = make_permit(db, "P-1", provider=None, holder="Pieaugušo skola")
        make_permit(db, "P-2", provider=make_provider(db))
        make_permit(db, "P-3", valid_until=today() - timedelta(days=1), holder="Pieaugušo skola")
        for number, refusal in (
            ("", PermitNeeded),
            ("P-9", PermitUnknown),
            ("P-2", PermitUnknown),
            ("P-3", PermitExpired),
        ):
            course = submitted(db, who, needs_permit=True, permit=number)
            with pytest.raises(refusal) as refused:
                publish(db, board, course.id, course.edition)
            assert refused.value.code == refusal.code
        publish(db, board, course.id, course.edition, no_permit_reason="Atļauja ir domes sēdē.")
        assert course.no_permit_reason == "Atļauja ir domes sēdē."
        course = submitted(db, who, needs_permit=True, permit="P-1")
        assert publish(db, board, course.id, course.edition).permit_id == own.id
        registered = submitted(db, make_author(db), needs_permit=True)
        publish(db, board, registered.id, registered.edition)


def test_on_its_day_and_not_before_a_course_becomes_public_by_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as db:
        who, board = make_author(db), make_reviewer(db)
        course = submitted(db, who)
        for wrong in (today(), today() + timedelta(days=366)):
            with pytest.raises(DayWrong):
                schedule(db, board, course.id, course.edition, wrong)
        day = today() + timedelta(days=3)
        schedule(db, board, course.id, course.edition, day)
        assert not publish_on_its_day(db, course.id)
        monkeypatch.setattr(publishing, "today", lambda: day)
        assert publish_on_its_day(db, course.id)
        assert not publish_on_its_day(db, course.id)
        assert states(db, course)[-2:] == [CourseState.SUBMITTED, CourseState.PUBLISHED]


def test_a_course_whose_permit_runs_out_before_its_day_goes_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as db:
        provider = make_provider(db, in_register=False)
        who, board = make_author(db, provider=provider), make_reviewer(db)
        permit = make_permit(db, "P-1", provider=provider)
        course = submitted(db, who, needs_permit=True, permit="P-1")
        day = today() + timedelta(days=3)
        schedule(db, board, course.id, course.edition, day)
        permit.valid_until = day - timedelta(days=1)
        monkeypatch.setattr(publishing, "today", lambda: day)
        assert publish_on_its_day(db, course.id)
        draft = db.get_one(CourseDraft, course.id)
        assert (course.state, draft.returned_at is None, draft.publish_on) == (CourseState.DRAFT, False, None)
        assert draft.comment.startswith("Atļauja beidzās")
        assert draft.submitted_by_id == who.account_id


def test_a_withdrawn_course_can_come_back_and_counts_both_times(database: Database) -> None:
    with database.writing() as db:
        who, board = make_author(db), make_reviewer(db)
        course = submitted(db, who)
        publish(db, board, course.id, course.edition)
        since = course.published_at
        withdraw_course(db, who, course.id, course.edition, "Programmu pārstrādājam.")
        assert course.state is CourseState.ARCHIVED
        submit(db, who, course.id, course.edition)
        publish(db, board, course.id, course.edition)
        assert (course.state, course.published_at) == (CourseState.PUBLISHED, since)
        assert [one is None for one in db.scalars(select(Publication.ended_at).order_by(Publication.id))] == [
            False,
            True,
        ]
        with pytest.raises(WrongCourseState):
            archive(db, who, course.id, course.edition)


@pytest.mark.parametrize("waits_for", ["its day", "the board"])
def test_a_withdrawn_course_does_not_come_back_by_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch, waits_for: str
) -> None:
    day = today() + timedelta(days=3)
    with database.writing() as db:
        who, board = make_author(db), make_reviewer(db)
        course = submitted(db, who)
        publish(db, board, course.id, course.edition)
        change_course(db, who, course.id, whole_form(title="Cits nosaukums"), course.edition)
        submit(db, who, course.id, course.edition)
        if waits_for == "its day":
            schedule(db, board, course.id, course.edition, day)
        withdraw_course(db, who, course.id, course.edition, "Programmu pārstrādājam.")
        monkeypatch.setattr(publishing, "today", lambda: day)
        assert not publish_on_its_day(db, course.id)
        with pytest.raises(WrongCourseState):
            publish(db, board, course.id, course.edition)
        assert course.state is CourseState.ARCHIVED
        assert written(db, course).fields["title"] == ["Cits nosaukums"], "what was written stays"


def test_a_comment_on_a_withdrawn_course_that_was_sent_again_is_seen(database: Database) -> None:
    with database.writing() as db:
        who, board = make_author(db), make_reviewer(db)
        course = submitted(db, who)
        publish(db, board, course.id, course.edition)
        withdraw_course(db, who, course.id, course.edition, "Programmu pārstrādājam.")
        submit(db, who, course.id, course.edition)
        return_course(db, board, course.id, course.edition, "Lūdzu, precizējiet cenu.")
        assert standing_of(course, db.get_one(CourseDraft, course.id)) is Standing.RETURNED


def test_nobody_who_is_registered_loses_the_course(database: Database) -> None:
    with database.writing() as db:
        who, board = make_author(db), make_reviewer(db)
        course = submitted(db, who)
        publish(db, board, course.id, course.edition)
        over, ahead = make_run(db, course, starts_in=-60), make_run(db, course)
        make_registrations(db, over, 2)
        taken = make_registrations(db, ahead, 3)
        with pytest.raises(StillRegistered) as refused:
            withdraw_course(db, who, course.id, course.edition)
        assert (refused.value.sentence.n, refused.value.run_ids) == (3, (ahead.id,))
        ahead.cancelled_at = taken[0].created_at
        db.flush()
        withdraw_course(db, who, course.id, course.edition)


def at_once(database: Database, acts: list[Callable[[Session], object]]) -> list[str]:
    """Each act in a transaction of its own, all at the same moment; what was refused."""
    gate, refused = threading.Barrier(len(acts)), list[str]()

    def run(act: Callable[[Session], object]) -> None:
        gate.wait()
        try:
            with database.writing() as db:
                act(db)
        except Refusal as refusal:
            refused.append(refusal.code)
        except SQLAlchemyError as fault:
            refused.append(type(fault).__name__)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def published_times(database: Database) -> int:
    """How often the course was published, by the record."""
    with database.reading() as db:
        return len(db.scalars(select(CourseStep).where(CourseStep.state == CourseState.PUBLISHED)).all())


def test_of_many_who_publish_or_return_at_once_one_decides(database: Database) -> None:
    with database.writing() as db:
        course, board = submitted(db, make_author(db)), make_reviewer(db)
        course_id, edition = course.id, course.edition
    acts: list[Callable[[Session], object]] = [lambda db: publish(db, board, course_id, edition)] * 4
    acts += [lambda db: return_course(db, board, course_id, edition, "Nē")] * 4
    assert at_once(database, acts) == ["changed_meanwhile"] * 7
    with database.reading() as db:
        publications = db.scalar(select(func.count()).select_from(Publication))
        messages = db.scalar(select(func.count()).select_from(Message))
    assert (published_times(database), messages) == (publications, 1)


def test_control_without_holding_the_course_it_is_published_twice(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.courses.authoring_queries.lock_course", whole_course)
    monkeypatch.setattr("app.courses.authoring_queries.hold_names", lambda _db: None)
    with postgres_database.writing() as db:
        who, board = make_author(db), make_reviewer(db)
        course_id = submitted(db, who).id
        edition = db.get_one(Course, course_id).edition
    acts: list[Callable[[Session], object]] = [lambda db: publish(db, board, course_id, edition)] * 8
    refused = at_once(postgres_database, acts)
    assert refused != ["changed_meanwhile"] * 7 or published_times(postgres_database) > 1


def test_the_letter_about_a_returned_course_goes_to_who_submitted_it(world: World, database: Database) -> None:
    with database.writing() as db:
        who = make_author(db)
        course = submitted(db, who)
        return_course(db, make_reviewer(db), course.id, course.edition, "Pierakstiet, kā iekļūt ar ratiņkrēslu.")
        address = db.get_one(Account, who.account_id).email
    world.deliver()
    (letter,) = world.letters(address)
    assert letter["Subject"] == "Kurss ir atgriezts ar komentāru: Māla trauki"
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Pierakstiet, kā iekļūt ar ratiņkrēslu." in text
    assert f"/darbvieta/kursi/{course.id}/labot" in text
