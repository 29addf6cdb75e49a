"""The worker's part: the list outside the database is written once for each erasure, and messages about nobody do nothing."""

from pathlib import Path

import pytest

from app.privacy.erase import erase_registration
from app.privacy.replay import lines_of
from app.registrations.models import Registration
from app.registrations.own_list import forget_links_of
from tests.pages.own_list import new_token
from tests.privacy import people
from tests.registrations import acts
from tests.world import World

pytestmark = pytest.mark.promise("P24")


def test_the_list_outside_the_database_follows_within_a_moment(world: World) -> None:
    acts.seat(world.database, acts.new_run(world.database), "anna@example.com")
    number = acts.latest(world.database, "anna@example.com").id
    with world.database.writing() as db:
        erase_registration(db, db.get_one(Registration, number).link_key, acts.RULES)
    for _ in range(2):
        world.deliver()
    text = Path(world.settings.erasures_file).read_text(encoding="utf-8")
    assert [(line.kind, line.number, line.why) for line in lines_of(Path(world.settings.erasures_file))] == [
        ("registration", number, "asked")
    ]
    assert len(text.splitlines()) == 1
    assert "anna" not in text


def test_a_link_whose_address_was_erased_meanwhile_is_written_to_nobody(world: World) -> None:
    with world.database.writing() as db:
        people.somebody(db)
    new_token(world.database, world.settings, people.EMAIL)
    with world.database.writing() as db:
        forget_links_of(db, people.EMAIL)
    world.deliver()
    assert world.letters(people.EMAIL) == []


def test_an_address_under_which_nothing_is_kept_gets_no_letter(world: World) -> None:
    new_token(world.database, world.settings, "nobody@example.com")
    world.deliver()
    assert world.letters("nobody@example.com") == []
