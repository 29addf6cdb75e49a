"""Leaving, joining, confirming and taking back: once each, and nobody learns who stands behind a wish."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.clock import now
from app.db import Database
from app.outbox.messages import Happening
from app.outbox.models import Message
from app.outbox.post import post
from app.refusals import NotFound
from app.wishes import actions, queries
from app.wishes.actions import (
    WISHES_A_DAY,
    WishRules,
    confirm_support,
    join_wish,
    leave_wish,
    publish_wish,
    take_back_support,
)
from app.wishes.inputs import JoinForm, WishForm, WishTime
from app.wishes.models import NEXT, WishRequest, WishState, WishSupport
from app.wishes.refusals import TooManyWishes, UnknownGroup, WishClosed, WriterUnknown, WrongWishState
from tests import make

RULES = WishRules(answer_within=timedelta(days=30), counting_key="key")
BEES = WishForm(title="Bišu dravošana", email="anna@example.com")


def join(db: Session, wish: WishRequest, email: str = "janis@example.com") -> WishSupport:
    """Somebody joins the wish."""
    return join_wish(db, wish.id, JoinForm(email=email), RULES)


def sent(db: Session) -> list[str]:
    """The kinds of messages posted so far, in order."""
    return list(db.scalars(select(Message.kind).order_by(Message.id)))


def supporters(db: Session, wish: WishRequest) -> int:
    """How many people the public sees behind the wish."""
    db.flush()
    return queries.card_of(db, wish.id, "lv", now()).supporters


def test_a_wish_is_kept_unread_and_its_writer_is_asked_to_confirm(database: Database) -> None:
    with database.writing() as db:
        group = make.make_group(db, "environment")
        asked = WishForm(
            title="  Bišu   dravošana ",
            email="Anna@Example.com",
            details="Pirmais gads.\nBez stropa.",
            group="environment",
            times=[WishTime.WEEKEND, WishTime.EVENING],
            people=3,
        )
        support = leave_wish(db, asked, RULES, "en")
    with database.reading() as db:
        wish = db.get_one(WishRequest, support.wish_id)
        assert (wish.title, wish.details) == ("Bišu dravošana", "Pirmais gads.\nBez stropa.")
        assert (wish.state, wish.group_id, wish.people) == (WishState.UNREAD, group.id, 3)
        assert wish.times == ["evening", "weekend"]
        assert wish.answer_by - wish.created_at == timedelta(days=30)
        kept = db.get_one(WishSupport, support.id)
        assert (kept.email, kept.email_key, kept.is_writer) == ("Anna@example.com", "anna@example.com", True)
        assert (kept.locale, kept.confirmed_at) == ("en", None)
        assert sent(db) == ["WishLeft"]
        assert db.scalars(select(AuditEntry.act)).all() == ["wish_left"]


def test_the_same_words_from_the_same_address_within_a_day_are_one_wish(sqlite_database: Database) -> None:
    with time_machine.travel("2026-03-05 10:00Z", tick=False) as clock, sqlite_database.writing() as db:
        first = leave_wish(db, BEES, RULES)
        clock.shift(timedelta(hours=23))
        again = leave_wish(db, BEES.model_copy(update={"title": "bišu DRAVOŠANA", "email": "ANNA@example.com"}), RULES)
        assert again.id == first.id
        assert sent(db) == ["WishLeft"]
        other = leave_wish(db, BEES.model_copy(update={"title": "Medus"}), RULES)
        assert other.wish_id != first.wish_id
        clock.shift(timedelta(hours=2))
        assert leave_wish(db, BEES, RULES).wish_id != first.wish_id


def test_fifty_at_once_leave_one_wish(database: Database) -> None:
    def send(_: int) -> int:
        with database.writing() as db:
            return leave_wish(db, BEES, RULES).wish_id

    with ThreadPoolExecutor(12) as people:
        ids = set(people.map(send, range(50)))
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(WishRequest)) == 1
        assert sent(db) == ["WishLeft"]
    assert len(ids) == 1


@pytest.mark.postgres
def test_without_the_lock_on_the_address_the_same_wish_is_kept_several_times(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: all have looked for the wish, and found none, before the first of them commits."""
    everybody_has_looked = Barrier(4)

    def post_together(db: Session, happening: Happening) -> None:
        everybody_has_looked.wait(timeout=30)
        post(db, happening)

    monkeypatch.setattr(actions, "lock_address", lambda db, purpose, key: None)
    monkeypatch.setattr(actions, "post", post_together)

    def send(_: int) -> int:
        with postgres_database.writing() as db:
            return leave_wish(db, BEES, RULES).wish_id

    with ThreadPoolExecutor(4) as people:
        assert len(set(people.map(send, range(4)))) == 4


