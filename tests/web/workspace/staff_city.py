"""Staff in a browser without scripts: accounts with passwords, and what they do with forms."""

import re
from dataclasses import dataclass

import pyotp
from httpx2 import Response
from sqlalchemy import select

from app.clock import now
from app.people.account_queries import by_address
from app.people.models import Account, Role, SignIn
from app.people.passwords import PasswordCost, hash_password
from app.people.staff import BOARD
from tests.make import make_account, make_provider
from tests.world import World

PASSWORD = "zaļš dīvāns peld"
CHEAP = PasswordCost(1, 1)
"""A cost as low as it goes, set by the settings: hashing itself stays what it is."""


@dataclass(frozen=True)
class Office:
    """Some accounts in a world, and the browser of one of them."""

    world: World

    def hire(self, email: str, role: Role = Role.MANAGER, *, provider: str = "biblioteka") -> int:
        """An account with the password of all; its number."""
        with self.world.database.writing() as db:
            place = None
            if role not in BOARD:
                known = db.scalar(select(Account.provider_id).where(Account.email.like(f"%@{provider}.lv")).limit(1))
                place = None if known else make_provider(db, provider, name=provider.capitalize())
                account = make_account(db, Role.BOARD, email=email)
                account.role, account.provider_id = role, known or (place.id if place else None)
            else:
                account = make_account(db, role, email=email)
            account.password_hash = hash_password(CHEAP, PASSWORD)
            db.flush()
            return account.id

    def send(self, path: str, **fields: str | list[str]) -> Response:
        """Send a form."""
        return self.world.client.post(path, data=fields)

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> Response:
        """Type address and password."""
        return self.send("/pieslegties", email=email, password=password, **more)

    def open(self, path: str) -> Response:
        """Open a page."""
        return self.world.client.get(path)

    def set_up(self) -> tuple[str, list[str]]:
        """Set up the second step: the phone's key, and the recovery codes."""
        page = self.open("/konts/otrais-solis?change=yes").text
        key = "".join(found(r'class="key">([^<]+)<', page).split())
        answer = self.send("/konts/otrais-solis", key=found(r'name="key" value="([^"]+)"', page), code=code_of(key))
        assert answer.status_code == 200
        return key, re.findall(r"<li><code>(.*?)</code>", answer.text)

    def account(self, email: str) -> Account:
        """The account as it is kept now."""
        with self.world.database.reading() as db:
            account = by_address(db, email)
            assert account is not None
            return account

    def devices(self) -> int:
        """How many devices are signed in."""
        with self.world.database.reading() as db:
            return len(db.scalars(select(SignIn)).all())

    def link(self, email: str) -> str:
        """The path in the latest letter to the address that leads to an account."""
        self.world.deliver()
        body = self.world.letters(email)[-1].get_body(("plain",))
        assert body is not None
        return found(r"http://testserver(/pieslegties/\S+)", body.get_content())


def code_of(key: str, *, step: int = 0) -> str:
    """What the phone shows now, or so many steps later."""
    return pyotp.TOTP(key).at(now(), counter_offset=step)


def found(pattern: str, text: str) -> str:
    """What stands there."""
    match = re.search(pattern, text)
    assert match is not None, pattern
    return match.group(1)
