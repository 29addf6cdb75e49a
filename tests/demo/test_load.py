"""The demonstration city: the same every time, its figures the city's own, its rules unbroken."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from app.clock import RIGA
from app.courses.models import Course, CourseRun, CourseSession, CourseState, Publication, RunState
from app.db import Database
from app.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from app.demo.days import holidays, is_teaching_day
from app.demo.files import courses as course_entries
from app.demo.load import AlreadyLoaded, DemoRefused, load_demo
from app.i18n import at, local
from app.outbox.models import Message
from app.participation.models import Activity, Attendance, HeadCount
from app.people.addresses import email_key, person_token
from app.people.models import Account
from app.permits.models import Permit
from app.registrations.models import ACTIVE, Channel, CountingKey, Registration, SeatOffer, State
from app.registrations.queries import occupancy
from app.tables import metadata
from app.wishes.models import WishRequest, WishState, WishSupport
from tests import make

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 10, tzinfo=UTC)
YEAR_BEGINS = datetime(2025, 1, 1, tzinfo=RIGA).astimezone(UTC)
YEAR_ENDS = datetime(2026, 1, 1, tzinfo=RIGA).astimezone(UTC)


def _load(database: Database, today: date = TODAY) -> None:
    with database.writing() as db:
        load_demo(db, today)


@pytest.fixture(scope="module")
def city(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The demonstration city of one day, shared by the tests that only look."""
    path = tmp_path_factory.mktemp("demo") / "city.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    _load(database)
    yield database
    database.dispose()


@pytest.fixture
def db(city: Database) -> Iterator[Session]:
    with city.reading() as session:
        yield session


def _digest(db: Session, table: Table, where: str = "1 = 1") -> str:
    """A fingerprint of a table's rows in the order of their keys."""
    order = ", ".join(column.name for column in table.primary_key)
    rows = db.execute(text(f"SELECT * FROM {table.name} WHERE {where} ORDER BY {order}"))
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def _participations(db: Session, begins: datetime = YEAR_BEGINS, ends: datetime = YEAR_ENDS) -> dict[str, int]:
    """People who took part, by what they were counted from: each once in every run, walk-ins, activities."""
    in_rolls = db.execute(
        text(
            "SELECT count(DISTINCT a.registration_id) FROM attendances a JOIN sessions s ON s.id = a.session_id"
            " JOIN course_runs r ON r.id = s.run_id WHERE a.mark IN ('present', 'partly')"
            " AND r.cancelled_at IS NULL AND s.cancelled_at IS NULL AND s.starts_at >= :begins AND s.starts_at < :ends"
        ),
        {"begins": begins.strftime("%Y-%m-%d %H:%M:%S"), "ends": ends.strftime("%Y-%m-%d %H:%M:%S")},
    ).scalar_one()
    walked_in = db.scalar(
        select(func.sum(HeadCount.people))
        .join(CourseSession, CourseSession.id == HeadCount.session_id)
        .where(CourseSession.starts_at >= begins, CourseSession.starts_at < ends)
    )
    in_activities = db.execute(
        select(Activity.counted_how, func.count(), func.sum(Activity.participants))
        .where(Activity.held_on >= date(2025, 1, 1), Activity.held_on < date(2026, 1, 1))
        .group_by(Activity.counted_how)
    ).all()
    counts = {"rolls": int(in_rolls), "walk_ins": int(walked_in or 0)}
    for how, number, people in in_activities:
        counts[how.value] = int(people)
        counts[f"{how.value}_entries"] = int(number)
    return counts


def test_the_same_day_makes_the_same_city(city: Database, sqlite_database: Database) -> None:
    _load(sqlite_database)
    with city.reading() as one, sqlite_database.reading() as other:
        for table in metadata.sorted_tables:
            assert _digest(one, table) == _digest(other, table), table.name


