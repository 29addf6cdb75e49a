"""Courses, wishes and staff of the demonstration."""

from collections import Counter
from datetime import timedelta

from argon2 import PasswordHasher
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.courses.models import Course
from app.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from app.demo.files import courses as course_entries
from app.people.models import Account
from app.wishes.models import WishRequest, WishState, WishSupport
from tests.demo.city import NOON


def test_something_is_new_in_the_catalogue(db: Session) -> None:
    newest = db.scalars(select(Course.published_at).order_by(Course.published_at.desc()).limit(8)).all()
    assert all(NOON - moment < timedelta(days=30) for moment in newest if moment)
    assert max(moment for moment in newest if moment) < NOON


def test_wishes_stand_in_every_state_with_distinct_people_behind_them(db: Session) -> None:
    wishes = db.scalars(select(WishRequest)).all()
    assert {wish.state for wish in wishes} == set(WishState)
    behind = Counter(wish_id for wish_id, _ in set(db.execute(select(WishSupport.wish_id, WishSupport.person_key))))
    titles = {wish.title: wish for wish in wishes}
    assert behind[titles["Zīmju valodas pamati ģimenēm"].id] == 17
    assert all(behind[wish.id] >= 1 for wish in wishes)
    for wish in wishes:
        answered = (WishState.NEW, WishState.UNREAD)
        assert (wish.first_answered_at is None) == (wish.state in answered)
        assert (wish.course_id is not None) == (wish.state is WishState.FULFILLED)
        assert wish.created_at < NOON


def test_every_staff_account_opens_with_the_published_password(db: Session) -> None:
    accounts = {account.email: account for account in db.scalars(select(Account))}
    assert set(accounts) == {account.email for account in DEMO_ACCOUNTS}
    kept = accounts["vadiba.vb@example.lv"].password_hash
    assert kept is not None
    assert PasswordHasher().verify(kept, DEMO_PASSWORD)


def test_every_course_of_the_file_is_there_with_its_texts(db: Session) -> None:
    rows = db.execute(
        text("SELECT c.code, t.locale, t.title, t.summary FROM courses c JOIN course_texts t ON t.course_id = c.id")
    )
    titles: dict[str, dict[str, str]] = {}
    for code, locale, title, summary in rows:
        titles.setdefault(code, {})[locale] = title
        assert len(summary) <= 160
    for entry in course_entries():
        assert titles[entry.code]["lv"] == entry.title
        assert entry.language != "en" or "en" in titles[entry.code]
    assert sum("en" in words for words in titles.values()) >= 28
