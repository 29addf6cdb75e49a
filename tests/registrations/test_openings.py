"""A named list is shown only where it was opened on purpose, for some hours, and every opening is on record."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.clock import now
from app.db import Database
from app.people.models import Role
from app.people.sign_ins import begin_sign_in, end_sign_in, hash_of
from app.people.staff import Staff
from app.registrations.openings import LASTS, open_group, sees_group
from tests.make import make_account, make_course, make_provider, make_run

pytestmark = pytest.mark.promise("P33")


def test_a_list_is_open_on_one_device_for_some_hours_and_each_opening_is_recorded(database: Database) -> None:
    with database.writing() as db:
        provider = make_provider(db)
        account = make_account(db, Role.EDITOR, provider=provider)
        run, other = (make_run(db, make_course(db, provider=provider)).id for _ in range(2))
        tokens = [begin_sign_in(db, account, second_factor=True) for _ in range(2)]
        here, elsewhere = (
            Staff(account.id, "Ilze", Role.EDITOR, provider.id, hash_of(token), now()) for token in tokens
        )
    with database.writing() as db:
        assert not sees_group(db, here, run)
        open_group(db, here, run, "roll")
        open_group(db, here, run, "roll")
    with database.reading() as db:
        assert (sees_group(db, here, run), sees_group(db, here, other), sees_group(db, elsewhere, run)) == (
            True,
            False,
            False,
        )
        entries = db.scalars(select(AuditEntry).where(AuditEntry.act == "list_opened")).all()
        assert [(one.actor, one.object_id, one.facts) for one in entries] == [
            (here.actor, str(run), '{"list": "roll"}')
        ] * 2
        with time_machine.travel(now() + LASTS + timedelta(seconds=1)):
            assert not sees_group(db, here, run)
    with database.writing() as db:
        end_sign_in(db, tokens[0])
    with database.reading() as db:
        assert not sees_group(db, here, run)
