"""Accounts of others: who invites whom, what an invitation opens, and who must remain."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from app.audit.models import AuditEntry
from app.clock import now
from app.limits import INVITATIONS
from app.people.keys import KeyForm, Scope, make_key
from app.people.models import Account, AccountLink, Role
from app.people.staff import Staff
from tests.counting import statements
from tests.web.workspace.staff_city import PASSWORD, Office

ILZE, ANNA, JURIS = "ilze@biblioteka.lv", "anna@parvalde.lv", "juris@muzejs.lv"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
GUEST = {"name": "Elīna Viese", "email": "elina@biblioteka.lv", "role": "editor", "locale": "lv"}


@pytest.fixture(autouse=True)
def _staff(office: Office) -> None:
    office.hire(ILZE)
    office.hire(JURIS, provider="muzejs")
    office.hire(ANNA, Role.ADMINISTRATOR)
    office.sign_in(ILZE)


def test_somebody_is_invited_chooses_a_password_and_is_in(office: Office) -> None:
    assert office.send("/darbvieta/konti/jauns", **GUEST).headers["location"] == "/darbvieta/konti?done=invited"
    account = office.account(GUEST["email"])
    assert (account.role, account.provider_id) == (Role.EDITOR, office.account(ILZE).provider_id)
    link = office.link(GUEST["email"])
    letter = office.world.letters(GUEST["email"])[0].as_string()
    assert "Elīna" not in str(office.world.letters(GUEST["email"])[0]["Subject"])
    assert letter
    office.world.client.cookies.clear()
    before = office.world.everything()
    assert office.open(link).status_code == 200
    assert office.world.everything() == before
    assert office.send(link, password="elinaviese").status_code == 422
    assert office.send(link, password=PASSWORD).headers["location"] == "/darbvieta/"
    assert office.open("/darbvieta/").status_code == 200
    assert office.open("/darbvieta/konti").status_code == 403
    assert office.open(link).status_code == 410
    assert office.send(link, password=PASSWORD).status_code == 410


@ON_SQLITE
def test_an_invitation_ends_is_sent_again_and_is_withdrawn(office: Office) -> None:
    office.send("/darbvieta/konti/jauns", **GUEST)
    number, late = office.account(GUEST["email"]).id, office.link(GUEST["email"])
    with office.world.database.writing() as db:
        db.execute(update(AccountLink).values(expires_at=now()))
    assert office.send(late, password=PASSWORD).status_code == 410
    assert "Uzaicinājuma laiks beidzies" in office.open("/darbvieta/konti").text
    office.send(f"/darbvieta/konti/{number}", act="again")
    fresh = office.link(GUEST["email"])
    assert fresh != late
    assert office.open(fresh).status_code == 200
    office.send(f"/darbvieta/konti/{number}", act="withdraw")
    assert office.open(fresh).status_code == 410
    assert office.open(f"/darbvieta/konti/{number}").status_code == 404


@ON_SQLITE
@pytest.mark.promise("P18")
def test_letters_of_invitation_are_counted_also_when_they_are_sent_again(office: Office) -> None:
    office.send("/darbvieta/konti/jauns", **GUEST)
    number = office.account(GUEST["email"]).id
    answers = [
        office.send(f"/darbvieta/konti/{number}", act="again").status_code for _time in range(INVITATIONS.amount)
    ]
    assert answers == [303] * (INVITATIONS.amount - 1) + [429]


@ON_SQLITE
@pytest.mark.promise("P10")
def test_a_manager_gives_no_role_beyond_the_own_institution(office: Office) -> None:
    muzejs = office.account(JURIS).provider_id
    for role in ("board", "administrator"):
        assert office.send("/darbvieta/konti/jauns", **GUEST | {"role": role}).status_code == 403
    office.send("/darbvieta/konti/jauns", **GUEST | {"provider_id": str(muzejs)})
    assert office.account(GUEST["email"]).provider_id == office.account(ILZE).provider_id
    number = office.account(GUEST["email"]).id
    assert office.send(f"/darbvieta/konti/{number}", act="role", role="administrator").status_code == 403


@pytest.mark.promise("P10")
def test_accounts_of_another_institution_are_not_there(office: Office) -> None:
    foreign, board = office.account(JURIS).id, office.account(ANNA).id
    missing = office.open("/darbvieta/konti/999999")
    before = office.world.everything()
    for number in (foreign, board):
        page = office.open(f"/darbvieta/konti/{number}")
        assert (page.status_code, page.content.replace(f"/konti/{number}".encode(), b"")) == (
            404,
            missing.content.replace(b"/konti/999999", b""),
        )
        for act in ("role", "close", "open", "again", "withdraw"):
            assert office.send(f"/darbvieta/konti/{number}", act=act, role="editor").status_code == 404
    assert office.world.everything() == before
    assert JURIS not in office.open("/darbvieta/konti").text


@pytest.mark.promise("P32")
@pytest.mark.asvs("V8.3.1")
def test_a_role_and_a_closed_account_count_from_the_next_page(office: Office) -> None:
    number = office.hire("laila@biblioteka.lv")
    laila = TestClient(office.world.client.app, follow_redirects=False)
    laila.post("/pieslegties", data={"email": "laila@biblioteka.lv", "password": PASSWORD})
    assert laila.get("/darbvieta/konti").status_code == 200
    office.send(f"/darbvieta/konti/{number}", act="role", role="editor")
    assert laila.get("/darbvieta/konti").status_code == 403
    office.send(f"/darbvieta/konti/{number}", act="close")
    assert laila.get("/darbvieta/").status_code == 303
    assert laila.post("/pieslegties", data={"email": "laila@biblioteka.lv", "password": PASSWORD}).status_code == 422
    office.send(f"/darbvieta/konti/{number}", act="open")
    assert laila.post("/pieslegties", data={"email": "laila@biblioteka.lv", "password": PASSWORD}).status_code == 303


@ON_SQLITE
def test_who_has_lost_phone_and_codes_is_helped_by_whoever_manages_and_never_helps_themselves(office: Office) -> None:
    office.hire("laila@biblioteka.lv", Role.EDITOR)
    with TestClient(office.world.client.app, follow_redirects=False) as browser:
        laila = Office(replace(office.world, client=browser))
        laila.sign_in("laila@biblioteka.lv")
        laila.set_up()
        number = office.account("laila@biblioteka.lv").id
        assert "Izslēgt otro soli" in office.open(f"/darbvieta/konti/{number}").text
        assert (
            office.send(f"/darbvieta/konti/{number}", act="forget").headers["location"]
            == "/darbvieta/konti?done=forget"
        )
        assert laila.open("/darbvieta/").status_code == 303, "every device is signed out"
    assert office.account("laila@biblioteka.lv").totp_secret is None
    office.world.deliver()
    assert "otrais solis" in str(office.world.letters("laila@biblioteka.lv")[-1]["Subject"]).lower()
    with office.world.database.reading() as db:
        actor = db.scalars(select(AuditEntry.actor).where(AuditEntry.act == "second_step_reset")).one()
    assert actor == f"account:{office.account(ILZE).id}"
    juris = office.account(JURIS).id
    assert office.send(f"/darbvieta/konti/{juris}", act="forget").status_code == 404
    office.set_up()
    own = office.send(f"/darbvieta/konti/{office.account(ILZE).id}", act="forget")
    assert own.status_code == 409
    assert office.account(ILZE).totp_secret is not None


@ON_SQLITE
@pytest.mark.parametrize("act", ["role", "close"])
def test_keys_of_whoever_no_longer_manages_stop_working(office: Office, act: str) -> None:
    office.hire("otra@biblioteka.lv")
    other = office.account("otra@biblioteka.lv")
    with office.world.database.writing() as db:
        who = Staff(other.id, "Otra", Role.MANAGER, other.provider_id)
        _key, token = make_key(db, who, KeyForm(name="Vietne", scopes=[*Scope]))
    ask = {"Authorization": f"Bearer {token}"}
    assert office.world.client.get("/api/v1/own/courses", headers=ask).status_code == 200
    office.send(f"/darbvieta/konti/{other.id}", act=act, role="editor")
    assert office.world.client.get("/api/v1/own/courses", headers=ask).status_code == 401


@pytest.mark.parametrize("act", ["role", "close"])
def test_the_last_who_manages_accounts_stays(office: Office, act: str) -> None:
    office.hire("laila@biblioteka.lv", Role.EDITOR)
    ilze, anna = office.account(ILZE).id, office.account(ANNA).id
    refused = office.send(f"/darbvieta/konti/{ilze}", act=act, role="editor")
    assert refused.status_code == 409
    assert "Vismaz vienam cilvēkam jāpārvalda konti." in refused.text
    office.sign_in(ANNA)
    assert office.send(f"/parvalde/konti/{anna}", act=act, role="board").status_code == 409
    assert office.send(f"/parvalde/konti/{ilze}", act=act, role="editor").status_code == 409
    office.hire("otra@biblioteka.lv")
    assert office.send(f"/parvalde/konti/{ilze}", act=act, role="editor").status_code == 303


@ON_SQLITE
def test_an_administrator_invites_to_every_institution_and_to_the_board(office: Office) -> None:
    office.sign_in(ANNA)
    muzejs = str(office.account(JURIS).provider_id)
    assert office.send("/parvalde/konti/jauns", **GUEST | {"provider_id": muzejs}).status_code == 303
    assert office.account(GUEST["email"]).provider_id == int(muzejs)
    no_place = office.send("/parvalde/konti/jauns", **GUEST | {"email": "x@example.lv"})
    assert no_place.status_code == 422
    for nowhere in ("999999", "9" * 25, "0"):
        asked = office.send("/parvalde/konti/jauns", **GUEST | {"email": "x@example.lv", "provider_id": nowhere})
        assert asked.status_code == 422
    assert "Izvēlieties iestādi." in no_place.text
    wrong = office.send(
        "/parvalde/konti/jauns", **GUEST | {"email": "x@example.lv", "role": "board", "provider_id": muzejs}
    )
    assert wrong.status_code == 422
    taken = office.send("/parvalde/konti/jauns", **GUEST | {"email": ILZE, "provider_id": muzejs})
    assert taken.status_code == 422
    assert office.send("/parvalde/konti/jauns", **GUEST | {"email": "x@example.lv", "role": "board"}).status_code == 303


@ON_SQLITE
def test_the_list_asks_as_often_whatever_its_length(office: Office) -> None:
    def asked() -> int:
        with statements(office.world.client.app.state.database) as counted:
            assert office.open("/darbvieta/konti").status_code == 200
        return len(counted)

    few = asked()
    with office.world.database.writing() as db:
        provider = db.scalars(select(Account.provider_id).where(Account.email == ILZE)).one()
        template = db.scalars(select(Account).where(Account.email == ILZE)).one()
        db.add_all(
            Account(
                email=f"n{number}@biblioteka.lv",
                name=f"Nora {number:03}",
                role=Role.EDITOR,
                provider_id=provider,
                created_at=template.created_at,
            )
            for number in range(120)
        )
    assert asked() == few
    assert office.open("/darbvieta/konti").text.count('<th scope="row">') == 50
    assert "page=3" in office.open("/darbvieta/konti").text
    with office.world.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Account)) == 123
