"""Staff for tests: clients and browsers that are signed in."""

from fastapi.testclient import TestClient
from sqlalchemy import select

from app.db import Database
from app.dependencies import staff_cookie
from app.people.models import Account
from app.people.sign_ins import begin_sign_in
from app.settings import Settings


def new_token(database: Database, email: str) -> str:
    """A device of the account with that address is signed in, both steps taken: its token."""
    with database.writing() as db:
        account = db.scalars(select(Account).where(Account.email == email)).one()
        return begin_sign_in(db, account, device="Test", second_factor=True)


def sign_in(client: TestClient, database: Database, settings: Settings, email: str) -> None:
    """Whatever the client does from here, the account with that address does."""
    client.cookies.set(staff_cookie(settings), new_token(database, email))
