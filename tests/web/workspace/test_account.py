"""One's own account: what changes it, what asks for the password again, and which devices are signed out."""

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import select, update

from app.audit.models import AuditEntry
from app.clock import now
from app.people.keys import MOST_KEYS, KeyForm, Scope, make_key
from app.people.models import AccountLink, ApiKey, Role, SignIn
from app.people.sign_ins import CONFIRMED_FOR
from app.people.staff import Staff
from tests.web.workspace.staff_city import PASSWORD, Office, found

ILZE = "ilze@biblioteka.lv"
NEW = "ezers mirdz tālumā"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _ilze(office: Office) -> None:
    office.hire(ILZE)
    office.sign_in(ILZE)


def let_time_pass(office: Office) -> None:
    """The password was typed long ago."""
    with office.world.database.writing() as db:
        db.execute(update(SignIn).values(confirmed_at=now() - CONFIRMED_FOR))


def other_device(office: Office) -> TestClient:
    """Another browser in which the same person is signed in."""
    other = TestClient(office.world.client.app, follow_redirects=False)
    other.post("/pieslegties", data={"email": ILZE, "password": PASSWORD})
    assert other.get("/konts").status_code == 200
    return other


def hidden(page: str) -> dict[str, list[str]]:
    """What a page keeps for the next step, field by field."""
    fields: dict[str, list[str]] = {}
    for one in HTMLParser(page).css('form[action="/konts/apstiprinat"] input[type=hidden]'):
        fields.setdefault(one.attributes["name"] or "", []).append(one.attributes["value"] or "")
    return fields


def keys_made(office: Office) -> list[ApiKey]:
    """The keys of all providers."""
    with office.world.database.reading() as db:
        return [*db.scalars(select(ApiKey))]


def test_name_and_language_are_changed_and_nothing_else_can_be(office: Office) -> None:
    assert (
        office.send("/konts", name="Ilze Liepa", locale="en", role="administrator", email="x@example.lv").status_code
        == 303
    )
    account = office.account(ILZE)
    assert (account.name, account.locale, account.role.value) == ("Ilze Liepa", "en", "manager")
    wrong = office.send("/konts", name="", locale="en")
    assert wrong.status_code == 422
    assert "Ierakstiet vārdu un uzvārdu." in wrong.text


@pytest.mark.promise("P32")
@pytest.mark.asvs("V7.4.3")
def test_a_new_password_signs_out_every_other_device_and_is_told(office: Office) -> None:
    other = other_device(office)
    assert office.send("/konts/parole", password=NEW).headers["location"] == "/konts?done=password"
    assert office.open("/konts").status_code == 200
    assert other.get("/konts").status_code == 303
    assert office.sign_in(ILZE).status_code == 422
    assert office.sign_in(ILZE, NEW).status_code == 303
    office.world.deliver()
    assert [str(one["Subject"]) for one in office.world.letters(ILZE)] == ["Jūsu konta parole ir mainīta"]


@ON_SQLITE
@pytest.mark.asvs("V6.2.4")
@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("īsa", "vismaz 8"),
        ("parole123", "viegli uzminēt"),
        ("Biblioteka2026", "viegli uzminēt"),
        ("Ilze.Kalniņa", "viegli uzminēt"),
    ],
)
def test_a_weak_password_is_refused_with_a_word_on_how_to_mend_it(office: Office, password: str, sentence: str) -> None:
    answer = office.send("/konts/parole", password=password)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert office.sign_in(ILZE).status_code == 303


@pytest.mark.asvs("V7.5.1")
def test_what_matters_asks_for_the_password_again_and_goes_on_with_what_was_typed(office: Office) -> None:
    let_time_pass(office)
    for page in ("/konts/parole", "/konts/epasts", "/konts/otrais-solis"):
        assert office.open(page).headers["location"].startswith("/konts/apstiprinat?next=%2Fkonts%2F"), page
    asked = office.send("/konts/epasts", email="ilze.jauna@biblioteka.lv")
    assert asked.status_code == 401
    kept = {
        name: found(f'name="{name}" value="([^"]*)"', asked.text) for name in ("confirm_to", "confirm_method", "email")
    }
    wrong = office.send("/konts/apstiprinat", confirm_password="nepareiza", **kept)
    assert wrong.status_code == 422
    assert 'name="email" value="ilze.jauna@biblioteka.lv"' in wrong.text
    right = office.send("/konts/apstiprinat", confirm_password=PASSWORD, **kept)
    assert (right.status_code, right.headers["location"]) == (307, "/konts/epasts")
    assert office.send("/konts/epasts", confirm_password=PASSWORD, **kept).headers["location"] == "/konts?done=address"
    office.world.deliver()
    assert len(office.world.letters("ilze.jauna@biblioteka.lv")) == 1


