"""Spreadsheets on the pages: sent, mended and published without scripts; walls, limits, keys."""

import io
import zipfile

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import select

from app.courses.models import Course, CourseState
from app.db import Database
from app.imports.models import Import
from app.people.models import Account, ApiKey, Role
from app.people.staff import Staff
from app.settings import Settings
from app.worker.run import drain
from app.worker.workshop import open_workshop
from tests.counting import statements
from tests.courses.authors import make_author
from tests.imports.files import SVG
from tests.imports.tables import cells, table
from tests.staff import sign_in


def come(client: TestClient, database: Database, settings: Settings, role: Role = Role.MANAGER) -> Staff:
    """Somebody of a trusted provider is signed in."""
    with database.writing() as db:
        who = make_author(db, role, trusted=True)
        email = db.get_one(Account, who.account_id).email
    sign_in(client, database, settings, email)
    return who


def send(client: TestClient, database: Database, settings: Settings, rows: list[dict[str, str]]) -> str:
    """A spreadsheet was sent and read; the address of its page."""
    answer = client.post("/darbvieta/imports", files={"file": ("kursi.xlsx", table([*rows]))})
    assert answer.status_code == 303, answer.text
    drain(open_workshop(settings, database))
    return answer.headers["location"]


def text(html: str) -> str:
    """What is read on the page."""
    body = HTMLParser(html).css_first("main")
    assert body is not None
    return " ".join(body.text().split())


def test_a_spreadsheet_is_sent_mended_and_published_without_scripts(
    client: TestClient, database: Database, settings: Settings
) -> None:
    come(client, database, settings)
    address = client.post(
        "/darbvieta/imports", files={"file": ("kursi.xlsx", table([cells(1), cells(2, price="?"), cells(3)]))}
    ).headers["location"]
    assert "Lasām failu" in text(client.get(address).text)
    drain(open_workshop(settings, database))
    page = text(client.get(address).text)
    assert "3. rinda, kolonna „Maksa”: Ierakstiet maksu šādi: 18,50." in page or "3. rinda, kolonna „Cena”" in page
    assert "Publicēt 2 no 3" in page
    assert "Jālabo: 1 rinda" in page
    part = client.post(f"{address}/rindas/3", data={"r3-course.price": "x"}, headers={"HX-Request": "true"})
    assert "kolonna" in part.text and "<main" not in part.text
    assert client.post(f"{address}/rindas/3", data={"r3-course.price": "20"}).status_code == 303
    assert "Publicēt 3 no 3" in text(client.get(address).text)
    assert client.post(f"{address}/parnemt", data={"how": "publish"}).status_code == 303
    drain(open_workshop(settings, database))
    assert "Pārņemtas" in text(client.get(address).text)
    with database.reading() as db:
        assert [*db.scalars(select(Course.state))] == [CourseState.PUBLISHED] * 3
    assert client.get(f"{address}/atsaukt").status_code == 200
    assert client.post(f"{address}/atsaukt").status_code == 303


@pytest.mark.promise("P21")
def test_a_wrong_file_is_told_at_the_form(client: TestClient, database: Database, settings: Settings) -> None:
    come(client, database, settings)
    for file in (("a.svg", SVG), ("a.xlsx", SVG), ("", b"")):
        answer = client.post("/darbvieta/imports", files={"file": file})
        assert answer.status_code == 422
        assert "Šo failu nevaram atvērt" in answer.text
    large = client.post("/darbvieta/imports", files={"file": ("a.csv", b"Nosaukums\n" + b"a\n" * 5_242_880)})
    assert "10 MB" in text(large.text)
    assert client.post("/darbvieta/imports", files={"file": ("a.csv", b"a" * 11_000_000)}).status_code == 413


