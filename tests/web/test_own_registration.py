"""One's own registration behind its private link: every state, every act, and that opening it changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
import time_machine
from fastapi import FastAPI
from httpx2 import Response
from icalendar import Calendar
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.clock import now
from app.courses.models import Course, CourseRun
from app.db import Database
from app.registrations.models import Registration, SeatOffer, State, WithdrawReason
from tests import make
from tests.counting import statements
from tests.registrations import acts
from tests.world import World

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference, one is enough."""


class Person(NamedTuple):
    """A registration and its private page."""

    id: int
    link: str


@pytest.fixture
def run_id(database: Database) -> int:
    with database.writing() as db:
        course = make.make_course(db, "ausana", title="Aušanas pamati", title_en="Weaving basics")
        venue = make.make_venue(db, name="Amatu māja", address="Skolas iela 3")
        return make.make_run(db, course, seats=3, sessions=5, venue=venue).id


@pytest.fixture
def enter(world: World, run_id: int) -> Callable[..., Person]:
    """Enter somebody in a state."""

    def entered(state: State, **changes: object) -> Person:
        with world.database.writing() as db:
            run = db.get_one(CourseRun, run_id)
            registration = make.make_registration(db, run, state=state, name="Vallija Ķēniņa")
            if state is State.OFFERED:
                db.add(
                    SeatOffer(registration_id=registration.id, offered_at=now(), deadline=now() + timedelta(hours=20))
                )
            if state in {State.WITHDRAWN, State.DECLINED, State.EXPIRED, State.CANCELLED_BY_PROVIDER}:
                registration.ended_at = now()
            for name, value in changes.items():
                setattr(registration, name, value)
            db.flush()
            number = registration.id
        return Person(number, world.link(number))

    return entered


Enter = Callable[..., Person]


def page(response: Response) -> HTMLParser:
    """The page, to be looked into."""
    return HTMLParser(response.text)


def words(response: Response) -> str:
    """What the main part says, in one line."""
    main = page(response).css_first("main")
    assert main is not None
    return " ".join(main.text().split())


def acts_offered(response: Response) -> list[str]:
    """The buttons and button-like links beside the registration."""
    return [" ".join(node.text().split()) for node in page(response).css("aside .btn")]


@ON_SQLITE
@pytest.mark.parametrize(
    ("state", "badge", "buttons"),
    [
        (State.PENDING, "Jāapstiprina", ["Apstiprināt pieteikumu", "Atsaukt pieteikumu"]),
        (State.CONFIRMED, "Apstiprināts", ["Pievienot visas nodarbības kalendāram", "Atsaukt pieteikumu"]),
        (State.OFFERED, "Piedāvāta vieta", ["Pieņemt vietu", "Atteikties no vietas"]),
        (State.WAITLISTED, "Jūsu vieta sarakstā", ["Izstāties no gaidīšanas saraksta"]),
        (State.DECLINED, "Piedāvājums beidzies", ["Pieteikties vēlreiz"]),
        (State.WITHDRAWN, "Atsaukts", ["Pieteikties vēlreiz"]),
        (State.EXPIRED, "Laiks beidzies", ["Pieteikties vēlreiz"]),
        (State.CANCELLED_BY_PROVIDER, "Atcelts", ["Pieteikties vēlreiz"]),
    ],
)
def test_each_state_says_what_it_is_and_what_one_can_do(
    world: World, enter: Enter, state: State, badge: str, buttons: list[str]
) -> None:
    response = world.client.get(enter(state).link)
    assert response.status_code == 200
    assert badge in words(response)
    assert acts_offered(response) == buttons
    assert len(page(response).css(".btn--main")) <= 1


@ON_SQLITE
def test_the_page_is_private(world: World, enter: Enter) -> None:
    response = world.client.get(enter(State.CONFIRMED).link)
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "same-origin"
    assert 'name="robots" content="noindex"' in response.text
    assert "canonical" not in response.text


def test_a_place_in_the_queue_is_one_big_numeral(world: World, enter: Enter, run_id: int) -> None:
    for _ in range(3):
        enter(State.CONFIRMED)
    enter(State.WAITLISTED)
    response = world.client.get(enter(State.WAITLISTED).link)
    numeral = page(response).css_first(".numeral b")
    assert numeral is not None
    assert numeral.text() == "2"
    assert "Aizņemtas vietas: 3; gaida: 2." in words(response)


