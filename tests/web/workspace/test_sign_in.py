"""Signing in: who gets in, what others learn, how often one may guess, and when a session dies."""

from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from time_machine import TimeMachineFixture

from app.clock import now
from app.db import Database
from app.main import create_app
from app.people.models import Account, Role, SignIn
from app.people.passwords import PasswordCost, costs_otherwise, hash_password
from app.settings import Settings
from tests.web.workspace.staff_city import CHEAP, PASSWORD, Office, code_of

ILZE = "ilze@biblioteka.lv"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _ilze(office: Office) -> None:
    office.hire(ILZE)


def test_one_signs_in_and_comes_where_one_wanted(office: Office) -> None:
    away = office.open("/darbvieta/konti?page=1")
    assert away.headers["location"] == "/pieslegties?next=%2Fdarbvieta%2Fkonti%3Fpage%3D1"
    wrong = office.sign_in(ILZE, "nepareiza parole", next="/darbvieta/konti?page=1")
    assert wrong.status_code == 422
    assert 'name="next" value="/darbvieta/konti?page=1"' in wrong.text
    answer = office.sign_in(ILZE.upper(), next="/darbvieta/konti?page=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/darbvieta/konti?page=1")
    assert office.open("/darbvieta/konti?page=1").status_code == 200


@ON_SQLITE
@pytest.mark.promise("P16")
@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"],
)
def test_nobody_is_led_to_another_site(office: Office, elsewhere: str) -> None:
    assert office.sign_in(ILZE, next=elsewhere).headers["location"] == "/darbvieta/"


@pytest.mark.asvs("V7.2.4")
@pytest.mark.promise("P32")
def test_signing_in_gives_a_new_token_and_the_one_before_is_dead(office: Office) -> None:
    client = office.world.client
    office.sign_in(ILZE)
    before = client.cookies["staff"]
    office.sign_in(ILZE)
    assert client.cookies["staff"] != before
    client.cookies.clear()
    client.cookies.set("staff", before)
    assert office.open("/konts").status_code == 303
    assert office.devices() == 1


@pytest.mark.asvs("V7.4.1")
@pytest.mark.promise("P32")
def test_who_signs_out_is_out_and_leaves_nothing_behind(office: Office) -> None:
    client = office.world.client
    office.sign_in(ILZE)
    token = client.cookies["staff"]
    page = office.open("/konts")
    assert page.headers["cache-control"] == "no-store"
    out = office.send("/pieslegties/iziet")
    assert out.headers["clear-site-data"] == '"cache", "storage"'
    client.cookies.clear()
    client.cookies.set("staff", token)
    assert office.open("/konts").status_code == 303


@ON_SQLITE
@pytest.mark.asvs("V3.3.1")
def test_over_https_the_cookie_is_guarded_by_the_browser(settings: Settings, office: Office) -> None:
    secure = settings.model_copy(update={"public_url": "https://city.example.lv"})
    with TestClient(
        create_app(secure, quiet=True), base_url="https://city.example.lv", follow_redirects=False
    ) as client:
        answer = client.post("/pieslegties", data={"email": ILZE, "password": PASSWORD})
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-staff="))
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} == {part.strip() for part in cookie.split(";")[1:]}


@ON_SQLITE
@pytest.mark.promise("P17")
@pytest.mark.asvs("V6.3.8")
def test_whether_an_address_has_an_account_is_not_told(office: Office) -> None:
    client, unknown = office.world.client, "juri@biblioteka.lv"
    client.app.state.limiter = None  # type: ignore[attr-defined]
    pages: dict[str, set[tuple[int, str]]] = {ILZE: set(), unknown: set()}
    took: dict[str, list[float]] = {ILZE: [], unknown: []}
    for _try in range(100):
        for email, known in pages.items():
            begun = perf_counter()
            answer = office.sign_in(email, "nepareiza parole")
            took[email].append(perf_counter() - begun)
            known.add((answer.status_code, answer.text.replace(email, "")))
    assert pages[ILZE] == pages[unknown]
    assert len(pages[ILZE]) == 1
    assert abs(median(took[ILZE]) - median(took[unknown])) < 0.010


