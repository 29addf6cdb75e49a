"""What the letters about a run that changes, is cancelled or starts soon say, in both languages, as text and as HTML."""

from datetime import timedelta
from email.message import EmailMessage
from html import unescape

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import update

from app.clock import now
from app.courses.models import CourseRun, CourseSession
from app.i18n import LANGUAGES, moment_text
from app.registrations.models import Registration
from tests.registrations import acts, run_acts
from tests.world import World

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
EN, LV = LANGUAGES["en"], LANGUAGES["lv"]
PERSON = "anna@example.com"
TITLES = {"lv": "Keramika iesācējiem", "en": "Pottery for beginners"}


@pytest.fixture
def run_id(world: World) -> int:
    """A run of a course with a title in both languages."""
    return run_acts.new_run(world.database, title_en=TITLES["en"])


def reads_english(world: World, email: str = PERSON) -> None:
    """The person reads English."""
    with world.database.writing() as db:
        db.execute(update(Registration).where(Registration.email == email).values(locale="en"))


def text(letter: EmailMessage, kind: str = "plain") -> str:
    """One of the letter's two bodies."""
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def letter_after_quiet(world: World, email: str = PERSON) -> EmailMessage:
    """The last letter to the person, once everything that waits is told."""
    with time_machine.travel(now() + run_acts.QUIET):
        world.deliver()
    return world.letters(email)[-1]


def check_frame(letter: EmailMessage) -> None:
    """No name in the greeting, nothing personal in the subject, the same words in both bodies."""
    assert "Anna Ozola" not in text(letter) + text(letter, "html")
    assert "Anna" not in str(letter["Subject"])
    assert "@" not in str(letter["Subject"])
    assert str(letter["Subject"]) in text(letter, "html")
    flat = " ".join(unescape(text(letter, "html")).split())
    for line in text(letter).split("\n--")[0].splitlines():
        assert " ".join(line.split()) in flat


def attached(letter: EmailMessage) -> Calendar | None:
    """The calendar file beside the letter."""
    for part in letter.iter_attachments():
        found = Calendar.from_ical(part.get_content())
        assert isinstance(found, Calendar)
        return found
    return None


@pytest.mark.parametrize("locale", ["lv", "en"])
def test_one_letter_tells_old_and_new_time_and_place_and_why(world: World, run_id: int, locale: str) -> None:
    acts.seat(world.database, run_id, PERSON)
    if locale == "en":
        reads_english(world)
    world.deliver()
    old = run_acts.sessions_of(world.database, run_id)
    run_acts.move(world.database, run_id, 0, days=1, reason="Telpa ir aizņemta")
    run_acts.cancel_session(world.database, run_id, 1)
    run_acts.hold_at(world.database, run_id, "Skola", place=2)
    letter = letter_after_quiet(world)
    assert len(world.letters(PERSON)) == 2  # You have a seat; it has moved.
    check_frame(letter)
    language, new = LANGUAGES[locale], run_acts.sessions_of(world.database, run_id)
    body = text(letter)
    words = {
        "lv": ("Mainās laiks vai vieta", "Bija: ", "Tagad: ", "Nodarbība atcelta: ", "Iemesls: Telpa ir aizņemta"),
        "en": ("New time or place", "Before: ", "Now: ", "Session cancelled: ", "Reason: Telpa ir aizņemta"),
    }[locale]
    assert str(letter["Subject"]) == f"{words[0]}: {TITLES[locale]}"
    lines = body.splitlines()
    assert any(
        line.startswith(words[1] + moment_text(old[0].starts_at, "", language) + ", Bibliotēka") for line in lines
    )
    assert any(
        line.startswith(words[2] + moment_text(new[0].starts_at, "", language) + ", Bibliotēka") for line in lines
    )
    assert words[3] + moment_text(old[1].starts_at, "", language) in lines
    assert any(line.startswith(words[2] + moment_text(old[2].starts_at, "", language) + ", Skola") for line in lines)
    assert words[4] in lines
    assert ("Vieta kursā paliek jums." if locale == "lv" else "Your seat stays yours.") in body
    calendar = attached(letter)
    assert calendar is not None
    assert [str(event["STATUS"]) for event in calendar.events] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]


def test_a_new_place_of_all_sessions_is_said_once(world: World, run_id: int) -> None:
    acts.seat(world.database, run_id, PERSON)
    run_acts.hold_at(world.database, run_id, "Skola")
    body = text(letter_after_quiet(world))
    assert body.count("Bija: ") == 1
    assert "Jaunajā norises vietā notiks visas turpmākās nodarbības" in body


def test_added_restored_and_longer_sessions_are_told(world: World, run_id: int) -> None:
    run_acts.cancel_session(world.database, run_id, 1)
    letter_free = now() + run_acts.QUIET
    with time_machine.travel(letter_free):
        world.deliver()
        acts.seat(world.database, run_id, PERSON)
        first, second, third = run_acts.sessions_of(world.database, run_id)
        run_acts.restore_session(world.database, run_id, 1)
        run_acts.add(world.database, run_id, run_acts.later(third, days=7))
        run_acts.move(world.database, run_id, 0, run_acts.Span(first.starts_at, first.ends_at + timedelta(minutes=30)))
        body = text(letter_after_quiet(world))
    assert f"Nodarbība tomēr notiks: {moment_text(second.starts_at, '', LV)}" in body
    assert f"Jauna nodarbība: {moment_text(run_acts.later(third, days=7).starts_at, '', LV)}" in body
    assert "tagad beigsies plkst.\u00a020.00." in body
    assert "Bija: " not in body