def test_the_year_2025_does_not_depend_on_the_day(city: Database, sqlite_database: Database) -> None:
    _load(sqlite_database, date(2026, 4, 2))
    runs = "SELECT id FROM course_runs WHERE ends_at < '2025-12-31 22:00:00'"
    of_the_year = {
        "course_runs": f"id IN ({runs})",
        "sessions": f"run_id IN ({runs})",
        "attendances": f"registration_id IN (SELECT id FROM registrations WHERE run_id IN ({runs}))",
        "activities": "held_on < '2026-01-01'",
        "head_counts": f"session_id IN (SELECT id FROM sessions WHERE run_id IN ({runs}))",
        "daily_counts": "day < '2026-01-01'",
    }
    contacts = ("name", "email", "email_key", "phone", "erased_at")
    kept = [column.name for column in metadata.tables["registrations"].columns if column.name not in contacts]
    with city.reading() as one, sqlite_database.reading() as other:
        for name, where in of_the_year.items():
            table = metadata.tables[name]
            if name == "attendances":  # Later years' rolls stand between them, so their numbers differ.
                columns = text(f"SELECT registration_id, session_id, mark FROM attendances WHERE {where} ORDER BY 1, 2")
                assert one.execute(columns).all() == other.execute(columns).all()
            elif name in {"activities", "head_counts"}:
                columns = text(f"SELECT * FROM {name} WHERE {where} ORDER BY id")
                assert [tuple(row)[1:] for row in one.execute(columns)] == [
                    tuple(row)[1:] for row in other.execute(columns)
                ]
            else:
                assert _digest(one, table, where) == _digest(other, table, where), name
        registrations = text(f"SELECT {', '.join(kept)} FROM registrations WHERE run_id IN ({runs}) ORDER BY id")
        assert one.execute(registrations).all() == other.execute(registrations).all()
        assert _participations(other) == _participations(one)


def test_418_courses_were_public_in_2025_and_are_today(db: Session) -> None:
    def public(begins: datetime, ends: datetime) -> int:
        return (
            db.scalar(
                select(func.count(Publication.course_id.distinct())).where(
                    Publication.begun_at < ends, Publication.ended_at.is_(None) | (Publication.ended_at > begins)
                )
            )
            or 0
        )

    assert public(YEAR_BEGINS, YEAR_ENDS) == 418
    assert public(NOON, NOON + timedelta(minutes=1)) == 418
    assert db.scalar(select(func.count()).where(Course.state == CourseState.PUBLISHED)) == 418
    assert public(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)) < 418


def test_178_registrations_of_2025_came_via_the_catalogue(db: Session) -> None:
    first = func.min(Registration.confirmed_at, Registration.queued_at)
    counted = func.coalesce(first, Registration.confirmed_at, Registration.queued_at)
    received = select(Registration.channel, func.count()).where(counted >= YEAR_BEGINS, counted < YEAR_ENDS)
    by_channel = {channel: number for channel, number in db.execute(received.group_by(Registration.channel))}  # noqa: C416
    assert by_channel[Channel.WEB] == 178
    assert sum(by_channel.values()) > 5_500


def test_7840_participations_are_counted_from_595_records(db: Session) -> None:
    counts = _participations(db)
    assert counts["rolls"] + counts["walk_ins"] == 6_118
    assert (counts["on_the_spot"], counts["on_the_spot_entries"]) == (1_412, 74)
    assert (counts["estimated"], counts["estimated_entries"]) == (310, 9)
    assert counts["rolls"] + counts["walk_ins"] + counts["on_the_spot"] + counts["estimated"] == 7_840
    held = select(func.count(CourseSession.run_id.distinct())).join(CourseSession.run)
    in_the_year = (CourseSession.starts_at >= YEAR_BEGINS, CourseSession.starts_at < YEAR_ENDS)
    assert db.scalar(held.where(*in_the_year, CourseRun.cancelled_at.is_(None))) == 512


