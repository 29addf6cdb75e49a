"""Wishes through the API: the public ones without anybody's address, and leaving one."""

from collections.abc import Iterator
from typing import get_args

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.api.wishes import PublicState
from app.db import Database
from app.main import create_app
from app.outbox.models import Message
from app.search.index import rebuild_index
from app.settings import Settings
from app.wishes.models import PUBLIC, WishRequest, WishState, WishSupport
from tests import make

ADDRESS = "http://velmes.example.lv"
WISH = {"title": "Bišu dravošana", "email": "anna@example.com"}


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """Another system that asks."""
    settings = Settings(database_url=sqlite_database.url.render_as_string(), public_url=ADDRESS, rate_limits="off")
    with TestClient(create_app(settings, quiet=True), base_url=ADDRESS) as client:
        yield client


def test_the_states_told_are_the_public_ones() -> None:
    assert set(get_args(PublicState)) == {state.value for state in PUBLIC}


def test_public_wishes_are_listed_without_those_behind_them(client: TestClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        group = make.make_group(db, "environment")
        wish = make.make_wish(db, "Bišu dravošana", group=group, supporters=3)
        make.make_wish(db, "Nelasīta", state=WishState.UNREAD)
    found = client.get("/api/v1/wishes")
    assert found.status_code == 200
    told = found.json()
    assert (told["total"], told["page"], told["per_page"]) == (1, 1, 20)
    assert told["items"][0] | {"created_at": "", "answer_by": ""} == {
        "id": wish.id,
        "title": "Bišu dravošana",
        "details": "",
        "group": "environment",
        "times": [],
        "format": "",
        "audience": "",
        "people": 1,
        "state": "new",
        "supporters": 3,
        "created_at": "",
        "answer_by": "",
        "fulfilled_at": None,
        "answer": None,
        "merged_into": None,
        "course_url": None,
        "url": f"{ADDRESS}/velmes/{wish.id}",
    }
    assert "@" not in found.text


def test_state_group_and_page_narrow_the_list(client: TestClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        garden, crafts = make.make_group(db, "garden"), make.make_group(db, "crafts")
        make.make_wish(db, "Dārzs", group=garden, state=WishState.PLANNED)
        make.make_wish(db, "Māls", group=crafts)
        make.make_wish(db, "Koks", group=crafts)

    def titles(query: str) -> list[str]:
        return [item["title"] for item in client.get(f"/api/v1/wishes?{query}").json()["items"]]

    assert titles("state=planned") == ["Dārzs"]
    assert titles("group=crafts&sort=newest") == ["Koks", "Māls"]
    assert titles("group=nothing") == []
    second = client.get("/api/v1/wishes?group=crafts&per_page=1&page=2")
    assert (second.json()["total"], len(second.json()["items"])) == (2, 1)
    assert 'rel="prev"' in second.headers["link"]
    assert titles("page=99") == []


@pytest.mark.parametrize(
    "query", ["state=unread", "state=cooking", "page=0", "per_page=999", "cooking=1", "state=new&state=new"]
)
def test_what_cannot_be_asked_is_refused_by_name(client: TestClient, query: str) -> None:
    refused = client.get(f"/api/v1/wishes?{query}")
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["errors"][0]["field"] == query.partition("=")[0]


def test_a_wish_is_kept_unread_and_answered_with_what_is_there_already(
    client: TestClient, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as db:
        course = make.make_course(db, "dravnieki", title="Biškopība: bišu dravošanas pamati")
        like = make.make_wish(db, "Bišu dravošana pilsētā", supporters=2)
        rebuild_index(db)
    answer = client.post("/api/v1/wishes?lang=en", json={**WISH, "times": ["evening"], "people": 3})
    assert answer.status_code == 201
    assert answer.json() == {
        "state": "unread",
        "message": "We sent a letter to anna@example.com. Open the link in it and confirm the address, "
        "so that we can write to you.",
        "fits": {
            "courses": [
                {
                    "code": "dravnieki",
                    "title": "Biškopība: bišu dravošanas pamati",
                    "url": f"{ADDRESS}/kursi/{course.slug}",
                }
            ],
            "wishes": [
                {
                    "id": like.id,
                    "title": "Bišu dravošana pilsētā",
                    "supporters": 2,
                    "url": f"{ADDRESS}/velmes/{like.id}",
                }
            ],
        },
    }
    with sqlite_database.reading() as db:
        wish = db.scalars(select(WishRequest).where(WishRequest.title == WISH["title"])).one()
        assert (wish.state, wish.times, wish.people) == (WishState.UNREAD, ["evening"], 3)
        assert db.scalars(select(WishSupport.locale).where(WishSupport.wish_id == wish.id)).one() == "en"
        assert db.scalars(select(Message.kind)).all() == ["WishLeft"]


def test_the_same_wish_twice_is_answered_the_same_and_kept_once(client: TestClient, sqlite_database: Database) -> None:
    first, second = (client.post("/api/v1/wishes", json=WISH) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    with sqlite_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(WishRequest)) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "anna@example.com"}, "title"),
        ({"title": "Bites"}, "email"),
        ({**WISH, "email": "anna"}, "email"),
        ({**WISH, "people": True}, "people"),
        ({**WISH, "people": 0}, "people"),
        ({**WISH, "details": "010180-12345"}, "details"),
        ({**WISH, "state": "new"}, "state"),
        ({**WISH, "group": "nothing at all"}, "group"),
        ({**WISH, "times": ["night"]}, "times.0"),
    ],
)
def test_a_wrong_wish_is_refused_by_field(client: TestClient, body: dict[str, object], field: str) -> None:
    refused = client.post("/api/v1/wishes", json=body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in refused.json()["errors"]] == [field]


def test_a_group_nobody_knows_is_refused(client: TestClient) -> None:
    refused = client.post("/api/v1/wishes", json={**WISH, "group": "cooking"})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:problem:choice_unknown")
