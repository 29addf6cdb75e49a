"""Home and results as a reader meets them: whole pages and parts, facets, chips, sorts, and what to do when nothing fits."""

from collections.abc import Iterator
from datetime import time

import pytest
from fastapi.testclient import TestClient

from app.courses.models import Audience, Format
from app.db import Database
from tests import make
from tests.counting import statements
from tests.web.reader import HTMX, index, links, lint, reader, tree, words


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """A browser without scripts in a small city."""
    with sqlite_database.writing() as db:
        languages = make.make_group(db, "languages_culture", name="Valodas", name_en="Languages")
        digital = make.make_group(db, "digital", name="Digitālās prasmes", name_en="Digital skills")
        library = make.make_provider(db, "biblioteka", name="Bibliotēka")
        evening = make.make_course(
            db, "latviesu-valoda", title="Latviešu valoda A1", group=languages, provider=library, title_en="Latvian A1"
        )
        make.make_run(db, evening, starts_in=5, clock=time(18))
        morning = make.make_course(db, "latviesu-rita", title="Latviešu valoda rītos", group=languages, price=30)
        make.make_run(db, morning, starts_in=3, clock=time(10), seats=2)
        seniors = make.make_course(
            db, "excel", title="Excel senioriem", group=digital, audiences=[Audience.SENIORS], format=Format.ONLINE
        )
        make.make_run(db, seniors, starts_in=9)
        over = make.make_course(db, "latviesu-agrak", title="Latviešu valoda agrāk", group=languages)
        make.make_run(db, over, starts_in=-60)
        make.make_wish(db, "Zīmju valoda vecākiem", supporters=3)
        index(db)
    with reader(sqlite_database) as client:
        yield client


@pytest.mark.parametrize("lang", ["lv", "en"])
@pytest.mark.parametrize(
    "address", ["/", "/kursi", "/kursi?q=latviesu+valoda+vakaros&open=1&group=nope", "/kursi?q=nekas+tamlīdzīgs"]
)
def test_pages_are_well_formed_in_both_languages(client: TestClient, address: str, lang: str) -> None:
    client.cookies.set("reading", lang)
    answer = client.get(address)
    assert tree(answer).css_first("html").attributes["lang"] == lang
    lint(answer)


def test_the_home_page_tells_todays_numbers_and_each_leads_to_so_many_courses(client: TestClient) -> None:
    home = client.get("/")
    assert words(home, ".fig") == "3"
    ways = links(home, ".paths a")
    assert len(ways) == 4
    for number, url in zip(tree(home).css(".paths li .mute"), ways.values(), strict=True):
        assert words(client.get(url), "#rezultati .head strong").split()[0] == number.text()
    assert "Josta ir noausta no kataloga: 4 kursi" in words(home, ".hero__key")
    assert [node.text() for node in tree(home).css(".groups b")] == ["Valodas", "Digitālās prasmes"]
    assert len(tree(home).css(".belt pattern")) == 3


def test_the_home_page_begins_with_what_starts_next(client: TestClient) -> None:
    soon = [node.text() for node in tree(client.get("/")).css('section[aria-labelledby="drizuma"] h3')]
    assert soon == ["Latviešu valoda rītos", "Latviešu valoda A1", "Excel senioriem"]


def test_an_empty_catalogue_has_a_home_page_too(sqlite_database: Database) -> None:
    with reader(sqlite_database) as client:
        home = client.get("/")
        lint(home)
        assert words(home, "h1") == "Ko vēlaties iemācīties?"
        lint(client.get("/kursi"))


def test_results_stand_with_open_courses_first_and_ended_ones_under_their_own_heading(client: TestClient) -> None:
    answer = client.get("/kursi?q=latviešu+valoda")
    assert words(answer, "#rezultati .head strong") == "3 kursi"
    titles = [node.text() for node in tree(answer).css(".courses h2, .courses h3")]
    assert titles[-1] == "Latviešu valoda agrāk"
    assert words(answer, "h2.ended") == "Beigušies kursi"


