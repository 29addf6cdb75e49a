"""Everything of one's own to take along: whole, one's own only, recorded, and harmless in a spreadsheet."""

import csv
import io
import json
import zipfile

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.db import Database
from app.people.models import Account
from app.settings import Settings
from tests.courses.authors import make_author
from tests.make import make_course, make_registration, make_run
from tests.staff import sign_in

ALL = ["courses", "runs", "sessions", "registrations", "attendance", "certificates"]
FORMULAS = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "  =1"]


def come(client: TestClient, database: Database, settings: Settings, title: str, name: str) -> None:
    """A provider with a course of that title and somebody of that name registered; its manager is signed in."""
    with database.writing() as db:
        who = make_author(db)
        provider = db.get_one(Account, who.account_id).provider_id
        course = make_course(db, title=title)
        course.provider_id = provider or 0
        make_registration(db, make_run(db, course), name=name)
        email = db.get_one(Account, who.account_id).email
    sign_in(client, database, settings, email)


def export(client: TestClient, kind: str, tables: list[str]) -> bytes:
    """The file with these tables."""
    asked = client.post("/darbvieta/eksports", data={"tables": tables, "format": kind})
    assert asked.status_code == 303, asked.text
    found = client.get(asked.headers["location"])
    assert found.status_code == 200
    assert found.headers["content-disposition"].startswith("attachment")
    return found.content


@pytest.mark.promise("P10")
def test_all_of_ones_own_and_nothing_of_others_in_every_form(
    client: TestClient, database: Database, settings: Settings
) -> None:
    come(client, database, settings, "Svešais kurss", "Svešā Persona")
    come(client, database, settings, "Savējais kurss", "Anna Ozola")
    with zipfile.ZipFile(io.BytesIO(export(client, "json", ALL))) as archive:
        found = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    assert {*found} == {f"{name}.json" for name in ALL}
    assert [one["title"] for one in found["courses.json"]] == ["Savējais kurss"]
    assert [one["name"] for one in found["registrations.json"]] == ["Anna Ozola"]
    assert len(found["sessions.json"]) > 0
    book = CalamineWorkbook.from_filelike(io.BytesIO(export(client, "xlsx", ALL)))
    assert book.sheet_names == ALL
    assert len(book.get_sheet_by_name("registrations").to_python()) == 2
    text = export(client, "csv", ["registrations"]).decode("utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text), delimiter=";")] == ["Anna Ozola"]
    assert "Sveš" not in str(found) + text


@pytest.mark.promise("P21")
@pytest.mark.parametrize("formula", FORMULAS)
def test_P21_export_no_cell_is_a_formula(  # noqa: N802
    client: TestClient, database: Database, settings: Settings, formula: str
) -> None:
    come(client, database, settings, formula, formula)
    text = export(client, "csv", ["courses", "registrations"])
    with zipfile.ZipFile(io.BytesIO(text)) as archive:
        for name, column in (("courses.csv", "title"), ("registrations.csv", "name")):
            rows = csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")), delimiter=";")
            assert [row[column] for row in rows] == [f"'{formula}"]
    content = export(client, "xlsx", ["registrations"])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    cells = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1]
    assert any(str(cell).startswith("'") for cell in cells)


def test_taking_along_is_recorded_and_the_file_is_only_for_who_asked(
    client: TestClient, database: Database, settings: Settings
) -> None:
    come(client, database, settings, "Kurss", "Anna Ozola")
    asked = client.post("/darbvieta/eksports", data={"tables": ["registrations"], "format": "csv"})
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "exported")).one()
        assert "registrations" in entry.facts
        assert "Anna" not in entry.facts
    come(client, database, settings, "Cits", "Cita Persona")
    assert client.get(asked.headers["location"]).status_code == 404
    assert client.get("/darbvieta/eksports/1.0.csv.courses" + "a" * 24).status_code == 404
    assert client.post("/darbvieta/eksports", data={"format": "csv"}).status_code == 422
    assert client.get("/darbvieta/eksports").status_code == 200
