"""Facets and chips: every filter of the list has its place on the page."""

from datetime import date

from app.i18n import LANGUAGES
from app.providers.queries import Labels
from app.search.engine import Hits, Query, Understood
from app.search.filters import FILTERS
from app.web.asking import Asked
from app.web.narrowing import MORE, SHOWN, narrowing

TODAY = date(2026, 3, 2)
LATVIAN, ENGLISH = LANGUAGES["lv"], LANGUAGES["en"]
PROVIDERS = {f"p{n}": f"Īstenotājs {n:02}" for n in range(12)}
LABELS = Labels({"digital": "Digitālās prasmes", "media": "Medijpratība"}, PROVIDERS, {"v": "Bibliotēka"})


def hits(facets: dict[str, dict[str, int]] | None = None, **more: object) -> Hits:
    return Hits(1, [1], facets or {}, **more)  # type: ignore[arg-type]


def test_every_filter_of_the_list_can_be_chosen_on_the_page() -> None:
    everything = {one.parameter: {choice.value: 1 for choice in one.choices} for one in FILTERS}
    everything |= {"group": {"media": 1}, "provider": {"p1": 1}, "venue": {"v": 1}}
    found = narrowing(Asked(Query()), hits(everything), LABELS, LATVIAN, TODAY)
    offered = [facet.parameter for facet in (*found.facets, *found.more)]
    assert sorted([*offered, "from", "to"]) == sorted(one.parameter for one in FILTERS)
    assert [facet.parameter for facet in found.more] == [one for one in MORE if one in offered]


def test_values_without_courses_are_left_out_unless_they_are_chosen() -> None:
    asked = Asked(Query(filters={"level": ("advanced",)}))
    found = narrowing(asked, hits({"level": {"beginner": 4}}), LABELS, ENGLISH, TODAY)
    assert [(option.name, option.count, option.chosen) for option in found.facets[0].options] == [
        ("Beginners", 4, False),
        ("Advanced", 0, True),
    ]


def test_groups_stand_in_their_agreed_order_and_long_lists_begin_with_the_commonest() -> None:
    counts = {code: number for number, code in enumerate(PROVIDERS, start=1)}
    found = narrowing(
        Asked(Query()), hits({"group": {"media": 9, "digital": 1}, "provider": counts}), LABELS, LATVIAN, TODAY
    )
    groups, providers = found.facets
    assert [option.value for option in groups.options] == ["digital", "media"]
    assert [option.count for option in providers.shown] == [12, 11, 10, 9, 8, 7]
    assert [option.name for option in providers.folded] == sorted(option.name for option in providers.folded)
    assert len(providers.shown) == SHOWN


def test_a_chip_takes_away_exactly_one_thing() -> None:
    asked = Asked(Query("excel", {"level": ("beginner", "advanced"), "price": ("80",), "from": ("2026-12-05",)}))
    found = dict(narrowing(asked, hits(), LABELS, LATVIAN, TODAY).chips)
    assert found == {
        "Iesācējiem": "/kursi?q=excel&level=advanced&price=80&from=2026-12-05",
        "Lietpratējiem": "/kursi?q=excel&level=beginner&price=80&from=2026-12-05",
        "Līdz 80\u00a0€": "/kursi?q=excel&level=beginner&level=advanced&from=2026-12-05",
        "Sākas no 5.\u00a0dec.": "/kursi?q=excel&level=beginner&level=advanced&price=80",
    }


def test_the_chip_of_an_understood_word_takes_away_the_word() -> None:
    understood = (Understood("time", ("evening",), "vakaros"),)
    found = narrowing(Asked(Query("valoda vakaros")), hits(understood=understood), LABELS, LATVIAN, TODAY)
    assert [url for _name, url in found.chips] == ["/kursi?q=valoda"]


def test_a_word_that_cannot_be_found_any_more_is_searched_for_as_it_stands() -> None:
    understood = (Understood("time", ("evening",), "vakaros"),)
    asked = Asked(Query("valoda va-karos"))
    found = narrowing(asked, hits(understood=understood), LABELS, LATVIAN, TODAY)
    assert [url for _name, url in found.chips] == ["/kursi?q=valoda+va-karos&literal=1"]