def test_38_permits_were_issued_in_2025(db: Session) -> None:
    issued = Counter(day.year for day in db.scalars(select(Permit.issued_on)))
    assert issued[2025] == 38
    assert issued[2024] == 35
    with_permit = db.execute(select(Course.code, Permit).join(Permit, Permit.id == Course.permit_id)).all()
    assert len(with_permit) == 38
    assert all(permit.is_valid(TODAY) and permit.issued_on.year == 2025 for _, permit in with_permit)
    assert 1 <= sum(permit.valid_until <= TODAY + timedelta(days=60) for _, permit in with_permit) <= 2
    assert not db.scalar(select(func.count()).where(Course.needs_permit, Course.permit_id.is_(None)))


def test_deleting_an_attendance_lowers_the_figure(sqlite_database: Database) -> None:
    _load(sqlite_database)
    with sqlite_database.writing() as db:
        before = _participations(db)["rolls"]
        for which in (func.min, func.max):
            db.delete(db.get_one(Attendance, db.scalar(select(which(Attendance.id)))))
            db.flush()
        assert _participations(db)["rolls"] == before - 2


def test_a_large_share_of_the_rolls_of_2025_belongs_to_people_who_came_once(db: Session) -> None:
    times = db.scalars(
        text(
            "SELECT count(*) FROM attendances a JOIN sessions s ON s.id = a.session_id"
            " WHERE mark IN ('present', 'partly') AND s.starts_at < '2025-12-31 22:00:00' GROUP BY registration_id"
        )
    ).all()
    assert sum(number == 1 for number in times) > 0.5 * len(times)
    assert sum(number == 1 for number in times) > 0.2 * sum(times)


def test_no_run_is_oversold_and_nobody_waits_where_there_is_room(db: Session) -> None:
    runs = db.scalars(select(CourseRun).where(CourseRun.seats > 0)).all()
    taken = occupancy(db, [run.id for run in runs], NOON)
    for run in runs:
        seated, waiting = taken.get(run.id, (0, 0))
        assert seated <= run.seats
        assert not waiting or seated == run.seats


def test_queues_are_in_the_order_in_which_people_came(db: Session) -> None:
    rows = db.execute(
        select(Registration.run_id, Registration.queued_at)
        .where(Registration.state == State.WAITLISTED)
        .order_by(Registration.run_id, Registration.id)
    ).all()
    assert len(rows) > 50
    assert rows == sorted(rows)


def test_every_state_of_a_run_can_be_seen(db: Session) -> None:
    runs = db.scalars(select(CourseRun)).all()
    taken = occupancy(db, [run.id for run in runs], NOON)
    states = Counter(run.state(NOON, *taken.get(run.id, (0, 0))) for run in runs)
    assert set(states) == set(RunState)
    assert states[RunState.OPEN] >= 110
    assert states[RunState.FULL] >= 9
    assert states[RunState.UPCOMING] == 8
    assert states[RunState.CLOSED] == 4
    open_courses = {
        run.course_id
        for run in runs
        if run.state(NOON, *taken.get(run.id, (0, 0))) in {RunState.OPEN, RunState.FULL} and run.starts_at > NOON
    }
    assert len(open_courses) >= 100
    soon = [run for run in runs if NOON < run.starts_at < NOON + timedelta(days=4) and run.cancelled_at is None]
    assert len(soon) >= 4


def test_registrations_fit_their_states_and_the_clock(db: Session) -> None:
    for registration in db.scalars(select(Registration)):
        moments = (registration.created_at, registration.confirmed_at, registration.queued_at, registration.ended_at)
        assert all(moment <= NOON for moment in moments if moment is not None), registration.id
        assert (registration.state is State.PENDING) == (registration.hold_until is not None)
        if registration.state is State.CONFIRMED:
            assert registration.confirmed_at is not None
        if registration.state in {State.WITHDRAWN, State.CANCELLED_BY_PROVIDER}:
            assert registration.ended_at is not None
            assert registration.ended_at >= registration.created_at
        else:
            assert registration.ended_at is None
        assert len(registration.link_key) == 22
    pending = db.scalars(select(Registration).where(Registration.state == State.PENDING)).all()
    assert pending
    assert all(registration.holds_seat(NOON) for registration in pending)
    offer = db.scalars(select(SeatOffer)).one()
    assert offer.offered_at < NOON < offer.deadline


