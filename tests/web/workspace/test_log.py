"""Staff read who did what, in sentences, and no more of it than is theirs."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import update

from app.audit.chain import seal_some
from app.audit.models import AuditEntry
from app.audit.record import RESIDENT, record
from app.clock import now
from app.db import Database
from app.people.keys import KeyForm, Scope, make_key
from app.people.models import Account, Role
from app.people.staff import Staff
from app.registrations.models import State
from app.settings import Settings
from app.web.workspace.log_acts import SENTENCES
from tests.counting import statements
from tests.make import make_account, make_course, make_provider, make_registrations, make_run
from tests.staff import sign_in

APP = Path(__file__).parents[3] / "app"


class Town:
    """Two providers with a manager, a course and a group each, and a member of the board."""

    def __init__(self, database: Database) -> None:
        with database.writing() as db:
            self.board = make_account(db, Role.BOARD).email
            self.managers, self.runs, self.registrations = [], [], []
            for name in ("Bibliotēka", "Muzejs"):
                provider = make_provider(db, name=name)
                account = make_account(db, Role.MANAGER, provider=provider)
                run = make_run(db, make_course(db, provider=provider, title=f"Kurss: {name}"))
                make_registrations(db, run, 1, State.CONFIRMED)
                record(db, f"account:{account.id}", "seats_changed", "run", run.id, {"before": 8, "after": 12})
                record(db, RESIDENT, "registered", "run", run.id)
                self.managers.append(account.email)
                self.runs.append(run.id)
            account = db.query(Account).filter_by(email=self.managers[0]).one()
            account.name = "Laila Dreimane"


@pytest.fixture
def town(database: Database) -> Town:
    """The two providers."""
    return Town(database)


def read(client: TestClient, url: str) -> str:
    """The words of the page's main part."""
    answer = client.get(url)
    assert answer.status_code == 200
    return HTMLParser(answer.text).css_first("main").text(separator=" ")


def test_every_act_that_is_recorded_has_a_sentence() -> None:
    said = set()
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_record = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"
            if is_record and len(node.args) > 2 and isinstance(node.args[2], ast.Constant):
                said.add(str(node.args[2].value))
    assert len(said) > 30
    assert said - {*SENTENCES} == set()


def test_a_manager_reads_what_their_own_people_did_in_sentences(
    client: TestClient, database: Database, settings: Settings, town: Town
) -> None:
    sign_in(client, database, settings, town.managers[0])
    words = read(client, "/darbvieta/zurnals?lang=lv")
    assert "Laila Dreimane mainīja vietu skaitu: kursa „Kurss: Bibliotēka” grupa." in words
    assert "before 8" in " ".join(words.split())
    assert "Muzejs" not in words


def test_the_whole_story_of_an_object_is_for_its_own_provider_only(
    client: TestClient, database: Database, settings: Settings, town: Town
) -> None:
    sign_in(client, database, settings, town.managers[0])
    assert "Iedzīvotājs" in read(client, f"/darbvieta/zurnals?object=run:{town.runs[0]}")
    others = client.get(f"/darbvieta/zurnals?object=run:{town.runs[1]}")
    missing = client.get("/darbvieta/zurnals?object=run:999999")
    assert (others.status_code, missing.status_code) == (404, 404)
    assert others.text.replace(f"run%3A{town.runs[1]}", "") == missing.text.replace("run%3A999999", "")
    for made_up in ("wish:1", "account:1", "run:x", "run:", "x"):
        assert client.get(f"/darbvieta/zurnals?object={made_up}").status_code == 404


def test_a_manager_cannot_ask_for_somebody_elses_people(
    client: TestClient, database: Database, settings: Settings, town: Town
) -> None:
    with database.reading() as db:
        other = db.query(Account).filter_by(email=town.managers[1]).one().id
    sign_in(client, database, settings, town.managers[0])
    for person in (f"account:{other}", "resident", "account:999999"):
        assert client.get(f"/darbvieta/zurnals?person={person}").status_code == 404


