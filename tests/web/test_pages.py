"""Pages: languages, what a reader chooses, parts for htmx, and what templates print."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from httpx2 import Response
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.catalogue.cards import CourseCard, RunCard
from app.courses.models import Audience, CertificateKind, Format, Funding, Level, RunState
from app.i18n import DEFAULT, LANGUAGES, Text
from app.main import create_app
from app.settings import Settings
from app.web.belt import woven_belt
from app.web.markdown import markdown
from app.web.marks import PLACE, draw_marks
from app.web.pages import render
from app.web.reading import local_path
from app.web.templates import environment, json_ld, page_window

START = datetime(2026, 12, 7, 16, 0, tzinfo=UTC)
RUN = RunCard(
    id=7,
    state=RunState.OPEN,
    starts_at=START,
    ends_at=START + timedelta(days=60),
    weekdays=(0, 2),
    session_count=12,
    seats=8,
    seats_left=5,
    taken=3,
    waiting=0,
    has_waiting_list=True,
    opens_at=START - timedelta(days=30),
    closes_at=START - timedelta(days=1),
    decision_at=None,
    min_participants=4,
    venue_name="Amatu māja",
    venue_address="Skolas iela 3",
    is_online=False,
    cancelled_at=None,
    cancel_reason="",
)
CARD = CourseCard(
    id=1,
    code="vm-001",
    slug="ausanas-pamati",
    title="Aušanas pamati",
    summary="No velku mešanas līdz dvielim.",
    group_code="languages_culture",
    group_name="Valodu apguve un kultūrizglītība",
    provider_code="vm",
    provider_name="Ventspils muzejs",
    provider_slug="ventspils-muzejs",
    format=Format.IN_PERSON,
    language="lv",
    level=Level.BEGINNER,
    audiences=(Audience.EVERYONE,),
    price=Decimal(160),
    funding=Funding.SELF_PAID,
    certificate=CertificateKind.CERTIFICATE,
    academic_hours=Decimal(48),
    next_run=RUN,
    run_count=1,
    untranslated=False,
)


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


def drawn(macro: str, file: str, language: str = DEFAULT, **facts: object) -> str:
    """What a macro prints."""
    template = environment(language).from_string(
        f'{{% from "{file}" import {macro.split("(", maxsplit=1)[0]} %}}{{{{ {macro} }}}}'
    )
    return template.render(**facts)


def asking(app: FastAPI, **headers: str) -> Request:
    """A request that has arrived."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {"type": "http", "app": app, "method": "GET", "path": "/kursi", "query_string": b"", "headers": sent}
    )


# Languages and what a reader chooses


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
    hrefs = [link.attributes["href"] for link in page.css('link[rel="canonical"], link[rel="alternate"]')]
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
    answer = render(asking(app, **headers), "base.html", partial="_course.html", card=CARD, level=2)
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


# What templates print


def test_facts_of_a_message_are_escaped_and_messages_too() -> None:
    said = environment("en").from_string('{{ _("“%(query)s” – <courses>", query=query) }}').render(query="<b>&")
    assert said == "“&lt;b&gt;&amp;” – &lt;courses&gt;"


def test_a_message_without_facts_is_settled_when_the_template_is_compiled() -> None:
    for code, word in (("lv", "Kursi"), ("en", "Courses")):
        template = environment(code).from_string('{{ _("Courses") }}')
        assert template.render() == word
        assert "context.call" not in environment(code).compile('{{ _("Courses") }}', raw=True)


def test_dates_in_a_message_are_inflected_by_its_placeholder() -> None:
    said = (
        environment("lv")
        .from_string('{{ _("You can register until %(closes_dat)s.", closes_dat=at) }}')
        .render(at=START)
    )
    assert said == "Pieteikties var līdz pirmdienai, 2026.\u00a0gada\u00a07.\u00a0decembrim, plkst.\u00a018.00."


