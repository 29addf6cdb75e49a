"""The public register of permits."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.clock import today
from app.db import Database
from app.permits.models import Permit
from app.permits.queries import permits_register
from tests import make
from tests.counting import statements

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ["3", "2", "1"]),
        ("   ", ["3", "2", "1"]),
        ("ausana", ["2"]),
        ("AUŠANA", ["2"]),
        ("pamati sia", ["3", "2"]),
        ("pamati rūķis", ["3"]),
        ("50%", []),
        ("%", []),
        ("_", []),
        ("1", ["1"]),
    ],
)
def test_the_register_is_searched_by_words_with_or_without_diacritics(
    database: Database, words: str, expected: list[str]
) -> None:
    with database.writing() as db:
        make.make_permit(db, "1", programme="Keramika", holder="Jānis Bērziņš", issued_on=DAY - timedelta(days=9))
        make.make_permit(db, "2", programme="Aušanas pamati", holder="SIA Stelles", issued_on=DAY - timedelta(days=2))
        make.make_permit(db, "3", programme="Dārza pamati", holder="SIA Rūķis", issued_on=DAY)
        for permit in db.scalars(select(Permit)):
            permit.valid_until = DAY
    with database.reading() as db:
        found = permits_register(db, words, 1, DAY)
    assert [entry.number for entry in found.items] == expected
    assert found.total == len(expected)


def test_permits_in_force_and_expired_ones_can_be_told_apart(database: Database) -> None:
    day = today()
    with database.writing() as db:
        make.make_permit(db, "valid", valid_until=day)
        make.make_permit(db, "over", valid_until=day - timedelta(days=1))
        make.make_permit(db, "not yet", issued_on=day + timedelta(days=1))
    with database.reading() as db:
        valid = permits_register(db, "", 1, day, valid=True)
        other = permits_register(db, "", 1, day, valid=False)
    assert [(entry.number, entry.is_valid) for entry in valid.items] == [("valid", True)]
    assert {entry.number for entry in other.items} == {"over", "not yet"}
    assert not any(entry.is_valid for entry in other.items)


@pytest.mark.parametrize("words", ["", "keramika"])
def test_the_register_comes_in_pages_and_a_page_past_the_end_is_the_last(database: Database, words: str) -> None:
    with database.writing() as db:
        for number in range(7):
            make.make_permit(db, f"A-{number}", issued_on=DAY - timedelta(days=number))
    with database.reading() as db, statements(database) as sent:
        last = permits_register(db, words, 99, DAY, per_page=3)
        first = permits_register(db, words, -5, DAY, per_page=3)
    assert (last.total, last.page, last.pages, [entry.number for entry in last.items]) == (7, 3, 3, ["A-6"])
    assert (first.page, [entry.number for entry in first.items]) == (1, ["A-0", "A-1", "A-2"])
    assert len(sent) == (2 if words else 4)


def test_an_empty_register_has_one_empty_page(database: Database) -> None:
    with database.reading() as db:
        found = permits_register(db, "", 1, DAY)
    assert (found.items, found.total, found.page, found.pages) == ((), 0, 1, 1)