@pytest.mark.asvs("V7.5.1")
def test_a_new_key_asks_for_the_password_again_and_keeps_what_was_typed(office: Office) -> None:
    let_time_pass(office)
    assert office.open("/darbvieta/atslegas").status_code == 200
    scopes = ["courses:write", "registrations:read"]
    asked = office.send("/darbvieta/atslegas", name='Vietne "A" & B', scopes=scopes, expires_on="2099-12-31")
    assert asked.status_code == 401
    kept = hidden(asked.text)
    assert kept == {
        "confirm_to": ["/darbvieta/atslegas"],
        "confirm_method": ["post"],
        "name": ['Vietne "A" & B'],
        "scopes": scopes,
        "expires_on": ["2099-12-31"],
    }
    wrong = office.send("/konts/apstiprinat", confirm_password="nepareiza", **kept)
    assert (wrong.status_code, hidden(wrong.text)) == (422, kept)
    assert keys_made(office) == []
    right = office.send("/konts/apstiprinat", confirm_password=PASSWORD, **kept)
    assert (right.status_code, right.headers["location"]) == (307, "/darbvieta/atslegas")
    made = office.send(right.headers["location"], confirm_password=PASSWORD, **kept)
    assert made.status_code == 200
    (key,) = keys_made(office)
    assert (key.name, key.scopes) == ('Vietne "A" & B', scopes)
    assert key.prefix in made.text
    assert key.expires_at is not None
    assert PASSWORD not in made.text


def test_a_key_that_would_open_nothing_is_not_made(office: Office) -> None:
    asked = office.send("/darbvieta/atslegas", name="Vietne", scopes=["courses:write"], expires_on="2020-01-01")
    assert asked.status_code == 422
    assert "pagāj" in asked.text
    assert keys_made(office) == []
    with office.world.database.writing() as db:
        who = Staff(office.account(ILZE).id, "Ilze", Role.MANAGER, office.account(ILZE).provider_id)
        for number in range(MOST_KEYS):
            make_key(db, who, KeyForm(name=f"Vietne {number}", scopes=[*Scope]))
    assert office.send("/darbvieta/atslegas", name="Vietne", scopes=["courses:write"]).status_code == 409
    assert len(keys_made(office)) == MOST_KEYS


def test_a_key_is_withdrawn_without_the_password(office: Office) -> None:
    office.send("/darbvieta/atslegas", name="Vietne", scopes=["courses:write"])
    let_time_pass(office)
    (key,) = keys_made(office)
    assert office.send(f"/darbvieta/atslegas/{key.id}/atsaukt").headers["location"] == "/darbvieta/atslegas"
    (key,) = keys_made(office)
    assert key.revoked_at is not None


@pytest.mark.promise("P32")
@pytest.mark.asvs("V6.3.7")
def test_a_new_address_is_confirmed_by_its_own_letter_and_the_one_before_is_told(office: Office) -> None:
    office.send("/konts/epasts", email="Ilze.Jauna@biblioteka.lv")
    link = office.link("ilze.jauna@biblioteka.lv")
    assert office.account(ILZE).email == ILZE
    before = office.world.everything()
    assert "ilze.jauna@biblioteka.lv" in office.open(link).text
    assert office.world.everything() == before, "opening a link changes nothing"
    assert office.send(link).headers["location"] == "/pieslegties?done=address"
    assert office.open("/konts").status_code == 303
    assert office.send(link).status_code == 410
    assert office.sign_in(ILZE).status_code == 422
    assert office.sign_in("ilze.jauna@biblioteka.lv").status_code == 303
    office.world.deliver()
    assert [str(one["Subject"]) for one in office.world.letters(ILZE)] == ["Jūsu konta adrese ir mainīta"]


@ON_SQLITE
def test_an_address_that_somebody_has_gets_no_link_and_the_answer_is_the_same(office: Office) -> None:
    office.hire("juris@biblioteka.lv")
    taken = office.send("/konts/epasts", email="juris@biblioteka.lv")
    free = office.send("/konts/epasts", email="jurita@biblioteka.lv")
    assert (taken.status_code, taken.headers["location"]) == (free.status_code, free.headers["location"])
    office.world.deliver()
    assert office.world.letters("juris@biblioteka.lv") == []


