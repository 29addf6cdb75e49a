"""A person is handed everything that is kept about them: what a column is for is said in the model, or a test fails."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Column

from app.clock import now
from app.db import Database
from app.i18n import LANGUAGES
from app.privacy.inventory import EXEMPT, LABELS, OF_ADDRESS, OF_REGISTRATION, REGISTRATION, WITHHELD
from app.privacy.kept import as_json, kept_about_address, kept_about_registration
from app.registrations.models import SeatOffer
from app.tables import metadata
from app.web.my_data import readable
from tests.pages.own_list import new_token
from tests.privacy import people
from tests.registrations import acts
from tests.world import World

pytestmark = pytest.mark.promise("P25")

SECTIONS = (REGISTRATION, *OF_REGISTRATION, *OF_ADDRESS)


def columns() -> dict[str, Column[object]]:
    """Every column of the schema by table and name."""
    return {f"{table.name}.{column.name}": column for table in metadata.sorted_tables for column in table.columns}


def test_every_column_with_personal_data_is_handed_out_or_exempt_with_a_reason() -> None:
    personal = {name for name, column in columns().items() if column.info.get("personal")}
    handed_out = {
        f"{section.table.__tablename__}.{column.name}"
        for section in SECTIONS
        for column in section.table.__table__.columns
    } - {*WITHHELD}
    assert personal - handed_out == {*EXEMPT}
    assert {*EXEMPT} <= personal
    assert all(len(reason) > 20 for reason in (*EXEMPT.values(), *WITHHELD.values()))


def test_everything_of_the_person_is_in_the_file_and_nothing_of_anybody_else(database: Database) -> None:
    with database.writing() as db:
        known = people.somebody(db)
        people.somebody_else(db, known)
        db.add(SeatOffer(registration_id=known.registration, offered_at=now(), deadline=now() + timedelta(days=1)))
        link = people.registration_of(db, known).link_key
    with database.reading() as db:
        text = as_json([kept_about_registration(db, known.registration)])
        everything = json.loads(as_json(kept_about_address(db, people.EMAIL)))["kept"]
    assert people.traces_in(text) == set(people.TRACES) - {"29876543"}
    assert "cita.dalibniece" not in text
    assert link not in text
    one = json.loads(text)["kept"][f"registration-{known.registration}"]
    assert {name for name, rows in one.items() if rows} == {
        "registration", "course", "offers", "answers", "forms", "attendance", "certificates", "feedback",
    }  # fmt: skip
    assert one["answers"][0]["question"] == "Ēdināšana?"
    assert len(one["attendance"]) == 2
    assert everything["address"]["wishes"][0]["email"] == people.EMAIL
    assert {*everything} == {f"registration-{known.registration}", "address"}


def test_what_was_done_with_it_is_in_the_file(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, "anna@example.com")
    acts.withdraw(database, "anna@example.com")
    with database.reading() as db:
        number = acts.latest(database, "anna@example.com").id
        kept = json.loads(as_json([kept_about_registration(db, number)]))["kept"][f"registration-{number}"]
    assert [entry["act"] for entry in kept["log"]] == ["registered", "confirmed", "withdrawn"]


@pytest.mark.parametrize("language", ["lv", "en"])
def test_every_column_has_a_name_that_a_person_can_read(database: Database, language: str) -> None:
    with database.writing() as db:
        people.somebody(db)
    with database.reading() as db:
        kept = kept_about_address(db, people.EMAIL, language)
    names = {name for one in kept for part in one.parts for row in part.rows for name in row}
    assert {name for name in names if name.islower()} - {*LABELS} - {
        "object_kind", "object_id",  # They name what is shown.
    } == set()  # fmt: skip
    told = [value for table in readable(kept[0], LANGUAGES[language]) for row in table.rows for _label, value in row]
    assert "Kanārija Putniņa" in told


def test_the_page_and_the_file_are_private(world: World) -> None:
    with world.database.writing() as db:
        known = people.somebody(db)
    link = world.link(known.registration)
    page, file = world.client.get(f"{link}/mani-dati"), world.client.get(f"{link}/mani-dati.json")
    for response in (page, file):
        assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
        assert people.traces_in(response.text) == set(people.TRACES) - {"29876543"}
    assert file.headers["content-type"] == "application/json"
    assert file.headers["content-disposition"] == 'attachment; filename="mani-dati.json"'
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    assert world.client.get(f"{forged}/mani-dati.json").status_code == 404


def test_a_link_to_the_list_is_told_as_a_link_and_opens_nothing(database: Database, world: World) -> None:
    with database.writing() as db:
        people.somebody(db)
    token = new_token(database, world.settings, people.EMAIL)
    with database.reading() as db:
        text = as_json(kept_about_address(db, people.EMAIL))
    assert json.loads(text)["kept"]["address"]["links"][0]["email"] == people.EMAIL
    assert token not in text