def test_an_address_may_send_so_many_wishes_a_day(sqlite_database: Database) -> None:
    with time_machine.travel("2026-03-05 10:00Z", tick=False) as clock, sqlite_database.writing() as db:
        wish = make.make_wish(db)
        for number in range(WISHES_A_DAY):
            leave_wish(db, BEES.model_copy(update={"title": f"Vēlme nr. {number}"}), RULES)
        with pytest.raises(TooManyWishes):
            leave_wish(db, BEES.model_copy(update={"title": "Vēl viena"}), RULES)
        with pytest.raises(TooManyWishes):
            join(db, wish, BEES.email)
        clock.shift(timedelta(hours=25))
        join(db, wish, BEES.email)


def test_a_thematic_group_nobody_knows_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db, pytest.raises(UnknownGroup):
        leave_wish(db, BEES.model_copy(update={"group": "cooking"}), RULES)


def test_who_joins_counts_once_and_only_after_confirming(database: Database) -> None:
    with database.writing() as db:
        wish = make.make_wish(db, supporters=2)
        support = join(db, wish)
        assert supporters(db, wish) == 2
        confirm_support(db, support.link_key)
        confirm_support(db, support.link_key)
        assert supporters(db, wish) == 3
        assert join(db, wish, "JANIS@example.com").id == support.id
        assert supporters(db, wish) == 3
        assert sent(db) == ["WishJoined"]


def test_joining_again_later_sends_the_letter_again_but_not_sooner(sqlite_database: Database) -> None:
    with time_machine.travel("2026-03-05 10:00Z", tick=False) as clock, sqlite_database.writing() as db:
        wish = make.make_wish(db)
        support = join(db, wish)
        clock.shift(timedelta(minutes=59))
        join(db, wish)
        assert sent(db) == ["WishJoined"]
        clock.shift(timedelta(minutes=1))
        join(db, wish)
        assert sent(db) == ["WishJoined", "WishJoined"]
        assert support.confirmed_at is None


def test_support_taken_back_counts_no_more_until_it_is_confirmed_again(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        wish = make.make_wish(db, supporters=2)
        key = join(db, wish).link_key
        confirm_support(db, key)
        take_back_support(db, key)
        take_back_support(db, key)
        assert supporters(db, wish) == 2
        confirm_support(db, key)
        assert supporters(db, wish) == 3
        acts = list(db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
        assert acts == [
            "wish_joined",
            "wish_support_confirmed",
            "wish_support_taken_back",
            "wish_support_confirmed",
        ]


def test_a_link_nobody_was_sent_opens_nothing(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        with pytest.raises(NotFound):
            confirm_support(db, "nobodys-key")
        with pytest.raises(NotFound):
            take_back_support(db, "nobodys-key")


@pytest.mark.parametrize("state", [WishState.NEW, WishState.UNDER_REVIEW, WishState.PLANNED])
def test_wishes_that_are_still_open_can_be_joined(sqlite_database: Database, state: WishState) -> None:
    with sqlite_database.writing() as db:
        join(db, make.make_wish(db, state=state))


@pytest.mark.parametrize("state", [WishState.FULFILLED, WishState.DECLINED])
def test_answered_wishes_cannot_be_joined(sqlite_database: Database, state: WishState) -> None:
    with sqlite_database.writing() as db, pytest.raises(WishClosed):
        join(db, make.make_wish(db, state=state))


@pytest.mark.parametrize("wish_id", [0, -1, 404, 2**63])
def test_a_wish_that_is_not_there_cannot_be_joined(sqlite_database: Database, wish_id: int) -> None:
    with sqlite_database.writing() as db, pytest.raises(NotFound):
        join_wish(db, wish_id, JoinForm(email="janis@example.com"), RULES)


def test_an_unread_wish_cannot_be_joined_as_if_it_were_not_there(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db, pytest.raises(NotFound):
        join(db, make.make_wish(db, state=WishState.UNREAD))


def test_who_joins_a_joined_wish_stands_behind_the_one_it_was_joined_to(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        target = make.make_wish(db, "Dārzs vējainā vietā", supporters=3)
        joined = make.make_wish(db, "Vīnogas piejūrā", supporters=2)
        both = make.make_support(db, joined, "both@example.com")
        make.make_support(db, target, "both@example.com")
        joined.state, joined.merged_into_id = WishState.MERGED, target.id
        assert both.counts
        assert supporters(db, target) == 6
        assert supporters(db, joined) == 3
        assert join(db, joined).wish_id == target.id


def test_the_board_publishes_only_what_a_confirmed_writer_left_and_only_once(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        support = leave_wish(db, BEES, RULES)
        with pytest.raises(WriterUnknown):
            publish_wish(db, support.wish_id, "board")
        confirm_support(db, support.link_key)
        assert publish_wish(db, support.wish_id, "account:1").state is WishState.NEW
        with pytest.raises(WrongWishState):
            publish_wish(db, support.wish_id, "account:1")
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "wish_published")).one()
        assert (entry.actor, entry.object_id) == ("account:1", str(support.wish_id))


def test_every_state_has_its_next_ones_and_nothing_becomes_unread_again() -> None:
    assert set(NEXT) == set(WishState)
    assert not any(WishState.UNREAD in following for following in NEXT.values())
    assert [state for state, following in NEXT.items() if WishState.NEW in following] == [WishState.UNREAD]
    assert not NEXT[WishState.FULFILLED]
