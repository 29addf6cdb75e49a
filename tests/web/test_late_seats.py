"""The provider's page about seats that are free late: the letter leads there, a button names the first, nothing by GET."""

from datetime import timedelta

import pytest
import time_machine
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.courses.models import CourseRun
from app.db import Database
from app.registrations.models import Registration, State
from tests import make
from tests.world import World

PROVIDER = "kursi@example.lv"


@pytest.fixture
def run_id(database: Database) -> int:
    """A run that starts tomorrow, with one free seat and two people on its list."""
    with database.writing() as db:
        run = make.make_run(db, make.make_course(db, title="Aušana"), seats=1, starts_in=timedelta(hours=20))
        for name in ("Vallija Ķēniņa", "Zigrīda Āboliņa"):
            make.make_registration(db, run, name=name, state=State.WAITLISTED).phone = "+371 26 123 456"
        return run.id


def link(world: World) -> str:
    """The path in the provider's letter."""
    letter = world.letters(PROVIDER)[-1].get_body(("plain",))
    assert letter is not None
    found = next(line for line in letter.get_content().splitlines() if line.startswith("http://testserver/brivas"))
    return found.removeprefix("http://testserver")


def words(text: str) -> str:
    """What the page says, in one line."""
    main = HTMLParser(text).css_first("main")
    assert main is not None
    return " ".join(main.text().split())


def states(world: World, run_id: int) -> list[State]:
    with world.database.reading() as db:
        rows = db.query(Registration).filter(Registration.run_id == run_id).order_by(Registration.id)
        return [row.state for row in rows]


def test_the_letter_leads_to_the_page_and_names_nobody(world: World, run_id: int) -> None:
    world.deliver()
    world.deliver()
    assert [str(one["Subject"]) for one in world.letters(PROVIDER)] == ["Ir brīva vieta; lemjat jūs: Aušana"]
    assert "Vallija" not in str(world.letters(PROVIDER)[0].get_body(("plain",)))
    page = world.client.get(link(world))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert 'name="robots" content="noindex"' in page.text
    assert "Vallija" not in page.text
    assert "2 cilvēki" in words(page.text).replace("\N{NO-BREAK SPACE}", " ")


def test_opening_the_link_changes_nothing(world: World, run_id: int) -> None:
    world.deliver()
    path, before = link(world), world.everything()
    for _again in range(3):
        world.client.get(path)
        world.client.head(path)
    assert world.everything() == before


@pytest.mark.promise("P33")
def test_the_seat_goes_to_the_first_who_is_written_to_and_the_next_is_shown(world: World, run_id: int) -> None:
    world.deliver()
    path = link(world)
    shown = world.client.post(path + "/pirmais")
    assert "Vallija Ķēniņa" in words(shown.text)
    assert "+371 26 123 456" in words(shown.text)
    assert "Zigrīda" not in shown.text
    assert shown.headers["cache-control"] == "no-store"
    first = HTMLParser(shown.text).css_first("input[name=registration]")
    assert first is not None
    given = {"registration": first.attributes["value"]}
    with world.database.writing() as db:
        db.get_one(CourseRun, run_id).seats = 2
    following = world.client.post(path + "/atdot", data=given)
    assert following.status_code == 200
    assert "Zigrīda Āboliņa" in words(following.text)
    assert states(world, run_id) == [State.CONFIRMED, State.WAITLISTED]
    last = HTMLParser(following.text).css_first("input[name=registration]")
    assert last is not None
    done = world.client.post(path + "/atdot", data={"registration": last.attributes["value"]})
    assert done.status_code == 303
    assert "Vieta ir piešķirta" in words(world.client.get(done.headers["location"]).text)
    world.deliver()
    with world.database.reading() as db:
        address = db.get_one(Registration, int(first.attributes["value"] or 0)).email
    assert address is not None
    assert [str(one["Subject"]) for one in world.letters(address)] == ["Jums ir vieta: Aušana"]


def test_a_seat_left_free_is_said_to_stay_free(world: World, run_id: int) -> None:
    world.deliver()
    left = world.client.post(link(world) + "/atstat")
    assert left.status_code == 303
    assert "Vieta paliek brīva" in words(world.client.get(left.headers["location"]).text)
    assert states(world, run_id) == [State.WAITLISTED, State.WAITLISTED]


@pytest.mark.parametrize("typed", ["", "0", "-1", "1e3", "99999999999999999999", "' OR 1=1", "²"])
def test_a_form_that_names_nobody_gives_nothing(world: World, run_id: int, typed: str) -> None:
    world.deliver()
    refused = world.client.post(link(world) + "/atdot", data={"registration": typed})
    assert refused.status_code == 409
    assert states(world, run_id) == [State.WAITLISTED, State.WAITLISTED]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_day_after_the_end_the_link_names_nobody_and_gives_nothing(world: World, run_id: int) -> None:
    world.deliver()
    with world.database.reading() as db:
        end = db.get_one(CourseRun, run_id).ends_at
    with time_machine.travel(end + timedelta(hours=23, minutes=59), tick=False):
        assert world.client.get(link(world)).status_code == 200
    before = world.everything()
    with time_machine.travel(end + timedelta(days=1), tick=False):
        closed = [world.client.get(link(world))]
        closed += [world.client.post(f"{link(world)}/{act}") for act in ("pirmais", "atdot", "atstat")]
    for page in closed:
        assert page.status_code == 410
        assert "Par šo grupu vairs nav ko lemt" in page.text
        assert "Vallija" not in page.text
        assert "Aušana" not in page.text
    assert world.everything() == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_link_that_was_not_signed_here_opens_nothing(world: World, run_id: int) -> None:
    world.deliver()
    path = link(world)
    for wrong in (
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        "/brivas-vietas/nav",
        path.replace("brivas-vietas", "pieteikumi"),
    ):
        assert world.client.get(wrong).status_code == 404
        assert world.client.post(wrong + "/pirmais").status_code in {404, 405}
