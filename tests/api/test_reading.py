"""Providers, groups and permits through the API, and what holds for everything that is read."""

from datetime import timedelta

from fastapi.testclient import TestClient

from app.clock import today
from app.db import Database
from app.search.index import rebuild_index
from app.usage.searches import count_search, key_of
from tests import make


def test_providers_tell_their_directions_and_the_number_of_their_courses(api: TestClient, database: Database) -> None:
    with database.writing() as db:
        group = make.make_group(db, "digital")
        museum = make.make_provider(db, "vm", name="Muzejs", name_en="Museum", directions=[group])
        make.make_provider(db, "vb", name="Bibliotēka", name_en="Library")
        make.make_course(db, provider=museum, group=group)
    told = api.get("/api/v1/providers?lang=en").json()
    assert told["total"] == 2
    assert [(one["code"], one["name"], one["directions"], one["courses"]) for one in told["items"]] == [
        ("vb", "Library", [], 0),
        ("vm", "Museum", ["digital"], 1),
    ]
    assert api.get("/api/v1/providers/vm?lang=en").json() == told["items"][1]
    for code in ("nobody", "%00", "%ff"):
        assert api.get(f"/api/v1/providers/{code}").status_code == 404


def test_groups_tell_their_courses_and_those_one_can_join(api: TestClient, database: Database) -> None:
    with database.writing() as db:
        digital, media = make.make_group(db, "digital", name="Digitālās prasmes"), make.make_group(db, "media")
        make.make_run(db, make.make_course(db, group=digital))
        make.make_course(db, group=digital)
        make.make_run(db, make.make_course(db, group=media), starts_in=-90)
        rebuild_index(db)
    told = api.get("/api/v1/groups").json()
    assert [(one["code"], one["courses"], one["open_courses"]) for one in told["items"]] == [
        ("digital", 2, 1),
        ("media", 1, 0),
    ]
    assert told["items"][0]["name"] == "Digitālās prasmes"


def test_suggestions_are_those_of_the_pages(api: TestClient, database: Database) -> None:
    with database.writing() as db:
        digital = make.make_group(db, "digital", name="Digitālās prasmes")
        library = make.make_provider(db, "vb", name="Digitālā bibliotēka")
        make.make_course(db, title="Digitāla fotogrāfija", group=digital, provider=library)
        make.make_course(db, title="Aušana", summary="Nekā digitāla.", description="", keywords=())
        for day in range(5):
            count_search(db, key_of("s", "digit"), "digitalizēšana", today() - timedelta(days=day), found=True)
        rebuild_index(db)
    told = api.get("/api/v1/suggestions?q=digit").json()
    assert {
        name: [one.get("title") or one["name"] for one in told[name]] for name in ("courses", "groups", "providers")
    } == {
        "courses": ["Digitāla fotogrāfija"],
        "groups": ["Digitālās prasmes"],
        "providers": ["Digitālā bibliotēka"],
    }
    assert told["searches"] == ["digitalizēšana"]
    shown = api.get("/ieteikumi?q=digit").json()["parts"]
    assert ["".join(piece for piece, _met in one["text"]) for part in shown for one in part["options"]] == [
        "digitalizēšana",
        "Digitāla fotogrāfija",
        "Digitālās prasmes",
        "Digitālā bibliotēka",
    ]
    assert api.get("/api/v1/suggestions?q=d").json() == {"searches": [], "courses": [], "groups": [], "providers": []}


def test_permits_are_searched_and_come_in_pages(api: TestClient, database: Database) -> None:
    with database.writing() as db:
        for number in range(3):
            make.make_permit(db, f"2025/{number}", programme="Aušana", issued_on=today() - timedelta(days=number))
        make.make_permit(db, "2020/1", programme="Keramika", valid_until=today() - timedelta(days=1))
    told = api.get("/api/v1/permits?q=ausana&per_page=2")
    assert [one["number"] for one in told.json()["items"]] == ["2025/0", "2025/1"]
    assert (told.json()["total"], 'rel="next"' in told.headers["link"]) == (3, True)
    assert [one["number"] for one in api.get("/api/v1/permits?valid=false").json()["items"]] == ["2020/1"]
    assert api.get("/api/v1/permits?valid=true").json()["total"] == 3
    assert api.get("/api/v1/permits?q=%00&page=7").json()["items"] == []


def test_every_address_refuses_parameters_it_does_not_know(api: TestClient) -> None:
    for address in (
        "courses",
        "courses/vm-1",
        "suggestions",
        "runs/1",
        "providers",
        "providers/vm",
        "groups",
        "permits",
    ):
        answer = api.get(f"/api/v1/{address}?colour=red&lang=en")
        assert answer.status_code == 422, address
        assert answer.json()["errors"] == [
            {
                "field": "colour",
                "code": "unknown_field",
                "detail": "This field is not known here. Leave it out.",
            }
        ]
        assert api.get(f"/api/v1/{address}?lang=lv&lang=en").json()["errors"][0]["code"] == "repeated", address


def test_what_is_described_is_what_is_known(api: TestClient) -> None:
    """An operation that forgot to name a parameter it describes would refuse it as unknown."""
    paths = api.get("/api/openapi.json").json()["paths"]
    tried = 0
    for path, operations in paths.items():
        if "get" not in operations or "catalogue" not in operations["get"].get("tags", ()):
            continue
        for parameter in operations["get"]["parameters"]:
            if parameter["in"] == "query":
                answer = api.get(path.replace("{run_id}", "1").replace("{code}", "x"), params={parameter["name"]: "?"})
                errors = answer.json().get("errors", []) if answer.status_code == 422 else []
                assert all(error["code"] != "unknown_field" for error in errors), (path, parameter["name"])
                tried += 1
    assert tried > 20
