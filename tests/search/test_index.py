"""The index follows the records, and each process's engine follows the index, in order and without gaps."""

import threading
from collections.abc import Iterable
from datetime import time, timedelta
from decimal import Decimal
from time import monotonic, sleep

import pytest
from sqlalchemy import select, update

from app.clock import now, today
from app.courses.models import Audience, Course, CourseText, Format
from app.db import Database
from app.search import index
from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Query
from app.search.index import Follower, rebuild_index, sync_course, sync_courses, sync_due
from app.search.models import SearchDocument
from app.search.open import OpenEngine, open_engine
from app.search.records import document_of, documents_of
from app.settings import Settings
from tests import make
from tests.counting import statements


def document(database: Database, course: Course) -> Document:
    with database.reading() as db:
        made = document_of(db, course.id, now())
    assert made is not None
    return made


def test_a_document_tells_what_a_course_says_of_itself(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(
            db,
            "vm-1",
            title="Aušana",
            title_en="Weaving",
            keywords=["audums"],
            provider=make.make_provider(db, "vm", name="Muzejs", name_en="Museum", short_name="VM"),
            group=make.make_group(db, "languages_culture"),
            audiences=(Audience.SENIORS, Audience.PARENTS),
            format=Format.HYBRID,
            price=Decimal("12.50"),
        )
    made = document(database, course)
    assert (made.code, made.provider, made.group, made.format) == ("vm-1", "vm", "languages_culture", "hybrid")
    assert made.provider_names == ("Muzejs", "VM", "Museum")
    assert made.audiences == ("seniors", "parents")
    assert made.price == Decimal("12.50")
    assert (made.texts["lv"].title, made.texts["lv"].keywords, made.texts["en"].title) == (
        "Aušana",
        ("audums",),
        "Weaving",
    )
    assert (made.status, made.can_register, made.starts, made.next_start) == ("none", False, (), None)
    assert Document.from_json(made.to_json()) == made


def test_facets_are_of_runs_not_yet_over(database: Database) -> None:
    monday = today() + timedelta(days=7 - today().weekday())
    days = (monday - today()).days
    with database.writing() as db:
        course = make.make_course(db)
        here, there, elsewhere = (make.make_venue(db, code) for code in ("here", "there", "elsewhere"))
        make.make_run(db, course, starts_in=days, clock=time(9), sessions=2, every_days=1, venue=here)
        later = make.make_run(db, course, starts_in=days + 9, clock=time(17), venue=there)
        later.sessions[0].venue_id = elsewhere.id
        make.make_run(db, course, starts_in=-100, clock=time(13), venue=make.make_venue(db, "past"))
        make.make_run(db, course, starts_in=days + 4, venue=make.make_venue(db, "off"), cancelled=True)
    made = document(database, course)
    assert made.weekdays == (0, 1, 2)
    assert made.times == ("evening", "morning")
    assert made.venues == ("elsewhere", "here", "there")
    assert made.starts == (monday, monday + timedelta(days=9))
    assert (made.status, made.next_start) == ("open", monday)


def test_a_course_that_is_over_keeps_the_facets_of_its_last_run(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        make.make_run(db, course, starts_in=-300, clock=time(9), venue=make.make_venue(db, "first"))
        make.make_run(db, course, starts_in=-100, clock=time(13), venue=make.make_venue(db, "last"))
    made = document(database, course)
    assert (made.times, made.venues, made.starts) == (("afternoon",), ("last",), ())
    assert (made.status, made.can_register, made.next_start) == ("ended", False, None)


def test_the_status_says_whether_one_can_register_or_wait(database: Database) -> None:
    with database.writing() as db:
        waiting, no_list, upcoming, closed, running, cancelled = (make.make_course(db) for _ in range(6))
        make.make_registration(db, make.make_run(db, waiting, seats=1))
        make.make_registration(db, make.make_run(db, no_list, seats=1, has_waiting_list=False))
        make.make_run(db, upcoming, opens_in=timedelta(days=1))
        make.make_run(db, closed, closes_in=timedelta(hours=-1))
        make.make_run(db, running, starts_in=-1)
        make.make_run(db, cancelled, cancelled=True)
    start = today() + timedelta(days=14)
    found = [document(database, course) for course in (waiting, no_list, upcoming, closed, running, cancelled)]
    assert [(one.status, one.can_register, one.next_start) for one in found] == [
        ("open", True, start),
        ("upcoming", False, start),
        ("upcoming", False, start),
        ("upcoming", False, start),
        ("none", False, None),
        ("none", False, None),
    ]


@pytest.mark.parametrize(
    ("clock", "expected"), [((0, 0), "morning"), ((11, 59), "morning"), ((12, 0), "afternoon"), ((17, 0), "evening")]
)
def test_times_of_day_are_told_by_clocks_in_riga(
    sqlite_database: Database, clock: tuple[int, int], expected: str
) -> None:
    with sqlite_database.writing() as db:
        course = make.make_course(db)
        make.make_run(db, course, clock=time(*clock), sessions=1)
    assert document(sqlite_database, course).times == (expected,)


def test_a_document_knows_when_time_alone_will_change_it(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        run = make.make_run(db, course, starts_in=20, opens_in=timedelta(days=2))
        turns = [run.registration_opens_at, run.registration_closes_at, run.starts_at, run.ends_at]
    moment = now()
    with database.reading() as db:
        for turn in [*turns, None]:
            assert documents_of(db, [course.id], moment)[course.id].changes_at == turn
            moment = turn or moment


def test_a_change_raises_the_number_and_the_same_again_does_not(database: Database) -> None:
    with database.writing() as db:
        first, second = make.make_course(db), make.make_course(db)
        assert sync_course(db, first.id)
        assert sync_course(db, second.id)
        assert not sync_course(db, first.id)
    with database.writing() as db:
        make.make_run(db, db.get_one(Course, first.id))
        assert sync_course(db, first.id)
    assert numbers(database) == {second.id: 2, first.id: 3}


def numbers(database: Database) -> dict[int, int]:
    with database.reading() as db:
        rows = db.execute(select(SearchDocument.course_id, SearchDocument.number).order_by(SearchDocument.number))
        return {row.course_id: row.number for row in rows}


def test_a_withdrawn_course_leaves_an_empty_document_and_an_unknown_one_none(database: Database) -> None:
    with database.writing() as db:
        course, draft = make.make_course(db), make.make_course(db, published=False)
        sync_courses(db, [course.id, draft.id, 999_999], now())
    with database.writing() as db:
        make.archive(db, db.get_one(Course, course.id))
        assert sync_course(db, course.id)
        assert not sync_course(db, course.id)
    with database.reading() as db:
        rows = db.execute(select(SearchDocument.course_id, SearchDocument.document, SearchDocument.changes_at)).all()
    assert [tuple(row) for row in rows] == [(course.id, "", None)]


def test_documents_whose_time_has_come_are_made_anew(database: Database) -> None:
    with database.writing() as db:
        course, other = make.make_course(db), make.make_course(db)
        run = make.make_run(db, course, starts_in=20, opens_in=timedelta(days=2))
        make.make_run(db, other, starts_in=60)
        sync_courses(db, [course.id, other.id], now())
        opens_at = run.registration_opens_at
    with database.writing() as db:
        assert sync_due(db, opens_at - timedelta(seconds=1)) == 0
        assert sync_due(db, opens_at) == 1
        assert sync_due(db, opens_at) == 0
    engine = EmbeddedEngine()
    with database.reading() as db:
        Follower(engine).follow(db)
    assert engine.search(Query(filters={"open": ("1",)})).total == 2


def test_a_rebuild_makes_every_document_and_empties_what_is_gone(database: Database) -> None:
    told: list[tuple[str, int, int]] = []
    with database.writing() as db:
        courses = [make.make_course(db) for _ in range(3)]
        make.make_course(db, published=False)
        db.add(SearchDocument(course_id=999, number=5, document="{}"))
        db.flush()
        assert rebuild_index(db, lambda *part: told.append(part)) == 3
    assert told == [("search", 4, 4)]
    assert {*numbers(database)} == {*[course.id for course in courses], 999}
    with database.writing() as db:
        before = numbers(database)
        assert rebuild_index(db) == 3
    assert numbers(database) == before


def test_an_engine_follows_what_is_published_changed_and_withdrawn(database: Database) -> None:
    engine = open_engine(Settings())
    with database.writing() as db:
        course, other = (
            make.make_course(db, title="Aušana"),
            make.make_course(db, title="Bišu dravošana", summary="", description="", keywords=()),
        )
        sync_courses(db, [course.id, other.id], now())
    assert found(database, engine, "aušana") == [course.id]
    with database.writing() as db:
        db.execute(update(CourseText).where(CourseText.course_id == course.id).values(title="Keramika", summary=""))
        sync_course(db, course.id)
    assert sorted(found(database, engine, "")) == [course.id, other.id]
    assert found(database, engine, "keramika") == [course.id]
    with database.writing() as db:
        make.archive(db, db.get_one(Course, course.id))
        sync_course(db, course.id)
    assert found(database, engine, "") == [other.id]


def test_much_that_is_new_is_learned_while_searches_go_on_with_the_old_whole(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "MUCH", 2)
    follower, may_go_on = Follower(SlowEngine()), threading.Event()
    engine = OpenEngine(follower.engine, follower)
    with database.writing() as db:
        first = make.make_course(db, title="Aušana").id
        sync_courses(db, [first], now())
    assert found(database, engine, "") == [first]
    assert isinstance(follower.engine, SlowEngine)
    follower.engine.waits_for = may_go_on
    with database.writing() as db:
        others = [make.make_course(db, title=f"Aušana {number}").id for number in range(3)]
        sync_courses(db, others, now())
    assert found(database, engine, "") == [first], "it would have waited for ever"
    assert found(database, engine, "") == [first]
    may_go_on.set()
    until = monotonic() + 5
    while follower.number < 4 and monotonic() < until:
        sleep(0.01)
    assert sorted(found(database, engine, "")) == [first, *others]


class SlowEngine(EmbeddedEngine):
    """Learns only when it may."""

    waits_for: threading.Event | None = None

    def put(self, documents: Iterable[Document]) -> None:
        if self.waits_for is not None:
            self.waits_for.wait(5)
        super().put(documents)


def found(database: Database, engine: OpenEngine, text: str) -> list[int]:
    with database.reading() as db:
        return engine.current(db).search(Query(text)).course_ids


def test_when_nothing_changed_following_takes_one_statement(database: Database) -> None:
    follower = Follower(EmbeddedEngine())
    with database.writing() as db:
        sync_course(db, make.make_course(db).id)
    with statements(database) as sent:
        with database.reading() as db:
            follower.follow(db)
        assert len(sent) == 2
        with database.reading() as db:
            follower.follow(db)
            assert len(sent) == 3
            follower.follow(db)  # A reading session sees one state: there is nothing to ask twice.
            assert len(sent) == 3
    assert follower.engine.count() == 1


def test_an_empty_index_is_an_empty_engine(database: Database) -> None:
    engine = open_engine(Settings())
    with database.reading() as db:
        current = engine.current(db)
    assert (current.count(), current.search(Query("kursi")).total) == (0, 0)


def test_a_document_nobody_can_read_hides_no_other(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        sync_course(db, make.make_course(db).id)
        db.add(SearchDocument(course_id=700, number=70, document='{"course_id": 700}'))
        db.add(SearchDocument(course_id=701, number=71, document="not JSON"))
    follower = Follower(EmbeddedEngine())
    with sqlite_database.reading() as db:
        follower.follow(db)
    assert (follower.engine.count(), follower.number) == (1, 71)


def test_making_one_document_takes_few_statements(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        for days in (-60, 10, 20):
            make.make_registrations(db, make.make_run(db, course, starts_in=days), 3)
    with database.writing() as db, statements(database) as sent:
        sync_course(db, course.id)
    assert len(sent) <= 9


def test_whoever_reads_while_many_write_misses_nothing(database: Database) -> None:
    """Eight writers commit in an order of their own; a reader that skipped a late number would keep an old title."""
    with database.writing() as db:
        courses = [make.make_course(db, title="Sākums").id for _ in range(8)]
    follower = Follower(EmbeddedEngine())
    wrong: list[str] = []
    done = threading.Event()

    def write(course_id: int) -> None:
        for version in range(12):
            with database.writing() as db:
                db.execute(update(Course).where(Course.id == course_id).values(version=version))
                db.execute(update(CourseText).where(CourseText.course_id == course_id).values(title=f"Kurss {version}"))
                sync_course(db, course_id)

    def read() -> None:
        while not done.is_set():
            with database.reading() as db:
                before = follower.number
                follower.follow(db)
                if follower.number < before:
                    wrong.append("went back")

    writers = [threading.Thread(target=write, args=(course_id,)) for course_id in courses]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    with database.reading() as db:
        follower.follow(db)
    assert wrong == []
    assert len(numbers(database)) == 8
    assert follower.number == max(numbers(database).values())
    newest = follower.engine.search(Query("11", literal=True, per_page=100)).course_ids
    assert sorted(newest) == courses


@pytest.mark.postgres
def test_a_second_writer_waits_for_the_first_so_that_numbers_are_committed_in_order(
    postgres_database: Database,
) -> None:
    """Without the wait the second would commit number 1 and the first, later, the same or a lower one."""
    with postgres_database.writing() as db:
        first, second = make.make_course(db).id, make.make_course(db).id
    committed: list[int] = []
    begun = threading.Event()

    def write_second() -> None:
        begun.set()
        with postgres_database.writing() as db:
            sync_course(db, second)
        committed.append(second)

    thread = threading.Thread(target=write_second)
    with postgres_database.writing() as db:
        sync_course(db, first)
        thread.start()
        begun.wait()
        thread.join(0.3)
        assert committed == []
    thread.join()
    assert numbers(postgres_database) == {first: 1, second: 2}