def test_understood_words_are_said_and_can_be_searched_for_literally(client: TestClient) -> None:
    answer = client.get("/kursi?q=latviešu+valoda+vakaros")
    assert "bet „vakaros” sapratām kā filtru" in words(answer, ".understood")
    assert links(answer, ".understood a") == {
        "Meklēt tieši šos vārdus": "/kursi?q=latvie%C5%A1u+valoda+vakaros&literal=1"
    }
    [(chip, url)] = links(answer, ".chip--on").items()
    assert chip.startswith("Noņemt filtru: Vakarā")
    assert url == "/kursi?q=latvie%C5%A1u+valoda"
    ticked = tree(answer).css('input[name="time"][checked]')
    assert [node.attributes["value"] for node in ticked] == ["evening"]


def test_a_slip_is_corrected_and_said(client: TestClient) -> None:
    answer = client.get("/kursi?q=latveišu+valoda")
    assert "Redzat kursus meklējumam „latviešu valoda”." in words(answer, ".understood")
    assert words(answer, "#rezultati .head strong").startswith("3")


def test_what_met_the_search_is_marked_in_title_and_summary_and_nothing_else(
    client: TestClient, sqlite_database: Database
) -> None:
    def marks(address: str) -> list[str]:
        return [node.text() for node in tree(client.get(address)).css("mark")]

    assert marks("/kursi?q=latviesu+valodu")[:2] == ["Latviešu", "valoda"]
    assert marks("/kursi?q=latveišu")[0] == "Latviešu"
    assert marks("/kursi?q=vakaros") == marks("/kursi") == marks("/") == []
    with sqlite_database.writing() as db:
        make.make_course(db, "ret", title='<script>alert(1)</script> "retums" & <b>', title_en="Rare")
        index(db)
    found = client.get("/kursi?q=alert+retums")
    assert (
        "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt; &#34;<mark>retums</mark>&#34; &amp; &lt;b&gt;" in found.text
    )


def test_a_word_that_nobody_knows_is_named(client: TestClient) -> None:
    assert "Katalogā šāda vārda nav: xqzzw." in words(client.get("/kursi?q=latviešu+xqzzw"), "#izvele")
    assert "xqzzw" not in words(client.get("/kursi?q=latviešu+xqzzw&literal=1"), "#izvele")
    assert "šād" not in words(client.get("/kursi?q=latviešu+val"), "#izvele")


def test_chips_take_away_one_filter_each_and_all_at_once(client: TestClient) -> None:
    answer = client.get("/kursi?q=valoda&group=languages_culture&time=evening&time=morning")
    chips = links(answer, "#izvele .chips a")
    assert [url for name, url in chips.items() if "No rīta" in name] == [
        "/kursi?q=valoda&group=languages_culture&time=evening"
    ]
    assert chips["Notīrīt visus filtrus"] == "/kursi?q=valoda"
    for url in chips.values():
        assert client.get(url).status_code == 200


def test_the_counts_of_a_facet_are_what_choosing_it_gives(client: TestClient) -> None:
    page = tree(client.get("/kursi"))
    boxes = page.css('.facets input[type="checkbox"]')
    assert len(boxes) > 10
    for box in boxes:
        url = f"/kursi?{box.attributes['name']}={box.attributes['value']}"
        count = box.parent.css_first(".n").text()
        assert words(client.get(url), "#rezultati .head strong").split()[0] == count, url


def test_a_swap_brings_the_list_with_chips_and_counts_and_the_whole_page_has_the_same(client: TestClient) -> None:
    address = "/kursi?q=latviešu+valoda+vakaros"
    whole, part = client.get(address), client.get(address, headers=HTMX)
    assert part.text.lstrip().startswith("<title>„latviešu valoda vakaros” – kursi – ")
    assert "<html" not in part.text
    assert words(part, "#rezultati") == words(whole, "#rezultati")
    for name in ("#izvele", "#filtri", "#filtri-no-lidz", "#filtru-skaits"):
        assert tree(part).css_first(name).attributes["hx-swap-oob"] == "true"
        assert words(part, name) == words(whole, name)
        assert "hx-swap-oob" not in tree(whole).css_first(name).attributes
    for answer in (whole, part):
        assert "HX-Request" in answer.headers["vary"]


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_going_back_and_following_a_link_give_the_whole_page(client: TestClient, header: str) -> None:
    assert "<html" in client.get("/kursi", headers=HTMX | {header: "true"}).text


