"""Cards of courses: which run they offer, how many seats are left, and how few statements it takes."""

from datetime import date, time, timedelta
from decimal import Decimal

from app.catalogue.queries import calendar_of_starts, cards
from app.clock import now, today
from app.courses.models import Audience, CourseRun, RunState
from app.db import Database
from app.i18n import at, local
from app.registrations.models import State
from tests import make
from tests.counting import statements


def test_cards_come_in_the_order_asked_for_and_withdrawn_courses_are_left_out(database: Database) -> None:
    with database.writing() as db:
        first, second, gone = make.make_course(db), make.make_course(db), make.make_course(db)
        draft = make.make_course(db, published=False)
        make.archive(db, gone)
        asked = [second.id, gone.id, first.id, draft.id, 999_999]
    with database.reading() as db:
        found = cards(db, asked, "lv", now())
    assert [card.id for card in found] == [second.id, first.id]


def test_cards_take_two_statements_however_many_courses_and_runs(database: Database) -> None:
    with database.writing() as db:
        courses = [make.make_course(db) for _ in range(20)]
        for course in courses:
            for days in (-90, -30, 10, 20):
                make.make_registrations(db, make.make_run(db, course, starts_in=days), 2)
    with database.reading() as db, statements(database) as sent:
        assert len(cards(db, [course.id for course in courses], "en", now())) == 20
    assert len(sent) == 2


def test_no_courses_take_no_statement(database: Database) -> None:
    with database.reading() as db, statements(database) as sent:
        assert cards(db, [], "lv", now()) == []
    assert sent == []


def test_a_card_is_in_the_readers_language_where_it_is_translated(database: Database) -> None:
    with database.writing() as db:
        group = make.make_group(db, name="Māksla", name_en="Arts")
        both = make.make_course(db, title="Glezna", title_en="Painting", group=group)
        latvian = make.make_course(db, title="Aušana", summary="Stelles.", group=group)
    with database.reading() as db:
        translated, untranslated = cards(db, [both.id, latvian.id], "en", now())
        (home,) = cards(db, [both.id], "lv", now())
    assert (translated.title, translated.untranslated, translated.group_name) == ("Painting", False, "Arts")
    assert (untranslated.title, untranslated.summary, untranslated.untranslated) == ("Aušana", "Stelles.", True)
    assert (home.title, home.untranslated, home.group_name) == ("Glezna", False, "Māksla")


def test_a_language_nobody_translated_into_falls_back_to_latvian(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db, title="Aušana", title_en="Weaving")
    with database.reading() as db:
        (card,) = cards(db, [course.id], "ru", now())
    assert (card.title, card.untranslated, card.provider_name) == ("Aušana", True, "Pieaugušo skola")


def test_audiences_stand_in_their_usual_order(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db, audiences=(Audience.PARENTS, Audience.SENIORS))
    with database.reading() as db:
        (card,) = cards(db, [course.id], "lv", now())
    assert card.audiences == (Audience.SENIORS, Audience.PARENTS)


