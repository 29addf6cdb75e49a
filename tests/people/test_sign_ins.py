"""A device is signed in until it rests too long, works too long, or is ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import Database
from app.people import sign_ins
from app.people.models import Role, SignIn
from app.people.refusals import SecondFactorNeeded, SignInNeeded, WrongRole
from app.people.staff import BOARD, EVERYBODY, PROVIDER_STAFF, Staff
from tests.make import make_account, make_provider


def begin(database: Database, role: Role = Role.BOARD, *, second_factor: bool = True, totp: str | None = None) -> str:
    """Somebody of that role is signed in; the token."""
    with database.writing() as db:
        provider = None if role in BOARD else make_provider(db, name="Bibliotēka", short_name="Bibl.")
        account = make_account(db, role, provider=provider)
        account.totp_secret = totp
        return sign_ins.begin_sign_in(db, account, second_factor=second_factor)


def behind(database: Database, token: str, *, strict: bool = True) -> Staff:
    """Who is signed in with the token."""
    with database.reading() as db:
        return sign_ins.staff_behind(db, token, EVERYBODY, needs_code=True, strict=strict)


def shift(database: Database, **columns: timedelta) -> None:
    """As if these columns of the device lay that much earlier."""
    with database.writing() as db:
        sign_in = db.scalars(select(SignIn)).one()
        for name, by in columns.items():
            setattr(sign_in, name, getattr(sign_in, name) - by)


def test_who_is_signed_in_is_known_by_the_token_alone(database: Database) -> None:
    token = begin(database, Role.EDITOR)
    who = behind(database, token)
    assert (who.role, who.institution("en")) == (Role.EDITOR, "Bibl.")
    with database.reading() as db:
        assert token not in {one.token_hash for one in db.scalars(select(SignIn))}
    with pytest.raises(SignInNeeded):
        behind(database, token + "x")
    with pytest.raises(SignInNeeded):
        behind(database, "")


@pytest.mark.parametrize(("column", "limit"), [("seen_at", sign_ins.IDLE), ("ends_at", sign_ins.LONGEST)])
def test_a_device_that_rests_or_works_too_long_is_signed_out(database: Database, column: str, limit: timedelta) -> None:
    token = begin(database)
    shift(database, **{column: limit - timedelta(seconds=5)})
    behind(database, token)
    shift(database, **{column: timedelta(seconds=5)})
    with pytest.raises(SignInNeeded):
        behind(database, token)


def test_an_ended_device_and_a_closed_account_are_out_at_once(database: Database) -> None:
    token = begin(database)
    with database.writing() as db:
        sign_ins.end_sign_in(db, token)
    with pytest.raises(SignInNeeded):
        behind(database, token)


def test_who_has_a_second_step_must_take_it(database: Database) -> None:
    token = begin(database, second_factor=False, totp="JBSWY3DPEHPK3PXP")
    with pytest.raises(SecondFactorNeeded):
        behind(database, token, strict=False)


def test_where_it_is_required_a_password_alone_opens_nothing(database: Database) -> None:
    token = begin(database, second_factor=False)
    behind(database, token, strict=False)
    with pytest.raises(SecondFactorNeeded):
        behind(database, token, strict=True)


def test_another_role_is_refused(database: Database) -> None:
    token = begin(database, Role.BOARD)
    with database.reading() as db, pytest.raises(WrongRole):
        sign_ins.staff_behind(db, token, PROVIDER_STAFF, needs_code=True, strict=True)