def test_typing_replaces_the_address_and_everything_else_adds_one(client: TestClient) -> None:
    typed = client.get("/kursi?q=excel&price=&from=&to=", headers=HTMX | {"HX-Trigger": "q"})
    assert typed.headers["hx-replace-url"] == "/kursi?q=excel"
    assert "hx-push-url" not in typed.headers
    ticked = client.get("/kursi?q=excel&format=online&picked=1&sort=", headers=HTMX)
    assert ticked.headers["hx-push-url"] == "/kursi?q=excel&format=online"
    assert "hx-push-url" not in client.get("/kursi").headers


def test_a_ticked_box_takes_over_from_the_word_that_meant_the_same(client: TestClient) -> None:
    sent = "q=latviešu+valoda+vakaros&time=evening&time=morning&taken=time:evening&picked=1"
    without_scripts = client.get(f"/kursi?{sent}")
    assert without_scripts.status_code == 303
    clean = "/kursi?q=latvie%C5%A1u+valoda&time=morning&time=evening"
    assert sorted(without_scripts.headers["location"]) == sorted(clean)
    swapped = client.get(f"/kursi?{sent}", headers=HTMX)
    assert tree(swapped).css_first("#rezultati").attributes["data-q"] == "latviešu valoda"


def test_filters_that_do_not_exist_are_left_out_and_said(client: TestClient) -> None:
    answer = client.get("/kursi?group=nope&level=wizard")
    assert "nope, wizard" in words(answer, ".understood")
    assert words(answer, "#rezultati .head strong").startswith("4")


def test_a_page_past_the_end_is_the_last_one(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        for number in range(14):
            make.make_course(db, title=f"Kurss {number}")
        index(db)
    with reader(sqlite_database) as client:
        answer = client.get("/kursi?page=99")
        assert words(answer, '.pager [aria-current="page"]') == "Lapa 2"
        assert len(tree(answer).css(".courses li")) == 2
        assert links(answer, ".pager a")["← Iepriekšējā lapa"] == "/kursi"


def test_nothing_found_offers_the_nearest_courses_wishes_and_a_wish(client: TestClient) -> None:
    answer = client.get("/kursi?q=zīmju+valoda")
    assert words(answer, "h1") == "Tāda kursa vēl nav"
    assert "Zīmju valoda vecākiem" in words(answer, ".nothing__near")
    assert tree(answer).css_first("#velme").attributes["value"] == "Zīmju valoda"
    with_filter = client.get("/kursi?q=excel&time=morning")
    assert [node.text() for node in tree(with_filter).css(".nothing h3")] == ["Excel senioriem"]
    assert links(with_filter, "#rezultati > p a") == {"Notīrīt visus filtrus": "/kursi?q=excel"}


def test_use_is_counted_without_the_words(client: TestClient) -> None:
    def counted(address: str) -> str | None:
        return tree(client.get(address)).css_first("#rezultati").attributes.get("data-count")

    assert counted("/kursi") is None
    assert counted("/kursi?q=excel") == "/lietojums?kind=search"
    assert counted("/kursi?q=qqqqq") == "/lietojums?kind=search_without_result"


def test_hostile_words_are_only_words(client: TestClient) -> None:
    hostile = '"><script>alert(1)</script>{{7*7}}'
    answer = client.get("/kursi", params={"q": hostile, "group": hostile})
    assert "<script>alert" not in answer.text
    assert tree(answer).css_first("#q").attributes["value"] == hostile
    lint(answer)


@pytest.mark.parametrize(
    ("address", "most"), [("/", 6), ("/kursi?q=latviešu+valoda", 5), ("/kursi?q=zīmju+valoda", 6), ("/kursi", 5)]
)
def test_pages_ask_the_database_little(client: TestClient, sqlite_database: Database, address: str, most: int) -> None:
    client.get("/kursi?q=cits")  # The engine has read the catalogue.
    database = client.app.state.database  # type: ignore[attr-defined]
    with statements(database) as sent:
        client.get(address)
    assert len(sent) <= most, sent