def test_a_file_is_not_received_before_it_is_known_who_sends_it(client: TestClient, database: Database) -> None:
    answer = client.post("/darbvieta/imports", files={"file": ("kursi.xlsx", b"x" * 5_000_000)})
    assert answer.status_code == 401
    assert client.post("/velmes/jauna", content=b"x" * 1_100_000).status_code == 413


@pytest.mark.promise("P10")
def test_another_providers_import_is_as_one_that_is_not_there(
    client: TestClient, database: Database, settings: Settings
) -> None:
    come(client, database, settings)
    address = send(client, database, settings, [cells(1)])
    come(client, database, settings)
    missing = "/darbvieta/imports/4711"
    for tail in ("", "/rindas/2", "/atsaukt"):
        theirs, nobodys = client.get(address + tail), client.get(missing + tail)
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert theirs.text.replace(address, "") == nobodys.text.replace(missing, "")
    for tail in ("/rindas/2", "/parnemt", "/atsaukt"):
        assert client.post(address + tail, data={"act": "out"}).status_code == 404
    assert "kursi.xlsx" not in client.get("/darbvieta/imports").text


def test_the_page_of_an_import_asks_the_same_number_of_times_however_long_it_is(
    client: TestClient, database: Database, settings: Settings
) -> None:
    come(client, database, settings)
    asked = []
    for number in (2, 60):
        address = send(client, database, settings, [cells(one) for one in range(number)])
        with statements(database) as sent:
            assert client.get(address).status_code == 200
        asked.append(len(sent))
    assert asked[0] == asked[1]


def test_the_template_reads_back_and_offers_the_choices(
    client: TestClient, database: Database, settings: Settings
) -> None:
    from app.imports.checking import columns_of
    from app.imports.columns import COLUMNS, columns_by_name
    from app.imports.reading import read_table

    come(client, database, settings)
    for language in ("lv", "en"):
        found = client.get(f"/darbvieta/imports/veidne.xlsx?lang={language}")
        assert "attachment" in found.headers["content-disposition"]
        header = read_table("xlsx", found.content).header
        assert columns_of(header, columns_by_name()) == [column.key for column in COLUMNS]
        text = client.get(f"/darbvieta/imports/veidne.csv?lang={language}").content
        assert read_table("csv", text).header == header
    with zipfile.ZipFile(io.BytesIO(found.content)) as book:
        assert b"dataValidation" in book.read("xl/worksheets/sheet1.xml")


def test_keys_are_made_by_managers_shown_once_and_withdrawn(
    client: TestClient, database: Database, settings: Settings
) -> None:
    who = come(client, database, settings)
    wrong = client.post("/darbvieta/atslegas", data={"name": ""})
    assert wrong.status_code == 422
    made = client.post("/darbvieta/atslegas", data={"name": "Vietne", "scopes": ["courses:write"]})
    code = HTMLParser(made.text).css_first("pre code")
    assert code is not None
    token = code.text()
    assert token not in client.get("/darbvieta/atslegas").text
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/own/courses", headers=headers).status_code == 200
    with database.reading() as db:
        key = db.scalars(select(ApiKey)).one()
        assert key.used_at is not None
        assert token not in str(vars(key))
    come(client, database, settings)
    assert client.post(f"/darbvieta/atslegas/{key.id}/atsaukt").status_code == 404
    with database.reading() as db:
        email = db.get_one(Account, who.account_id).email
    sign_in(client, database, settings, email)
    assert client.post(f"/darbvieta/atslegas/{key.id}/atsaukt").status_code == 303
    assert client.get("/api/v1/own/courses", headers=headers).status_code == 401
    come(client, database, settings, Role.EDITOR)
    assert client.get("/darbvieta/atslegas").status_code == 403


def test_an_import_keeps_its_file_only_until_it_is_read(
    client: TestClient, database: Database, settings: Settings
) -> None:
    come(client, database, settings)
    send(client, database, settings, [cells(1)])
    with database.reading() as db:
        assert db.scalars(select(Import.content)).all() == [None]