@pytest.mark.promise("P12")
def test_a_description_cannot_end_the_script_it_stands_in() -> None:
    said = json_ld({"name": "</script><script>alert(1)</script>", "text": "<!-- & \u2028"})
    assert "<" not in said
    assert "&" not in said


@pytest.mark.promise("P12")
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](javascript:alert(1))",
        "![x](https://evil.example/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        '<a href="/" hx-get="/velmes" data-hx-post="/x">x</a>',
        '<p style="position:fixed">x</p>',
        "<svg><use href='data:x'/></svg>",
        '<https://example.org/"onmouseover=alert(1)>',
    ],
)
def test_hostile_markdown_is_inert(hostile: str) -> None:
    tree = HTMLParser(str(markdown(hostile)))
    assert tree.css("script, img, svg, style, iframe, use") == []
    for node in tree.body.css("*"):
        assert set(node.attributes) <= {"href", "rel", "start"}
        assert not (node.attributes.get("href") or "").lower().startswith(("javascript:", "data:"))


def test_markdown_keeps_prose_below_the_headings_of_the_page_and_names_other_sites() -> None:
    said = str(markdown("# Saturs\n\nNāciet **visi**: [te](https://example.org/x) un [še](/kursi).\n\n- viens\n- divi"))
    assert "<h3>Saturs</h3>" in said
    assert ">te</a> (example.org)" in said
    assert ">še</a>." in said
    assert "<li>divi</li>" in said