@pytest.mark.asvs("V7.5.2")
def test_devices_are_listed_and_ended_one_by_one_or_all(office: Office) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    other = TestClient(office.world.client.app, follow_redirects=False, headers={"user-agent": agent})
    other.post("/pieslegties", data={"email": ILZE, "password": PASSWORD})
    page = office.open("/konts").text
    assert "Firefox, Linux" in page
    assert page.count("Šī ierīce") == 1
    stranger = office.hire("juris@biblioteka.lv")
    third = TestClient(office.world.client.app, follow_redirects=False)
    third.post("/pieslegties", data={"email": "juris@biblioteka.lv", "password": PASSWORD})
    with office.world.database.reading() as db:
        foreign = db.scalars(select(SignIn.token_hash).where(SignIn.account_id == stranger)).one()
    office.send("/konts/ierices", device=foreign[:16])
    assert third.get("/konts").status_code == 200, "nobody ends another's device"
    office.send("/konts/ierices", device=found(r'name="device" value="([0-9a-f]{16})"', page))
    assert other.get("/konts").status_code == 303
    assert office.open("/konts").status_code == 200
    with office.world.database.reading() as db:
        ended = db.scalars(select(AuditEntry.object_id).where(AuditEntry.act == "device_signed_out")).all()
    assert ended == [str(office.account(ILZE).id)], "on record, and nothing where nothing ended"
    out = office.send("/konts/ierices/visas")
    assert out.headers["clear-site-data"] == '"cache", "storage"'
    assert office.open("/konts").status_code == 303


@pytest.mark.asvs("V6.5.1")
def test_a_link_for_a_new_password_works_once_and_for_ten_minutes(office: Office) -> None:
    office.send("/pieslegties/parole", email=ILZE)
    first = office.link(ILZE)
    office.send("/pieslegties/parole", email=ILZE)
    link = office.link(ILZE)
    assert office.open(first).status_code == 410, "a later link takes its place"
    assert office.send(link, password="parole123").status_code == 422
    assert office.send(link, password=NEW).headers["location"] == "/pieslegties?done=password"
    assert office.open("/konts").status_code == 303, "every device is signed out"
    assert office.send(link, password=NEW).status_code == 410
    assert office.sign_in(ILZE, NEW).status_code == 303
    office.send("/pieslegties/parole", email=ILZE)
    late = office.link(ILZE)
    with office.world.database.writing() as db:
        db.execute(update(AccountLink).values(expires_at=now()))
    assert office.open(late).status_code == 410
    assert office.send(late, password=NEW).status_code == 410


@ON_SQLITE
def test_a_new_password_leaves_the_second_step_as_it_is(office: Office) -> None:
    office.set_up()
    office.send("/pieslegties/parole", email=ILZE)
    office.send(office.link(ILZE), password=NEW)
    assert office.sign_in(ILZE, NEW).headers["location"].startswith("/pieslegties/kods")


@ON_SQLITE
def test_the_second_step_is_turned_off_and_its_codes_are_gone(office: Office) -> None:
    office.set_up()
    other = office.send("/konts/otrais-solis/rezerves-kodi")
    assert other.text.count("<li><code>") == 10
    assert office.send("/konts/otrais-solis/izslegt").headers["location"] == "/konts?done=second_step_off"
    assert office.sign_in(ILZE).headers["location"] == "/darbvieta/"
    assert office.send("/konts/otrais-solis/rezerves-kodi").status_code == 409


@ON_SQLITE
@pytest.mark.promise("P33")
def test_every_act_on_an_account_is_on_record_without_names(office: Office) -> None:
    office.send("/konts", name="Ilze Liepa", locale="en")
    office.set_up()
    office.send("/konts/parole", password=NEW)
    office.send("/konts/ierices/visas")
    with office.world.database.reading() as db:
        entries = db.scalars(select(AuditEntry).where(AuditEntry.object_kind == "account")).all()
    acts = [entry.act for entry in entries]
    assert acts == ["signed_in", "account_changed", "second_step_on", "password_changed", "signed_out_everywhere"]
    assert not any("Ilze" in entry.facts or "@" in entry.facts for entry in entries)