def test_who_would_rather_not_wait_is_led_to_other_dates_with_seats(
    world: World, enter: Enter, run_id: int, database: Database
) -> None:
    with database.writing() as db:
        course = db.get_one(Course, db.get_one(CourseRun, run_id).course_id)
        number = make.make_run(db, course, starts_in=40, seats=4).id
    response = world.client.get(enter(State.WAITLISTED).link)
    assert "Negribat gaidīt?" in words(response)
    main = page(response).css_first("aside .btn--main")
    assert main is not None
    assert main.attributes["href"] == f"/norises/{number}/pieteikties"


def test_sessions_venue_and_access_are_told_moved_and_called_off_ones_too(
    world: World, enter: Enter, run_id: int, database: Database
) -> None:
    person = enter(State.CONFIRMED)
    with database.writing() as db:
        run = db.get_one(CourseRun, run_id)
        db.refresh(run, ["sessions"])
        run.sessions[1].cancelled_at = now()
        run.sessions[2].moved_from = run.sessions[2].starts_at
        run.sessions[2].starts_at += timedelta(days=1)
        run.sessions[2].ends_at += timedelta(days=1)
    response = world.client.get(person.link)
    for told in ("Amatu māja", "Skolas iela 3", "Ieeja bez pakāpieniem.", "Nodarbība atcelta", "nodarbība pārcelta"):
        assert told in words(response)


def test_the_history_is_told_in_plain_words(world: World, run_id: int) -> None:
    acts.seat(world.database, run_id, "anna@example.com")
    acts.withdraw(world.database, "anna@example.com")
    response = world.client.get(world.link(acts.latest(world.database, "anna@example.com").id))
    steps = [step.text().strip() for step in page(response).css("main ol.sessions")[-1].css("li > span:first-child")]
    assert steps[:2] == ["Pieteikums saņemts", "E-pasta adrese apstiprināta"]
    assert len(steps) == 3


def test_confirming_is_a_button_and_doing_it_twice_changes_nothing(world: World, enter: Enter) -> None:
    person = enter(State.PENDING)
    for _ in range(2):
        response = world.client.post(f"{person.link}/apstiprinat")
        assert (response.status_code, response.headers["location"]) == (303, f"{person.link}?done=confirmed")
    shown = world.client.get(response.headers["location"])
    assert "Vieta ir jūsu." in words(shown)
    assert world.registration(person.id).state is State.CONFIRMED


def test_confirming_too_late_says_so_on_the_page_itself(world: World, enter: Enter) -> None:
    person = enter(State.PENDING, hold_until=now() - timedelta(minutes=1))
    response = world.client.post(f"{person.link}/apstiprinat")
    assert response.status_code == 409
    assert "Apstiprinājumu laikus nesaņēmām" in words(response)
    assert acts_offered(response) == ["Pieteikties vēlreiz"]


def test_an_offer_is_taken_by_a_button(world: World, enter: Enter) -> None:
    person = enter(State.OFFERED)
    response = world.client.post(f"{person.link}/pienemt")
    assert response.headers["location"] == f"{person.link}?done=accepted"
    assert world.registration(person.id).state is State.CONFIRMED


def test_an_offer_is_declined_after_being_asked(world: World, enter: Enter, run_id: int) -> None:
    acts.change_run(world.database, run_id, seats=1)
    person = enter(State.OFFERED)
    next_one = enter(State.WAITLISTED)
    asked = world.client.get(f"{person.link}/atteikties")
    assert "Vai atteikties no vietas kursā „Aušanas pamati”?" in words(asked)
    assert world.registration(person.id).state is State.OFFERED
    response = world.client.post(f"{person.link}/atteikties")
    assert response.headers["location"] == f"{person.link}?done=declined"
    assert "Paldies, ka pateicāt." in words(world.client.get(response.headers["location"]))
    assert world.registration(next_one.id).state is State.OFFERED


def test_an_offer_that_is_over_is_told_with_a_way_back(world: World, enter: Enter, run_id: int) -> None:
    acts.change_run(world.database, run_id, seats=1)
    person = enter(State.OFFERED)
    enter(State.WAITLISTED)
    with time_machine.travel(now() + timedelta(hours=21), tick=False):
        response = world.client.post(f"{person.link}/pienemt")
        assert response.status_code == 409
        assert "Atbildes laiks ir beidzies" in words(response)
        assert world.client.get(f"{person.link}/atteikties").headers["location"] == person.link


def test_giving_up_is_asked_about_first_and_the_reason_may_stay_empty(world: World, enter: Enter) -> None:
    person = enter(State.CONFIRMED)
    asked = world.client.get(f"{person.link}/atsaukt")
    assert "Vai atsaukt pieteikumu?" in words(asked)
    assert len(page(asked).css("input[name=reason]")) == len(WithdrawReason)
    response = world.client.post(f"{person.link}/atsaukt", data={})
    assert response.headers["location"] == f"{person.link}?done=withdrawn"
    assert world.registration(person.id).state is State.WITHDRAWN


