"""Which passwords are taken: long ones, odd ones, in every language; only what is soon guessed is refused."""

import pytest

from app.people.new_passwords import PasswordRefused, refuse_weak

pytestmark = pytest.mark.asvs("V6.2.1")
OWN = [
    "Ilze Kalniņa",
    "ilze.kalnina@biblioteka.lv",
    "Ventspils",
    "Ventspils Izglītības pārvalde",
    "Ventspils bibliotēka",
]
TAKEN = [
    "zaļš dīvāns peld", "correct horse battery staple", "x7$Kq9!z", "мой зелёный слон", "Demo-parole-2026", "a b c d e f g h i j",
    "🐘🐘 zem galda 🐘", "vējš, smiltis un trīs kaijas", "rudzu lauks aiz meža", "ļoti gara parole " * 4, "7h!sIsOdd", "tumsā spīd papardes",
    " ar atstarpēm abos galos ", "mana-māsa-ēd-pelmeņus",
]  # fmt: skip
REFUSED = [
    "", "īsa", "1234567", "12345678", "password", "Password1!", "qwertyuiop", "parole123", "Parole2026", "Ventspils2026!", "ventspils",
    "Ilze.Kalnina1", "ilzekalniņa", "aaaaaaaaaaaa", "abcdefgh", "Vasara2026", "bibliotēka", "Latvija1918", "iloveyou1", "admin1234",
]  # fmt: skip


@pytest.mark.parametrize("password", TAKEN)
def test_taken(password: str) -> None:
    refuse_weak(password, OWN)


@pytest.mark.parametrize("password", REFUSED)
def test_refused(password: str) -> None:
    with pytest.raises(PasswordRefused):
        refuse_weak(password, OWN)


def test_very_long_ones_are_judged_quickly() -> None:
    refuse_weak("zaļš dīvāns peld pa upi " * 10, OWN)
