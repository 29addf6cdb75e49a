"""A provider decides about a run with few participants behind the signed link of a letter, without an account."""

from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now
from app.courses.models import Course, CourseRun
from app.links import sign
from app.registrations.models import State
from tests.registrations import acts, run_acts
from tests.world import World

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PROVIDER = "kursi@example.lv"


@pytest.fixture
def run_id(world: World) -> int:
    """A run below its minimum, about which the provider has been asked."""
    found = run_acts.new_run(world.database, minimum=3, title_en="Pottery")
    acts.seat(world.database, found, "seated@example.com")
    acts.register(world.database, found, "pending@example.com")
    acts.change_run(world.database, found, decision_at=now() - timedelta(minutes=1))
    world.deliver()
    return found


def text(letter: EmailMessage) -> str:
    """What the letter says."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def path(world: World) -> str:
    """Where the letter's link leads."""
    line = next(line for line in text(world.letters(PROVIDER)[-1]).splitlines() if "/lemumi/" in line)
    return urlsplit(line.strip()).path


def test_the_provider_and_those_with_a_seat_get_a_letter_each_and_the_link_opens_a_page(
    world: World, run_id: int
) -> None:
    world.deliver()
    assert len(world.letters(PROVIDER)) == 1
    asked = world.letters(PROVIDER)[0]
    assert str(asked["Subject"]) == "Trūkst dalībnieku; lemjat jūs: Keramika iesācējiem"
    for words in ("vismaz 3 cilvēki", "Pagaidām ir 1 apstiprināts pieteikums.", "Sākt, pārcelt vai atcelt?"):
        assert words in text(asked)
    told = [one for one in world.letters("seated@example.com") if "jāizlemj" in str(one["Subject"])]
    assert len(told) == 1
    assert "Jums nekas nav jādara" in text(told[0])
    assert not [one for one in world.letters("pending@example.com") if "jāizlemj" in str(one["Subject"])]
    page = world.client.get(path(world))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "seated" not in page.text
    assert "Anna" not in page.text
    assert "Vēstuli saņems 2 cilvēki." in page.text


def test_looking_changes_nothing(world: World, run_id: int) -> None:
    before = world.everything()
    world.client.get(path(world))
    world.client.head(path(world))
    assert world.everything() == before


def test_starting_all_the_same_takes_one_step(world: World, run_id: int) -> None:
    address = path(world)
    answer = world.client.post(f"{address}/sakt")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}?done=start")
    page = world.client.get(answer.headers["location"]).text
    assert "Izlemts: kurss notiks." in page
    assert "<form" not in page.partition("<main")[2].partition("</main")[0]
    world.deliver()
    assert str(world.letters("seated@example.com")[-1]["Subject"]) == "Kurss notiks: Keramika iesācējiem"
    course = world.client.get(f"/kursi/{_slug(world, run_id)}").text
    assert "Ir izlemts: kurss notiks." in course


def test_deciding_later_keeps_what_was_typed_and_says_what_is_wrong(world: World, run_id: int) -> None:
    address = path(world)
    start = run_acts.day_of(run_acts.run_of(world.database, run_id).starts_at)
    wrong = world.client.post(f"{address}/velak", data={"day": "rīt"})
    assert wrong.status_code == 422
    assert 'value="rīt"' in wrong.text
    assert "Ierakstiet datumu šādi" in wrong.text
    late = world.client.post(f"{address}/velak", data={"day": start.isoformat()})
    assert late.status_code == 409
    assert "Lēmuma dienai jābūt pirms pirmās nodarbības." in late.text
    day = start - timedelta(days=2)
    right = world.client.post(f"{address}/velak", data={"day": f"{day:%d.%m.%Y.}"})
    assert right.headers["location"].endswith("?done=later")
    world.deliver()
    assert str(world.letters("seated@example.com")[-1]["Subject"]) == "Lēmums būs vēlāk: Keramika iesācējiem"
    with time_machine.travel(now() + timedelta(days=6)):
        assert len(world.letters(PROVIDER)) == 1


def test_cancelling_needs_a_reason_and_tells_everyone(world: World, run_id: int) -> None:
    address = path(world)
    assert world.client.post(f"{address}/atcelt", data={"reason": ""}).status_code == 422
    assert run_acts.run_of(world.database, run_id).cancelled_at is None
    answer = world.client.post(f"{address}/atcelt", data={"reason": "Par maz dalībnieku"})
    assert answer.headers["location"].endswith("?done=cancelled")
    assert "Grupa ir atcelta" in world.client.get(answer.headers["location"]).text
    world.deliver()
    for email in ("seated@example.com", "pending@example.com"):
        assert str(world.letters(email)[-1]["Subject"]) == "Atcelts: Keramika iesācējiem"
        assert acts.state(world.database, email) is State.CANCELLED_BY_PROVIDER
        own = world.client.get(world.link(acts.latest(world.database, email).id)).text
        assert "Īstenotājs šo norisi atcēla" in own
        assert "Par maz dalībnieku" in own
    again = world.client.post(f"{address}/atcelt", data={"reason": "Par maz dalībnieku"})
    assert again.status_code == 409


def test_links_for_something_else_or_made_up_open_nothing(world: World, run_id: int) -> None:
    secret, key = world.settings.secret_key.get_secret_value(), path(world).rpartition("/")[2][:22]
    for purpose in ("late_seats", "registration"):
        assert world.client.get(f"/lemumi/{sign(secret, purpose, key)}").status_code == 404
    assert world.client.get(f"/lemumi/{sign('another secret', 'decision', key)}").status_code == 404
    assert world.client.post(f"/lemumi/{sign(secret, 'registration', key)}/sakt").status_code == 404
    assert run_acts.run_of(world.database, run_id).decided_at is None


def test_a_run_that_has_started_is_not_decided_about(world: World, run_id: int) -> None:
    address = path(world)
    with time_machine.travel(run_acts.run_of(world.database, run_id).starts_at):
        assert "Kurss ir sācies" in world.client.get(address).text
        assert world.client.post(f"{address}/sakt").status_code == 409


def test_a_day_after_the_start_the_link_opens_nothing_but_a_sentence(world: World, run_id: int) -> None:
    address, run = path(world), run_acts.run_of(world.database, run_id)
    with time_machine.travel(run.starts_at + timedelta(hours=23, minutes=59), tick=False):
        assert world.client.get(address).status_code == 200
    before = world.everything()
    with time_machine.travel(run.starts_at + timedelta(days=1), tick=False):
        closed = [world.client.get(address), *(world.client.post(f"{address}/{act}") for act in ("sakt", "atcelt"))]
    for page in closed:
        assert page.status_code == 410
        assert "Par šo grupu vairs nav ko lemt" in page.text
        assert "Keramika" not in page.text
    assert world.everything() == before


def test_the_page_speaks_english_too(world: World, run_id: int) -> None:
    page = world.client.get(f"{path(world)}?lang=en").text
    assert "Pottery" in page
    assert "Does the course take place?" in page
    assert "2 people will get a letter." in page


def test_the_course_page_says_that_the_provider_is_deciding(world: World, run_id: int) -> None:
    page = world.client.get(f"/kursi/{_slug(world, run_id)}").text
    assert "Īstenotājs pašlaik lemj, vai kurss sāksies." in page


def _slug(world: World, run_id: int) -> str:
    with world.database.reading() as db:
        wanted = select(CourseRun).where(CourseRun.id == run_id)
        course_id = db.scalars(wanted).one().course_id
        return db.get_one(Course, course_id).slug