@ON_SQLITE
def test_the_reason_for_giving_up_is_kept(world: World, enter: Enter) -> None:
    person = enter(State.CONFIRMED)
    world.client.post(f"{person.link}/atsaukt", data={"reason": "price"})
    assert world.registration(person.id).withdraw_reason is WithdrawReason.PRICE


@ON_SQLITE
def test_an_unknown_reason_is_asked_for_again(world: World, enter: Enter) -> None:
    person = enter(State.CONFIRMED)
    response = world.client.post(f"{person.link}/atsaukt", data={"reason": "weather"})
    assert response.status_code == 422
    assert world.registration(person.id).state is State.CONFIRMED


def test_a_seat_that_is_given_up_goes_to_the_first_in_the_queue_and_the_letter_says_so(
    world: World, run_id: int
) -> None:
    acts.change_run(world.database, run_id, seats=1)
    acts.seat(world.database, run_id, "seated@example.com")
    acts.register(world.database, run_id, "first@example.com")
    acts.register(world.database, run_id, "second@example.com")
    world.client.post(world.link(acts.latest(world.database, "seated@example.com").id) + "/atsaukt", data={})
    world.deliver()
    assert [letter["Subject"] for letter in world.letters("first@example.com")][-1].startswith("Jums ir brīva vieta")
    assert not any("brīva vieta" in str(letter["Subject"]) for letter in world.letters("second@example.com"))
    assert "Pieņemt vietu" in words(world.client.get(world.link(acts.latest(world.database, "first@example.com").id)))


def test_on_a_course_under_way_the_provider_is_called(world: World, enter: Enter, run_id: int) -> None:
    person = enter(State.CONFIRMED)
    acts.change_run(world.database, run_id, starts_at=now() - timedelta(hours=1))
    assert "Zvaniet īstenotājam" in words(world.client.get(person.link))
    assert world.client.get(f"{person.link}/atsaukt").headers["location"] == person.link
    response = world.client.post(f"{person.link}/atsaukt", data={})
    assert response.status_code == 409
    assert world.registration(person.id).state is State.CONFIRMED


def test_a_called_off_run_says_so_with_its_reason(world: World, enter: Enter, run_id: int) -> None:
    person = enter(State.CONFIRMED)
    acts.change_run(world.database, run_id, cancelled_at=now(), cancel_reason="Slimība.")
    response = world.client.get(person.link)
    assert "Īstenotājs šo norisi atcēla" in words(response)
    assert "Slimība." in words(response)
    assert "Atsaukt pieteikumu" not in acts_offered(response)


@ON_SQLITE
def test_name_and_telephone_are_corrected(world: World, enter: Enter) -> None:
    person = enter(State.CONFIRMED)
    opened = world.client.get(f"{person.link}/dati")
    assert 'value="Vallija Ķēniņa"' in opened.text
    wrong = world.client.post(f"{person.link}/dati", data={"name": "", "phone": "12"})
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.text
    right = world.client.post(f"{person.link}/dati", data={"name": "Vallija Kalna", "phone": "26123456"})
    assert right.headers["location"] == f"{person.link}?done=corrected"
    assert "Izmaiņas ir saglabātas." in words(world.client.get(right.headers["location"]))
    kept = world.registration(person.id)
    assert (kept.name, kept.phone) == ("Vallija Kalna", "+371 26 123 456")


@ON_SQLITE
def test_what_the_last_act_did_is_said_only_if_it_is_true(world: World, enter: Enter) -> None:
    person = enter(State.WAITLISTED)
    for word in ("confirmed", "accepted", "declined", "withdrawn", "anything", "<script>"):
        response = world.client.get(person.link, params={"done": word})
        assert page(response).css_first(".toast") is None


@ON_SQLITE
def test_the_calendar_file_holds_every_session_for_who_has_a_seat(world: World, enter: Enter) -> None:
    response = world.client.get(enter(State.CONFIRMED).link + "/kalendars.ics")
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["Aušanas pamati"] * 5
    for state in (State.PENDING, State.WAITLISTED, State.WITHDRAWN):
        assert world.client.get(enter(state).link + "/kalendars.ics").status_code == 404


