"""One contract for every search engine."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.search.documents import STATUSES, Document
from app.search.engine import SORTS, Query, SearchEngine, Sort
from app.search.filters import read_filters

Found = Callable[[str], list[str]]


def test_an_empty_text_is_the_whole_catalogue_with_open_courses_first(
    engine: SearchEngine, documents: list[Document]
) -> None:
    hits = engine.search(Query(per_page=100))
    assert hits.total == engine.count() == len(documents) == 418
    by_id = {one.course_id: one for one in documents}
    pages = [engine.search(Query(per_page=100, page=page)).course_ids for page in range(1, 6)]
    everything = [by_id[one] for page in pages for one in page]
    assert len({one.course_id for one in everything}) == 418
    places = [(STATUSES.index(one.status), one.next_start or date.max) for one in everything]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "text", ["kursi", "kursus", "kursiem", "apmācība", "gribu mācīties", "курсы", "courses", "  ", "„”"]
)
def test_general_words_alone_are_the_whole_catalogue(engine: SearchEngine, text: str) -> None:
    assert engine.search(Query(text)).total == 418


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("latviesu valoda", {"vb-048", "vb-049", "vmc-044", "vmc-045", "vmc-046", "vb-050", "buts-034", "zrs-019"}),
        ("datrou", {"vdc-001", "vb-006", "buts-001"}),
        ("keramik", {"vm-020", "buts-038"}),
        ("mājas lapa", {"vdc-033", "vmc-007"}),
        ("datorprasmes", {"vdc-001", "vb-006", "buts-001", "vdc-085"}),
        ("сварщик", {"vt-020", "buts-040"}),
        ("public speaking", {"vmc-018", "vb-032"}),
        ("tulkotāji", {"vmc-050", "vmc-051"}),
        ("vdc-033", {"vdc-033"}),
    ],
)
def test_the_right_course_stands_first(found: Found, text: str, first: set[str]) -> None:
    assert found(text)[0] in first


def test_inflections_and_missing_diacritics_find_the_same(engine: SearchEngine) -> None:
    totals = {engine.search(Query(text)).total for text in ("keramika ", "keramiku ", "keramikas ", "KERAMIKA ")}
    assert len(totals) == 1
    assert engine.search(Query("ģitāra ")).course_ids == engine.search(Query("gitara ")).course_ids


def test_filters_in_the_words_are_understood_and_replaced_by_chosen_ones(
    engine: SearchEngine, documents: list[Document]
) -> None:
    hits = engine.search(Query("bezmaksas kursi senioriem vakaros", per_page=100))
    assert [(one.parameter, one.values, one.words) for one in hits.understood] == [
        ("price", ("free",), "bezmaksas"),
        ("audience", ("seniors",), "senioriem"),
        ("time", ("evening",), "vakaros"),
    ]
    wanted = {
        one.course_id for one in documents if one.price == 0 and "seniors" in one.audiences and "evening" in one.times
    }
    assert wanted
    assert set(hits.course_ids) == wanted
    chosen = engine.search(Query("bezmaksas kursi senioriem", {"audience": ("youth",)}, per_page=100))
    assert [one.parameter for one in chosen.understood] == ["price"]
    assert chosen.total == sum(one.price == 0 and "youth" in one.audiences for one in documents)


def test_literally_no_word_is_a_filter_or_corrected(engine: SearchEngine) -> None:
    hits = engine.search(Query("senioriem vakaros", literal=True))
    assert hits.understood == ()
    assert hits.words == ("senioriem", "vakaros")
    slip = engine.search(Query("pyhton", literal=True))
    assert (slip.total, slip.corrected) == (0, None)


def test_words_are_known_by_the_catalogue_and_the_synonyms_however_inflected(engine: SearchEngine) -> None:
    assert [engine.knows(form) for form in ("keramikai", "kompis", "svarscik", "qwrtz")] == [True, True, False, False]


def test_a_word_nobody_knows_is_named(engine: SearchEngine) -> None:
    assert engine.search(Query("keramika qwrtz")).unknown == ("qwrtz",)
    assert engine.search(Query("keramika")).unknown == ()


def test_a_slip_is_corrected_and_said_with_its_diacritics(engine: SearchEngine) -> None:
    hits = engine.search(Query("latviešu valdoa"))
    assert hits.corrected == "latviešu valoda"
    assert hits.total
    assert engine.search(Query("latviešu valoda")).corrected is None


@pytest.mark.parametrize("text", ["frizieris", "peldēšana", "šahs", "hokejs", "japāņu valoda", "tenisa treniņi"])
def test_what_nobody_teaches_finds_nothing(engine: SearchEngine, text: str) -> None:
    assert engine.search(Query(text)).total == 0


def test_nothing_found_names_the_nearest(engine: SearchEngine, codes: dict[int, str]) -> None:
    hits = engine.search(Query("floristika bez maksas"))
    assert hits.total == 0
    assert codes[hits.nearest[0]] == "buts-019"
    assert len(hits.nearest) <= 3
    assert engine.search(Query("floristika")).nearest == ()


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", {}),
        ("valoda", {}),
        ("dators senioriem", {}),
        ("", {"group": ("digital", "media"), "price": ("free",)}),
        ("kurss", {"audience": ("seniors",), "level": ("beginner",), "from": ("2026-03-10",)}),
    ],
)
def test_choosing_a_value_gives_exactly_its_count(
    engine: SearchEngine, text: str, chosen: dict[str, tuple[str, ...]]
) -> None:
    hits = engine.search(Query(text, chosen))
    assert hits.facets["group"]
    for parameter, counts in hits.facets.items():
        for value, count in counts.items():
            assert engine.search(Query(text, {**chosen, parameter: (value,)})).total == count, (parameter, value)


def test_values_of_one_filter_are_either_or_and_filters_are_both(
    engine: SearchEngine, documents: list[Document]
) -> None:
    chosen = {"provider": ("vb", "vm"), "format": ("online", "hybrid"), "price": ("50",)}
    wanted = [
        one
        for one in documents
        if one.provider in {"vb", "vm"} and one.format in {"online", "hybrid"} and one.price <= 50
    ]
    assert engine.search(Query(filters=chosen)).total == len(wanted) > 0


def test_every_filter_selects_by_its_field(engine: SearchEngine, documents: list[Document]) -> None:
    expected = {
        ("weekday", "sat"): sum(5 in one.weekdays for one in documents),
        ("time", "evening"): sum("evening" in one.times for one in documents),
        ("certificate", "qualification"): sum(one.certificate == "qualification" for one in documents),
        ("language", "ru"): sum(one.language == "ru" for one in documents),
        ("funding", "state_eu"): sum(one.funding == "state_eu" for one in documents),
        ("open", "1"): sum(one.can_register for one in documents),
        ("venue", "tie-saist"): sum("tie-saist" in one.venues for one in documents),
        ("price", "77.5"): sum(one.price <= Decimal("77.5") for one in documents),
        ("from", "2026-04-01"): sum(any(day >= date(2026, 4, 1) for day in one.starts) for one in documents),
        ("to", "2026-04-01"): sum(any(day <= date(2026, 4, 1) for day in one.starts) for one in documents),
    }
    for (parameter, value), count in expected.items():
        total = engine.search(Query(filters={parameter: (value,)})).total
        assert total > 0
        assert total == count, parameter


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_each_other_without_gap_or_repetition(engine: SearchEngine, sort: Sort) -> None:
    whole = engine.search(Query("valoda", sort=sort, per_page=100))
    parts = [engine.search(Query("valoda", sort=sort, per_page=7, page=page)) for page in range(1, 20)]
    joined = [one for part in parts[: -(-whole.total // 7)] for one in part.course_ids]
    assert joined[:100] == whole.course_ids
    assert parts[-1].page == -(-whole.total // 7)


def test_sorting_by_start_price_and_novelty(engine: SearchEngine, documents: list[Document]) -> None:
    by_id = {one.course_id: one for one in documents}

    def sorted_by(sort: Sort) -> list[Document]:
        return [by_id[one] for one in engine.search(Query(sort=sort, per_page=100)).course_ids]

    starts = [one.next_start or date.max for one in sorted_by("start")]
    prices = [one.price for one in sorted_by("price")]
    published = [one.published_at for one in sorted_by("newest")]
    assert starts == sorted(starts)
    assert prices == sorted(prices)
    assert published == sorted(published, reverse=True)


def test_what_is_put_is_found_and_what_is_removed_is_gone(
    fresh_engine: SearchEngine, documents: list[Document]
) -> None:
    old = documents[0]
    words = replace(old.texts["lv"], title="Kvarkoniju ābece", keywords=())
    fresh_engine.put([replace(old, course_id=9001, code="new-1", texts={"lv": words})])
    assert fresh_engine.search(Query("kvarkonijas")).course_ids == [9001]
    fresh_engine.put([replace(old, course_id=9001, code="new-1", version=2)])
    assert fresh_engine.search(Query("kvarkonijas")).total == 0
    assert fresh_engine.count() == 419
    fresh_engine.remove([9001, 424242])
    assert fresh_engine.count() == 418
    assert 9001 not in fresh_engine.search(Query("python", per_page=100)).course_ids


def test_many_changes_leave_the_same_as_a_rebuild(
    fresh_engine: SearchEngine, new_engine: Callable[[], SearchEngine], documents: list[Document]
) -> None:
    fresh_engine.remove([one.course_id for one in documents[::3]])
    fresh_engine.put([replace(one, version=2, price=Decimal(7)) for one in documents[1::3]])
    fresh_engine.put(documents)
    again = new_engine()
    again.rebuild(documents)
    for text in ("", "valoda", "dators", "keramik", "datrou", "bezmaksas kursi", "frizieris"):
        for sort in SORTS:
            query = Query(text, sort=sort, per_page=50)
            assert fresh_engine.search(query) == again.search(query)


def test_searches_during_changes_are_never_empty(fresh_engine: SearchEngine, documents: list[Document]) -> None:
    stop = threading.Event()
    wrong: list[object] = []
    searched = [0]

    def search() -> None:
        while not stop.is_set():
            try:
                hits = fresh_engine.search(Query("valoda"))
            except Exception as fault:  # A thread that ends would see nothing wrong any more.  # noqa: BLE001
                wrong.append(fault)
                return
            searched[0] += 1
            if not hits.total or len(hits.course_ids) != 20 or hits.facets["group"].get("languages_culture", 0) < 10:
                wrong.append(hits)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        fresh_engine.rebuild(documents)
        for one in documents[:20]:
            fresh_engine.put([replace(one, version=2)])
    stop.set()
    for thread in threads:
        thread.join()
    assert searched[0] > 10
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    ["\0", "\ud800", "a" * 10_000, "' OR 1=1 --", "\" AND *", "(((", "\\", "%", "price = 0", "🎸", "-" * 200, "1" * 200,
     "valoda " * 2000, "\u202eabc", "č" * 199 + "\u0301"],
)  # fmt: skip
def test_no_text_breaks_a_search(engine: SearchEngine, text: str) -> None:
    hits = engine.search(Query(text))
    assert 0 <= hits.total <= 418
    json.dumps([hits.corrected, hits.words, [one.words for one in hits.understood]]).encode()


def test_pages_out_of_range_are_brought_into_it(engine: SearchEngine) -> None:
    assert engine.search(Query(page=10_000)).page == 21
    assert engine.search(Query(page=-5)).page == 1
    assert len(engine.search(Query(per_page=100_000)).course_ids) == 100
    assert engine.search(Query("frizieris", page=3)).page == 1


def test_read_filters_fit_the_engine(engine: SearchEngine) -> None:
    read = read_filters([("audience", "seniors,nobody"), ("price", "0"), ("group", "nowhere"), ("page", "2")])
    assert read.ignored == (("audience", "nobody"),)
    assert engine.search(Query(filters=read.filters)).total == 0
    assert engine.search(Query(filters={**read.filters, "group": ("digital",)})).total > 0


def test_similar_courses_share_the_subject(engine: SearchEngine, documents: list[Document]) -> None:
    ids = {one.code: one.course_id for one in documents}
    codes = {one.course_id: one.code for one in documents}
    similar = [codes[one] for one in engine.similar(ids["vm-020"])]
    assert "buts-038" in similar
    assert "vm-020" not in similar
    assert len(similar) <= 4
    assert engine.similar(424242) == []


def test_a_wish_finds_what_fits_it_already(engine: SearchEngine, codes: dict[int, str]) -> None:
    fitting = [codes[one] for one in engine.similar_to_text("Gribu iemācīties pīt grozus no klūgām")]
    assert fitting[0] == "vm-019"
    assert engine.similar_to_text("Zemūdens hokejs") == []
    assert engine.similar_to_text("") == []


def test_the_reasons_add_up_to_the_order(engine: SearchEngine) -> None:
    query = Query("angļu valoda iesācējiem")
    hits = engine.search(query)
    points = [sum(reason.points for reason in engine.explain(query, one)) for one in hits.course_ids]
    assert points == sorted(points, reverse=True)
    assert {reason.rule for reason in engine.explain(query, hits.course_ids[0])} >= {"word", "status"}
    assert engine.explain(query, 424242) == []
