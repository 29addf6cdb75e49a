"""What is forgotten of staff, and when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.db import Database
from app.people.account_links import new_link
from app.people.forgetting import forget_links, forget_owners, forget_unused
from app.people.models import Account, AccountLink, LinkKind, SignIn
from app.people.sign_ins import begin_sign_in, forget_ended
from tests.make import make_account

pytestmark = pytest.mark.promise("P24")


def forget(database: Database) -> None:
    """As the worker does every hour."""
    with database.writing() as db:
        forget_ended(db)
        forget_links(db)
        forget_unused(db)
        forget_owners(db, 18)


def test_ended_devices_and_old_links_go_and_others_stay(database: Database) -> None:
    with database.writing() as db:
        account = make_account(db)
        account.password_hash = "x"
        for _device in range(2):
            begin_sign_in(db, account)
        new_link(db, account, LinkKind.NEW_EMAIL, timedelta(hours=24), email="jauna@example.lv")
        rested = db.scalars(select(SignIn).limit(1)).one()
        rested.seen_at -= timedelta(minutes=31)
    forget(database)
    with database.reading() as db:
        assert len(db.scalars(select(SignIn)).all()) == 1
        assert len(db.scalars(select(AccountLink)).all()) == 1
    with database.writing() as db:
        db.scalars(select(AccountLink)).one().expires_at -= timedelta(days=4)
    forget(database)
    with database.reading() as db:
        assert db.scalars(select(AccountLink)).all() == []


def test_an_account_nobody_took_up_goes_when_its_invitation_is_long_over(database: Database) -> None:
    with database.writing() as db:
        new = make_account(db)
        old = make_account(db)
        for account in (new, old):
            new_link(db, account, LinkKind.INVITATION, timedelta(days=7))
        old.created_at -= timedelta(days=40)
        link = db.scalars(select(AccountLink).where(AccountLink.account_id == old.id)).one()
        link.expires_at -= timedelta(days=40)
        kept = new.id
    forget(database)
    with database.reading() as db:
        assert [account.id for account in db.scalars(select(Account))] == [kept]


def test_of_an_account_closed_long_ago_only_the_number_stays(database: Database) -> None:
    with database.writing() as db:
        long_ago, just_now = make_account(db), make_account(db)
        for account, days in ((long_ago, 560), (just_now, 10)):
            account.password_hash = "x"
            account.is_active, account.ended_at = False, now() - timedelta(days=days)
        numbers, name = [long_ago.id, just_now.id], long_ago.name
    forget(database)
    with database.reading() as db:
        gone, stays = (db.get_one(Account, number) for number in numbers)
        assert (gone.name, gone.email, gone.password_hash) == ("", f"erased-{numbers[0]}", None)
        assert stays.name == name
