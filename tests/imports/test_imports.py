"""An import from the file to the catalogue and back: faults at their cells, nothing public before, nothing done twice."""

import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.clock import now, today
from app.courses.authoring import change_course
from app.courses.models import Course, CourseRun, CourseState, CourseText
from app.db import Database
from app.imports import actions
from app.imports.models import Import, ImportState, RowState
from app.imports.refusals import ImportBusy, NothingReady
from app.people.models import Account, Role
from app.people.staff import Staff
from app.refusals import NotFound
from app.settings import Settings
from app.worker import imports as worker
from app.worker.run import drain
from app.worker.workshop import Workshop, open_workshop
from tests.courses.authors import make_author, whole_form
from tests.imports.tables import cells, rows_in, table
from tests.make import make_registration


@pytest.fixture
def workshop(database: Database, settings: Settings) -> Iterator[Workshop]:
    """The worker's tools on the test's database."""
    yield open_workshop(settings, database)


def author(database: Database, *, trusted: bool = True, role: Role = Role.MANAGER) -> Staff:
    """Somebody who sends spreadsheets."""
    with database.writing() as db:
        return make_author(db, role, trusted=trusted)


def sent(workshop: Workshop, who: Staff, rows: list[dict[str, str]]) -> int:
    """A spreadsheet with these rows was sent and read."""
    with workshop.database.writing() as db:
        import_id = actions.start_import(db, who, "kursi.xlsx", table([*rows])).id
    drain(workshop)
    return import_id


def taken(workshop: Workshop, who: Staff, import_id: int, *, publishes: bool = True) -> None:
    """What is ready was taken over."""
    with workshop.database.writing() as db:
        actions.ask_to_take(db, who, import_id, publishes=publishes)
    drain(workshop)


def states(database: Database, import_id: int) -> dict[int, RowState]:
    """The state of each row."""
    with database.reading() as db:
        return {number: row.state for number, row in rows_in(db, import_id).items()}


def state(database: Database, import_id: int) -> ImportState:
    """How far the import is."""
    with database.reading() as db:
        return db.get_one(Import, import_id).state


def count(database: Database, table: type[Course] | type[CourseRun]) -> int:
    """How many courses or runs there are."""
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


PLANTED = {
    "course.title": "",
    "course.summary": "a" * 161,
    "course.group": "Kosmoss",
    "course.audiences": "Senioriem, marsiešiem",
    "course.level": "Augsti",
    "course.language": "klingonu",
    "course.format": "Mežā",
    "course.academic_hours": "daudz",
    "course.price": "par velti?",
    "course.funding": "Draugi",
    "course.certificate": "Medaļa",
    "course.contact_email": "kursi.example.lv",
    "course.contact_phone": "zvaniet",
    "run.first_day": "31.02.2027",
    "run.last_day": "drīz",
    "run.weekdays": "Ceturtdienās, rītdien",
    "run.begins": "25:00",
    "run.ends": "17.00",
    "run.venue": "Nezināma telpa",
    "run.seats": "desmit",
    "run.min_participants": "50",
    "run.decision_day": "05.03.2020",
    "run.closes": "kādreiz",
    "run.has_waiting_list": "varbūt",
    "code": "nav-tāda",
}  # fmt: skip