@ON_SQLITE
def test_links_to_online_sessions_are_shown_to_those_with_a_seat_only(
    world: World, enter: Enter, run_id: int, database: Database
) -> None:
    with database.writing() as db:
        run = db.get_one(CourseRun, run_id)
        db.refresh(run, ["sessions"])
        for session in run.sessions:
            session.link = "https://meet.example.lv/room"
    shown = {state: "meet.example.lv" in world.client.get(enter(state).link).text for state in State}
    assert [state for state, is_shown in shown.items() if is_shown] == [State.CONFIRMED]


@ON_SQLITE
@pytest.mark.promise("P14")
@pytest.mark.parametrize("state", [*State])
def test_opening_links_changes_nothing(world: World, enter: Enter, run_id: int, state: State) -> None:
    person = enter(state)
    before = world.everything()
    for path in (
        "",
        "?done=confirmed",
        "/atsaukt",
        "/atteikties",
        "/dati",
        "/kalendars.ics",
        "/apstiprinat",
        "/pienemt",
    ):
        for method in ("GET", "HEAD"):
            assert world.client.request(method, person.link + path).status_code < 500
    world.client.get(f"/norises/{run_id}/pieteikties")
    assert world.everything() == before


@ON_SQLITE
@pytest.mark.parametrize("path", ["", "/atsaukt", "/atteikties", "/dati", "/kalendars.ics"])
def test_a_wrong_link_is_not_found_and_says_what_to_do(world: World, enter: Enter, path: str) -> None:
    link = enter(State.CONFIRMED).link
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    wrong = [forged, link[:-5], link + "x", "/pieteikumi/" + "x" * 46, "/pieteikumi/1", "/pieteikumi/%F0%9F%92%A9"]
    for address in wrong:
        response = world.client.get(address + path)
        assert response.status_code == 404
        assert "Šādu saiti nepazīstam." in words(response)
        assert "Vallija" not in response.text


@ON_SQLITE
def test_a_wrong_link_can_do_nothing(world: World, enter: Enter) -> None:
    link = enter(State.PENDING).link
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    before = world.everything()
    for act in ("apstiprinat", "pienemt", "atteikties", "atsaukt", "dati"):
        assert world.client.post(f"{forged}/{act}", data={"name": "X Y"}).status_code == 404
    assert world.everything() == before


@ON_SQLITE
def test_scripts_get_the_part_that_changes(world: World, enter: Enter) -> None:
    person = enter(State.PENDING)
    script = {"HX-Request": "true"}
    response = world.client.post(f"{person.link}/apstiprinat", headers=script, follow_redirects=True)
    assert "<html" not in response.text
    assert page(response).css_first("#pieteikums") is not None
    assert "HX-Request" in response.headers["vary"]
    late = enter(State.PENDING, hold_until=now() - timedelta(minutes=1))
    refused = world.client.post(f"{late.link}/apstiprinat", headers=script)
    assert refused.status_code == 409
    assert "<html" not in refused.text


@ON_SQLITE
def test_the_page_speaks_english(world: World, enter: Enter) -> None:
    response = world.client.get(enter(State.WAITLISTED).link, params={"lang": "en"})
    assert "You are on the waiting list" in words(response)
    assert "Weaving basics" in words(response)


def test_the_page_takes_few_statements(app: FastAPI, world: World, enter: Enter) -> None:
    database: Database = app.state.database
    people = [enter(state) for state in State]
    for person in people:
        with statements(database) as sent:
            world.client.get(person.link)
        assert len(sent) <= 6, sent


def test_the_link_of_an_erased_person_says_so_kindly_and_does_nothing(world: World, enter: Enter) -> None:
    person = enter(State.CONFIRMED, name=None, email=None, phone=None, email_key=None, erased_at=now())
    before = world.everything()
    opened = [world.client.get(person.link + path) for path in ("", "/dati", "/atsaukt", "/mani-dati", "/dzest")]
    sent = [world.client.post(person.link + path, data={"name": "X Y"}) for path in ("/dati", "/atsaukt", "/dzest")]
    for response in (*opened, *sent):
        assert response.status_code == 410
        assert "Dati ir izdzēsti" in words(response)
        assert "Vallija" not in response.text
        assert response.headers["cache-control"] == "no-store"
    assert world.everything() == before


def test_a_registration_of_another_year_shows_its_course_even_when_it_left_the_catalogue(
    world: World, database: Database
) -> None:
    with database.writing() as db:
        course = make.make_course(db, title="Vecais kurss")
        run = make.make_run(db, course, starts_in=-400)
        registration: Registration = make.make_registration(db, run)
        make.archive(db, course)
        number = registration.id
    response = world.client.get(world.link(number))
    assert response.status_code == 200
    assert "Vecais kurss" in words(response)
    assert "Kurss ir beidzies" in words(response)
