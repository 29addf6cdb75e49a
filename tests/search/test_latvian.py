"""Latvian for searching: words of one family meet, and others do not."""

import pytest

from app.search.latvian import (
    act,
    acts_meant,
    fold,
    root,
    stem,
    typed_words,
    without_diminutive,
    without_prefix,
    words_of,
)
from app.search.plain_words import is_general
from app.search.sounds import sound, sounds


def stems(text: str) -> set[str]:
    return {stem(fold(word)) for word in text.split()}


@pytest.mark.parametrize(
    "forms",
    [
        "kurss kursa kursam kursu kursi kursiem kursus kursos",
        "valoda valodas valodai valodu valodā valodām valodās",
        "latvietis latvieši latviešu latviešiem latviesu",
        "zivs zivis zivju zivīm",
        "skapis skapja skapji skapjiem",
        "ābele ābeles ābeļu ābelēm abeles",
        "skolotājs skolotāja skolotāji skolotājiem skolotājus",
        "jauns jauna jaunais jaunajam jaunajiem jaunajās",
        "cimds cimdi cimdus cimdos",
        "латышский латышского латышскому",
        "class classes",
    ],
)
def test_inflections_share_a_stem(forms: str) -> None:
    assert len(stems(forms)) == 1


@pytest.mark.parametrize(
    "forms",
    [
        "tulkot tulkošana tulkotājs tulkotājiem",
        "rakstīt rakstīšana rakstīšanas rakstītāja",
        "pīt pīšana pīšanu",
        "metināt metināšana metinātājs metinātāju",
        "griezt griešana",
        "mācīties mācīšanās",
        "vērot vērošana vērotājiem",
        "piesārņot piesārņojums piesārņošana",
    ],
)
def test_doing_doer_and_deed_belong_together(forms: str) -> None:
    acts = {act(fold(word)) for word in forms.split()}
    assert len(acts) == 1
    assert None not in acts


@pytest.mark.parametrize(
    "forms", ["psihologs psiholoģija psiholoģiski", "vācu vāciski", "fotogrāfs fotogrāfija", "galdnieks galdniecība"]
)
def test_wider_families_share_a_root(forms: str) -> None:
    assert len({root(fold(word)) for word in forms.split()}) == 1


@pytest.mark.parametrize(
    ("typed", "verb"),
    [
        ("pinu", "pīt"),
        ("pinējiem", "pīt"),
        ("šuju", "šūt"),
        ("šuvēja", "šūt"),
        ("aužu", "aust"),
        ("audējas", "aust"),
        ("spēlēju", "spēlēt"),
        ("kūpinātas", "kūpināt"),
        ("dziedu", "dziedāt"),
        ("lasu", "lasīt"),
        ("runā", "runāt"),
        ("izdegusi", "izdegt"),
    ],
)
def test_finite_forms_and_participles_meet_their_verb(typed: str, verb: str) -> None:
    meant = act(fold(verb))
    assert meant in {act(fold(typed)), *acts_meant(fold(typed))}


@pytest.mark.parametrize(
    ("small", "thing"), [("groziņu", "grozi"), ("putniņus", "putni"), ("maizīti", "maize"), ("deķīši", "deķi")]
)
def test_the_little_one_is_the_thing_itself(small: str, thing: str) -> None:
    assert without_diminutive(fold(small)) == stem(fold(thing))


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("autokads", "autocad"),
        ("vordpress", "wordpress"),
        ("fotoshops", "photoshops"),
        ("shushana", "šūšana"),
        ("anglijskij", "английский"),
        ("kompyuter", "kompjuter"),
        ("eksel", "excel"),
    ],
)
def test_words_written_by_ear_sound_the_same(heard: str, written: str) -> None:
    assert sounds(fold(heard)) & sounds(fold(written))


def test_words_that_sound_apart_stay_apart() -> None:
    assert len({sound(word) for word in ("keramika", "floristika", "cepšana", "kepana", "sveces", "zveces")}) == 6


def test_different_subjects_stay_apart() -> None:
    assert len(stems("dators darbs dārzs deja drons dziesma")) == 6
    assert act("programmesana") != act("programma")


def test_verbs_meet_without_their_prefix() -> None:
    assert without_prefix("salabot") == "labot"
    assert without_prefix("noadit") == "adit"
    assert without_prefix("keramika") is None


def test_words_with_hyphens_are_one_word_and_its_longer_parts() -> None:
    assert words_of("E-paraksts, Wi-Fi un C#") == ["eparaksts", "paraksts", "wifi", "un", "c#"]
    assert typed_words("Wi-Fi mājās") == [("wifi", "Wi-Fi"), ("majas", "mājās")]


def test_what_must_be_done_is_found_as_what_is_done() -> None:
    assert stem(words_of("jāstrādā")[0]) == stem(words_of("strādā")[0])
    assert words_of("jāņi") == ["jani"]


def test_general_words_are_known_in_every_inflection() -> None:
    assert all(
        is_general(fold(word)) for word in ("kurss", "kursi", "kursus", "kursiem", "apmācībās", "nodarbībā", "mācīties")
    )
    assert not is_general("keramika")
