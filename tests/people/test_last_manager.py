"""Two managers who take the right from each other at the same moment: one of them keeps it."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.clock import now
from app.db import Database
from app.people import account_queries
from app.people.invitations import change_role
from app.people.models import Account, Role
from app.people.refusals import LastAdmin
from app.people.staff import Staff
from tests.make import make_account, make_provider


def two_managers(database: Database) -> list[Staff]:
    """Two managers of one provider."""
    with database.writing() as db:
        provider = make_provider(db)
        accounts = [make_account(db, Role.MANAGER, provider=provider) for _one in range(2)]
        for account in accounts:
            account.password_hash = "x"
        return [Staff(one.id, one.name, one.role, one.provider_id, confirmed_at=now()) for one in accounts]


def take_from_each_other(database: Database) -> int:
    """Each makes the other an editor, at once; how many managers are left."""
    first, second = two_managers(database)
    begin = threading.Barrier(2)

    def demote(who: Staff, whom: Staff) -> Callable[[], None]:
        def act() -> None:
            begin.wait()
            try:
                with database.writing() as db:
                    change_role(db, who, whom.account_id, Role.EDITOR)
            except LastAdmin:
                pass

        return act

    threads = [threading.Thread(target=demote(*pair)) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as db:
        return db.scalars(
            select(func.count()).where(Account.provider_id == first.provider_id, Account.role == Role.MANAGER)
        ).one()


def test_one_manager_remains(database: Database) -> None:
    assert [take_from_each_other(database) for _round in range(8)] == [1] * 8


@pytest.mark.postgres
def test_without_holding_who_manages_nobody_remains(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    both_looked = threading.Barrier(2)
    looked = account_queries.in_use

    def look_together(db: object, provider_id: int | None) -> object:
        answer = looked(db, provider_id)  # type: ignore[arg-type]
        both_looked.wait(10)
        return answer

    monkeypatch.setattr(account_queries, "lock_managing", lambda _db, _provider: None)
    monkeypatch.setattr(account_queries, "in_use", look_together)
    assert take_from_each_other(postgres_database) == 0
