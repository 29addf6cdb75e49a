"""The pages of the desk: names behind a button, people found, entered, moved and written to; the wall between providers."""

import io
import re
import zipfile
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.clock import now
from app.courses.models import CourseRun
from app.courses.run_models import RunSubstitute
from app.people.models import Role
from app.people.staff import Staff
from app.registrations.models import Registration, State
from tests.counting import statements
from tests.make import make_registration, make_registrations
from tests.protection.test_forms_fuzz import HOSTILE
from tests.registrations import acts
from tests.registrations.desk_acts import email_of, enter, kept, new_group, new_staff
from tests.staff import sign_in
from tests.world import World

NAME = "Ērika Šķēle-Ģībiete"
KEY = "a-key-of-the-desks-form-0123456789"


@dataclass
class Desk:
    """A member of staff at the pages of one group."""

    world: World
    who: Staff
    run_id: int

    @property
    def list(self) -> str:
        """Where the group's list stands."""
        return f"/darbvieta/grupas/{self.run_id}/pieteikumi"

    def open(self) -> None:
        """The device opens the list."""
        assert self.world.client.post(f"{self.list}/atvert").status_code == 303

    def get(self, address: str, **headers: str) -> Response:
        """A page."""
        return self.world.client.get(address, headers=headers)

    def post(self, address: str, **fields: object) -> Response:
        """A form that is sent."""
        return self.world.client.post(address, data=fields)


@pytest.fixture
def at_desk(world: World) -> Desk:
    """An editor with a group of five seats."""
    who = new_staff(world.database)
    sign_in(world.client, world.database, world.settings, email_of(world.database, who))
    return Desk(world, who, new_group(world.database, who, seats=5))


def person(desk: Desk, name: str = NAME, **more: object) -> int:
    """Somebody is registered in the group."""
    with desk.world.database.writing() as db:
        run = db.get_one(CourseRun, desk.run_id)
        return make_registration(db, run, name=name, **more).id  # type: ignore[arg-type]


def test_names_stand_behind_a_button_and_every_look_is_on_record(at_desk: Desk) -> None:
    number = person(at_desk)
    before = at_desk.world.everything()
    for address in (at_desk.list, f"{at_desk.list}?view=confirmed", "/darbvieta/pieteikumi"):
        page = at_desk.get(address)
        assert (page.status_code, NAME in page.text) == (200, False)
        assert NAME not in at_desk.get(address, **{"HX-Request": "true"}).text
    assert at_desk.get(f"{at_desk.list}/{number}").headers["location"] == at_desk.list
    assert at_desk.world.everything() == before
    at_desk.open()
    assert acts.recorded(at_desk.world.database, "list_opened") == [(str(at_desk.run_id), {"list": "registrations"})]
    opened = at_desk.world.everything()
    assert NAME in at_desk.get(at_desk.list).text
    assert NAME in at_desk.get(f"{at_desk.list}/{number}").text
    part = at_desk.get(f"{at_desk.list}?view=confirmed", **{"HX-Request": "true"}).text
    assert NAME in part
    assert "<html" not in part
    assert at_desk.world.everything() == opened


def test_people_are_found_by_name_address_and_telephone_without_a_name_in_any_address(at_desk: Desk) -> None:
    person(at_desk, email="erika@example.lv")
    person(at_desk, "Jānis Cits", email="janis@example.lv")
    with at_desk.world.database.writing() as db:
        db.get_one(Registration, acts.latest(at_desk.world.database, "erika@example.lv").id).phone = "+371 26 123 456"
    at_desk.open()
    at_desk.world.client.post("/darbvieta/pieteikumi/atvert")
    for words in ("erika skele", "SKELE", "ģībiete", "erika@ex", "26123456", "+371 261 234"):
        for address in (at_desk.list, "/darbvieta/pieteikumi"):
            sent = at_desk.post(f"{address}/meklet", q=words)
            assert (sent.status_code, sent.headers["location"]) == (303, address)
            page = at_desk.get(address).text
            assert NAME in page, words
            assert "Jānis Cits" not in page, words
    at_desk.post(f"{at_desk.list}/meklet", q="erika", all="yes")
    assert "Jānis Cits" in at_desk.get(at_desk.list).text


def test_lists_take_the_same_number_of_statements_whatever_their_length(at_desk: Desk) -> None:
    at_desk.open()
    at_desk.world.client.post("/darbvieta/pieteikumi/atvert")
    at_desk.post("/darbvieta/pieteikumi/meklet", q="Anna")
    sent = []
    for more in (3, 120):
        with at_desk.world.database.writing() as db:
            run = db.get_one(CourseRun, at_desk.run_id)
            make_registrations(db, run, more)
            make_registrations(db, run, more, State.WAITLISTED)
        counts = []
        for address in (at_desk.list, "/darbvieta/pieteikumi"):
            with statements(at_desk.world.database) as told:
                page = at_desk.get(address)
            assert len(HTMLParser(page.text).css("tbody tr")) == min(50, 2 * more)
            counts.append(len(told))
        sent.append(counts)
    assert sent[0] == sent[1]
    assert max(sent[0]) <= 18


