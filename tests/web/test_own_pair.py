"""Two who come together, behind their links: who is in it, what each may do, and what the letters say."""

from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.courses.models import CourseRun
from app.db import Database
from app.registrations.inputs import Who
from app.registrations.models import Registration, State
from tests.registrations import acts
from tests.world import World

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PAIR, FRIEND = "anna@example.com", "berta@example.com"


def words(text: str) -> str:
    """What the main part says, in one line."""
    main = HTMLParser(text).css_first("main")
    assert main is not None
    return " ".join(main.text().split()).replace("\N{NO-BREAK SPACE}", " ")


def buttons(text: str) -> list[str]:
    """The buttons and button-like links beside the registration."""
    return [" ".join(node.text().split()) for node in HTMLParser(text).css("aside .btn")]


def waiting_pair(database: Database, friend: str | None = None) -> int:
    """A pair is first on the list of a run whose one seat is taken."""
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, "seated@example.com")
    acts.register_two(database, run_id, PAIR, friend)
    return run_id


def second(database: Database, run_id: int) -> Registration:
    """Who was registered along."""
    return acts.registrations(database, run_id)[-1]


def letters(world: World, to: str) -> list[tuple[str, str]]:
    """Subject and text of each letter to an address, oldest first."""
    found = []
    for letter in world.letters(to):
        body = letter.get_body(("plain",))
        assert body is not None
        found.append((str(letter["Subject"]), body.get_content()))
    return found


@ON_SQLITE
def test_the_page_names_who_comes_along_and_lets_two_who_wait_part(world: World, database: Database) -> None:
    run_id = waiting_pair(database)
    link = world.link(acts.latest(database, PAIR).id)
    page = world.client.get(link).text
    assert "Abi vai neviens: jūs un Berta Liepa." in words(page)
    assert "Gaidīšanas sarakstā abi kopā esat 1. vietā" in words(page)
    assert buttons(page) == ["Gaidīt katram atsevišķi", "Izstāties no gaidīšanas saraksta"]
    parted = world.client.post(link + "/atdalit")
    assert (parted.status_code, parted.headers["location"]) == (303, f"{link}?done=separated")
    after = world.client.get(parted.headers["location"]).text
    assert "Tagad katrs esat sarakstā atsevišķi" in words(after)
    assert "Abi vai neviens" not in words(after)
    world.deliver()
    subject, text = letters(world, PAIR)[-1]
    assert subject == "Pieteikums tagad ir atsevišķs: Keramika iesācējiem"
    own = world.link(second(database, run_id).id)
    assert f"http://testserver{own}" in text
    assert "Gaidīšanas sarakstā esat 2. vietā" in words(world.client.get(own).text)


@ON_SQLITE
def test_an_offer_to_two_is_taken_for_both_with_one_button(world: World, database: Database) -> None:
    run_id = waiting_pair(database, FRIEND)
    with database.writing() as db:
        db.get_one(CourseRun, run_id).seats = 3
    world.deliver()
    for address in (PAIR, FRIEND):
        assert "Jums ir brīva vieta: Keramika iesācējiem" in [subject for subject, _text in letters(world, address)]
    assert "Jūs kopā pieteicāt divus cilvēkus" in letters(world, PAIR)[-1][1]
    assert "Cits cilvēks pieteica jūs kopā ar sevi" in letters(world, FRIEND)[-1][1]
    link = world.link(second(database, run_id).id)
    page = world.client.get(link).text
    assert "Jums abiem ir divas brīvas vietas" in words(page)
    assert buttons(page)[0] == "Pieņemt abas vietas"
    assert world.client.post(link + "/pienemt").status_code == 303
    world.deliver()
    for address in (PAIR, FRIEND):
        assert letters(world, address)[-1][0] == "Jums ir vieta: Keramika iesācējiem"


@ON_SQLITE
@pytest.mark.parametrize(
    ("who", "toast", "states"),
    [
        (Who.BOTH, "Pieteikums ir atsaukts.", [State.WITHDRAWN, State.WITHDRAWN]),
        (Who.ME, "Pieteikums ir atsaukts.", [State.WITHDRAWN, State.CONFIRMED]),
        (Who.COMPANION, "Otra cilvēka pieteikums ir atsaukts", [State.CONFIRMED, State.WITHDRAWN]),
    ],
)
def test_who_cancels_is_asked(world: World, database: Database, who: Who, toast: str, states: list[State]) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.register_two(database, run_id, PAIR, FRIEND)
    acts.confirm(database, PAIR)
    link = world.link(acts.latest(database, PAIR).id)
    asked = HTMLParser(world.client.get(link + "/atsaukt").text).css("input[name=who]")
    assert [one.attributes["value"] for one in asked] == ["both", "me", "companion"]
    assert ["checked" in one.attributes for one in asked] == [True, False, False]
    done = world.client.post(link + "/atsaukt", data={"who": who.value, "reason": ""})
    assert done.status_code == 303
    assert toast in words(world.client.get(done.headers["location"]).text)
    assert [row.state for row in acts.registrations(database, run_id)] == states
    world.deliver()
    stays_alone = {Who.ME: FRIEND, Who.COMPANION: None, Who.BOTH: None}[who]
    if stays_alone:
        assert letters(world, stays_alone)[-1][0] == "Pieteikums tagad ir atsevišķs: Keramika iesācējiem"


@ON_SQLITE
def test_who_comes_alone_is_asked_nothing_of_the_kind(world: World, database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.seat(database, run_id, PAIR)
    link = world.link(acts.latest(database, PAIR).id)
    assert 'name="who"' not in world.client.get(link + "/atsaukt").text
    refused = world.client.post(link + "/atsaukt", data={"who": "companion"})
    assert refused.status_code == 409
    assert acts.state(database, PAIR) is State.CONFIRMED


@ON_SQLITE
def test_before_one_joins_the_page_says_how_the_list_works(world: World, database: Database) -> None:
    run_id = waiting_pair(database)
    page = words(world.client.get(f"/norises/{run_id}/pieteikties").text)
    for sentence in (
        "Vietas piedāvājam tādā secībā, kādā cilvēki pierakstījušies.",
        "Atbildei ir 24 stundas, bet ne ilgāk kā līdz kursa sākumam.",
        "Ja neatbildat, vietu piedāvājam nākamajam cilvēkam.",
        "Kad līdz sākumam ir mazāk nekā 24 stundas, par brīvajām vietām lemj īstenotājs.",
        "Vai vieta atbrīvosies, iepriekš nevar zināt; varat pieteikties arī citam kursam.",
    ):
        assert sentence in page
    assert timedelta(hours=24) == acts.RULES.offer
