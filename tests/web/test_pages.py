"""Pages: languages, what a reader chooses, whole pages and parts for htmx."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from httpx2 import Response
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.main import create_app
from app.settings import Settings
from app.web.marks import PLACE, draw_marks
from app.web.pages import render
from app.web.reading import local_path


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application with an address of its own."""
    file = tmp_path_factory.mktemp("city") / "city.sqlite"
    return create_app(Settings(database_url=f"sqlite:///{file}", public_url="http://kursi.example.lv"), quiet=True)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A browser without scripts; the page of an unknown address stands for every page."""
    return TestClient(app, base_url="http://kursi.example.lv")


def body(response: Response) -> HTMLParser:
    """The page as a tree."""
    return HTMLParser(response.text)


def asking(app: FastAPI, **headers: str) -> Request:
    """A request that has arrived."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {"type": "http", "app": app, "method": "GET", "path": "/kursi", "query_string": b"", "headers": sent}
    )


def test_a_page_is_in_latvian_unless_another_language_is_asked_for(client: TestClient) -> None:
    latvian, english = client.get("/nav"), client.get("/nav?lang=en")
    assert (latvian.headers["content-language"], english.headers["content-language"]) == ("lv", "en")
    assert body(latvian).css_first("html").attributes["lang"] == "lv"
    assert body(english).css_first("html").attributes["lang"] == "en"
    assert "Pāriet uz saturu" in latvian.text
    assert "Skip to content" in english.text


def test_the_language_is_remembered_in_the_only_cookie(client: TestClient) -> None:
    client.get("/nav?lang=en")
    assert dict(client.cookies) == {"reading": "en-normal-normal"}
    assert client.get("/nav").headers["content-language"] == "en"
    client.get("/nav?lang=lv")
    assert client.get("/nav").headers["content-language"] == "lv"


def test_the_language_is_remembered_where_the_reader_is_only_sent_on(client: TestClient) -> None:
    calendar = "/kursi/keramika/kalendars.ics?norise=1"
    plain = client.get(calendar, follow_redirects=False)
    assert "set-cookie" not in plain.headers
    sent_on = client.get(calendar + "&lang=en", follow_redirects=False)
    assert (plain.status_code, sent_on.status_code) == (308, 308)
    assert dict(client.cookies) == {"reading": "en-normal-normal"}
    assert sent_on.headers["cache-control"] == "no-store"
    assert client.get("/nav").headers["content-language"] == "en"
    again = client.get(calendar + "&lang=en", follow_redirects=False)
    assert "set-cookie" not in again.headers, "it says so already"
    assert "set-cookie" not in client.get(calendar + "&slang=lv", follow_redirects=False).headers


def test_an_answer_that_sets_the_cookie_itself_keeps_its_own(client: TestClient) -> None:
    chosen = client.post("/izskats?lang=en", data={"size": "large"}, follow_redirects=False)
    assert len(chosen.headers.get_list("set-cookie")) == 1
    assert dict(client.cookies) == {"reading": "en-large-normal"}


