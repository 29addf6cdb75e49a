"""What the letter tells somebody who gives up a seat, a place on the waiting list or an offered seat."""

from email.message import EmailMessage

import pytest

from tests.registrations import acts
from tests.world import World

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference, one is enough."""

pytestmark = ON_SQLITE


@pytest.fixture
def run_id(world: World) -> int:
    """A run with a single seat."""
    return acts.new_run(world.database, seats=1)


def body(letter: EmailMessage, kind: str = "plain") -> str:
    """One of the letter's two bodies: plain, or html."""
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def last_letter(world: World, to: str) -> EmailMessage:
    """What came last, once everything that waits is delivered."""
    world.deliver()
    return world.letters(to)[-1]


def test_who_gives_up_a_seat_is_told_of_the_next_person_and_gets_the_sessions_out_of_the_calendar(
    world: World, run_id: int
) -> None:
    acts.seat(world.database, run_id, "seated@example.com")
    acts.withdraw(world.database, "seated@example.com")
    letter = last_letter(world, "seated@example.com")
    assert "Jūs atsaucāt pieteikumu" in body(letter)
    assert "Vietu piedāvāsim nākamajam cilvēkam" in body(letter)
    assert "kalendāra" in body(letter)


def test_who_leaves_the_waiting_list_is_told_just_that(world: World, run_id: int) -> None:
    acts.seat(world.database, run_id, "seated@example.com")
    acts.register(world.database, run_id, "waiting@example.com")
    acts.withdraw(world.database, "waiting@example.com")
    assert str(last_letter(world, "waiting@example.com")["Subject"]).startswith(
        "Jūs izstājāties no gaidīšanas saraksta: "
    )
    letter = body(last_letter(world, "waiting@example.com"))
    assert "gaidīšanas saraksta" in letter
    assert "Jūs atsaucāt pieteikumu" not in letter
    assert "brīvas vietas" not in letter


def test_who_declines_an_offered_seat_is_not_told_of_a_cancelled_registration(world: World, run_id: int) -> None:
    acts.seat(world.database, run_id, "seated@example.com")
    acts.register(world.database, run_id, "waiting@example.com")
    acts.withdraw(world.database, "seated@example.com")
    acts.decline(world.database, "waiting@example.com")
    letter = body(last_letter(world, "waiting@example.com"))
    assert "Jūs atteicāties no vietas" in letter
    assert "Jūs atsaucāt pieteikumu" not in letter


def test_the_button_of_a_letter_names_what_it_does(world: World, run_id: int) -> None:
    acts.register(world.database, run_id, "new@example.com")
    assert ">Apstiprināt pieteikumu</a>" in body(last_letter(world, "new@example.com"), "html")
    acts.confirm(world.database, "new@example.com")
    assert ">Atvērt manu pieteikumu</a>" in body(last_letter(world, "new@example.com"), "html")