def test_order_filters_and_counts_of_the_list(at_desk: Desk) -> None:
    for name, state in (
        ("Anna Čakste", State.CONFIRMED),
        ("Zane Cīrule", State.CONFIRMED),
        ("Ada Dāle", State.WAITLISTED),
    ):
        person(at_desk, name, state=state)
    at_desk.open()
    rows = [row.text() for row in HTMLParser(at_desk.get(at_desk.list).text).css("tbody tr th a")]
    assert [row.strip() for row in rows] == ["Zane Cīrule", "Anna Čakste", "Ada Dāle"]
    tabs = HTMLParser(at_desk.get(at_desk.list).text).css(".tabs .n")
    assert [one.text() for one in tabs][-5:] == ["3", "2", "0", "1", "0"]
    waiting = at_desk.get(f"{at_desk.list}?view=waiting&channel=web&order=newest&page=999").text
    assert "Ada Dāle" in waiting
    assert "Cīrule" not in waiting
    assert at_desk.get(f"{at_desk.list}?view=x&channel=y&order=z&page=-1").status_code == 200


def test_somebody_who_called_is_entered_gets_a_slip_and_a_letter_if_there_is_an_address(at_desk: Desk) -> None:
    form = {"key": KEY, "channel": "phone", "name": NAME, "phone": "26 123 456", "expects_seat": str(at_desk.run_id)}
    sent = [at_desk.post(f"{at_desk.list}/jauns", **form) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    where = sent[0].headers["location"].partition("?")[0]
    assert len(acts.registrations(at_desk.world.database, at_desk.run_id)) == 1
    page = at_desk.get(sent[0].headers["location"])
    assert NAME in page.text
    assert "Cilvēks ir pieteikts." in page.text
    slip = at_desk.get(f"{where}/lapa").text
    assert '<svg class="qr"' in slip
    assert "style=" not in slip
    wrong = at_desk.post(f"{at_desk.list}/jauns", **form | {"name": "", "phone": "010190-12345", "special_needs": "x"})
    assert wrong.status_code == 422
    assert "26 123 456" not in wrong.text
    with_mail = form | {"key": KEY + "2", "name": "Cita Persona", "phone": "", "email": "cita@example.lv"}
    assert at_desk.post(f"{at_desk.list}/jauns", **with_mail).status_code == 303
    again = at_desk.post(f"{at_desk.list}/jauns", **with_mail | {"key": KEY + "3"})
    assert again.status_code == 409
    assert "Šis cilvēks šai grupai jau ir pieteikts." in again.text
    at_desk.world.deliver()
    [letter] = at_desk.world.letters("cita@example.lv")
    assert letter["Subject"].startswith("Jums ir vieta")


def test_each_act_shows_its_letter_first_without_the_private_link(at_desk: Desk) -> None:
    number = person(at_desk, email="erika@example.lv")
    other = new_group(at_desk.world.database, at_desk.who)
    at_desk.open()
    one = f"{at_desk.list}/{number}"
    before = at_desk.world.everything()
    for act, words in (("atsaukt", "Jūs atsaucāt"), ("atcelt", "Iemesls"), (f"parcelt?to={other}", "pārcēla")):
        page = at_desk.get(f"{one}/{act}")
        assert page.status_code == 200
        assert words in page.text, act
        assert "/pieteikumi/" + kept(at_desk.world.database, number).link_key not in page.text
    assert at_desk.get(f"{one}/labot").status_code == 200
    assert at_desk.get(f"{one}/apstiprinat").status_code == 303
    assert at_desk.get(f"{one}/nekas").status_code == 404
    shown = at_desk.post(f"{one}/atcelt", reason="Telpa slēgta.", step="preview")
    assert "Telpa slēgta." in HTMLParser(shown.text).css_first(".note").text()
    assert at_desk.world.everything() == before
    assert at_desk.post(f"{one}/atcelt", reason="").status_code == 422
    moved = at_desk.post(f"{one}/parcelt", to=str(other))
    assert (moved.status_code, f"/grupas/{other}/pieteikumi/{number}" in moved.headers["location"]) == (303, True)
    assert NAME in at_desk.get(moved.headers["location"]).text
    at_desk.world.deliver()
    [letter] = at_desk.world.letters("erika@example.lv")
    files = [part.get_content_type() for part in letter.iter_attachments()]
    assert letter["Subject"].startswith("Cita norise")
    assert files == ["text/calendar", "text/calendar"]


def test_a_letter_goes_once_to_each_and_who_has_no_address_is_to_be_called(at_desk: Desk) -> None:
    for number in range(3):
        person(at_desk, f"Dalībnieks {'ABC'[number]}", email=f"dalibnieks{number}@example.lv")
    person(at_desk, "Gaida Rindā", email="gaida@example.lv", state=State.WAITLISTED)
    enter(at_desk.world.database, at_desk.who, at_desk.run_id, "Bez Pasta", phone="26111222")
    at_desk.open()
    address = f"/darbvieta/grupas/{at_desk.run_id}/vestule"
    typed = {
        "circle": "confirmed",
        "subject": "Telpa mainās",
        "words": "Tiekamies **203.** telpā.\n\n<script>x</script>",
    }
    check = at_desk.post(address, **typed, step="check")
    assert "Vēstuli saņems 3 cilvēki." in check.text
    assert "<strong>203.</strong>" in check.text
    assert "<script>x" not in check.text
    assert "Sveiki" in check.text or "Labdien." in check.text
    assert "Hello." in check.text
    hidden = {
        one.attributes["name"]: one.attributes["value"] for one in HTMLParser(check.text).css("input[type=hidden]")
    }
    form = typed | {"key": hidden["key"], "people": hidden["people"], "step": "send"}
    sent = [at_desk.post(address, **form) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    at_desk.world.deliver()
    letters = at_desk.world.letters("dalibnieks0@example.lv")
    assert len(letters) == 1
    assert letters[0]["Reply-To"] == "kursi@example.lv"
    assert "Telpa mainās" in letters[0]["Subject"]
    assert not [one for one in at_desk.world.letters("gaida@example.lv") if "Telpa mainās" in one["Subject"]]
    page = at_desk.get(sent[0].headers["location"]).text
    assert "Bez Pasta" in page
    assert re.search(r"Nosūtīta</dt><dd>3<", page)
    changed = at_desk.post(address, **form | {"words": "Cits teksts."})
    assert changed.status_code == 409
    nobody = at_desk.post(address, subject="Tukšs", words="Teksts", step="check")
    assert nobody.status_code == 409
    coded = at_desk.post(address, **typed | {"words": "010190-12345"}, step="check")
    assert coded.status_code == 422


def test_copies_are_recorded_and_harmless_and_hold_needs_only_when_asked(at_desk: Desk) -> None:
    number = person(at_desk, '=HYPERLINK("x") Anna', email="erika@example.lv")
    with at_desk.world.database.writing() as db:
        db.get_one(Registration, number).special_needs = "Ratiņkrēsls"
    csv = at_desk.post(f"{at_desk.list}/saraksts.csv")
    assert "'=HYPERLINK" in csv.text
    assert "Ratiņkrēsls" not in csv.text
    assert csv.headers["cache-control"] == "no-store"
    book = at_desk.post(f"{at_desk.list}/saraksts.xlsx", needs="yes")
    with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
        sheet, texts = parts.read("xl/worksheets/sheet1.xml").decode(), parts.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "Ratiņkrēsls" in texts
    paper = at_desk.post(f"{at_desk.list}/druka", view="confirmed")
    assert "Paraksts" in paper.text
    assert "Ratiņkrēsls" not in paper.text
    told = [facts for _id, facts in acts.recorded(at_desk.world.database, "list_exported")]
    assert [one["as"] for one in told] == ["csv", "xlsx", "print"]
    assert [one["special_needs"] for one in told] == [False, True, False]


def test_another_providers_group_is_as_unknown_as_one_that_is_not_there(at_desk: Desk) -> None:
    number = person(at_desk)
    others = new_staff(at_desk.world.database)
    theirs = new_group(at_desk.world.database, others)
    at_desk.open()
    sign_in(
        at_desk.world.client, at_desk.world.database, at_desk.world.settings, email_of(at_desk.world.database, others)
    )
    at_desk.world.client.post("/darbvieta/pieteikumi/atvert")
    missing = 99_999_999
    for method, path, fields in (
        ("GET", "/pieteikumi", {}),
        ("GET", "/pieteikumi?view=confirmed", {}),
        ("POST", "/pieteikumi/atvert", {}),
        ("POST", "/pieteikumi/meklet", {"q": "Anna"}),
        ("POST", "/pieteikumi/druka", {}),
        ("POST", "/pieteikumi/saraksts.csv", {}),
        ("POST", "/pieteikumi/saraksts.xlsx", {}),
        ("GET", "/pieteikumi/jauns", {}),
        ("POST", "/pieteikumi/jauns", {"name": "A B", "channel": "phone", "key": KEY}),
        ("GET", f"/pieteikumi/{number}", {}),
        ("GET", f"/pieteikumi/{number}/lapa", {}),
        ("GET", f"/pieteikumi/{number}/labot", {}),
        ("POST", f"/pieteikumi/{number}/atcelt", {"reason": "x"}),
        ("POST", f"/pieteikumi/{number}/parcelt", {"to": str(theirs)}),
        ("GET", "/vestule", {}),
        ("POST", "/vestule", {"subject": "a", "words": "b", "circle": "confirmed"}),
        ("GET", "/vestule/1", {}),
    ):
        for headers in ({}, {"HX-Request": "true"}):
            answers = [
                at_desk.world.client.request(
                    method, f"/darbvieta/grupas/{run}{path}", data=fields if method == "POST" else None, headers=headers
                )
                for run in (at_desk.run_id, missing)
            ]
            assert [one.status_code for one in answers] == [404, 404], path
            bodies = [
                one.text.replace(f"/grupas/{run}/", "")
                for one, run in zip(answers, (at_desk.run_id, missing), strict=True)
            ]
            assert bodies[0] == bodies[1], path
    # Through their own group they reach nobody of another one.
    for path in (f"/pieteikumi/{number}", f"/pieteikumi/{number}/labot", f"/pieteikumi/{number}/lapa"):
        assert at_desk.get(f"/darbvieta/grupas/{theirs}{path}").status_code == 404
    at_desk.post("/darbvieta/pieteikumi/meklet", q="Ērika")
    assert NAME not in at_desk.get("/darbvieta/pieteikumi").text
    assert kept(at_desk.world.database, number).state is State.CONFIRMED


def test_a_substitute_reaches_the_people_of_one_group_only(at_desk: Desk) -> None:
    other = new_group(at_desk.world.database, at_desk.who)
    person(at_desk)
    substitute = new_staff(at_desk.world.database, provider_id=at_desk.who.provider, role=Role.SUBSTITUTE)
    with at_desk.world.database.writing() as db:
        db.add(RunSubstitute(run_id=at_desk.run_id, account_id=substitute.account_id, created_at=now()))
    sign_in(
        at_desk.world.client,
        at_desk.world.database,
        at_desk.world.settings,
        email_of(at_desk.world.database, substitute),
    )
    at_desk.open()
    assert NAME in at_desk.get(at_desk.list).text
    assert at_desk.get(f"/darbvieta/grupas/{other}/pieteikumi").status_code == 404
    assert at_desk.get("/darbvieta/pieteikumi").status_code == 403


def test_the_board_sees_names_for_a_reason_that_is_on_record(at_desk: Desk, client: TestClient) -> None:
    person(at_desk)
    board = new_staff(at_desk.world.database, role=Role.BOARD)
    sign_in(client, at_desk.world.database, at_desk.world.settings, email_of(at_desk.world.database, board))
    address = f"/parvalde/grupas/{at_desk.run_id}/pieteikumi"
    assert NAME not in at_desk.get(address).text
    assert at_desk.post(address, reason="").status_code == 422
    assert at_desk.post(address, reason="Sūdzība 010190-12345").status_code == 422
    assert at_desk.post(address, reason="Sūdzība par apliecību").status_code == 303
    assert NAME in at_desk.get(address).text
    facts = {"list": "registrations", "reason": "Sūdzība par apliecību"}
    assert acts.recorded(at_desk.world.database, "list_opened") == [(str(at_desk.run_id), facts)]
    assert at_desk.get(at_desk.list).status_code == 403


@pytest.mark.promise("P20")
def test_whatever_comes_makes_no_fault(at_desk: Desk) -> None:
    number = person(at_desk)
    at_desk.open()
    letters = f"/darbvieta/grupas/{at_desk.run_id}/vestule"
    pages = (
        f"{at_desk.list}?{{0}}={{1}}",
        f"{at_desk.list}/{number}?{{0}}={{1}}",
        f"{at_desk.list}/{{1}}",
        f"{letters}?{{0}}={{1}}",
    )
    forms = (
        f"{at_desk.list}/meklet",
        f"{at_desk.list}/jauns",
        f"{at_desk.list}/druka",
        f"{at_desk.list}/{number}/labot",
        f"{at_desk.list}/{number}/atcelt",
        f"{at_desk.list}/{number}/parcelt",
        letters,
    )
    kind = {"content-type": "application/x-www-form-urlencoded"}
    found = []
    for value in HOSTILE[::4]:
        for name in ("view", "page", "to"):
            found += [at_desk.get(page.format(name, value)) for page in pages]
        body = "&".join(f"{name}={value}" for name in ("q", "name", "email", "phone", "key", "to", "reason", "words"))
        rest = f"&channel=phone&subject={value}&circle={value}&came={value}&locale={value}&step=check"
        found += [at_desk.world.client.post(form, content=body + rest, headers=kind) for form in forms]
    assert {one.status_code for one in found} <= {200, 303, 307, 400, 404, 409, 413, 422}