def test_registrations_come_while_registration_is_open(db: Session) -> None:
    late = db.scalar(
        select(func.count())
        .select_from(Registration)
        .join(Registration.run)
        .where(
            (Registration.created_at < CourseRun.registration_opens_at)
            | (Registration.created_at > CourseRun.registration_closes_at)
        )
        .where(Registration.state.in_(ACTIVE))
    )
    assert late == 0


def test_nobody_is_registered_twice_for_a_run(db: Session) -> None:
    twice = db.execute(
        select(Registration.run_id, Registration.person_token)
        .group_by(Registration.run_id, Registration.person_token)
        .having(func.count() > 1)
    ).all()
    assert twice == []


def test_contacts_are_erased_90_days_after_the_run_and_counting_goes_on(db: Session) -> None:
    rows = db.execute(select(Registration, CourseRun.ends_at).join(Registration.run)).all()
    for registration, ends_at in rows:
        is_old = local(ends_at).date() + timedelta(days=90) < TODAY
        has_contact = registration.name is not None
        assert (registration.email is None) == (registration.email_key is None) == (not has_contact)
        assert (registration.erased_at is None) == has_contact
        if is_old:
            assert not has_contact
        elif registration.state is not State.WAITLISTED:
            assert has_contact
        assert registration.person_token is not None
    assert sum(registration.name is None for registration, _ in rows) > 5_000


def test_people_are_counted_with_the_key_of_the_year_of_their_run(db: Session) -> None:
    keys = {key.year: key.key for key in db.scalars(select(CountingKey))}
    known = select(Registration, CourseRun.starts_at).join(Registration.run).where(Registration.email.is_not(None))
    for registration, starts_at in db.execute(known):
        key = keys[local(starts_at).year]
        assert key is not None
        assert registration.email is not None
        assert registration.email_key == email_key(registration.email)
        assert registration.person_token == person_token(key, registration.email_key)


def test_only_invented_addresses_and_telephones_occur(db: Session) -> None:
    for model, ending in ((Registration, "@example.com"), (WishSupport, "@example.com"), (Account, "@example.lv")):
        assert all(address.endswith(ending) for address in db.scalars(select(model.email)) if address)
    for telephone in db.scalars(select(Registration.phone).where(Registration.phone.is_not(None))):
        assert telephone is not None
        assert telephone.startswith("+371 0000 ")


def test_sessions_are_held_on_teaching_days_at_civil_hours(db: Session) -> None:
    for session in db.scalars(select(CourseSession)):
        begins, ends = local(session.starts_at), local(session.ends_at)
        assert 7 <= begins.hour <= 20
        assert ends.date() == begins.date()
        assert ends.hour <= 22
        assert is_teaching_day(begins.date()) or session.moved_from is not None


def test_sessions_add_up_to_the_length_of_the_course(db: Session) -> None:
    hours: dict[int, Decimal] = {}
    for session in db.scalars(select(CourseSession)):
        hours[session.run_id] = hours.get(session.run_id, Decimal(0)) + session.academic_hours
    planned = dict(db.execute(select(CourseRun.id, Course.academic_hours).join(CourseRun.course)).all())
    for run_id, held in hours.items():
        assert abs(held - planned[run_id]) <= max(Decimal(1), planned[run_id] * Decimal("0.07")), run_id