def test_forty_planted_faults_are_named_at_their_cells_and_460_rows_can_be_taken(
    workshop: Workshop, database: Database
) -> None:
    who = author(database)
    rows = [cells(number) for number in range(1, 501)]
    planted = {}
    for place, (key, text) in enumerate([*PLANTED.items(), *[*PLANTED.items()][1:16]]):
        number = 5 + place * 12
        rows[number - 2] |= {key: text}
        planted[number] = key
    tracemalloc.start()
    import_id = sent(workshop, who, rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(planted) == 40
    with database.reading() as db:
        found = {number: {*row.faults} for number, row in rows_in(db, import_id).items() if row.faults}
    assert {number: key for number, key in planted.items() if key not in found.get(number, set())} == {}
    assert {*found} == {*planted}
    assert {number: faults for number, faults in found.items() if len(faults) > 1 and planted[number] != "code"} == {}
    assert [*states(database, import_id).values()].count(RowState.READY) == 460
    assert peak < 150 * 1024 * 1024
    assert count(database, Course) == 0


def test_nothing_is_public_before_it_is_asked_for_and_then_all_that_is_ready(
    workshop: Workshop, database: Database
) -> None:
    who = author(database)
    import_id = sent(workshop, who, [cells(1), cells(2, price="?"), cells(3)])
    assert count(database, Course) == 0
    taken(workshop, who, import_id)
    with database.reading() as db:
        assert {*db.scalars(select(Course.state))} == {CourseState.PUBLISHED}
    assert states(database, import_id) == {2: RowState.TAKEN, 3: RowState.WRONG, 4: RowState.TAKEN}
    with database.writing() as db:
        actions.mend_row(db, who, import_id, 3, {"course.price": "7"})
    taken(workshop, who, import_id)
    assert (count(database, Course), count(database, CourseRun)) == (3, 3)


@pytest.mark.parametrize("trusted", [True, False])
def test_the_same_rules_as_for_a_single_course(workshop: Workshop, database: Database, trusted: bool) -> None:
    who = author(database, trusted=trusted)
    import_id = sent(workshop, who, [cells(1), cells(2, summary="")])
    taken(workshop, who, import_id)
    with database.reading() as db:
        found = {course.slug: course.state for course in db.scalars(select(Course))}
        rows = rows_in(db, import_id)
    assert found["mala-trauki-1"] is (CourseState.PUBLISHED if trusted else CourseState.SUBMITTED)
    assert found["mala-trauki-2"] is CourseState.DRAFT
    assert rows[2].note == {}
    assert "Kopsavilkum" in rows[3].note["lv"] or "kopsavilkum" in rows[3].note["lv"].lower()


def test_what_a_course_lacks_to_be_published_is_told_before_it_is_taken_over(
    workshop: Workshop, database: Database
) -> None:
    who = author(database)
    import_id = sent(workshop, who, [cells(1), cells(2) | {"course.summary": "", "course.outcomes": "Virpo"}])
    with database.reading() as db:
        rows = rows_in(db, import_id)
    assert {row.state for row in rows.values()} == {RowState.READY}, "as a draft it can be taken over"
    assert rows[2].note == {}
    assert "Kopsavilkums" in rows[3].note["lv"]
    with database.writing() as db:
        mended = {"course.summary": "Podi.", "course.outcomes": "Virpo; Glazē"}
        assert actions.mend_row(db, who, import_id, 3, mended).note == {}


def test_rows_of_one_course_make_one_course_with_its_groups(workshop: Workshop, database: Database) -> None:
    who = author(database)
    later = f"{today() + timedelta(days=150):%d.%m.%Y}"
    again = {"course.title": "māla trauki 1 ", "run.first_day": later, "run.begins": "10.00", "run.ends": "11.00"}
    import_id = sent(workshop, who, [cells(1), again, cells(1), again | {"course.price": "99", "run.begins": "9.00"}])
    with database.reading() as db:
        faults = {number: {*row.faults} for number, row in rows_in(db, import_id).items()}
    assert faults == {2: set(), 3: set(), 4: {"run.first_day"}, 5: {"course.price"}}
    taken(workshop, who, import_id)
    assert (count(database, Course), count(database, CourseRun)) == (1, 2)


def test_what_the_first_row_says_of_a_course_is_not_lost_when_its_group_is_wrong(
    workshop: Workshop, database: Database
) -> None:
    who = author(database)
    group = {key: text for key, text in cells(2).items() if key.startswith("run.")}
    further = group | {"course.title": "Māla trauki 1"}
    import_id = sent(workshop, who, [cells(1) | {"run.begins": "25:00"}, further])
    assert states(database, import_id) == {2: RowState.WRONG, 3: RowState.WRONG}
    with database.writing() as db:
        assert {*rows_in(db, import_id)[3].faults} == {"course.title"}
        actions.mend_row(db, who, import_id, 2, {"run.begins": "18.00"})
    assert states(database, import_id) == {2: RowState.READY, 3: RowState.READY}
    with database.writing() as db:  # Meanwhile the hours of the first row are gone again.
        row = rows_in(db, import_id)[2]
        row.cells = {**row.cells, "run.begins": "25:00"}
    taken(workshop, who, import_id)
    assert states(database, import_id) == {2: RowState.WRONG, 3: RowState.WRONG}
    assert count(database, Course) == 0
    with database.writing() as db:
        actions.mend_row(db, who, import_id, 2, {"run.begins": "18.00"})
    taken(workshop, who, import_id)
    assert (count(database, Course), count(database, CourseRun)) == (1, 2)
    with database.reading() as db:
        assert db.scalars(select(CourseText.summary)).all() == ["Pirmie trauki no māla."]


def test_a_course_without_hours_can_have_several_groups(workshop: Workshop, database: Database) -> None:
    who = author(database)
    without = {"run.begins": "", "run.ends": "", "course.format": "Patstāvīgi"}
    import_id = sent(workshop, who, [cells(1) | without, cells(3, title="Māla trauki 1") | without])
    assert {*states(database, import_id).values()} == {RowState.READY}
    taken(workshop, who, import_id)
    assert {*states(database, import_id).values()} == {RowState.TAKEN}
    with database.reading() as db:
        code = db.scalars(select(Course.code)).one()
    more = sent(workshop, who, [cells(5, code=code) | without])
    taken(workshop, who, more)
    assert (count(database, Course), count(database, CourseRun)) == (1, 3)


def test_courses_that_are_there_already_are_told_and_their_code_adds_a_group(
    workshop: Workshop, database: Database
) -> None:
    from app.courses.authoring import begin_course

    who = author(database)
    with database.writing() as db:
        code = begin_course(db, who, whole_form(title="Māla trauki 1")).code
    import_id = sent(workshop, who, [cells(1), cells(1, code=code)])
    with database.reading() as db:
        rows = rows_in(db, import_id)
    assert code in rows[2].faults["course.title"]["lv"]
    assert rows[3].state is RowState.READY
    taken(workshop, who, import_id, publishes=False)
    assert (count(database, Course), count(database, CourseRun)) == (1, 1)


def test_a_room_that_is_taken_is_told_at_its_cell_and_nothing_of_the_row_stays(
    workshop: Workshop, database: Database
) -> None:
    who = author(database)
    here = {"run.venue": "Jaunā māja, 3. telpa", "run.address": "Saules iela 1"}
    same_time = {key: text for key, text in cells(1).items() if key.startswith("run.")}
    import_id = sent(workshop, who, [cells(1) | here, cells(2) | same_time | here, cells(3)])
    taken(workshop, who, import_id)
    found = states(database, import_id)
    assert (found[2], found[4]) == (RowState.TAKEN, RowState.TAKEN)
    assert count(database, CourseRun) == [*found.values()].count(RowState.TAKEN)
    assert count(database, Course) == count(database, CourseRun)


def test_a_worker_that_was_killed_is_followed_by_one_that_goes_on(workshop: Workshop, database: Database) -> None:
    from app.imports import queries, taking

    who = author(database)
    import_id = sent(workshop, who, [cells(number) for number in range(1, 7)])
    with database.writing() as db:
        actions.ask_to_take(db, who, import_id, publishes=False)
    with database.reading() as db:
        known = queries.known_of(db, who.provider, now())
    for _row in range(2):
        with database.writing() as db:
            taking.take_next(db, import_id, known)
    with pytest.raises(ZeroDivisionError), database.writing() as db:
        taking.take_next(db, import_id, known)
        raise ZeroDivisionError
    assert state(database, import_id) is ImportState.TAKING
    assert count(database, Course) == 2
    drain(workshop)
    assert state(database, import_id) is ImportState.TAKEN
    assert count(database, Course) == 6


def test_reading_that_broke_off_begins_anew(workshop: Workshop, database: Database) -> None:
    from app.imports.reading import read_table

    who = author(database)
    content = table([cells(number) for number in range(1, 5)])
    with database.writing() as db:
        import_id = actions.start_import(db, who, "a.xlsx", content).id
    found = read_table("xlsx", content)
    with database.writing() as db:
        keys = actions.begin_rows(db, import_id, found.header, len(found.rows))
        actions.keep_rows(db, import_id, keys or [], found, 0)
    assert state(database, import_id) is ImportState.SENT
    drain(workshop)
    assert [*states(database, import_id).values()] == [RowState.READY] * 4


def test_an_import_is_undone_but_for_what_somebody_has_registered_for(workshop: Workshop, database: Database) -> None:
    who = author(database)
    import_id = sent(workshop, who, [cells(1), cells(2), cells(3)])
    taken(workshop, who, import_id)
    with database.writing() as db:
        run = db.get_one(CourseRun, rows_in(db, import_id)[3].run_id)
        make_registration(db, run)
    with database.writing() as db:
        actions.ask_to_undo(db, who, import_id)
    drain(workshop)
    assert states(database, import_id) == {2: RowState.UNDONE, 3: RowState.TAKEN, 4: RowState.UNDONE}
    assert count(database, CourseRun) == 1
    with database.reading() as db:
        assert sorted(db.scalars(select(Course.state))) == ["archived", "archived", "published"]
        assert "paliek" in rows_in(db, import_id)[3].note["lv"]


def test_drafts_of_an_undone_import_are_gone(workshop: Workshop, database: Database) -> None:
    who = author(database)
    import_id = sent(workshop, who, [cells(1), cells(2)])
    taken(workshop, who, import_id, publishes=False)
    assert count(database, Course) == 2
    with database.writing() as db:
        actions.ask_to_undo(db, who, import_id)
    drain(workshop)
    assert state(database, import_id) is ImportState.UNDONE
    assert (count(database, Course), count(database, CourseRun)) == (0, 0)


def test_what_has_begun_and_what_somebody_wrote_on_stays_when_an_import_is_undone(
    workshop: Workshop, database: Database
) -> None:
    who = author(database)
    import_id = sent(workshop, who, [cells(1), cells(2), cells(3)])
    taken(workshop, who, import_id, publishes=False)
    with database.writing() as db:
        rows = rows_in(db, import_id)
        db.get_one(CourseRun, rows[2].run_id).starts_at = now() - timedelta(days=1)
        course = db.get_one(Course, rows[3].course_id)
        change_course(db, who, course.id, whole_form(title="Māla trauki 2", summary="Cits."), course.edition)
    with database.writing() as db:
        actions.ask_to_undo(db, who, import_id)
    drain(workshop)
    assert states(database, import_id) == {2: RowState.TAKEN, 3: RowState.TAKEN, 4: RowState.UNDONE}
    assert (count(database, Course), count(database, CourseRun)) == (2, 2)
    with database.reading() as db:
        notes = [rows_in(db, import_id)[number].note["lv"] for number in (2, 3)]
    assert ["sākusies" in notes[0], "turpinājis rakstīt" in notes[1]] == [True, True]


def test_undoing_gives_others_their_turn_and_goes_on_where_it_was(
    workshop: Workshop, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = author(database)
    import_id = sent(workshop, who, [cells(number) for number in range(1, 5)])
    taken(workshop, who, import_id, publishes=False)
    with database.writing() as db:
        make_registration(db, db.get_one(CourseRun, rows_in(db, import_id)[2].run_id))
        actions.ask_to_undo(db, who, import_id)
    turns = list[int]()
    undo_next = worker.undo_next
    monkeypatch.setattr(worker, "_TURN_SECONDS", 0.0)
    monkeypatch.setattr(
        worker, "undo_next", lambda db, number, after: turns.append(after) or undo_next(db, number, after)
    )
    drain(workshop)
    assert states(database, import_id) == {
        2: RowState.TAKEN,
        3: RowState.UNDONE,
        4: RowState.UNDONE,
        5: RowState.UNDONE,
    }
    assert turns == sorted(turns), "a row that stays is not tried in every turn"
    assert len(turns) == len({*turns}) == 5


def test_a_file_with_too_many_groups_of_one_course_is_told_so(
    workshop: Workshop, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_GROUPS", 2)
    who = author(database)
    import_id = sent(workshop, who, [cells(number, title="Māla trauki") for number in (1, 2, 3)])
    assert states(database, import_id) == {2: RowState.READY, 3: RowState.READY, 4: RowState.WRONG}


def test_of_two_who_read_one_file_none_loses_a_row(workshop: Workshop, database: Database) -> None:
    from app.imports.reading import read_table

    who = author(database)
    content = table([cells(number) for number in range(1, 5)])
    with database.writing() as db:
        import_id = actions.start_import(db, who, "a.xlsx", content).id
    found = read_table("xlsx", content)
    with database.writing() as db:
        keys = actions.begin_rows(db, import_id, found.header, len(found.rows))
        assert keys is not None
        actions.keep_rows(db, import_id, keys, found, 0)
    with database.writing() as db:  # The other begins anew, and the first one ends.
        assert actions.begin_rows(db, import_id, found.header, len(found.rows)) == keys
        actions.end_rows(db, import_id)
    assert state(database, import_id) is ImportState.SENT
    for _reader in range(2):
        with database.writing() as db:
            actions.keep_rows(db, import_id, keys, found, 0)
    with database.writing() as db:
        actions.end_rows(db, import_id)
    assert state(database, import_id) is ImportState.CHECKING
    assert len(states(database, import_id)) == 4


def test_a_row_that_is_mended_after_an_undo_can_be_taken(workshop: Workshop, database: Database) -> None:
    who = author(database)
    import_id = sent(workshop, who, [cells(1), cells(2) | {"course.price": "daudz"}])
    taken(workshop, who, import_id, publishes=False)
    with database.writing() as db:
        actions.ask_to_undo(db, who, import_id)
    drain(workshop)
    with database.writing() as db:
        actions.mend_row(db, who, import_id, 3, {"course.price": "5"})
    taken(workshop, who, import_id, publishes=False)
    assert states(database, import_id) == {2: RowState.UNDONE, 3: RowState.TAKEN}


def test_rows_are_left_out_and_taken_in_again(workshop: Workshop, database: Database) -> None:
    who = author(database)
    import_id = sent(workshop, who, [cells(1), cells(1)])
    assert states(database, import_id) == {2: RowState.READY, 3: RowState.WRONG}
    with database.writing() as db:
        actions.leave_out(db, who, import_id, 2, out=True)
    assert states(database, import_id) == {2: RowState.LEFT_OUT, 3: RowState.READY}
    with database.writing() as db:
        actions.leave_out(db, who, import_id, 2, out=False)
    assert states(database, import_id) == {2: RowState.READY, 3: RowState.WRONG}


def test_another_provider_finds_nothing_and_who_left_takes_nothing_over(workshop: Workshop, database: Database) -> None:
    who, other = author(database), author(database)
    import_id = sent(workshop, who, [cells(1)])
    for act in (
        lambda db: actions.mend_row(db, other, import_id, 2, {"course.price": "0"}),
        lambda db: actions.leave_out(db, other, import_id, 2, out=True),
        lambda db: actions.ask_to_take(db, other, import_id, publishes=True),
        lambda db: actions.ask_to_undo(db, other, import_id),
    ):
        with pytest.raises(NotFound), database.writing() as db:
            act(db)
    with database.writing() as db:
        actions.ask_to_take(db, who, import_id, publishes=True)
        db.get_one(Account, who.account_id).is_active = False
    drain(workshop)
    assert (state(database, import_id), count(database, Course)) == (ImportState.REFUSED, 0)


def test_an_import_at_work_is_let_alone(workshop: Workshop, database: Database) -> None:
    who = author(database)
    import_id = sent(workshop, who, [cells(1)])
    with database.writing() as db:
        actions.ask_to_take(db, who, import_id, publishes=True)
    with pytest.raises(ImportBusy), database.writing() as db:
        actions.ask_to_take(db, who, import_id, publishes=True)
    drain(workshop)
    with pytest.raises(NothingReady), database.writing() as db:
        actions.ask_to_take(db, who, import_id, publishes=True)


def test_old_imports_are_erased_and_what_they_made_stays(workshop: Workshop, database: Database) -> None:
    who = author(database)
    import_id = sent(workshop, who, [cells(1)])
    taken(workshop, who, import_id)
    with database.writing() as db:
        db.get_one(Import, import_id).created_at -= actions.KEPT_FOR + timedelta(days=1)
        actions.forget_imports(db, now() - actions.KEPT_FOR)
    with database.reading() as db:
        assert db.get(Import, import_id) is None
        assert rows_in(db, import_id) == {}
    assert count(database, Course) == 1