def test_a_page_without_a_choice_sets_no_cookie(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/nav").headers


@pytest.mark.parametrize("said", ["xx", "", "lv-huge-high-more", "en-largest-loud", "\x01", "-" * 500])
def test_a_strange_cookie_or_language_is_passed_over(client: TestClient, said: str) -> None:
    assert client.get("/nav", params={"lang": said}).status_code == 404
    answer = client.get("/nav", headers={"cookie": f"reading={said}"})
    assert answer.status_code == 404
    assert "text-huge" not in answer.text
    assert "contrast-loud" not in answer.text


def test_text_size_and_contrast_are_kept_and_the_reader_stays_on_the_page(client: TestClient) -> None:
    answer = client.post("/izskats", data={"size": "largest", "back": "/kursi?q=a&page=2"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/kursi?q=a&page=2#izskats")
    client.post("/izskats", data={"contrast": "high"}, follow_redirects=False)
    page = body(client.get("/nav"))
    assert page.css_first("html").attributes["class"] == "text-largest contrast-high"
    pressed = [button.text() for button in page.css('.looks [aria-pressed="true"]')]
    assert pressed == ["Ļoti liels teksts", "Augsts kontrasts"]


def test_the_cookie_is_for_this_host_only_under_https(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/c.sqlite", public_url="https://kursi.example.lv")
    client = TestClient(create_app(settings, quiet=True), base_url="https://kursi.example.lv")
    set_cookie = client.get("/nav?lang=en").headers["set-cookie"]
    assert set_cookie.startswith("__Host-reading=en-normal-normal;")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in set_cookie.split(";")}
    assert "domain" not in set_cookie.lower()


@pytest.mark.parametrize(
    "forged",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "",
        "kursi",
        "/a\r\nX: y",
        "/\tb",
    ],
)
def test_a_forged_way_back_leads_to_the_home_page(forged: str) -> None:
    assert local_path(forged) == "/"


def test_a_way_back_within_the_site_is_kept() -> None:
    assert local_path("/kursi?q=latviešu+valoda&group=media") == "/kursi?q=latviešu+valoda&group=media"


def test_the_language_link_keeps_the_search_and_its_filters(client: TestClient) -> None:
    page = body(client.get("/nav", params=[("q", "latviešu"), ("weekday", "mon"), ("weekday", "tue"), ("lang", "lv")]))
    link = page.css_first('.site__reading a[hreflang="en"]').attributes["href"]
    assert link == "/nav?q=latvie%C5%A1u&weekday=mon&weekday=tue&lang=en"


def test_public_addresses_come_from_the_settings_and_not_from_the_host(app: FastAPI) -> None:
    page = HTMLParser(render(asking(app, host="evil.example"), "base.html").body.decode())
    hrefs = [link.attributes["href"] for link in page.css('link[rel="canonical"], link[hreflang]')]
    assert hrefs == [
        "http://kursi.example.lv/kursi",
        "http://kursi.example.lv/kursi",
        "http://kursi.example.lv/kursi?lang=en",
    ]


def test_a_private_page_is_kept_from_search_engines(app: FastAPI) -> None:
    page = HTMLParser(render(asking(app), "base.html", private=True).body.decode())
    assert page.css_first('meta[name="robots"]').attributes["content"] == "noindex"
    assert page.css_first('link[rel="canonical"]') is None


def test_the_title_of_a_wrong_form_says_so_first(app: FastAPI) -> None:
    page = HTMLParser(render(asking(app), "base.html", errors={"email": "…"}).body.decode())
    assert page.css_first("title").text().startswith("Kļūda: ")


# Whole pages and parts


@pytest.mark.parametrize(
    ("headers", "is_part"),
    [
        ({"hx_request": "true"}, True),
        ({}, False),
        ({"hx_request": "true", "hx_boosted": "true"}, False),
        ({"hx_request": "true", "hx_history_restore_request": "true"}, False),
    ],
)
def test_htmx_gets_the_part_and_everybody_else_the_page(app: FastAPI, headers: dict[str, str], is_part: bool) -> None:
    answer = render(asking(app, **headers), "base.html", partial="_pieces.html")
    text = answer.body.decode()
    assert ("<html" not in text) is is_part
    assert {"HX-Request", "Cookie"} <= {name.strip() for name in answer.headers["vary"].split(",")}


def test_a_page_draws_only_the_marks_it_uses() -> None:
    page = draw_marks(f'<use href="#m-media"/><use href="#m-media"/>{PLACE}')
    assert re.findall(r'<symbol id="([\w-]+)"', page) == ["m-media"]


def test_a_group_without_a_mark_of_its_own_gets_the_loom() -> None:
    loom = HTMLParser(draw_marks(f'<use href="#m-logo"/>{PLACE}')).css_first("symbol path").attributes["d"]
    unknown = HTMLParser(draw_marks(f'<use href="#m-forestry"/>{PLACE}')).css_first("symbol path").attributes["d"]
    assert unknown == loom


def test_nothing_in_a_page_would_be_stopped_by_the_content_policy(client: TestClient) -> None:
    page = body(client.get("/nav"))
    inline = [script for script in page.css("script") if "src" not in script.attributes]
    assert [script for script in inline if script.attributes.get("type") != "application/ld+json"] == []
    assert page.css("style") == []
    for node in page.css("*"):
        assert not [name for name in node.attributes if name == "style" or name.startswith(("on", "hx-on"))]
    sources = [node.attributes["src"] for node in page.css("[src]")] + [
        node.attributes["href"] for node in page.css('link[rel="stylesheet"], link[rel*="icon"]')
    ]
    assert all(source.startswith("/static/") for source in sources)


def test_htmx_neither_evaluates_nor_keeps_pages(client: TestClient) -> None:
    settings = body(client.get("/nav")).css_first('meta[name="htmx-config"]')
    if settings is None:
        pytest.skip("htmx is fetched at install; it is not here")
    said = settings.attributes["content"]
    for part in (
        '"allowEval":false',
        '"historyCacheSize":0',
        '"allowScriptTags":false',
        '"code":"409|422","swap":true',
    ):
        assert part in said
