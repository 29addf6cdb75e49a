"""“Tell me when there is such a course”: one letter, only of a course published later that fits, and then the address is gone."""

from datetime import time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now
from app.courses.models import Audience, Course
from app.db import Database
from app.interests import actions, alerts
from app.interests.alerts import Search
from app.interests.inputs import InterestForm
from app.interests.models import SearchAlert
from app.interests.refusals import TooManyAlerts
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.registrations.models import Erasure
from tests import make
from tests.web.reader import links, words
from tests.world import World

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TO = "anna@example.com"
LATER = timedelta(hours=1)


def ask(database: Database, text: str, filters: str = "", *, confirmed: bool = True, to: str = TO) -> str:
    """Somebody asks to hear of courses; the key of the private link."""
    with database.writing() as db:
        search = Search(text, filters, f"„{text}”")
        key = alerts.ask_for_courses(db, search, InterestForm(email=to)).link_key
        if confirmed:
            alerts.confirm_alert(db, key)
    return key


def publish(database: Database, title: str, **facts: object) -> int:
    """A course comes into the catalogue now."""
    with database.writing() as db:
        course = make.make_course(db, title=title, **facts)  # type: ignore[arg-type]
        course.published_at = now()
        post(db, CourseChanged(course.id))
        return course.id


def told(world: World, to: str = TO) -> list[str]:
    """The courses somebody was told of, by the subjects of the letters."""
    world.deliver()
    subjects = [str(letter["Subject"]) for letter in world.letters(to)]
    return [one.split(": ", 1)[1] for one in subjects if one.startswith("Ir kurss jūsu meklējumam")]


def the_alert(database: Database) -> SearchAlert:
    """The only alert there is."""
    with database.reading() as db:
        return db.scalars(select(SearchAlert)).one()


def test_a_course_that_fits_is_told_once_and_the_alert_is_over(world: World) -> None:
    ask(world.database, "šahs")
    with time_machine.travel(now() + LATER):
        publish(world.database, "Podniecība")
        assert told(world) == []
        publish(world.database, "Šaha klubs")
        publish(world.database, "Šahs vakaros")
        assert told(world) == ["Šaha klubs"]
        assert told(world) == ["Šaha klubs"]
    assert the_alert(world.database).ended_at is not None


@ON_SQLITE
def test_who_has_not_confirmed_hears_nothing(world: World) -> None:
    ask(world.database, "šahs", confirmed=False)
    with time_machine.travel(now() + LATER):
        publish(world.database, "Šaha klubs")
        assert told(world) == []
    assert [str(letter["Subject"]) for letter in world.letters(TO)] == ["Apstipriniet ziņas par kursiem"]


@ON_SQLITE
def test_a_course_that_was_there_before_is_no_news_even_when_it_changes(world: World) -> None:
    course_id = publish(world.database, "Šaha klubs")
    with time_machine.travel(now() + LATER):
        ask(world.database, "šahs")
        with world.database.writing() as db:
            post(db, CourseChanged(course_id))
        assert told(world) == []


@ON_SQLITE
def test_filters_count_as_much_as_words(world: World) -> None:
    ask(world.database, "šahs", "audience=seniors&price=free&time=evening")
    with time_machine.travel(now() + LATER):
        publish(world.database, "Šahs jauniešiem", audiences=[Audience.YOUTH])
        publish(world.database, "Šahs par maksu", audiences=[Audience.SENIORS], price=20)
        course_id = publish(world.database, "Šahs senioriem", audiences=[Audience.SENIORS])
        assert told(world) == []
        with world.database.writing() as db:
            make.make_run(db, db.get_one(Course, course_id), clock=time(18))
            post(db, CourseChanged(course_id))
        assert told(world) == ["Šahs senioriem"]


@ON_SQLITE
def test_a_course_whose_words_only_look_like_a_slip_does_not_fit(world: World) -> None:
    ask(world.database, "fotogrāfjia")
    with time_machine.travel(now() + LATER):
        publish(world.database, "Fotogrāfija")
        assert told(world) == []


