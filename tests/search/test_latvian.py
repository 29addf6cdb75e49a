"""Latvian for searching: words of one family meet, and others do not."""

import pytest

from app.search.latvian import act, fold, root, stem, typed_words, without_prefix, words_of
from app.search.plain_words import is_general


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
