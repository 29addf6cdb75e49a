"""Registering on the pages, without scripts: the form, the check, the letter, and everything that may stand in the way."""

import re
from datetime import timedelta
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import select

from app.clock import now
from app.db import Database
from app.limits import FORMS
from app.registrations.models import Registration, State
from tests import make
from tests.counting import statements
from tests.registrations import acts
from tests.world import World

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference, one is enough."""
OFFERED = ("companion.name", "companion.email", "special_needs_consent")
"""What the form has ready for those who need it."""
ANNA = {"name": "Anna Ozola", "email": "anna@example.com", "phone": "26123456"}


class Runs(NamedTuple):
    """Two runs of one course: one with free seats, one full with a waiting list."""

    free: int
    full: int


@pytest.fixture
def runs(database: Database) -> Runs:
    with database.writing() as db:
        course = make.make_course(db, "ausana", title="Aušanas pamati", title_en="Weaving basics", price=160)
        venue = make.make_venue(db, name="Amatu māja")
        free = make.make_run(db, course, seats=2, starts_in=14, venue=venue)
        full = make.make_run(db, course, seats=1, starts_in=30, venue=venue)
        make.make_registration(db, full)
        make.make_registration(db, full, state=State.WAITLISTED)
        return Runs(free.id, full.id)


def url(run_id: int) -> str:
    """Where the form of a run stands."""
    return f"/norises/{run_id}/pieteikties"


def page(response: Response) -> HTMLParser:
    """The page, to be looked into."""
    return HTMLParser(response.text)


def values(response: Response) -> dict[str, str | None]:
    """What stands in the fields that everybody fills in."""
    fields = page(response).css("main form > div.field input")
    return {str(field.attributes["name"]): field.attributes.get("value") for field in fields}


def words(response: Response) -> str:
    """What the main part says, in one line."""
    main = page(response).css_first("main")
    assert main is not None
    return " ".join(main.text().split())


def hidden(response: Response) -> dict[str, str]:
    """What the form carries unseen."""
    fields = page(response).css("main form input[type=hidden]")
    return {str(field.attributes["name"]): str(field.attributes["value"]) for field in fields}


def fill(client: TestClient, run_id: int, step: str = "check", **typed: str) -> Response:
    """Open the form and send it with what was typed."""
    carried = hidden(client.get(url(run_id)))
    return client.post(url(run_id), data={**carried, "run": str(run_id), **ANNA, **typed, "step": step})


def send(client: TestClient, run_id: int, **typed: str) -> Response:
    """Go through form and check."""
    checked = fill(client, run_id, **typed)
    assert checked.status_code == 200, words(checked)
    return client.post(url(run_id), data=hidden(checked) | {"step": "send"})


def test_the_form_asks_for_three_things_and_offers_two_more(client: TestClient, runs: Runs) -> None:
    response = client.get(url(runs.free))
    assert response.status_code == 200
    names = [field.attributes["name"] for field in page(response).css("main form input:not([type=hidden])")]
    assert names == ["run", "run", "name", "email", "phone", *OFFERED]
    assert [opened.attributes["id"] for opened in page(response).css("main form details[open]")] == []
    assert "Pieteikties kursam „Aušanas pamati”" in words(response)
    assert "Jūsu kontaktus izdzēšam 90 dienas pēc kursa beigām." in words(response).replace("\xa0", " ")
    assert hidden(response)["expects_seat"] == str(runs.free)


@ON_SQLITE
def test_the_form_is_private_and_every_form_has_a_key_of_its_own(client: TestClient, runs: Runs) -> None:
    first, second = client.get(url(runs.free)), client.get(url(runs.free))
    assert first.headers["cache-control"] == "no-store"
    assert 'name="robots" content="noindex"' in first.text
    assert hidden(first)["key"] != hidden(second)["key"]


def test_a_full_run_explains_its_list_before_one_joins(client: TestClient, runs: Runs) -> None:
    response = client.get(url(runs.full))
    assert "Kā darbojas gaidīšanas saraksts" in words(response)
    assert "expects_seat" not in hidden(response)
    checked = fill(client, runs.full)
    assert "Pierakstīties gaidīšanas sarakstā" in words(checked)
    sent = client.post(url(runs.full), data=hidden(checked) | {"step": "send"})
    shown = client.get(sent.headers["location"])
    assert "Gaidīšanas sarakstā esat 2. vietā" in words(shown)


def test_the_whole_way_without_scripts(world: World, runs: Runs) -> None:
    client = world.client
    checked = fill(client, runs.free)
    assert all(shown in words(checked) for shown in ("Anna Ozola", "anna@example.com", "+371 26 123 456"))
    sent = client.post(url(runs.free), data=hidden(checked) | {"step": "send"})
    assert sent.status_code == 303
    shown = client.get(sent.headers["location"])
    assert "Uz adresi anna@example.com nosūtījām vēstuli." in words(shown)
    assert shown.headers["cache-control"] == "no-store"
    world.deliver()
    (letter,) = world.letters("anna@example.com")
    body = letter.get_body(("plain",))
    assert body is not None
    link = next(line for line in body.get_content().split() if "/pieteikumi/" in line).removeprefix("http://testserver")
    assert "Apstipriniet pieteikumu" in words(client.get(link))
    confirmed = client.post(f"{link}/apstiprinat")
    assert (confirmed.status_code, confirmed.headers["location"]) == (303, f"{link}?done=confirmed")
    assert "Pieteikums ir apstiprināts" in words(client.get(confirmed.headers["location"]))
    assert acts.state(world.database, "anna@example.com") is State.CONFIRMED
    world.deliver()
    assert len(world.letters("anna@example.com")) == 2


@ON_SQLITE
def test_everything_typed_is_kept_when_something_must_be_mended(client: TestClient, runs: Runs) -> None:
    response = fill(client, runs.free, email="anna.example.com", phone="abc")
    assert response.status_code == 422
    parsed = page(response)
    assert [link.attributes["href"] for link in parsed.css(".note--bad a")] == ["#email", "#phone"]
    title = parsed.css_first("title")
    assert title is not None
    assert title.text().startswith("Kļūda: ")
    assert values(response) == {"name": "Anna Ozola", "email": "anna.example.com", "phone": "abc"}
    for name in ("email", "phone"):
        field = parsed.css_first(f"#{name}")
        assert field is not None
        assert field.attributes["aria-invalid"] == "true"
        assert parsed.css_first(f"#{str(field.attributes['aria-describedby']).split()[-1]}") is not None


@ON_SQLITE
def test_changing_an_answer_returns_to_the_form_with_all_of_them(client: TestClient, runs: Runs) -> None:
    checked = fill(client, runs.free)
    response = client.post(url(runs.free), data=hidden(checked) | {"step": "change:email"})
    assert response.status_code == 200
    parsed = page(response)
    assert values(response) == {"name": "Anna Ozola", "email": "anna@example.com", "phone": "+371 26 123 456"}
    focused = parsed.css_first("input[autofocus]")
    assert focused is not None
    assert focused.attributes["name"] == "email"
    assert hidden(response)["key"] == hidden(checked)["key"]


def test_another_run_of_the_course_is_chosen_in_the_form(client: TestClient, runs: Runs, database: Database) -> None:
    checked = fill(client, runs.free, run=str(runs.full))
    form = page(checked).css_first("main form")
    assert form is not None
    assert form.attributes["action"] == url(runs.full)
    client.post(url(runs.full), data=hidden(checked) | {"step": "send"})
    assert acts.latest(database, "anna@example.com").run_id == runs.full


def test_scripts_fetch_the_chosen_run_without_what_was_typed(client: TestClient, runs: Runs) -> None:
    response = client.get(url(runs.free), params={"run": runs.full}, headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert "HX-Request" in response.headers["vary"]
    aside = page(response).css_first("#izvele")
    assert aside is not None
    assert "Vietu nav" in aside.text()


@ON_SQLITE
@pytest.mark.parametrize("chosen", ["4711", "0", "abc", "-1", "9" * 30])
def test_a_run_of_no_or_another_course_cannot_be_chosen(client: TestClient, runs: Runs, chosen: str) -> None:
    response = fill(client, runs.free, run=chosen)
    assert response.status_code == 422
    assert "Šādas atbildes vairs nav." in words(response)
    assert client.get(url(runs.free), params={"run": chosen}).status_code == 200


def test_the_last_seat_taken_meanwhile_offers_the_list_with_the_answers_kept(
    client: TestClient, runs: Runs, database: Database
) -> None:
    checked = fill(client, runs.free)
    for name in ("berta", "cecilija"):
        acts.register(database, runs.free, f"{name}@example.com")
    response = client.post(url(runs.free), data=hidden(checked) | {"step": "send"})
    assert response.status_code == 409
    assert "Kamēr aizpildījāt veidlapu, pēdējo vietu aizņēma cits." in words(response)
    assert hidden(response) == {**{k: v for k, v in hidden(checked).items() if k != "expects_seat"}}
    joined = client.post(url(runs.free), data=hidden(response) | {"step": "send"})
    assert joined.status_code == 303
    assert acts.state(database, "anna@example.com") is State.WAITLISTED


def test_a_run_that_fills_before_the_check_says_so_there(client: TestClient, runs: Runs, database: Database) -> None:
    carried = hidden(client.get(url(runs.free)))
    for name in ("berta", "cecilija"):
        acts.register(database, runs.free, f"{name}@example.com")
    response = client.post(url(runs.free), data={**carried, **ANNA, "run": str(runs.free), "step": "check"})
    assert response.status_code == 409
    assert "Kamēr aizpildījāt veidlapu" in words(response)


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"registration_opens_at": timedelta(days=2)}, "Pieteikšanās vēl nav sākusies."),
        ({"registration_closes_at": -timedelta(days=1)}, "Pieteikšanās beidzās"),
        ({"starts_at": -timedelta(days=2), "registration_closes_at": -timedelta(days=3)}, "Kurss jau ir sācies."),
        ({"cancelled_at": -timedelta(days=1)}, "Šī norise ir atcelta."),
    ],
)
def test_a_run_that_takes_nobody_says_why_and_what_else_there_is(
    client: TestClient, runs: Runs, database: Database, change: dict[str, timedelta], sentence: str
) -> None:
    carried = hidden(client.get(url(runs.free)))
    acts.change_run(database, runs.free, **{name: now() + after for name, after in change.items()})
    opened = client.get(url(runs.free))
    assert opened.status_code == 200
    for step in ("check", "send"):
        refused = client.post(url(runs.free), data={**carried, **ANNA, "step": step})
        assert refused.status_code == 409
        for response in (opened, refused):
            assert sentence in words(response)
            links = {link.attributes["href"] for link in page(response).css("main a")}
            assert {url(runs.full), "/kursi/ausana"} <= links
    assert [row.email for row in acts.registrations(database, runs.free)] == []


def test_a_full_run_without_a_list_points_to_other_dates(client: TestClient, runs: Runs, database: Database) -> None:
    acts.change_run(database, runs.full, has_waiting_list=False)
    response = client.get(url(runs.full))
    assert "gaidīšanas saraksta nav" in words(response)
    assert page(response).css_first(f'main a[href="{url(runs.free)}"]') is not None


@ON_SQLITE
@pytest.mark.parametrize("run_id", ["4711", "0", "-1", "abc", "99999999999999999999"])
def test_an_unknown_run_is_a_page_with_the_search_box(client: TestClient, runs: Runs, run_id: str) -> None:
    for response in (client.get(f"/norises/{run_id}/pieteikties"), client.post(f"/norises/{run_id}/pieteikties")):
        assert response.status_code == 404
        assert page(response).css_first("main input[type=search]") is not None


def test_a_course_that_has_left_the_catalogue_takes_nobody(client: TestClient, database: Database) -> None:
    with database.writing() as db:
        gone, draft = make.make_course(db), make.make_course(db, published=False)
        ids = make.make_run(db, gone).id, make.make_run(db, draft).id
        make.archive(db, gone)
    assert [client.get(url(run_id)).status_code for run_id in ids] == [410, 404]
    for run_id in ids:
        typed = {**ANNA, "key": "a-key-that-the-form-gave-out", "step": "send"}
        assert client.post(url(run_id), data=typed).status_code in {404, 410}
        assert acts.registrations(database, run_id) == []


def test_sending_the_same_form_again_leads_to_the_same_page(client: TestClient, runs: Runs, database: Database) -> None:
    checked = fill(client, runs.free)
    answers = [client.post(url(runs.free), data=hidden(checked) | {"step": "send"}) for _ in range(3)]
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, answers[0].headers["location"])}
    assert len(acts.registrations(database, runs.free)) == 1


def test_sending_it_again_with_other_answers_is_refused_and_leads_to_what_was_sent(
    client: TestClient, runs: Runs, database: Database
) -> None:
    checked = fill(client, runs.free)
    first = client.post(url(runs.free), data=hidden(checked) | {"step": "send"})
    response = client.post(url(runs.free), data=hidden(checked) | {"step": "send", "name": "Berta Kalna"})
    assert response.status_code == 409
    assert "Veidlapa jau nosūtīta ar citām atbildēm." in words(response)
    assert page(response).css_first(f'main a[href="{first.headers["location"]}"]') is not None
    assert [row.name for row in acts.registrations(database, runs.free)] == ["Anna Ozola"]


@ON_SQLITE
@pytest.mark.parametrize(
    "key", ["", "short", "x" * 65, "ķ" * 30, "../../../../../../../etc", "a b c d e f g h i j k l"]
)
def test_a_form_without_its_key_is_asked_for_once_more(client: TestClient, runs: Runs, key: str) -> None:
    response = client.post(url(runs.free), data={**ANNA, "key": key, "step": "send"})
    assert response.status_code == 409
    assert "Lapa bija atvērta pārāk ilgi." in words(response)
    assert client.post(url(runs.free), data=hidden(response) | {"step": "send"}).status_code == 303


def test_an_eleventh_form_in_a_week_is_answered_as_ever_and_registers_nobody(
    client: TestClient, runs: Runs, database: Database
) -> None:
    for _ in range(10):
        acts.register(database, acts.new_run(database), "anna@example.com")
    response = client.post(url(runs.free), data=hidden(fill(client, runs.free)) | {"step": "send"})
    assert response.status_code == 303  # Who may send no more is told by mail: here it would tell others.
    assert not acts.registrations(database, runs.free)


@ON_SQLITE
@pytest.mark.promise("P18")
def test_one_sender_is_limited_only_when_sending(client: TestClient, runs: Runs) -> None:
    for _ in range(FORMS.item.amount):
        last = client.post(url(4711), data={**ANNA, "key": "a-key-that-the-form-gave-out", "step": "send"})
    assert last.status_code == 404  # Nobody can register for a run that is not there: its page is not found either way.
    assert fill(client, runs.free).status_code == 200
    refused = client.post(url(runs.free), data=hidden(fill(client, runs.free)) | {"step": "send"})
    assert refused.status_code == 429
    assert hidden(refused)["name"] == "Anna Ozola"


@pytest.mark.promise("P17")
def test_the_answer_to_a_known_address_is_the_very_same(
    client: TestClient, database: Database, runs: Runs, world: World
) -> None:
    acts.change_run(database, runs.free, seats=5)
    acts.seat(database, runs.free, "known@example.com")

    def answers(email: str) -> list[tuple[int, str]]:
        checked = fill(client, runs.free, email=email)
        sent = client.post(url(runs.free), data=hidden(checked) | {"step": "send"})
        shown = client.get(sent.headers["location"])
        again = client.post(sent.headers["location"] + "/velreiz")
        last = client.get(again.headers["location"])
        key = hidden(checked)["key"]
        seen = [(one.status_code, one.text + one.headers.get("location", "")) for one in (sent, shown, again, last)]
        # What differs for everybody: the form's key, the typed address, and the minute until which the seat is held.
        return [
            (status, re.sub(r"plkst\.\s\d+\.\d+", "", text.replace(key, "").replace(email, "")))
            for status, text in seen
        ]

    unknown, known = answers("another@example.com"), answers("known@example.com")
    seats = re.compile(r"\d brīvas? vietas? no 5|<svg class=\"stitches\".*?</svg>|Aizņemtas vietas: \d")
    assert [(status, seats.sub("", text)) for status, text in known] == [
        (status, seats.sub("", text)) for status, text in unknown
    ]
    world.deliver()
    assert [letter["Subject"] for letter in world.letters("known@example.com")][-1].startswith("Jūsu pieteikums jau ir")


def test_the_letter_is_sent_again_and_the_address_corrected(world: World, runs: Runs) -> None:
    client = world.client
    sent = send(client, runs.free, email="ana@example.com").headers["location"]
    again = client.post(f"{sent}/velreiz")
    assert (again.status_code, again.headers["location"]) == (303, f"{sent}?done=again")
    assert page(client.get(again.headers["location"])).css_first(".toast[role=status]") is not None
    assert page(client.get(sent + "?done=anything")).css_first(".toast") is None
    wrong = client.post(f"{sent}/adrese", data={"email": "anna.example.com"})
    assert wrong.status_code == 422
    assert 'value="anna.example.com"' in wrong.text
    right = client.post(f"{sent}/adrese", data={"email": "anna@example.com"})
    assert right.status_code == 303
    assert "anna@example.com" in words(client.get(right.headers["location"]))
    world.deliver()
    assert len(world.letters("anna@example.com")) >= 1
    for _ in range(2):
        assert client.post(f"{sent}/velreiz").status_code == 303
    assert client.post(f"{sent}/velreiz").status_code == 429


@ON_SQLITE
def test_a_page_of_a_sent_form_opens_only_with_its_key(client: TestClient, runs: Runs) -> None:
    sent = send(client, runs.free).headers["location"]
    assert client.get(sent).status_code == 200
    assert client.get(sent[:-1] + ("a" if sent[-1] != "a" else "b")).status_code == 404
    assert client.get(sent.replace(f"/{runs.free}/", f"/{runs.full}/")).status_code == 404
    assert client.get(f"{url(runs.free)}/nosutits/x").status_code == 404


@ON_SQLITE
def test_scripts_get_the_part_that_changes_with_its_title(client: TestClient, runs: Runs) -> None:
    carried = hidden(client.get(url(runs.free)))
    typed = {**carried, **ANNA, "run": str(runs.free), "step": "check"}
    part = client.post(url(runs.free), data=typed, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "<title>Pārbaudiet atbildes – Mūžizglītība Ventspilī</title>" in part.text
    assert part.headers["hx-push-url"] == url(runs.free)
    wrong = client.post(url(runs.free), data=typed | {"email": ""}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert "<title>Kļūda: " in wrong.text


@ON_SQLITE
def test_the_pages_speak_english(client: TestClient, runs: Runs) -> None:
    response = client.get(url(runs.free), params={"lang": "en"})
    assert "Register for “Weaving basics”" in words(response)
    checked = client.post(url(runs.free), data={**hidden(response), **ANNA, "run": str(runs.free), "step": "check"})
    assert "Check your answers" in words(checked)


def test_the_pages_take_few_statements(app: FastAPI, client: TestClient, runs: Runs) -> None:
    database: Database = app.state.database
    with statements(database) as opened:
        client.get(url(runs.free))
    with statements(database) as chosen:
        checked = fill(client, runs.free, run=str(runs.full))
    acts.register(database, acts.new_run(database), "first@example.com")  # It makes the year's key.
    with statements(database) as sending:
        sent = client.post(url(runs.full), data=hidden(checked) | {"step": "send"})
    with statements(database) as shown:
        client.get(sent.headers["location"])
    assert [len(opened), len(chosen) - len(opened), len(shown)] == [4, 4, 4]
    assert len(sending) <= 10


@ON_SQLITE
@pytest.mark.promise("P20")
@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Anna\x00Ozola"},
        {"name": "A" * 60_000},
        {"name": "\u202eanalzO annA"},
        {"email": "a@" + "b" * 5_000 + ".lv"},
        {"email": "anna@example.com\r\nBcc: all@example.com"},
        {"phone": "9" * 5_000},
        {"phone": "+371 26123456; drop table"},
        {"step": "send", "key": "\x00" * 30},
        {"step": "change:../../x"},
        {"step": "nothing known"},
        {"expects_seat": "9" * 400},
        {"run": "9" * 400},
        {"unknown": "field"},
    ],
)
def test_strange_input_is_answered_calmly(client: TestClient, runs: Runs, typed: dict[str, str]) -> None:
    response = (
        fill(client, runs.free, **typed) if "step" not in typed else client.post(url(runs.free), data={**ANNA, **typed})
    )
    assert response.status_code < 500
    assert "Traceback" not in response.text


@ON_SQLITE
def test_bytes_that_are_no_text_are_answered_calmly(client: TestClient, runs: Runs) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (
        b"name=%ff%fe&email=%80&step=send",
        b"name=%ed%a0%80&email=a@b.lv",
        b"\xff\xfe",
        b"&" * 3_000,
        b"=" * 10,
    ):
        assert client.post(url(runs.free), content=body, headers=kind).status_code < 500


@ON_SQLITE
@pytest.mark.promise("P12")
def test_what_is_typed_is_shown_as_text(client: TestClient, runs: Runs, database: Database) -> None:
    name = "<script>alert(1)</script>{{7*7}}"
    checked = fill(client, runs.free, name=name)
    assert "<script>alert" not in checked.text
    assert "&lt;script&gt;" in checked.text
    client.post(url(runs.free), data=hidden(checked) | {"step": "send"})
    with database.reading() as db:
        assert db.scalars(select(Registration.name).where(Registration.email == "anna@example.com")).one() == name