@ON_SQLITE
def test_a_course_withdrawn_meanwhile_is_not_told(world: World) -> None:
    ask(world.database, "šahs")
    with time_machine.travel(now() + LATER):
        course_id = publish(world.database, "Šaha klubs")
        with world.database.writing() as db:
            make.archive(db, db.get_one(Course, course_id))
        assert told(world) == []


def test_asking_twice_is_one_alert_and_one_letter(world: World) -> None:
    first = ask(world.database, "šahs", confirmed=False)
    assert ask(world.database, "šahs", confirmed=False) == first
    assert ask(world.database, "šahs", "price=free", confirmed=False) != first
    world.deliver()
    assert len(world.letters(TO)) == 2


@ON_SQLITE
def test_an_address_can_ask_for_ten_searches_a_day(database: Database) -> None:
    for number in range(alerts.SEARCHES_A_DAY):
        ask(database, f"kurss {number}")
    with pytest.raises(TooManyAlerts):
        ask(database, "vēl viens")
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        ask(database, "vēl viens")


@ON_SQLITE
def test_who_leaves_is_erased_at_once_with_the_words(world: World) -> None:
    key = ask(world.database, "šahs")
    with world.database.writing() as db:
        alerts.leave_alert(db, key)
        alerts.leave_alert(db, key)
    kept = the_alert(world.database)
    assert (kept.email, kept.email_key, kept.words, kept.shown) == (None, None, "", "")
    with time_machine.travel(now() + LATER):
        publish(world.database, "Šaha klubs")
        assert told(world) == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("confirmed", "days", "known"), [(False, 4, True), (False, 6, False), (True, 300, True), (True, 380, False)]
)
def test_address_and_words_are_erased_in_time(database: Database, confirmed: bool, days: int, known: bool) -> None:
    ask(database, "šahs", confirmed=confirmed)
    for later in (days - 9, days):
        with database.writing() as db:
            actions.forget_interests(db, now() + timedelta(days=later))
    kept = the_alert(database)
    assert ((kept.email_key is not None), (kept.words != "")) == (known, known)


@ON_SQLITE
def test_from_the_page_without_result_to_the_letter_and_away(world: World) -> None:
    client, database = world.client, world.database
    nothing = client.get("/kursi?q=šahs+senioriem&open=1")
    form = links(nothing)["Paziņot, kad būs šāds kurss"]
    assert "Vārdi un filtri: „šahs”, Senioriem" in words(client.get(form))
    wrong = client.post(form, data={"email": "nav"})
    assert wrong.status_code == 422
    assert 'value="nav"' in wrong.text
    first = client.post(form, data={"email": TO}, follow_redirects=False)
    again = client.post(form, data={"email": TO}, follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, again.headers["location"])
    assert TO in words(client.get(first.headers["location"]))
    world.deliver()
    [letter] = world.letters(TO)
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Lūdzāt ziņas par kursiem: „šahs”, Senioriem" in text
    link = next(line for line in text.splitlines() if "/zinas/" in line).partition("/zinas/")[2]
    assert words(client.get(f"/zinas/{link}"), "h1") == "Apstipriniet savu adresi"
    assert the_alert(database).confirmed_at is None, "opening the link changes nothing"
    assert words(client.post(f"/zinas/{link}", follow_redirects=True), "h1") == "Mēs jums uzrakstīsim"
    alert = the_alert(database)
    assert (alert.words, alert.filters) == ("šahs", "audience=seniors")
    assert (
        words(client.post(f"/zinas/{link}/atteikties", follow_redirects=True), "h1")
        == "Šādas vēstules vairs nesaņemsiet"
    )
    with database.reading() as db:
        assert db.scalars(select(Erasure.object_kind)).all() == ["search_alert"]


@ON_SQLITE
def test_the_whole_catalogue_is_nothing_to_wait_for(world: World) -> None:
    for address in ("/zinas", "/zinas?q=", "/zinas?open=1", "/zinas?group=nope"):
        answer = world.client.get(address, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/kursi")
    assert world.client.get("/zinas/made-up").status_code == 404
    assert world.client.get("/zinas/nosutits/made-up").status_code == 404