def test_seats_left_count_the_confirmed_the_offered_and_the_held(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        run = make.make_run(db, course, seats=10)
        make.make_registrations(db, run, 3)
        make.make_registration(db, run, state=State.OFFERED)
        make.make_registration(db, run, state=State.PENDING)
        make.make_registration(db, run, state=State.PENDING, hold=timedelta(minutes=-1))
        for over in (State.WITHDRAWN, State.DECLINED, State.EXPIRED, State.CANCELLED_BY_PROVIDER):
            make.make_registration(db, run, state=over)
    with database.reading() as db:
        (card,) = cards(db, [course.id], "lv", now())
    assert card.next_run is not None
    assert (card.next_run.state, card.next_run.taken, card.next_run.seats_left) == (RunState.OPEN, 5, 5)


def test_no_seat_is_left_while_somebody_waits(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        run = make.make_run(db, course, seats=3)
        make.make_registrations(db, run, 2)
        make.make_registrations(db, run, 2, State.WAITLISTED)
    with database.reading() as db:
        (card,) = cards(db, [course.id], "lv", now())
    assert card.next_run is not None
    assert (card.next_run.state, card.next_run.seats_left, card.next_run.waiting) == (RunState.FULL, 0, 2)


def test_without_a_limit_there_is_no_number_of_seats_left(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        make.make_registrations(db, make.make_run(db, course, seats=0), 30)
    with database.reading() as db:
        (card,) = cards(db, [course.id], "lv", now())
    assert card.next_run is not None
    assert (card.next_run.state, card.next_run.seats_left, card.next_run.taken) == (RunState.OPEN, None, 30)


def test_the_next_run_is_the_one_a_resident_would_choose(database: Database) -> None:
    soon, later, latest = 5, 20, 40
    with database.writing() as db:

        def course_with_all() -> tuple[int, dict[str, int]]:
            course = make.make_course(db)
            full = make.make_run(db, course, starts_in=soon, seats=1)
            make.make_registration(db, full)
            no_list = make.make_run(db, course, starts_in=soon, seats=1, has_waiting_list=False)
            make.make_registration(db, no_list)
            runs = {
                "free later": make.make_run(db, course, starts_in=latest),
                "free": make.make_run(db, course, starts_in=later),
                "full": full,
                "upcoming": make.make_run(db, course, starts_in=soon, opens_in=timedelta(days=1)),
                "closed": make.make_run(db, course, starts_in=soon - 1, closes_in=timedelta(hours=-1)),
                "no list": no_list,
                "long ago": make.make_run(db, course, starts_in=-200),
                "lately": make.make_run(db, course, starts_in=-60),
                "called off": make.make_run(db, course, starts_in=soon, cancelled=True),
            }
            return course.id, {name: run.id for name, run in runs.items()}

        made = [course_with_all() for _ in range(7)]
        order = ["free", "free later", "full", "upcoming", "closed", "no list", "lately", "long ago"]
        for left_out, (_course, runs) in enumerate(made):
            for name in order[:left_out]:
                db.get_one(CourseRun, runs[name]).cancelled_at = now()
    with database.reading() as db:
        found = cards(db, [course for course, _runs in made], "lv", now())
    for expected, card, (_course, runs) in zip(order, found, made, strict=False):
        assert card.next_run is not None
        assert card.next_run.id == runs[expected], expected


def test_runs_to_come_are_counted_and_a_course_without_runs_has_none(database: Database) -> None:
    with database.writing() as db:
        course, bare, called_off = make.make_course(db), make.make_course(db), make.make_course(db)
        for days in (-60, 5, 20):
            make.make_run(db, course, starts_in=days)
        make.make_run(db, course, starts_in=9, cancelled=True)
        make.make_run(db, called_off, cancelled=True)
    with database.reading() as db:
        found = cards(db, [course.id, bare.id, called_off.id], "lv", now())
    assert [card.run_count for card in found] == [2, 0, 0]
    assert [card.next_run is None for card in found] == [False, True, True]


def test_the_calendar_gathers_starts_by_days_in_riga(database: Database) -> None:
    month = (today().replace(day=1) + timedelta(days=40)).replace(day=1)
    night = at(month, time(0, 30)) - now()
    with database.writing() as db:
        course = make.make_course(db, title="Aušana", title_en="Weaving", price=20)
        run = make.make_run(db, course, starts_in=night, sessions=1)
        before = make.make_run(db, course, starts_in=night - timedelta(hours=1), sessions=1)
        after = make.make_run(db, course, starts_in=night + timedelta(days=70), sessions=1)
        make.make_run(db, course, starts_in=night, cancelled=True)
        make.make_run(db, make.make_course(db, published=False), starts_in=night)
    with database.reading() as db, statements(database) as sent:
        found = calendar_of_starts(db, month + timedelta(days=10), "en", now())
    assert len(sent) == 2
    assert [(day.day, [start.run.id for start in day.starts]) for day in found.days] == [(month, [run.id])]
    (start,) = found.days[0].starts
    assert (start.title, start.untranslated, start.price, start.run.seats_left) == ("Weaving", False, Decimal(20), 12)
    assert found.month == month
    assert found.earlier == local(before.starts_at).date().replace(day=1)
    assert found.later == local(after.starts_at).date().replace(day=1)


def test_an_empty_month_has_no_days_and_no_neighbours(database: Database) -> None:
    with database.reading() as db:
        found = calendar_of_starts(db, date(2026, 12, 31), "lv", now())
    assert (found.month, found.days, found.earlier, found.later) == (date(2026, 12, 1), (), None, None)
