"""Keys: the app makes a key that may only search, and the master key stops the start in production."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from app.search.meilisearch_client import Client, MeilisearchAway
from app.search.meilisearch_keys import SearchClient, search_key
from tests.search.meilisearch_stub import Stub, stub_server
from tests.test_settings import SAFE


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server() as started:
        yield started


def test_the_search_key_is_made_once_and_can_only_search(stub: Stub) -> None:
    client = Client(stub.url, "admin")
    first = search_key(client, "city")
    assert search_key(client, "city") == first != "admin"
    (kept,) = stub.keys.values()
    assert (kept["actions"], kept["indexes"]) == (["search"], ["city*"])
    assert stub.asked.count("POST /keys") == 1


def test_a_search_key_that_may_do_more_is_made_anew(stub: Stub) -> None:
    client = Client(stub.url, "admin")
    search_key(client, "city")
    (kept,) = stub.keys.values()
    kept["actions"] = ["*"]
    search_key(client, "city")
    assert "DELETE" in {one.split()[0] for one in stub.asked}


def test_a_refused_search_key_is_fetched_again(stub: Stub) -> None:
    asking = SearchClient(stub.url, "admin", "city", refuses_master=True)
    asking.search([])
    stub.mode = "wrong key"
    with pytest.raises(MeilisearchAway, match="403"):
        asking.search([])
    stub.mode = "ok"
    stub.keys.clear()
    asking.search([])
    assert stub.asked.count("POST /keys") == 2


@pytest.mark.promise("P34")
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_master_key_stops_the_start_in_production(stub: Stub, command: str) -> None:
    stub.mode = "master key"
    safe = {
        name.upper(): getattr(value, "get_secret_value", lambda value=value: str(value))()
        for name, value in SAFE.items()
    }
    asked = {"MEILI_URL": stub.url, "MEILI_API_KEY": "the master key of this server"}
    ended = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", command],
        env={**os.environ, **safe, **asked},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 1
    assert "master key" in ended.stderr
    assert stub.asked, "the server was asked what kind of key it is"