def test_a_run_knows_its_sessions(db: Session) -> None:
    sessions: dict[int, list[CourseSession]] = {}
    for session in db.scalars(select(CourseSession).order_by(CourseSession.starts_at)):
        sessions.setdefault(session.run_id, []).append(session)
    for run in db.scalars(select(CourseRun)):
        held = [session for session in sessions.get(run.id, []) if session.cancelled_at is None]
        assert run.session_count == len(held)
        assert run.weekdays == ",".join(str(day) for day in sorted({local(s.starts_at).weekday() for s in held}))
        if held:
            assert run.starts_at <= held[0].starts_at
            assert run.ends_at >= held[-1].ends_at


def test_rolls_are_of_confirmed_people_at_sessions_of_their_run_that_are_over(db: Session) -> None:
    wrong = db.scalar(
        select(func.count())
        .select_from(Attendance)
        .join(Registration, Registration.id == Attendance.registration_id)
        .join(CourseSession, CourseSession.id == Attendance.session_id)
        .where(
            (Registration.run_id != CourseSession.run_id)
            | (Registration.state != State.CONFIRMED)
            | CourseSession.cancelled_at.is_not(None)
            | (CourseSession.ends_at > NOON)
        )
    )
    assert wrong == 0


def test_walk_ins_fit_into_the_room(db: Session) -> None:
    rows = db.execute(
        select(HeadCount.people, CourseRun.seats, CourseRun.id)
        .join(CourseSession, CourseSession.id == HeadCount.session_id)
        .join(CourseSession.run)
    ).all()
    taken = occupancy(db, [run_id for _, _, run_id in rows], NOON)
    assert rows
    for people, seats, run_id in rows:
        assert people + taken[run_id][0] <= seats


def test_runs_are_held_while_their_course_is_public(db: Session) -> None:
    stretches: dict[int, list[Publication]] = {}
    for publication in db.scalars(select(Publication)):
        stretches.setdefault(publication.course_id, []).append(publication)
    for run in db.scalars(select(CourseRun)):
        assert any(
            stretch.begun_at <= run.registration_opens_at
            and (stretch.ended_at is None or run.ends_at <= stretch.ended_at)
            for stretch in stretches[run.course_id]
        ), run.id


def test_something_is_new_in_the_catalogue(db: Session) -> None:
    newest = db.scalars(select(Course.published_at).order_by(Course.published_at.desc()).limit(8)).all()
    assert all(NOON - moment < timedelta(days=30) for moment in newest if moment)
    assert max(moment for moment in newest if moment) < NOON


def test_wishes_stand_in_every_state_with_distinct_people_behind_them(db: Session) -> None:
    wishes = db.scalars(select(WishRequest)).all()
    assert {wish.state for wish in wishes} == set(WishState)
    behind = Counter(wish_id for wish_id, _ in set(db.execute(select(WishSupport.wish_id, WishSupport.person_key))))
    titles = {wish.title: wish for wish in wishes}
    assert behind[titles["Zīmju valodas pamati ģimenēm"].id] == 17
    assert all(behind[wish.id] >= 1 for wish in wishes)
    for wish in wishes:
        answered = (WishState.NEW, WishState.UNREAD)
        assert (wish.first_answered_at is None) == (wish.state in answered)
        assert (wish.course_id is not None) == (wish.state is WishState.FULFILLED)
        assert wish.created_at < NOON


def test_nobody_gets_a_letter(db: Session) -> None:
    assert db.scalar(select(func.count()).select_from(Message)) == 0


def test_every_staff_account_opens_with_the_published_password(db: Session) -> None:
    from argon2 import PasswordHasher

    accounts = {account.email: account for account in db.scalars(select(Account))}
    assert set(accounts) == {account.email for account in DEMO_ACCOUNTS}
    kept = accounts["vadiba.vb@example.lv"].password_hash
    assert kept is not None
    assert PasswordHasher().verify(kept, DEMO_PASSWORD)