@ON_SQLITE
@pytest.mark.promise("P17")
def test_nor_by_asking_for_a_new_password(office: Office) -> None:
    answers = [office.send("/pieslegties/parole", email=email) for email in (ILZE, "juri@biblioteka.lv")]
    assert len({(one.status_code, one.headers["location"], one.content) for one in answers}) == 1
    office.world.deliver()
    assert len(office.world.letters(ILZE)) == 1
    assert office.world.letters("juri@biblioteka.lv") == []


@ON_SQLITE
def test_an_unknown_address_costs_a_hash(office: Office, settings: Settings) -> None:
    """The control of the two above: without the hash of nobody, the difference would be seen."""
    costly = settings.model_copy(update={"password_memory": 64, "password_rounds": 4})
    with TestClient(create_app(costly, quiet=True), follow_redirects=False) as client:
        for email in ("first@example.lv", "juri@example.lv"):  # The first makes the hash of nobody.
            begun = perf_counter()
            client.post("/pieslegties", data={"email": email, "password": "x"})
    assert perf_counter() - begun > 0.04


@pytest.mark.promise("P18")
@pytest.mark.asvs("V6.3.1")
def test_strangers_guess_ten_times_and_the_owner_still_gets_in_at_the_own_desk(office: Office) -> None:
    client = office.world.client
    office.sign_in(ILZE)
    desk = client.cookies["device"]
    client.cookies.clear()
    answers = [office.sign_in(ILZE, f"minējums {number}").status_code for number in range(14)]
    assert answers == [422] * 9 + [429] * 5  # Signing in at first was the tenth.
    refused = office.sign_in(ILZE)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert "Mēģiniet vēlreiz pēc" in refused.text
    client.cookies.set("device", desk)
    assert office.sign_in(ILZE).status_code == 303
    client.cookies.clear()
    client.cookies.set("device", desk[:-2] + "xx")
    assert office.sign_in(ILZE).status_code == 429


@ON_SQLITE
@pytest.mark.promise("P18")
def test_from_one_network_address_few_passwords_are_checked(office: Office) -> None:
    answers = [office.sign_in(f"persona{number}@example.lv", "minējums").status_code for number in range(92)]
    assert answers.count(422) == 90
    assert answers[-2:] == [429, 429]


@ON_SQLITE
@pytest.mark.asvs("V11.4.2")
def test_a_password_is_hashed_anew_when_the_cost_has_risen(office: Office, settings: Settings) -> None:
    before = office.account(ILZE).password_hash or ""
    assert before.startswith("$argon2id$v=19$m=1024,t=1,p=1$")
    dearer = settings.model_copy(update={"password_memory": 2, "password_rounds": 2})
    with TestClient(create_app(dearer, quiet=True), follow_redirects=False) as client:
        assert client.post("/pieslegties", data={"email": ILZE, "password": PASSWORD}).status_code == 303
    after = office.account(ILZE).password_hash or ""
    assert after.startswith("$argon2id$v=19$m=2048,t=2,p=1$")
    assert not costs_otherwise(PasswordCost(2, 2), after)
    assert costs_otherwise(CHEAP, hash_password(PasswordCost(2, 2), "x"))


def test_a_closed_account_and_one_without_a_password_stay_shut(office: Office) -> None:
    with office.world.database.writing() as db:
        db.execute(update(Account).values(is_active=False))
    assert office.sign_in(ILZE).status_code == 422
    with office.world.database.writing() as db:
        db.execute(update(Account).values(is_active=True, password_hash=None))
    assert office.sign_in(ILZE, "").status_code == 422


@pytest.mark.promise("P32")
@pytest.mark.asvs("V7.3.1")
@pytest.mark.parametrize(("column", "by"), [("seen_at", timedelta(minutes=31)), ("ends_at", timedelta(hours=12))])
def test_a_device_that_rests_or_works_too_long_is_led_to_sign_in(office: Office, column: str, by: timedelta) -> None:
    office.sign_in(ILZE)
    with office.world.database.writing() as db:
        device = db.scalars(select(SignIn)).one()
        setattr(device, column, getattr(device, column) - by)
    assert office.open("/konts").headers["location"].startswith("/pieslegties?")


