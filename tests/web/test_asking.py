"""What addresses of results ask for, and the addresses of every other way to ask."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from app.providers.queries import Labels
from app.search.engine import Hits, Query, Understood
from app.web.asking import Asked, read_asked, read_page, without_words

LABELS = Labels({"digital": "Digitālās prasmes"}, {"vb": "Bibliotēka"}, {})


def asked(query_string: str) -> Asked:
    return read_asked(parse_qsl(query_string, keep_blank_values=True), LABELS, "lv")


@pytest.mark.parametrize(
    "address",
    [
        "/kursi",
        "/kursi?q=latvie%C5%A1u+valoda",
        "/kursi?q=excel&group=digital&provider=vb&level=beginner&level=advanced&price=50&from=2026-12-01&open=1",
        "/kursi?q=excel&literal=1&sort=price&page=3",
    ],
)
def test_an_address_is_read_and_written_back_the_same(address: str) -> None:
    assert asked(urlsplit(address).query).url() == address


def test_what_a_form_leaves_empty_and_what_is_the_rule_anyway_does_not_lengthen_the_address() -> None:
    assert asked("q=excel&price=&from=&to=&price=&sort=relevance&page=1").url() == "/kursi?q=excel"


def test_unknown_values_are_named_and_left_out() -> None:
    found = asked("group=digital&group=nope&level=wizard&sort=evil&page=x&unheard=of")
    assert found.ignored == ("nope", "wizard")
    assert found.url() == "/kursi?group=digital"


def test_one_value_is_taken_away_and_the_others_stay() -> None:
    found = asked("q=excel&level=beginner&level=advanced&open=1&page=4")
    assert found.without("level", "beginner").url() == "/kursi?q=excel&level=advanced&open=1"
    assert found.without("open", "1").url() == "/kursi?q=excel&level=beginner&level=advanced"
    assert found.cleared().url() == "/kursi?q=excel"
    assert found.page_url(5).endswith("&open=1&page=5")


@pytest.mark.parametrize(
    ("query_string", "prices"),
    [
        ("price=&price=80", ("80",)),
        ("price=200&price=80", ("80",)),
        ("price=free&price=200", ("200",)),
        ("price=free&price=50", ("50",)),
        ("price=free", ("free",)),
    ],
)
def test_a_typed_price_stands_instead_of_the_picked_one_and_of_several_the_highest_counts(
    query_string: str, prices: tuple[str, ...]
) -> None:
    assert asked(query_string).query.filters == {"price": prices}


def test_boxes_that_stand_for_words_go_when_the_words_go() -> None:
    still_there = asked("q=excel+vakaros&time=evening&taken=time:evening")
    assert still_there.query.filters == {}
    gone = asked("q=excel&time=evening&taken=time:evening")
    assert gone.query.filters == {}
    picked_too = asked("q=excel+vakaros&time=evening&time=morning&taken=time:evening")
    assert picked_too.query.filters == {"time": ("morning",)}


def test_words_become_boxes_once_boxes_are_picked() -> None:
    found = asked("q=latviešu+valoda+vakaros&time=morning&picked=1")
    hits = Hits(0, [], {}, understood=(Understood("time", ("evening",), "vakaros"),))
    assert found.in_boxes(hits).url() == "/kursi?q=latvie%C5%A1u+valoda&time=morning"


def test_exactly_these_words_is_forgotten_when_the_words_change() -> None:
    assert asked("q=vakara+skola&literal=vakara+skola").query.literal
    assert asked("q=vakara+skola&literal=1").query.literal
    assert not asked("q=vakara+skolas&literal=vakara+skola").query.literal
    assert asked("q=vakara+skola&literal=1").with_text("skola").url() == "/kursi?q=skola"


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("latviešu valoda vakaros", "vakaros", "latviešu valoda"),
        ("Bezmaksas, kursi", "bezmaksas", "kursi"),
        ("angļu valoda cilvēkiem ar invaliditāti", "cilvēkiem ar invaliditāti", "angļu valoda"),
        ("vakaros", "vakaros", ""),
        ("keramika", "vakaros", "keramika"),
    ],
)
def test_words_are_taken_out_however_they_were_written(text: str, words: str, left: str) -> None:
    assert without_words(text, words) == left


@pytest.mark.parametrize(
    ("text", "page"),
    [("", 1), ("0", 1), ("-3", 1), ("2.5", 1), ("٣", 1), ("7", 7), ("99999999999999999999", 1), ("999999", 100_000)],
)
def test_every_number_of_a_page_is_read_somehow(text: str, page: int) -> None:
    assert read_page(text) == page


def test_hostile_words_stay_inside_their_parameter() -> None:
    address = Asked(Query('"><script>&open=1#')).url()
    assert address == "/kursi?q=%22%3E%3Cscript%3E%26open%3D1%23"