def test_every_course_of_the_file_is_there_with_its_texts(db: Session) -> None:
    rows = db.execute(
        text("SELECT c.code, t.locale, t.title, t.summary FROM courses c JOIN course_texts t ON t.course_id = c.id")
    )
    titles: dict[str, dict[str, str]] = {}
    for code, locale, title, summary in rows:
        titles.setdefault(code, {})[locale] = title
        assert len(summary) <= 160
    for entry in course_entries():
        assert titles[entry.code]["lv"] == entry.title
        assert entry.language != "en" or "en" in titles[entry.code]
    assert sum("en" in words for words in titles.values()) >= 28


@pytest.mark.parametrize("today", [date(2026, 2, 1), date(2026, 6, 23), date(2027, 12, 24)])
def test_the_city_can_be_loaded_on_any_day(sqlite_database: Database, today: date) -> None:
    _load(sqlite_database, today)
    moment = at(today, datetime.min.time()) + timedelta(hours=12)
    with sqlite_database.reading() as db:
        counts = _participations(db)
        assert counts["rolls"] + counts["walk_ins"] + counts["on_the_spot"] + counts["estimated"] == 7_840
        runs = db.scalars(select(CourseRun)).all()
        taken = occupancy(db, [run.id for run in runs], moment)
        assert all(taken.get(run.id, (0, 0))[0] <= run.seats or run.seats == 0 for run in runs)
        joinable = {
            run.course_id
            for run in runs
            if run.state(moment, *taken.get(run.id, (0, 0))) in {RunState.OPEN, RunState.FULL}
        }
        assert len(joinable) >= 90
        assert not db.scalar(select(func.count()).where(Registration.created_at > moment))


def test_the_city_goes_into_both_databases_and_work_goes_on(database: Database) -> None:
    told: list[tuple[str, int, int]] = []
    with database.writing() as db:
        summary = load_demo(db, TODAY, lambda name, done, total: told.append((name, done, total)))
    assert told[-1][1] == told[-1][2]
    assert summary.courses == 418
    with database.writing() as db:
        run = db.scalars(select(CourseRun).order_by(CourseRun.id.desc())).first()
        assert run is not None
        registration = make.make_registration(db, run)
        assert registration.id == summary.registrations + 1


def test_a_second_load_says_that_the_city_is_there(sqlite_database: Database) -> None:
    _load(sqlite_database)
    with sqlite_database.writing() as db, pytest.raises(AlreadyLoaded):
        load_demo(db, TODAY + timedelta(days=3))


@pytest.mark.parametrize("record", ["provider", "venue", "permit", "course", "wish"])
def test_a_database_with_records_of_its_own_is_not_touched(sqlite_database: Database, record: str) -> None:
    with sqlite_database.writing() as db:
        getattr(make, f"make_{record}")(db)
    with sqlite_database.writing() as db, pytest.raises(DemoRefused):
        load_demo(db, TODAY)
    with sqlite_database.reading() as db:
        assert not db.scalar(select(func.count()).select_from(Registration))


def test_an_administrator_who_is_there_already_stays(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        account_id = make.make_account(db, email="mans@example.lv").id
    _load(sqlite_database)
    with sqlite_database.reading() as db:
        assert db.get_one(Account, account_id).email == "mans@example.lv"
        assert db.scalar(select(func.count()).select_from(Account)) == len(DEMO_ACCOUNTS) + 1


def test_no_demonstration_no_city(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db, pytest.raises(DemoRefused):
        load_demo(db, TODAY, demonstration=False)


def test_a_slow_clock_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db, pytest.raises(DemoRefused):
        load_demo(db, date(2025, 6, 1))


def test_the_calendar_knows_easter_and_the_days_off_that_replace_holidays() -> None:
    assert date(2025, 4, 18) in holidays(2025)
    assert date(2026, 4, 6) in holidays(2026)
    assert date(2025, 5, 5) in holidays(2025)
    assert date(2028, 11, 20) in holidays(2028)
    assert date(2026, 11, 18) in holidays(2026)
    assert date(2025, 11, 19) not in holidays(2025)
