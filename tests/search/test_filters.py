"""Filters: read from a query string, understood from words, listed once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.documents import Document
from app.search.filter_words import find_filter_words
from app.search.filters import BY_PARAMETER, FILTERS, TEXT_LIMIT, clean_text, read_filters
from app.search.latvian import typed_words
from tests.search.catalogue import demonstration_documents

EVERY_PARAMETER = (
    "group provider audience level language format price funding weekday time from to venue certificate open"
)


def understood(text: str) -> list[tuple[str, tuple[str, ...]]]:
    typed = typed_words(text)
    found = find_filter_words([form for form, _shown in typed], [shown for _form, shown in typed])
    return [(one.parameter, one.values) for one in found]


def test_each_filter_stands_once_and_asks_a_field_of_the_document() -> None:
    assert [one.parameter for one in FILTERS] == EVERY_PARAMETER.split()
    assert {one.field for one in FILTERS} <= set(Document.__slots__)
    assert all(one.label.msgid for one in FILTERS)


def test_values_of_the_catalogue_are_choices() -> None:
    for document in demonstration_documents():
        for parameter, values in {
            "audience": document.audiences,
            "level": (document.level,),
            "language": (document.language,),
            "format": (document.format,),
            "funding": (document.funding,),
            "certificate": (document.certificate,),
            "time": document.times,
        }.items():
            assert set(values) <= {choice.value for choice in BY_PARAMETER[parameter].choices}


def test_known_values_are_read_and_unknown_ones_reported() -> None:
    read = read_filters(
        [
            ("audience", "seniors"),
            ("audience", "teachers,seniors"),
            ("audience", "astronauts"),
            ("group", "digital"),
            ("group", "cooking"),
            ("utm_source", "x"),
            ("q", "dators"),
            ("from", "2026-03-01"),
            ("to", "tomorrow"),
            ("open", "1"),
            ("price", "50.00"),
            ("price", "NaN"),
        ],
        {"group": {"digital", "media"}},
    )
    assert read.filters == {
        "audience": ("seniors", "teachers"),
        "group": ("digital",),
        "from": ("2026-03-01",),
        "open": ("1",),
        "price": ("50",),
    }
    assert read.ignored == (
        ("audience", "astronauts"),
        ("group", "cooking"),
        ("to", "tomorrow"),
        ("price", "NaN"),
    )


@pytest.mark.parametrize(
    ("typed", "read"),
    [("free", "free"), ("0", "free"), ("200", "200"), ("12.5", "12.5"), ("1e3", "1000"), ("-1", None), ("Infinity", None),
     ("9" * 40, None), ("", None)],
)  # fmt: skip
def test_prices_are_numbers_from_nothing_up(typed: str, read: str | None) -> None:
    assert read_filters([("price", typed)]).filters.get("price", (None,))[0] == read


@given(st.lists(st.tuples(st.sampled_from(EVERY_PARAMETER.split()) | st.text(), st.text())))
def test_no_query_string_raises(pairs: list[tuple[str, str]]) -> None:
    read = read_filters(pairs)
    assert set(read.filters) <= set(BY_PARAMETER)


def test_a_text_is_cleaned_and_cut() -> None:
    assert clean_text(" a\0b\ud800\tc\u200b ") == "a b c"
    assert len(clean_text("ā" * 10_000)) == TEXT_LIMIT
    assert clean_text("\u202e\ufeff") == ""


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        (
            "bezmaksas kursi senioriem vakaros",
            [("price", ("free",)), ("audience", ("seniors",)), ("time", ("evening",))],
        ),
        ("par brīvu", [("price", ("free",))]),
        ("līdz 50 eiro", [("price", ("50",))]),
        ("бесплатно для пенсионеров", [("price", ("free",)), ("audience", ("seniors",))]),
        ("free online courses", [("price", ("free",)), ("format", ("online", "self_study"))]),
        ("vecākiem", [("audience", ("parents",))]),
        ("vecākiem cilvēkiem", [("audience", ("seniors",))]),
        ("ar apliecību", [("certificate", ("certificate", "qualification"))]),
        ("sestdienās", [("weekday", ("sat",))]),
        ("nedēļas nogalē", [("weekday", ("sat", "sun"))]),
        ("telefons krieviski", [("language", ("ru",))]),
        ("gids angļu valodā", [("language", ("en",))]),
        ("angļu valoda", []),
        ("runāt angliski", []),
        ("sarunu vakari", []),
        ("ukraiņu valoda", []),
        ("strādāt no mājām", []),
        ("jauniešiem brīvdienās", [("audience", ("youth",)), ("weekday", ("sat", "sun"))]),
        ("iesācējiem", [("level", ("beginner",))]),
    ],
)
def test_words_are_understood_as_filters_only_where_they_are_no_subject(
    text: str, filters: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert understood(text) == filters


def test_a_document_comes_back_from_json_as_it_went() -> None:
    for document in demonstration_documents():
        assert Document.from_json(document.to_json()) == document