@ON_SQLITE
def test_what_was_typed_when_the_session_ended_can_be_sent_once_more(office: Office) -> None:
    answer = office.send("/konts", name="Ilze „Liepa”", locale="en", old_password="noslēpums")
    assert answer.status_code == 401
    assert "Darbu vietnē pārtraucām, jo ilgi nekas nenotika." in answer.text
    assert 'action="/konts"' in answer.text
    assert 'name="name" value="Ilze „Liepa”"' in answer.text
    assert "noslēpums" not in answer.text


@pytest.mark.asvs("V6.6.2")
def test_the_second_step_is_asked_for_and_each_code_works_once(
    office: Office, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(now(), tick=False)
    office.sign_in(ILZE)
    key, recovery = office.set_up()
    assert len(set(recovery)) == 10
    used = code_of(key)
    office.send("/pieslegties/iziet")
    half = office.sign_in(ILZE, next="/konts")
    assert half.headers["location"] == "/pieslegties/kods?next=%2Fkonts"
    for page in ("/konts", "/darbvieta/", "/darbvieta/konti", "/konts/otrais-solis", "/konts/apstiprinat"):
        assert office.open(page).headers["location"].startswith("/pieslegties/kods?next="), page
    before = office.world.client.cookies["staff"]
    again = office.send("/pieslegties/kods", code=used, next="/konts")
    assert again.status_code == 422
    assert "Kods neder." in again.text
    assert 'name="next" value="/konts"' in again.text
    done = office.send("/pieslegties/kods", code=code_of(key, step=1), next="/konts")
    assert done.headers["location"] == "/konts"
    assert office.world.client.cookies["staff"] != before
    assert office.open("/konts").status_code == 200


def test_a_recovery_code_works_once_however_it_is_typed(office: Office) -> None:
    office.sign_in(ILZE)
    _key, recovery = office.set_up()
    for attempt, status in (("first", 303), ("again", 422)):
        office.sign_in(ILZE)
        typed = recovery[3].lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert office.send("/pieslegties/kods", code=typed).status_code == status, attempt
    office.world.deliver()
    assert len(office.world.letters(ILZE)) == 2


@ON_SQLITE
@pytest.mark.promise("P18")
@pytest.mark.asvs("V6.5.5")
def test_codes_are_not_guessed(office: Office) -> None:
    office.sign_in(ILZE)
    key, _recovery = office.set_up()
    office.sign_in(ILZE)
    wrong = "000000" if code_of(key, step=1) != "000000" else "000001"
    answers = [office.send("/pieslegties/kods", code=wrong).status_code for _try in range(12)]
    assert answers == [422] * 10 + [429] * 2
    assert office.send("/pieslegties/kods", code=code_of(key, step=1)).status_code == 429


@ON_SQLITE
@pytest.mark.asvs("V6.3.3")
def test_in_production_who_has_no_second_step_sees_only_where_it_is_set_up(settings: Settings, office: Office) -> None:
    office.hire("anna@parvalde.lv", Role.ADMINISTRATOR)
    strict = settings.model_copy(update={"environment": "production"})
    with TestClient(create_app(strict, quiet=True), follow_redirects=False) as client:
        client.post("/pieslegties", data={"email": "anna@parvalde.lv", "password": PASSWORD})
        for page in ("/parvalde/", "/parvalde/konti", "/konts"):
            assert client.get(page).headers["location"].startswith("/pieslegties/kods")
        assert client.get("/pieslegties/kods?next=/konts").headers["location"] == "/konts/otrais-solis"
        page = client.get("/konts/otrais-solis").text
        assert "/parvalde/konti" not in page
        strict_office = Office(type(office.world)(client, office.world.database, strict, office.world.mail))
        strict_office.set_up()
        assert client.get("/parvalde/").status_code == 200
        assert client.post("/konts/otrais-solis/izslegt").status_code == 409


def test_a_database_alone_makes_no_codes(database: Database, office: Office) -> None:
    office.sign_in(ILZE)
    key, recovery = office.set_up()
    stored = repr(office.world.everything())
    assert key not in stored
    assert recovery[0] not in stored
    assert recovery[0].replace("-", "") not in stored
    assert office.world.client.cookies["staff"] not in stored
