"""Two at the same moment on PostgreSQL: one address, one link, one key too many, one person elsewhere; each with its control."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Database
from app.people import account_queries, invitations, key_queries, keys
from app.people.account_links import new_link, use_link
from app.people.elsewhere import Somebody, begin_from_elsewhere
from app.people.inputs import InvitationForm
from app.people.invitations import invite
from app.people.keys import MOST_KEYS, KeyForm, Scope, TooManyKeys, make_key
from app.people.models import Account, AccountLink, ApiKey, LinkKind, Role
from app.people.refusals import AddressTaken, SignInFailed
from app.people.staff import Staff
from app.refusals import Refusal
from tests.make import make_account, make_provider

pytestmark = pytest.mark.postgres
GUEST = InvitationForm(name="Elīna Viese", email="elina@biblioteka.lv", role=Role.EDITOR)
LASTS = timedelta(days=7)


def manager(database: Database) -> Staff:
    """Somebody who manages a provider."""
    with database.writing() as db:
        account = make_account(db, Role.MANAGER, provider=make_provider(db))
        return Staff(account.id, account.name, account.role, account.provider_id, confirmed_at=now())


def both(database: Database, act: Callable[[Session], object]) -> list[type[BaseException] | None]:
    """What becomes of an act that two do at once: nothing, or the kind of its refusal."""

    def one(_number: int) -> type[BaseException] | None:
        try:
            with database.writing() as db:
                act(db)
        except (Refusal, IntegrityError) as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(2) as people:
        return sorted(people.map(one, range(2)), key=str)


def meet_after(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Let two who have looked there wait for each other, if the other can come that far at all."""
    looked, there = getattr(module, name), threading.Barrier(2)

    def look(*asked: object, **more: object) -> object:
        answer = looked(*asked, **more)
        try:
            there.wait(0.5)
        except threading.BrokenBarrierError:
            there.reset()
        return answer

    monkeypatch.setattr(module, name, look)


@pytest.mark.parametrize(("holds", "outcome"), [(True, AddressTaken), (False, IntegrityError)])
def test_of_two_who_invite_one_address_the_second_is_told_that_it_is_taken(
    postgres_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    holds: bool,
    outcome: type[Exception],
) -> None:
    who = manager(postgres_database)
    meet_after(monkeypatch, account_queries, "by_address")
    if not holds:
        monkeypatch.setattr(invitations, "lock_address", lambda *_asked: None)
    assert both(postgres_database, lambda db: invite(db, who, GUEST, LASTS)) == [outcome, None]


@pytest.mark.parametrize(("holds", "made"), [(True, MOST_KEYS), (False, MOST_KEYS + 1)])
def test_of_two_who_make_the_last_key_one_makes_it(
    postgres_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    holds: bool,
    made: int,
) -> None:
    who, asked = manager(postgres_database), KeyForm(name="Vietne", scopes=[*Scope])
    with postgres_database.writing() as db:
        for _key in range(MOST_KEYS - 1):
            make_key(db, who, asked)
    meet_after(monkeypatch, key_queries, "count_valid")
    if not holds:
        monkeypatch.setattr(keys, "lock_address", lambda *_asked: None)
    outcomes = both(postgres_database, lambda db: make_key(db, who, asked))
    assert outcomes == ([TooManyKeys, None] if holds else [None, None])
    with postgres_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(ApiKey)) == made


def link_first(db: Session, key: str, kind: LinkKind) -> None:
    """The control: the link is held before its account, as nobody else does."""
    link = account_queries.lock_link(db, key, kind)
    assert link is not None
    account_queries.lock_account(db, link.account_id)


@pytest.mark.parametrize(("act", "is_free"), [(use_link, True), (link_first, False)])
def test_whoever_waits_for_an_account_holds_no_link_meanwhile(
    postgres_database: Database,
    act: Callable[[Session, str, LinkKind], object],
    is_free: bool,
) -> None:
    who = manager(postgres_database)
    with postgres_database.writing() as db:
        key = new_link(db, db.get_one(Account, who.account_id), LinkKind.RESET, LASTS).link_key

    def other() -> None:
        with postgres_database.writing() as db:
            act(db, key, LinkKind.RESET)

    held = select(AccountLink.id).where(AccountLink.link_key == key).with_for_update(nowait=True)
    with ThreadPoolExecutor(1) as people:
        with postgres_database.writing() as db:
            account_queries.lock_account(db, who.account_id)
            waiting = people.submit(other)
            while not db.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                time.sleep(0.02)
            with nullcontext() if is_free else pytest.raises(OperationalError):
                db.execute(held)
        waiting.result()


@pytest.mark.parametrize("looks_again", [True, False])
def test_of_two_with_one_address_elsewhere_the_account_is_one_persons(
    postgres_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    looks_again: bool,
) -> None:
    manager(postgres_database)
    with postgres_database.writing() as db:
        db.execute(update(Account).values(password_hash="x", email="ilze@biblioteka.lv"))
    if not looks_again:  # The control: the account as it was before it was held.
        monkeypatch.setattr(account_queries, "lock_account", lambda db, number: db.get_one(Account, number))
    meet_after(monkeypatch, account_queries, "by_address")
    subjects = iter(("person-1", "person-2"))

    def come(db: Session) -> None:
        somebody = Somebody(
            issuer="https://id.example.lv",
            subject=next(subjects),
            confirmed_email="ilze@biblioteka.lv",
            took_second_step=False,
            typed_password_at=None,
        )
        begin_from_elsewhere(db, somebody, device="", old_token="")

    assert both(postgres_database, come) == ([SignInFailed, None] if looks_again else [None, None])


def test_accounts_of_one_name_stand_in_one_order_wherever_they_lie(postgres_database: Database) -> None:
    with postgres_database.writing() as db:
        numbers = [make_account(db).id for _one in range(6)]
    for number in (numbers[0], numbers[3]):  # A changed row lies behind the others.
        with postgres_database.writing() as db:
            db.execute(update(Account).where(Account.id == number).values(locale="en"))
    with postgres_database.reading() as db:
        _total, lines = account_queries.account_lines(db, None, everybody=True, page=1)
        assert [line[0].id for line in lines] == numbers
