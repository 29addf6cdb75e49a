"""A page kept for one reader tells the next one nothing of the first, cannot be planted, and fills no memory."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from starlette.testclient import TestClient

from app.courses.models import Course, CourseText
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.web.kept import BYTES, PAGES, KeptPages
from tests.protection.routes import Answer, ask, path_values

pytestmark = pytest.mark.promise("P15", "P16")
COOKIE = "__Host-reading"
READERS = [
    {},
    {"cookie": f"{COOKIE}=en-normal-normal"},
    {"cookie": f"{COOKIE}=lv-largest-high"},
    {"hx-request": "true"},
    {"hx-request": "true", "hx-trigger": "q"},
    {"hx-request": "true", "hx-boosted": "true"},
    {"hx-request": "true", "hx-history-restore-request": "true"},
    {"hx-request": "true", "cookie": f"{COOKIE}=en-large-normal"},
]
FORGED = [
    {"host": "elsewhere.example"},
    {"host": "elsewhere.example/kursi?x="},
    {"x-forwarded-host": "elsewhere.example", "x-forwarded-proto": "http", "forwarded": "host=elsewhere.example"},
    {"hx-request": "true", "hx-current-url": "https://elsewhere.example/", "hx-target": "elsewhere", "hx-prompt": "elsewhere"},
    {"hx-request": "true", "hx-trigger": "elsewhere", "hx-trigger-name": "elsewhere"},
    {"cookie": f"{COOKIE}=lv-elsewhere-elsewhere; elsewhere=1", "referer": "https://elsewhere.example/"},
    {"accept-language": "en", "user-agent": "elsewhere", "x-original-url": "/elsewhere", "x-request-id": "elsewhere"},
]  # fmt: skip


@pytest.fixture
def addresses(city_app: FastAPI, visitor: TestClient) -> Iterator[list[str]]:
    """Pages that are kept, with nothing kept of them yet."""
    slug = path_values(city_app, visitor)("/kursi/{slug}", "slug")
    city_app.state.kept_pages = KeptPages()
    yield ["/", "/kursi", "/kursi?q=valoda&group=digital", f"/kursi/{slug}"]
    city_app.state.kept_pages = KeptPages()


def get(visitor: TestClient, address: str, headers: dict[str, str]) -> Answer:
    """The page as this reader gets it."""
    return ask(visitor, "GET", address.encode(), headers=[*headers.items()])


def essence(answer: Answer) -> tuple[int, bytes, list[tuple[str, str]]]:
    """An answer without its number."""
    return answer.status, answer.body, sorted(pair for pair in answer.headers if pair[0] != "x-request-id")


def test_every_reader_gets_a_page_of_their_own_kind_whoever_came_before(
    city_app: FastAPI, visitor: TestClient, addresses: list[str]
) -> None:
    alone = {}
    for address in addresses:
        for number, reader in enumerate(READERS):
            city_app.state.kept_pages = KeptPages()
            alone[address, number] = essence(get(visitor, address, reader))
    assert len({body for _status, body, _headers in alone.values()}) > len(addresses) * 4
    for _turn in range(2):
        for address in addresses:
            for number, reader in enumerate(READERS):
                assert essence(get(visitor, address, reader)) == alone[address, number], (address, reader)


def test_no_header_of_one_reader_reaches_the_next(city_app: FastAPI, visitor: TestClient, addresses: list[str]) -> None:
    for address in addresses:
        city_app.state.kept_pages = KeptPages()
        clean = essence(get(visitor, address, {}))
        clean_part = essence(get(visitor, address, {"hx-request": "true"}))
        for forged in FORGED:
            city_app.state.kept_pages = KeptPages()
            planted = get(visitor, address, forged)
            assert b"elsewhere" not in planted.body
            assert "elsewhere" not in str(planted.headers)
            assert essence(get(visitor, address, {})) == clean, forged
            assert essence(get(visitor, address, {"hx-request": "true"})) == clean_part, forged


def test_a_kept_page_sets_no_cookie_and_names_what_it_depends_on(visitor: TestClient, addresses: list[str]) -> None:
    for address in addresses:
        first, second = get(visitor, address, {}), get(visitor, address, {})
        chosen = get(visitor, address + ("&" if "?" in address else "?") + "lang=en", {})
        assert first.header("set-cookie") == second.header("set-cookie") == ""
        assert chosen.header("set-cookie").startswith(COOKIE)
        for word in ("Cookie", "HX-Request", "Accept-Encoding"):
            assert word in second.header("vary")
        assert essence(get(visitor, address, {})) == essence(first)


@pytest.mark.parametrize("question", [b"?q=\xff\xfe", b"?\x80=\xc3(", b"?q=%ED%A0%80", b"?q=%00"])
def test_a_question_that_is_no_text_is_answered(visitor: TestClient, addresses: list[str], question: bytes) -> None:
    for address in addresses:
        assert ask(visitor, "GET", address.partition("?")[0].encode() + question).status == 200


def test_paths_and_questions_are_told_apart(city_app: FastAPI, visitor: TestClient, addresses: list[str]) -> None:
    clean = essence(get(visitor, "/kursi?q=keramika&group=digital", {}))
    city_app.state.kept_pages = KeptPages()
    for other in ("/kursi%3Fq=keramika&group=digital", "/kursi?q=keramika%26group=digital", "/kursi?group=digital"):
        get(visitor, other, {})
    assert essence(get(visitor, "/kursi?q=keramika&group=digital", {})) == clean


def test_what_has_happened_is_seen_by_the_next_reader(
    city_app: FastAPI, visitor: TestClient, addresses: list[str]
) -> None:
    slug = addresses[-1].rpartition("/")[2]
    get(visitor, addresses[-1], {})
    with city_app.state.database.writing() as db:
        course = db.query(Course).filter_by(slug=slug).one()
        db.execute(
            update(CourseText)
            .where(CourseText.course_id == course.id, CourseText.locale == "lv")
            .values(title="Pavisam cits")
        )
        post(db, CourseChanged(course.id))
    assert "Pavisam cits" in get(visitor, addresses[-1], {}).body.decode()


def test_questions_of_any_length_and_number_fill_no_memory(
    city_app: FastAPI, visitor: TestClient, addresses: list[str]
) -> None:
    pages: KeptPages = city_app.state.kept_pages
    for number in range(12):
        get(visitor, f"/kursi?q={number}" + "a" * 9000, {})
        get(visitor, f"/kursi?q={number}", {"hx-request": "true", "hx-target": "x" * 30_000})
    assert pages.size == 0
    for number in range(PAGES + 5):
        get(visitor, f"/kursi?group=digital&q=nekas{number}", {"hx-request": "true"})
    assert 0 < pages.size <= BYTES
    assert len(pages._pages) == PAGES


def test_large_pages_push_others_out() -> None:
    from time import monotonic

    from app.web.kept import Kept

    pages = KeptPages()
    for number in range(40):
        pages.keep((str(number),), Kept((1, 1), monotonic() + 60, [], b"x" * 1_000_000))
        assert pages.size <= BYTES
    assert pages.find(("0",), (1, 1)) is None
    assert pages.find(("39",), (1, 1)) is not None