def card_in(state: RunState, **facts: object) -> CourseCard:
    """The course with a run in this state."""
    return replace(CARD, next_run=replace(RUN, state=state, **facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("card", "shape", "words"),
    [
        (CARD, "open", "Brīvas 5 vietas"),
        (card_in(RunState.OPEN, seats_left=1), "open", "Brīva 1 vieta"),
        (card_in(RunState.OPEN, seats=0, seats_left=None), "open", "Var pieteikties"),
        (card_in(RunState.FULL, seats_left=0, waiting=4), "full", "Vietu nav, gaida 4"),
        (card_in(RunState.FULL, seats_left=0), "full", "Vietu nav"),
        (card_in(RunState.UPCOMING), "off", "Pieteikšanās no 7.\u00a0nov."),
        (card_in(RunState.CLOSED), "off", "Pieteikšanās beigusies"),
        (card_in(RunState.RUNNING), "off", "Notiek"),
        (card_in(RunState.FINISHED), "off", "Beigusies"),
        (card_in(RunState.CANCELLED), "bad", "Atcelta"),
        (replace(CARD, next_run=None), "off", "Norise nav plānota"),
    ],
)
def test_a_card_says_its_state_by_shape_and_words(card: CourseCard, shape: str, words: str) -> None:
    said = HTMLParser(drawn("course_rows([card])", "_courses.html", card=card)).css_first(".state")
    assert said.attributes["class"] == f"state state--{shape}"
    assert said.text() == words


def test_a_card_is_drawn_anew_when_a_fact_on_it_changes() -> None:
    before = drawn("course_rows([card])", "_courses.html", card=CARD)
    after = drawn("course_rows([card])", "_courses.html", card=replace(CARD, next_run=replace(RUN, seats_left=4)))
    assert "Brīvas 5 vietas" in before
    assert "Brīvas 4 vietas" in after


def test_rows_and_tiles_are_the_same_card_and_escape_what_they_show() -> None:
    card = replace(CARD, title='<b>Aušana</b> & "audumi"', untranslated=True)
    row, tile = (
        drawn(f"{name}([card], 3)", "_courses.html", "en", card=card) for name in ("course_rows", "course_tiles")
    )
    heading = HTMLParser(row).css_first("h3")
    assert heading.text() == '<b>Aušana</b> & "audumi"'
    assert heading.attributes["lang"] == "lv"
    assert HTMLParser(row).css_first("article").html == HTMLParser(tile).css_first("article").html


def test_a_wrong_field_is_tied_to_its_hint_and_its_error() -> None:
    error = Text("Fill in this field.")
    said = HTMLParser(
        drawn('field("email", "E-pasts", "a<b", hint="Rakstīsim.", error=error)', "_fields.html", error=error)
    )
    control = said.css_first("input")
    assert control.attributes["aria-describedby"] == "email-h email-e"
    assert control.attributes["aria-invalid"] == "true"
    assert control.attributes["value"] == "a<b"
    assert said.css_first("label").attributes["for"] == control.attributes["id"] == "email"
    assert said.css_first("#email-e").text() == "Kļūda: Aizpildiet šo lauku."


def test_a_right_field_is_tied_to_nothing() -> None:
    control = HTMLParser(drawn('field("name", "Vārds", none)', "_fields.html")).css_first("input")
    assert control.attributes["value"] == ""
    assert not {"aria-describedby", "aria-invalid"} & set(control.attributes)


def test_the_summary_of_errors_leads_to_each_field() -> None:
    said = HTMLParser(drawn("error_summary(errors)", "_fields.html", errors={"name": "Viens.", "email": "Divi."}))
    assert said.css_first("h2").text() == "Izlabojiet 2 laukus:"
    assert [link.attributes["href"] for link in said.css("a")] == ["#name", "#email"]


def test_what_was_picked_stays_picked() -> None:
    options = [("a", "Visiem", ""), ("b", "Senioriem", "no 65 gadiem")]
    said = HTMLParser(drawn('picks("for", "Kam", options, ["b"], kind="checkbox")', "_fields.html", options=options))
    assert [box.attributes["value"] for box in said.css("input[checked]")] == ["b"]
    assert said.css_first("input").attributes["id"] == "for"


def test_seats_are_stitches_up_to_twenty_and_a_number_beyond() -> None:
    assert 'aria-label="5 no 8"' in drawn('stitches(5, 3, "5 no 8")', "_pieces.html")
    assert drawn('stitches(15, 6, "15 no 21")', "_pieces.html").strip() == ""
    assert drawn('stitches(0, 0, "")', "_pieces.html").strip() == ""


@pytest.mark.parametrize(
    ("page", "pages", "window"),
    [
        (1, 1, [1]),
        (1, 2, [1, 2]),
        (1, 9, [1, 2, 0, 9]),
        (4, 9, [1, 2, 3, 4, 5, 0, 9]),
        (5, 9, [1, 0, 4, 5, 6, 0, 9]),
        (9, 9, [1, 0, 8, 9]),
    ],
)
def test_a_long_list_of_pages_is_shortened_but_never_by_a_single_one(page: int, pages: int, window: list[int]) -> None:
    assert page_window(page, pages) == window


# The belt


def test_the_belt_is_as_long_as_the_groups_are_large() -> None:
    belt = woven_belt(
        {"digital": 113, "media": 45, "personal": 72, "environment": 40, "languages_culture": 77, "target_groups": 71}
    )
    assert belt[0].code == "digital"
    assert sum(section.length for section in belt) == pytest.approx(100, abs=0.05)
    assert belt[0].length == pytest.approx(100 * 113 / 418, abs=0.01)
    assert all(left.start + left.length == pytest.approx(right.start, abs=0.02) for left, right in pairwise(belt))


def test_a_small_group_still_shows_its_mark() -> None:
    belt = {section.code: section.length for section in woven_belt({"a": 1000, "b": 1, "c": 2})}
    assert belt["b"] == belt["c"] == 9
    assert sum(belt.values()) == pytest.approx(100)


def test_groups_without_courses_have_no_section_and_an_empty_catalogue_no_belt() -> None:
    assert [section.code for section in woven_belt({"a": 3, "b": 0})] == ["a"]
    assert woven_belt({}) == woven_belt({"a": 0}) == ()
    assert len(woven_belt({str(n): 1 for n in range(40)})) == 40


def test_every_language_can_print_every_shared_template() -> None:
    for code in LANGUAGES:
        for name in ("base.html", "_course.html", "_courses.html", "_fields.html", "_pieces.html", "_tables.html"):
            environment(code).get_template(name)