def test_acts_of_the_own_systems_and_of_mailed_links_stand_in_the_own_log(
    client: TestClient, database: Database, settings: Settings, town: Town
) -> None:
    with database.writing() as db:
        managers = [db.query(Account).filter_by(email=one).one() for one in town.managers]
        staff = [Staff(one.id, one.name, one.role, one.provider_id) for one in managers]
        keys = [make_key(db, one, KeyForm(name=f"Vietne {one.account_id}", scopes=[*Scope])) for one in staff]
        for (key, _token), run in zip(keys, town.runs, strict=True):
            record(db, f"key:{key.id}", "run_planned", "run", run)
        record(db, f"provider:{managers[0].provider_id}", "venue_changed", "run", town.runs[0])
        other, own = f"key:{keys[1][0].id}", f"Vietne {managers[0].id}"
    sign_in(client, database, settings, town.managers[0])
    words = read(client, "/darbvieta/zurnals")
    assert f"API: {own} ieplānoja grupu: kursa „Kurss: Bibliotēka” grupa." in words
    assert "Bibliotēka mainīja norises vietu" in words
    assert "Muzejs" not in words
    assert "ieplānoja" not in read(client, f"/darbvieta/zurnals?person=provider:{managers[0].provider_id}")
    assert client.get(f"/darbvieta/zurnals?person={other}").status_code == 404


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5_000, "١", "%00", "1%00"])
def test_numbers_that_nothing_can_have_are_not_found(
    client: TestClient, database: Database, settings: Settings, town: Town, number: str
) -> None:
    sign_in(client, database, settings, town.managers[0])
    assert client.get(f"/darbvieta/zurnals?object=run:{number}").status_code == 404
    assert client.get(f"/darbvieta/zurnals?before={number}").status_code == 200
    sign_in(client, database, settings, town.board)
    assert client.get(f"/parvalde/zurnals?object={number}:1").status_code in {200, 404}
    assert client.get(f"/parvalde/zurnals?object=run:{number}").status_code in {200, 404}


def test_nobody_who_writes_waits_for_the_check_of_the_log(
    client: TestClient, database: Database, settings: Settings, town: Town
) -> None:
    with database.writing() as db:
        seal_some(db)
    sign_in(client, database, settings, town.board)
    with database.writing() as db:
        db.execute(update(Account).values(name="Kāds"))
        assert "Žurnāls ir neskarts." in client.post("/parvalde/zurnals/parbaude").text


def test_the_board_reads_all_by_person_and_time(
    client: TestClient, database: Database, settings: Settings, town: Town
) -> None:
    with database.writing() as db:
        db.execute(
            update(AuditEntry).where(AuditEntry.object_id == str(town.runs[1])).values(at=now() - timedelta(days=40))
        )
    sign_in(client, database, settings, town.board)
    words = read(client, "/parvalde/zurnals")
    assert "Bibliotēka" in words
    assert "Muzejs" in words
    assert "Laila" not in read(client, "/parvalde/zurnals?person=resident").partition("Parādīt")[2]
    since = (now() - timedelta(days=5)).date().isoformat()
    assert "Muzejs" not in read(client, f"/parvalde/zurnals?since={since}")


def test_a_long_log_is_turned_page_by_page_with_as_many_questions(
    client: TestClient, database: Database, settings: Settings, town: Town
) -> None:
    sign_in(client, database, settings, town.board)
    read(client, "/parvalde/zurnals")
    with statements(database) as few:
        read(client, "/parvalde/zurnals")
    with database.writing() as db:
        for number in range(120):
            record(db, RESIDENT, "registered", "run", town.runs[number % 2])
    with statements(database) as many:
        page = HTMLParser(client.get("/parvalde/zurnals").text)
    assert len(many) == len(few) <= 9
    seen = []
    while link := next((one for one in page.css("#ieraksti a.btn")), None):
        seen += [node.text() for node in page.css(".log > li")]
        page = HTMLParser(client.get(str(link.attributes["href"])).text)
    assert len(seen) + len(page.css(".log > li")) == 124


def test_the_board_sees_whether_the_log_was_changed(
    client: TestClient, database: Database, settings: Settings, town: Town
) -> None:
    with database.writing() as db:
        seal_some(db)
    sign_in(client, database, settings, town.board)
    assert "Žurnāls ir neskarts." in client.post("/parvalde/zurnals/parbaude").text
    with database.writing() as db:
        db.execute(update(AuditEntry).where(AuditEntry.act == "seats_changed").values(facts='{"after": 99}'))
    assert "Žurnāls ir bojāts" in client.post("/parvalde/zurnals/parbaude").text
