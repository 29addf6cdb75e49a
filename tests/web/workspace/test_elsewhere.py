"""Signing in with an account elsewhere: only what is signed, fresh, meant for us and asked for by this browser counts."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc.jwk import RSAKey
from sqlalchemy import update

from app.clock import now
from app.main import create_app
from app.people.models import Account, AccountLink, Role
from app.settings import Settings
from tests.web.workspace.issuer import CLIENT, SECRET, Issuer, issuer
from tests.web.workspace.staff_city import Office, code_of, found
from tests.world import World

pytestmark = [pytest.mark.parametrize("database", ["sqlite"], indirect=True), pytest.mark.asvs("V10.5.1")]
ILZE = "ilze@biblioteka.lv"
BACK = "/pieslegties/cits/atpakal"


@pytest.fixture(scope="module")
def the_issuer() -> Iterator[Issuer]:
    with issuer() as place:
        yield place


@pytest.fixture
def place(the_issuer: Issuer) -> Issuer:
    """Nothing is wrong with it, yet."""
    the_issuer.claims, the_issuer.signed_by, the_issuer.published = {}, None, None
    return the_issuer


@pytest.fixture
def settings(settings: Settings, place: Issuer) -> Settings:
    """The catalogue knows the place."""
    given = {"oidc_issuer": place.url, "oidc_client_id": CLIENT, "oidc_name": "pilsētas kontu"}
    secret = Settings(_env_file=None, oidc_client_secret=SECRET).oidc_client_secret
    return settings.model_copy(update=given | {"oidc_client_secret": secret})


@pytest.fixture(autouse=True)
def _ilze(office: Office) -> None:
    office.hire(ILZE)


def there_and_back(office: Office, place: Issuer, then: str = "/konts") -> Response:
    """Away, sign in there, back, and press the button."""
    away = office.open(f"/pieslegties/cits?next={then}")
    assert away.status_code == 303
    page = office.open(BACK + place.authorise(away.headers["location"]))
    assert page.status_code == 200
    return office.send(BACK, **{name: found(f'name="{name}" value="([^"]+)"', page.text) for name in ("state", "code")})


def test_one_comes_in_by_the_confirmed_address_once_and_then_by_the_number(office: Office, place: Issuer) -> None:
    assert "Pieslēgties ar pilsētas kontu" in office.open("/pieslegties").text
    assert there_and_back(office, place).headers["location"] == "/konts"
    assert office.open("/konts").status_code == 200
    account = office.account(ILZE)
    assert (account.oidc_issuer, account.oidc_subject) == (place.url, "person-7")
    place.claims = {"email": "cits@example.lv"}
    assert there_and_back(office, place).status_code == 303, "the number counts, whatever the address has become"
    place.claims = {"sub": "person-8"}
    assert there_and_back(office, place).status_code == 422, "another person with the same address is somebody else"


WRONG: dict[str, dict[str, object]] = {
    "another nonce": {"nonce": "of-another-time"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another-client"},
    "another party among several": {"aud": [CLIENT, "another"], "azp": "another"},
    "over": {"exp": int(now().timestamp()) - 120},
    "no end": {"exp": None},
    "another issuer": {"iss": "https://evil.example"},
    "an address that is not confirmed": {"email_verified": False},
    "confirmed only in words": {"email_verified": "true"},
    "somebody who was never invited": {"email": "svesinieks@example.lv"},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_in_order_lets_nobody_in(office: Office, place: Issuer, claims: dict[str, object]) -> None:
    place.claims = claims
    assert there_and_back(office, place).status_code == 422
    assert office.devices() == 0
    assert office.account(ILZE).oidc_subject is None


def test_a_signature_by_another_key_lets_nobody_in(office: Office, place: Issuer) -> None:
    place.signed_by = RSAKey.generate_key(2048, {"kid": "first"})
    assert there_and_back(office, place).status_code == 422
    assert office.devices() == 0


@pytest.mark.parametrize("published", [{"error": "away"}, {"keys": [{}]}, {"keys": [{"kty": "RSA"}]}, {"keys": [7]}])
def test_keys_that_are_none_let_nobody_in(office: Office, place: Issuer, published: dict[str, object]) -> None:
    place.published = published
    assert there_and_back(office, place).status_code == 422
    assert office.devices() == 0


def test_a_new_key_of_the_place_is_fetched(office: Office, place: Issuer) -> None:
    there_and_back(office, place)
    place.key = RSAKey.generate_key(2048, {"kid": "first"})
    assert there_and_back(office, place).status_code == 303


def test_the_answer_to_another_browser_lets_nobody_in(office: Office, place: Issuer, settings: Settings) -> None:
    away = office.open("/pieslegties/cits")
    query = place.authorise(away.headers["location"])
    with TestClient(create_app(settings, quiet=True), follow_redirects=False) as client:
        other = Office(World(client, office.world.database, settings, office.world.mail))
        assert other.open(BACK + query).status_code == 422, "no errand"
        other.open("/pieslegties/cits")
        assert other.open(BACK + query).status_code == 422, "another errand"
        code, state = query.removeprefix("?code=").split("&state=")
        assert other.send(BACK, code=code, state=state).status_code == 422
    assert office.devices() == 0


def test_coming_back_twice_signs_in_once(office: Office, place: Issuer) -> None:
    away = office.open("/pieslegties/cits")
    code, state = place.authorise(away.headers["location"]).removeprefix("?code=").split("&state=")
    before = office.world.everything()
    assert office.open(f"{BACK}?code={code}&state={state}").status_code == 200
    assert office.world.everything() == before, "coming back alone changes nothing"
    assert office.send(BACK, code=code, state=state).status_code == 303
    assert office.send(BACK, code=code, state=state).status_code == 422


@pytest.mark.parametrize(
    ("told", "where"),
    [({}, "/pieslegties/kods?next=%2Fkonts"), ({"amr": ["pwd", "mfa"]}, "/konts"), ({"acr": "mfa"}, "/konts")],
)
def test_the_second_step_is_taken_there_or_here(
    office: Office, place: Issuer, told: dict[str, object], where: str
) -> None:
    office.sign_in(ILZE)
    office.set_up()
    place.claims = told
    assert there_and_back(office, place).headers["location"] == where


def test_a_password_typed_there_long_ago_is_asked_for_again(office: Office, place: Issuer) -> None:
    place.claims = {"auth_time": int(now().timestamp()) - 3600}
    there_and_back(office, place)
    asked = office.open("/konts/epasts")
    assert asked.headers["location"].startswith("/konts/apstiprinat")
    assert "/pieslegties/cits?confirm=yes" in office.open(asked.headers["location"]).text
    away = office.open("/pieslegties/cits?confirm=yes&next=/konts/epasts").headers["location"]
    assert "prompt=login&max_age=0" in away


@pytest.mark.parametrize("with_code", [False, True], ids=["alone", "with the code"])
def test_a_password_of_which_no_time_is_told_is_asked_for_again(
    office: Office, place: Issuer, *, with_code: bool
) -> None:
    if with_code:
        office.sign_in(ILZE)
        key, _codes = office.set_up()
    there_and_back(office, place)
    if with_code:
        assert office.send("/pieslegties/kods", code=code_of(key, step=1)).status_code == 303
    assert office.open("/konts").status_code == 200
    assert office.open("/konts/epasts").headers["location"].startswith("/konts/apstiprinat")


def test_who_has_no_password_here_confirms_elsewhere_what_a_form_asks(office: Office, place: Issuer) -> None:
    there_and_back(office, place)
    with office.world.database.writing() as db:
        db.execute(update(Account).where(Account.email == ILZE).values(password_hash=None))
    asked = office.send("/konts/epasts", email="cita@biblioteka.lv")
    assert asked.status_code == 401
    assert "/pieslegties/cits?confirm=yes" in asked.text


@pytest.mark.parametrize("said", [2**60, -1, True, "1"])
def test_a_time_of_the_password_that_is_none_is_no_fault(office: Office, place: Issuer, said: object) -> None:
    place.claims = {**place.claims, "auth_time": said}
    assert there_and_back(office, place).status_code == 303
    assert office.open("/konts/epasts").headers["location"].startswith("/konts/apstiprinat")


def test_an_invited_person_comes_in_without_a_password_here(office: Office, place: Issuer) -> None:
    office.hire("anna@parvalde.lv", Role.ADMINISTRATOR)
    office.sign_in("anna@parvalde.lv")
    guest = {"name": "Elīna Viese", "email": "elina@parvalde.lv", "role": "board", "locale": "lv"}
    assert office.send("/parvalde/konti/jauns", **guest).status_code == 303
    place.claims = {"sub": "person-9", "email": "Elina@parvalde.lv"}
    assert there_and_back(office, place, "/").headers["location"] == "/parvalde/"
    assert office.account("elina@parvalde.lv").password_hash is None


def test_an_invitation_that_is_over_opens_no_account(office: Office, place: Issuer) -> None:
    office.hire("anna@parvalde.lv", Role.ADMINISTRATOR)
    office.sign_in("anna@parvalde.lv")
    guest = {"name": "Elīna Viese", "email": "elina@parvalde.lv", "role": "board", "locale": "lv"}
    assert office.send("/parvalde/konti/jauns", **guest).status_code == 303
    with office.world.database.writing() as db:
        db.execute(update(AccountLink).values(expires_at=now()))
    place.claims = {"sub": "person-9", "email": "elina@parvalde.lv"}
    assert there_and_back(office, place).status_code == 422
    assert office.account("elina@parvalde.lv").oidc_subject is None


def test_while_the_place_is_away_one_signs_in_here(office: Office, settings: Settings) -> None:
    gone = settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    with TestClient(create_app(gone, quiet=True), follow_redirects=False) as client:
        assert client.get("/pieslegties/cits").status_code == 503
        office_there = Office(World(client, office.world.database, gone, office.world.mail))
        assert office_there.sign_in(ILZE).status_code == 303
