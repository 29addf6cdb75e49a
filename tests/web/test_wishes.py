"""Wishes on the web: without scripts in two steps, with them in place; nothing counts before it is confirmed."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from fastapi.testclient import TestClient
from httpx2 import Response
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import func, select

from app.clock import now
from app.db import Database
from app.links import sign
from app.main import create_app
from app.outbox.models import Message
from app.search.index import rebuild_index
from app.settings import DEMO_SECRET, Settings
from app.wishes import queries
from app.wishes.models import WishRequest, WishState, WishSupport
from tests import make
from tests.counting import statements

ADDRESS = "http://velmes.example.lv"
WISH = {"title": "Bišu dravošana", "email": "anna@example.com"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """A browser without scripts."""
    settings = Settings(
        database_url=sqlite_database.url.render_as_string(), public_url=ADDRESS, demonstration=True, rate_limits="off"
    )
    with TestClient(create_app(settings, quiet=True), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def tree(response: Response) -> HTMLParser:
    """The page as a tree."""
    return HTMLParser(response.text)


def words(response: Response) -> str:
    """What a reader of the page reads, with plain spaces."""
    main = tree(response).css_first("main")
    return " ".join(main.text(separator=" ").split())


def private_url(support: WishSupport) -> str:
    """The link as it stands in the letter."""
    return f"/velmes/atbalsts/{sign(DEMO_SECRET, 'wish', support.link_key)}"


def the_support(database: Database) -> WishSupport:
    """The only support there is."""
    with database.reading() as db:
        return db.scalars(select(WishSupport)).one()


def a_wish(
    database: Database, title: str = "Bišu dravošana", *, state: WishState = WishState.NEW, people: int = 3
) -> int:
    """A wish in the database."""
    with database.writing() as db:
        return make.make_wish(db, title, state=state, supporters=people).id


def courses(database: Database, *titles: str) -> None:
    """A catalogue of courses with these titles, ready to be found."""
    with database.writing() as db:
        group = make.make_group(db, "environment", name="Vide")
        for title in titles:
            make.make_run(db, make.make_course(db, title=title, group=group))
        rebuild_index(db)


# --- the list


def test_an_empty_list_says_so_and_offers_the_form(client: TestClient) -> None:
    page = client.get("/velmes")
    assert page.status_code == 200
    assert "Te vēl nav nevienas vēlmes. Jūsu vēlme var būt pirmā." in words(page)
    assert tree(page).css_first("aside form").attributes["action"] == "/velmes/jauna"


def test_the_views_of_the_list_tell_how_many_there_are(client: TestClient, sqlite_database: Database) -> None:
    for number, state in enumerate([*WishState, WishState.NEW]):
        if state is not WishState.MERGED:
            a_wish(sqlite_database, f"Vēlme {number}", state=state)
    page = tree(client.get("/velmes"))
    assert [tab.text().split() for tab in page.css(".tabs a")] == [
        ["Visas", "6"],
        ["Gaida", "atbildi", "3"],
        ["Gatavošanā", "1"],
        ["Piepildījās", "1"],
    ]
    planned = tree(client.get("/velmes?state=planned"))
    assert len(planned.css("li.wish")) == 1
    assert planned.css_first('.tabs [aria-current="page"]').text().split() == ["Gatavošanā", "1"]


def test_unknown_views_and_pages_past_the_end_show_what_there_is(client: TestClient, sqlite_database: Database) -> None:
    a_wish(sqlite_database)
    for query in ("state=cooking", "page=99999", "page=-1", "page=x", "page=²", "sort=cheapest", "page=" + "9" * 5000):
        page = client.get(f"/velmes?{query}")
        assert page.status_code == 200
        assert len(tree(page).css("li.wish")) == 1


def test_a_long_list_has_pages_that_keep_view_and_order(client: TestClient, sqlite_database: Database) -> None:
    for number in range(23):
        a_wish(sqlite_database, f"Vēlme {number}", people=1)
    first = tree(client.get("/velmes?state=waiting&sort=newest"))
    assert len(first.css("li.wish")) == 20
    following = first.css_first('.pager [rel="next"]').attributes["href"]
    assert following == "/velmes?state=waiting&sort=newest&page=2"
    assert len(tree(client.get(following)).css("li.wish")) == 3


def test_htmx_gets_the_list_alone(client: TestClient, sqlite_database: Database) -> None:
    a_wish(sqlite_database)
    part = client.get("/velmes?state=waiting", headers=HTMX)
    assert part.text.lstrip().startswith('<div id="velmes"')
    assert "HX-Request" in part.headers["vary"]
    assert tree(part).css_first("h2").attributes.keys() >= {"autofocus", "tabindex"}


def test_a_page_of_wishes_needs_few_statements(client: TestClient, sqlite_database: Database) -> None:
    for number in range(25):
        a_wish(sqlite_database, f"Vēlme {number}", people=2)
    database: Database = client.app.state.database  # type: ignore[attr-defined]
    for address in ("/velmes", "/velmes/1", "/velmes/jauna?q=vēlme", "/velmes/1/atbalstit"):
        with statements(database) as sent:
            assert client.get(address).status_code == 200
        assert len(sent) <= 6, (address, sent)


def test_titles_and_answers_are_shown_as_text(client: TestClient, sqlite_database: Database) -> None:
    wish_id = a_wish(sqlite_database, '<script>alert("x")</script><a hx-get="/x">')
    for address in ("/velmes", f"/velmes/{wish_id}", f"/velmes/{wish_id}/atbalstit"):
        page = client.get(address)
        assert "<script>alert" not in page.text
        assert not tree(page).css('[hx-get="/x"]')


# --- one wish


def test_a_wish_has_a_page_and_what_is_not_public_has_none(client: TestClient, sqlite_database: Database) -> None:
    public, unread = a_wish(sqlite_database), a_wish(sqlite_database, "Nelasīta", state=WishState.UNREAD)
    page = client.get(f"/velmes/{public}")
    assert page.status_code == 200
    assert "Bišu dravošana" in words(page)
    for missing in (unread, 999, 2**63):
        assert client.get(f"/velmes/{missing}").status_code == 404
        assert client.get(f"/velmes/{missing}/atbalstit").status_code == 404
        assert client.post(f"/velmes/{missing}/atbalstit", data={"email": "a@example.com"}).status_code == 404
    assert client.get("/velmes/abc").status_code == 404


# --- a new wish


def test_the_first_step_shows_what_is_there_already_and_keeps_nothing(
    client: TestClient, sqlite_database: Database
) -> None:
    courses(sqlite_database, "Biškopība: bišu dravošanas pamati", "Keramika iesācējiem")
    a_wish(sqlite_database, "Bišu dravošana pilsētā")
    page = client.post("/velmes/jauna", data={**WISH, "step": "look"})
    assert page.status_code == 200
    assert "Šādi kursi jau ir" in words(page)
    assert "To pašu vēlas citi; pievienojieties" in words(page)
    assert "Keramika" not in words(page)
    form = tree(page)
    assert form.css_first("#title").attributes["value"] == "Bišu dravošana"
    assert form.css_first("#email").attributes["value"] == "anna@example.com"
    assert form.css_first("#group option[selected]").attributes["value"] == "environment"
    with sqlite_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(WishRequest)) == 1


def test_the_second_step_keeps_the_wish_and_says_where_the_letter_went(
    client: TestClient, sqlite_database: Database
) -> None:
    courses(sqlite_database, "Keramika")
    more = {
        "group": "environment",
        "times": ["evening", "weekend"],
        "format": "in_person",
        "audience": "seniors",
        "people": "4",
        "details": "Pirmais gads.\r\nBez stropa.",
    }
    answer = client.post("/velmes/jauna", data={**WISH, **more, "step": "send"})
    assert answer.status_code == 303
    assert "anna" not in answer.headers["location"]
    page = client.get(answer.headers["location"])
    assert page.headers["cache-control"] == "no-store"
    assert "anna@example.com" in words(page)
    with sqlite_database.reading() as db:
        wish = db.scalars(select(WishRequest)).one()
        assert (wish.title, wish.details) == ("Bišu dravošana", "Pirmais gads.\nBez stropa.")
        assert (wish.times, wish.format, wish.audience, wish.people) == (
            ["evening", "weekend"],
            "in_person",
            "seniors",
            4,
        )
        assert db.scalars(select(Message.kind)).all() == ["WishLeft"]


def test_sending_the_form_twice_keeps_one_wish_and_answers_the_same(
    client: TestClient, sqlite_database: Database
) -> None:
    first, second = (client.post("/velmes/jauna", data={**WISH, "step": "send"}) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert the_support(sqlite_database).is_writer


@pytest.mark.parametrize("step", ["look", "send"])
def test_a_wrong_form_comes_back_with_everything_typed(client: TestClient, step: str) -> None:
    page = client.post("/velmes/jauna", data={"title": "Bišu dravošana", "email": "anna.example.com", "step": step})
    assert page.status_code == 422
    form = tree(page)
    assert form.css_first("title").text().startswith("Kļūda: ")
    assert form.css_first("#email").attributes["value"] == "anna.example.com"
    assert form.css_first("#email").attributes["aria-invalid"] == "true"
    link = form.css_first(".note--bad a")
    assert (link.attributes["href"], link.text()) == (
        "#email",
        "E-pasta adresē trūkst zīmes @. Piemērs: vards@piemers.lv.",
    )
    assert link.text() in form.css_first("#email-e").text()


def test_a_personal_code_is_refused_kindly_and_nothing_typed_is_lost(client: TestClient) -> None:
    told = {"details": "Mans kods ir 010180-12345.", "times": "evening", "people": "many", "step": "send"}
    page = client.post("/velmes/jauna", data={**WISH, **told})
    assert page.status_code == 422
    form = tree(page)
    assert {link.attributes["href"] for link in form.css(".note--bad a")} == {"#details", "#people"}
    assert form.css_first("#details").text(strip=True) == "Mans kods ir 010180-12345."
    assert form.css_first("#people").attributes["value"] == "many"
    assert form.css_first('[name="times"][checked]').attributes["value"] == "evening"
    assert "open" in form.css_first("details.more").attributes


@pytest.mark.parametrize("title", ["", "ab", "12345", "x" * 201, "a\x00b\x01c", "\u200b"])
def test_words_that_say_nothing_are_refused(client: TestClient, title: str) -> None:
    page = client.post("/velmes/jauna", data={"title": title, "email": "anna@example.com", "step": "send"})
    assert page.status_code == 422
    assert tree(page).css_first('.note--bad a[href="#title"]') is not None


def test_a_group_that_was_made_up_is_refused(client: TestClient) -> None:
    assert client.post("/velmes/jauna", data={**WISH, "group": "nothing", "step": "send"}).status_code == 422
    assert client.post("/velmes/jauna", data={**WISH, "group": "'; --", "step": "send"}).status_code == 422


def test_words_in_the_address_are_filled_in_with_what_is_like_them(
    client: TestClient, sqlite_database: Database
) -> None:
    a_wish(sqlite_database, "Zīmju valodas pamati ģimenēm")
    page = client.get("/velmes/jauna", params={"q": "zimju valoda"})
    assert tree(page).css_first("#title").attributes["value"] == "zimju valoda"
    assert "Zīmju valodas pamati ģimenēm" in words(page)


def test_while_one_types_only_the_likes_are_sent(client: TestClient, sqlite_database: Database) -> None:
    a_wish(sqlite_database, "Zīmju valodas pamati ģimenēm")
    part = client.get("/velmes/jauna", params={"title": "zīmju valodu"}, headers=HTMX)
    assert part.text.lstrip().startswith('<div id="lidzigas"')
    assert "Zīmju valodas pamati ģimenēm" in part.text
    nothing = client.get("/velmes/jauna", params={"title": " ?! "}, headers=HTMX)
    assert tree(nothing).css_first("#lidzigas").text(strip=True) == ""


def test_wishes_that_cannot_be_joined_are_not_offered(client: TestClient, sqlite_database: Database) -> None:
    for state in (WishState.UNREAD, WishState.DECLINED, WishState.FULFILLED):
        a_wish(sqlite_database, "Zīmju valoda", state=state)
    assert not tree(client.get("/velmes/jauna", params={"q": "zīmju valoda"})).css("li.wish")


# --- joining


def test_joining_asks_for_the_address_and_counts_once_it_is_confirmed(
    client: TestClient, sqlite_database: Database
) -> None:
    wish_id = a_wish(sqlite_database, people=2)
    with sqlite_database.reading() as db:
        before = db.scalar(select(func.count()).select_from(WishSupport))
    answer = client.post(f"/velmes/{wish_id}/atbalstit", data={"email": "janis@example.com"})
    assert answer.status_code == 303
    assert "janis@example.com" in words(client.get(answer.headers["location"]))
    with sqlite_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(WishSupport)) == (before or 0) + 1
        support = db.scalars(select(WishSupport).where(WishSupport.email == "janis@example.com")).one()
        assert queries.public_wish(db, wish_id, "lv", now()).supporters == 2
    assert client.get(private_url(support)).status_code == 200
    with sqlite_database.reading() as db:
        assert queries.public_wish(db, wish_id, "lv", now()).supporters == 2
    assert client.post(private_url(support)).headers["location"] == private_url(support)
    with sqlite_database.reading() as db:
        assert queries.public_wish(db, wish_id, "lv", now()).supporters == 3


def test_nobody_learns_whether_an_address_stands_behind_a_wish(client: TestClient, sqlite_database: Database) -> None:
    wish_id = a_wish(sqlite_database)
    with sqlite_database.writing() as db:
        make.make_support(db, db.get_one(WishRequest, wish_id), "known@example.com")
    seen = []
    for address in ("known@example.com", "fresh@example.com"):
        answer = client.post(f"/velmes/{wish_id}/atbalstit", data={"email": address})
        token = answer.headers["location"].rpartition("/")[2]
        page = client.get(answer.headers["location"])
        text = page.text.replace(address, "ADDRESS").replace(token, "TOKEN").replace(quote(token), "TOKEN")
        seen.append((answer.status_code, len(token), page.status_code, text))
    assert seen[0] == seen[1]


def test_in_the_list_the_field_opens_in_place_and_the_answer_stands_there(
    client: TestClient, sqlite_database: Database
) -> None:
    wish_id = a_wish(sqlite_database)
    url = f"/velmes/{wish_id}/atbalstit"
    opened = client.get(url, headers=HTMX)
    assert opened.text.lstrip().startswith(f'<li class="wish" id="velme-{wish_id}"')
    assert "autofocus" in tree(opened).css_first('input[type="email"]').attributes
    wrong = client.post(url, data={"email": "janis"}, headers=HTMX)
    assert wrong.status_code == 422
    assert tree(wrong).css_first("input").attributes["value"] == "janis"
    sent = client.post(url, data={"email": "janis@example.com"}, headers=HTMX)
    assert sent.status_code == 200
    assert "janis@example.com" in tree(sent).css_first(".note--ok").text()
    assert not tree(sent).css("form")


def test_an_answered_wish_leads_to_its_page_and_a_joined_one_to_the_joint_wish(
    client: TestClient, sqlite_database: Database
) -> None:
    declined, target = a_wish(sqlite_database, "Droni", state=WishState.DECLINED), a_wish(sqlite_database, "Dārzs")
    with sqlite_database.writing() as db:
        joined = make.make_wish(db, "Vīnogas")
        joined.state, joined.merged_into_id = WishState.MERGED, target
    assert client.get(f"/velmes/{declined}/atbalstit").headers["location"] == f"/velmes/{declined}"
    assert client.post(f"/velmes/{declined}/atbalstit", data={"email": "a@example.com"}).status_code == 409
    assert client.get(f"/velmes/{joined.id}/atbalstit").headers["location"] == f"/velmes/{target}/atbalstit"


def test_too_many_tries_are_told_with_the_address_kept(sqlite_database: Database) -> None:
    wish_id = a_wish(sqlite_database)
    settings = Settings(database_url=sqlite_database.url.render_as_string(), public_url=ADDRESS, rate_limits="on")
    with TestClient(create_app(settings, quiet=True), base_url=ADDRESS, follow_redirects=False) as client:
        answers = [
            client.post(f"/velmes/{wish_id}/atbalstit", data={"email": f"a{number}@example.com"})
            for number in range(61)
        ]
    assert [answer.status_code for answer in answers[:60]] == [303] * 60
    assert answers[60].status_code == 429
    assert int(answers[60].headers["retry-after"]) > 0
    assert tree(answers[60]).css_first("#email").attributes["value"] == "a60@example.com"


# --- behind the mailed link


def test_the_writer_sees_an_unread_wish_confirms_takes_back_and_returns(
    client: TestClient, sqlite_database: Database
) -> None:
    client.post("/velmes/jauna", data={**WISH, "step": "send"})
    url = private_url(the_support(sqlite_database))
    page = client.get(url)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "Apstiprināt adresi" in words(page)
    assert "Katru vēlmi izlasām, pirms to publicējam." in words(page)
    assert the_support(sqlite_database).confirmed_at is None
    client.post(url)
    assert the_support(sqlite_database).counts
    assert client.get(f"{url}/atsaukt").status_code == 200
    assert the_support(sqlite_database).counts
    assert client.post(f"{url}/atsaukt").headers["location"] == url
    assert not the_support(sqlite_database).counts
    client.post(url)
    assert the_support(sqlite_database).counts


def test_links_that_were_made_up_are_not_found(client: TestClient, sqlite_database: Database) -> None:
    sent = client.post("/velmes/jauna", data={**WISH, "step": "send"}).headers["location"].rpartition("/")[2]
    key = the_support(sqlite_database).link_key
    for token in (
        "x",
        "A" * 46,
        key,
        sent,
        sign("another secret", "wish", key),
        sign(DEMO_SECRET, "registration", key),
    ):
        assert client.get(f"/velmes/atbalsts/{token}").status_code == 404
        assert client.post(f"/velmes/atbalsts/{token}").status_code == 404
        assert client.post(f"/velmes/atbalsts/{token}/atsaukt").status_code == 404
    assert client.get(f"/velmes/nosutita/{sign(DEMO_SECRET, 'wish', key)}").status_code == 404
    assert the_support(sqlite_database).confirmed_at is None


def test_the_page_about_a_sent_wish_closes_after_a_day(client: TestClient) -> None:
    with time_machine.travel("2026-03-05 10:00Z", tick=False) as clock:
        url = client.post("/velmes/jauna", data={**WISH, "step": "send"}).headers["location"]
        clock.shift(timedelta(hours=23))
        assert client.get(url).status_code == 200
        clock.shift(timedelta(hours=2))
        assert client.get(url).status_code == 404


def test_the_letter_speaks_the_language_in_which_the_wish_was_left(
    client: TestClient, sqlite_database: Database
) -> None:
    client.post("/velmes/jauna?lang=en", data={**WISH, "step": "send"})
    assert the_support(sqlite_database).locale == "en"
