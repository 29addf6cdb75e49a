"""Lists of wishes: what is public, in which order, and with how many people behind it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Database
from app.refusals import NotFound
from app.wishes import queries
from app.wishes.models import PUBLIC, WAITING, WishAnswer, WishRequest, WishState
from tests import make
from tests.counting import statements


def answer(db: Session, wish: WishRequest, text: str, at: datetime, provider_id: int | None = None) -> None:
    """A public answer to the wish."""
    db.add(WishAnswer(wish_id=wish.id, state=wish.state, text=text, answered_at=at, provider_id=provider_id))
    db.flush()


def titles(db: Session, **wanted: object) -> list[str]:
    """The titles of the list that was asked for."""
    return [wish.title for wish in queries.public_wishes(db, "lv", now(), **wanted)]  # type: ignore[arg-type]


def test_what_one_can_join_and_most_people_want_comes_first_and_what_is_unread_never(database: Database) -> None:
    with database.writing() as db:
        make.make_wish(db, "Piepildījās", supporters=5, state=WishState.FULFILLED)
        make.make_wish(db, "Viens", supporters=1)
        make.make_wish(db, "Trīs", supporters=3)
        make.make_wish(db, "Divi", supporters=2)
        make.make_wish(db, "Nelasīta", supporters=9, state=WishState.UNREAD)
        assert titles(db) == ["Trīs", "Divi", "Viens", "Piepildījās"]
        assert titles(db, order="newest") == ["Divi", "Trīs", "Viens", "Piepildījās"]
        assert titles(db, offset=1, limit=1) == ["Divi"]
        assert titles(db, states=[WishState.UNREAD]) == []
        assert queries.count_by_state(db) == {WishState.NEW: 3, WishState.FULFILLED: 1}


def test_a_list_holds_one_state_and_one_group(database: Database) -> None:
    with database.writing() as db:
        garden, crafts = make.make_group(db, "garden"), make.make_group(db, "crafts")
        make.make_wish(db, "Dārzs", group=garden, state=WishState.UNDER_REVIEW)
        make.make_wish(db, "Māls", group=crafts, state=WishState.PLANNED)
        make.make_wish(db, "Bez grupas")
        assert titles(db, group="crafts") == ["Māls"]
        assert sorted(titles(db, states=WAITING)) == ["Bez grupas", "Dārzs"]
        assert queries.count_by_state(db, "garden") == {WishState.UNDER_REVIEW: 1}


def test_a_card_tells_who_prepares_it_what_came_of_it_and_the_latest_answer(database: Database) -> None:
    with database.writing() as db:
        group = make.make_group(db, "garden", name="Dārzs", name_en="Garden")
        provider = make.make_provider(db, "buts", name="Buts", name_en="Buts Centre")
        course = make.make_course(db, "dravnieki", title="Dravnieki", title_en="Beekeepers")
        make.make_run(db, course, starts_in=-20)
        run = make.make_run(db, course, starts_in=10)
        make.make_run(db, course, starts_in=5, cancelled=True)
        wish = make.make_wish(db, group=group, state=WishState.FULFILLED)
        wish.provider_id, wish.course_id, wish.fulfilled_at = provider.id, course.id, wish.created_at + timedelta(74)
        answer(db, wish, "Meklējam.", now() - timedelta(days=2))
        answer(db, wish, "Ir katalogā.", now() - timedelta(days=1), provider.id)
        card = queries.public_wish(db, wish.id, "en", now())
        assert (card.group_name, card.provider_name, card.course_title) == ("Garden", "Buts Centre", "Beekeepers")
        assert (card.course_slug, card.course_starts_at, card.days_to_course) == ("dravnieki", run.starts_at, 74)
        assert card.reply is not None
        assert (card.reply.text, card.reply.provider_name) == ("Ir katalogā.", "Buts Centre")
        assert [(one.text, one.provider_name) for one in queries.replies(db, wish.id, "lv")] == [
            ("Ir katalogā.", "Buts"),
            ("Meklējam.", ""),
        ]
        make.archive(db, course)
        assert queries.public_wish(db, wish.id, "lv", now()).course_slug == ""


def test_a_wish_is_overdue_only_while_nobody_has_answered(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        wish = make.make_wish(db)
        card = queries.public_wish(db, wish.id, "lv", now())
        assert not card.is_overdue(now())
        assert card.is_overdue(now() + timedelta(days=40))
        wish.state = WishState.UNDER_REVIEW
        db.flush()
        assert not queries.public_wish(db, wish.id, "lv", now()).is_overdue(now() + timedelta(days=40))


def test_cards_come_in_the_order_asked_for_without_what_is_not_public(database: Database) -> None:
    with database.writing() as db:
        one, two = make.make_wish(db, "Viens"), make.make_wish(db, "Divi")
        unread = make.make_wish(db, "Nelasīta", state=WishState.UNREAD)
        cards = queries.wish_cards(db, [two.id, unread.id, 999, one.id], "lv", now())
        assert [card.title for card in cards] == ["Divi", "Viens"]
        assert queries.wish_cards(db, [], "lv", now()) == []


@pytest.mark.parametrize("wish_id", [0, -5, 404, 2**40])
def test_a_wish_that_is_not_there_is_not_found(sqlite_database: Database, wish_id: int) -> None:
    with sqlite_database.reading() as db, pytest.raises(NotFound):
        queries.public_wish(db, wish_id, "lv", now())


def test_an_unread_wish_is_not_found_and_its_writer_still_sees_it(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        wish = make.make_wish(db, state=WishState.UNREAD)
        with pytest.raises(NotFound):
            queries.public_wish(db, wish.id, "lv", now())
        assert queries.card_of(db, wish.id, "lv", now()).state is WishState.UNREAD


def test_public_addresses_of_wishes_tell_when_they_last_changed(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        wish, other = make.make_wish(db), make.make_wish(db, state=WishState.UNREAD)
        assert queries.public_ids(db) == [(wish.id, wish.created_at)]
        at = now()
        answer(db, wish, "Meklējam.", at)
        assert queries.public_ids(db) == [(wish.id, at)]
        assert other.state not in PUBLIC


def test_a_page_of_wishes_is_one_statement(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        for number in range(30):
            make.make_wish(db, f"Vēlme {number}", supporters=3)
    with sqlite_database.reading() as db, statements(sqlite_database) as sent:
        assert len(titles(db)) == 20
    assert len(sent) == 1