def test_many_changed_sessions_do_not_make_an_endless_letter(world: World) -> None:
    run_id = run_acts.new_run(world.database, sessions=12)
    acts.seat(world.database, run_id, PERSON)
    for place in range(12):
        run_acts.move(world.database, run_id, place, days=1)
    body = text(letter_after_quiet(world))
    assert body.count("Bija: ") == 8
    assert "Mainās vēl 4 nodarbības" in body


@pytest.mark.parametrize("locale", ["lv", "en"])
def test_who_waits_or_is_offered_a_seat_reads_what_holds_for_them(world: World, locale: str) -> None:
    run_id = run_acts.new_run(world.database, seats=1, title_en=TITLES["en"])
    acts.seat(world.database, run_id, PERSON)
    for name in ("offered", "waiting"):
        acts.register(world.database, run_id, f"{name}@example.com")
        if locale == "en":
            reads_english(world, f"{name}@example.com")
    acts.withdraw(world.database, PERSON)
    acts.register(world.database, run_id, "pending@example.com")
    run_acts.move(world.database, run_id, 0, days=1)
    waiting, offered = (letter_after_quiet(world, f"{name}@example.com") for name in ("waiting", "offered"))
    for letter in (waiting, offered):
        check_frame(letter)
        assert attached(letter) is None
        assert "kalendār" not in text(letter)
        assert "calendar" not in text(letter)
    stays = {"lv": "Vieta gaidīšanas sarakstā paliek jums.", "en": "Your place on the waiting list stays yours."}
    assert stays[locale] in text(waiting)
    assert ("Jums ir brīva vieta; atbildiet līdz" if locale == "lv" else "A seat is free for you; answer by") in text(
        offered
    )


@pytest.mark.parametrize("locale", ["lv", "en"])
def test_a_cancelled_run_is_told_with_its_reason_and_taken_out_of_the_calendar(
    world: World, run_id: int, locale: str
) -> None:
    acts.seat(world.database, run_id, PERSON)
    if locale == "en":
        reads_english(world)
    start = run_acts.run_of(world.database, run_id).starts_at
    run_acts.cancel_run(world.database, run_id)
    world.deliver()
    letter = world.letters(PERSON)[-1]
    check_frame(letter)
    expected = {
        "lv": (f"Atcelts: {TITLES['lv']}", "Bija plānots: ", "Iemesls: Pasniedzējs saslimis"),
        "en": (f"Cancelled: {TITLES['en']}", "It was planned for: ", "Reason: Pasniedzējs saslimis"),
    }[locale]
    assert str(letter["Subject"]) == expected[0]
    assert expected[1] + moment_text(start, "", LANGUAGES[locale]) in text(letter)
    assert expected[2] in text(letter)
    calendar = attached(letter)
    assert calendar is not None
    assert str(calendar["METHOD"]) == "CANCEL"
    assert {str(event["STATUS"]) for event in calendar.events} == {"CANCELLED"}
    world.deliver()
    assert len([one for one in world.letters(PERSON) if str(one["Subject"]).startswith(expected[0][:8])]) == 1


@pytest.mark.parametrize("locale", ["lv", "en"])
def test_who_is_cancelled_alone_reads_why_and_whom_to_ask(world: World, run_id: int, locale: str) -> None:
    acts.seat(world.database, run_id, PERSON)
    if locale == "en":
        reads_english(world)
    run_acts.cancel_registration(world.database, acts.latest(world.database, PERSON).id)
    world.deliver()
    letter = world.letters(PERSON)[-1]
    check_frame(letter)
    expected = {
        "lv": (f"Īstenotājs atcēla pieteikumu: {TITLES['lv']}", "Ja ir jautājumi, rakstiet vai zvaniet: Pieaugušo"),
        "en": (
            f"Your registration is cancelled by the provider: {TITLES['en']}",
            "If you have questions, write or call: School",
        ),
    }[locale]
    assert str(letter["Subject"]) == expected[0]
    assert expected[1] in text(letter)
    assert "Nav priekšzināšanu" in text(letter)


@pytest.mark.parametrize("locale", ["lv", "en"])
def test_the_reminder_says_when_where_what_to_bring_and_how_to_join(world: World, run_id: int, locale: str) -> None:
    acts.seat(world.database, run_id, PERSON)
    if locale == "en":
        reads_english(world)
    with world.database.writing() as db:
        db.execute(update(CourseRun).values(bring="Priekšautu"))
        db.execute(update(CourseSession).values(link="https://tikties.example.lv/keramika"))
    start = run_acts.run_of(world.database, run_id).starts_at
    with time_machine.travel(start - timedelta(hours=47)):
        world.deliver()
    letters = [one for one in world.letters(PERSON) if "Drīz" in str(one["Subject"]) or "soon" in str(one["Subject"])]
    assert len(letters) == 1
    check_frame(letters[0])
    body = text(letters[0])
    expected = {
        "lv": (f"pirmā nodarbība notiks {moment_text(start, 'loc', LV)}.", "Kur: Bibliotēka", "Ko ņemt līdzi: Priekš"),
        "en": (f"is on {moment_text(start, 'loc', EN)}.", "Where: Bibliotēka", "What to bring: Priekš"),
    }[locale]
    for words in (*expected, "https://tikties.example.lv/keramika", world.settings.origin + "/pieteikumi/"):
        assert words in body


def test_a_letter_that_comes_too_late_is_not_written(world: World, run_id: int) -> None:
    acts.seat(world.database, run_id, PERSON)
    acts.seat(world.database, run_id, "gone@example.com")
    world.deliver()
    run_acts.move(world.database, run_id, 0, days=1)
    with time_machine.travel(now() + run_acts.QUIET):
        run_acts.tell(world.database, run_id)
        acts.withdraw(world.database, "gone@example.com")
        world.deliver()
    subjects = [str(letter["Subject"]) for letter in world.letters("gone@example.com")]
    assert not [subject for subject in subjects if subject.startswith("Mainās")]
