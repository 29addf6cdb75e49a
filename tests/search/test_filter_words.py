"""Words that are filters, as residents type them; and those that look like one and are a subject."""

from decimal import Decimal

import pytest

from app.search.documents import Document
from app.search.engine import Query, SearchEngine

SENIORS, FREE, ONLINE = ("audience", ("seniors",)), ("price", ("free",)), ("format", ("online", "self_study"))
WEEKEND, EVENING, MORNING = ("weekday", ("sat", "sun")), ("time", ("evening",)), ("time", ("morning",))
PAPER, BEGINNER = ("certificate", ("certificate", "qualification")), ("level", ("beginner",))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("pensionāriem", SENIORS),
        ("pensionariem", SENIORS),
        ("pensijas vecuma cilvēkiem", SENIORS),
        ("для пенсионеров", SENIORS),
        ("bez maksas", FREE),
        ("par velti", FREE),
        ("бесплатно", FREE),
        ("tiešsaistē", ONLINE),
        ("attalinati", ONLINE),
        ("caur zoom", ONLINE),
        ("sestdienās", ("weekday", ("sat",))),
        ("brivdienas", WEEKEND),
        ("brīvdienu kursi", WEEKEND),
        ("pēc darba", EVENING),
        ("pa vakariem", EVENING),
        ("вечером", EVENING),
        ("no rīta", MORNING),
        ("ar sertifikātu", PAPER),
        ("with certificate", PAPER),
        ("krieviski", ("language", ("ru",))),
        ("на русском языке", ("language", ("ru",))),
        ("iesācējiem", BEGINNER),
        ("bez prieksznasanam", BEGINNER),
        ("vidējam līmenim", ("level", ("intermediate",))),
        ("hibrīda formātā", ("format", ("hybrid",))),
        ("līdz 50 eiro", ("price", ("50",))),
        ("līdz 50€", ("price", ("50",))),
        ("lētāk par 20 €", ("price", ("20",))),
        ("letak par 20", ("price", ("20",))),
        ("ne dārgāk par 30 eiro", ("price", ("30",))),
        ("up to 50 euro", ("price", ("50",))),
        ("дешевле 40 евро", ("price", ("40",))),
    ],
)
def test_words_are_understood_as_a_filter_and_leave_nothing_to_search(
    engine: SearchEngine, text: str, meant: tuple[str, tuple[str, ...]]
) -> None:
    hits = engine.search(Query(text))
    assert [(one.parameter, one.values) for one in hits.understood] == [meant]
    assert hits.words == ()
    assert engine.search(Query(text, literal=True)).understood == ()


@pytest.mark.parametrize(
    "text", ["krievu valoda", "angļu valoda", "online shopping", "online banking", "līdz 50", "zoom", "lēti"]
)
def test_what_is_a_subject_is_no_filter(engine: SearchEngine, text: str) -> None:
    assert engine.search(Query(text)).understood == ()


def test_courses_above_the_price_in_the_words_are_left_out(engine: SearchEngine, documents: list[Document]) -> None:
    prices = {one.course_id: one.price for one in documents}
    found = engine.search(Query("keramika lētāk par 40 €", per_page=50)).course_ids
    assert found
    assert all(prices[one] <= Decimal(40) for one in found)
