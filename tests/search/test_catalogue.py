"""Pages of courses from engine and database together."""

from datetime import time, timedelta

from app.clock import now
from app.courses.models import Audience, Course, Format
from app.db import Database
from app.providers.models import ThematicGroup
from app.registrations.models import State
from app.search.catalogue import front_page, search_catalogue
from app.search.embedded import EmbeddedEngine
from app.search.engine import Query
from app.search.index import Follower, rebuild_index
from app.search.open import CurrentEngine, OpenEngine
from tests import make
from tests.counting import statements


def opened() -> OpenEngine:
    engine = EmbeddedEngine()
    return OpenEngine(engine, Follower(engine))


def test_cards_stand_in_the_engines_order_and_take_three_statements(database: Database) -> None:
    with database.writing() as db:
        dear = make.make_course(db, title="Keramika", price=90)
        cheap = make.make_course(db, title="Keramika vakaros", price=5)
        make.make_course(db, title="Valodas", summary="", description="", keywords=())
        rebuild_index(db)
    engine = opened()
    with database.reading() as db:
        engine.current(db)
    with database.reading() as db, statements(database) as sent:
        page = search_catalogue(db, CurrentEngine(engine, db), Query("keramika", sort="price"), now())
    assert [card.id for card in page.cards] == [cheap.id, dear.id]
    assert (page.hits.total, page.nearest) == (2, [])
    assert len(sent) == 3


def test_when_nothing_is_found_the_nearest_courses_are_shown_apart(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db, title="Keramika", format=Format.IN_PERSON)
        rebuild_index(db)
    with database.reading() as db:
        engine = CurrentEngine(opened(), db)
        page = search_catalogue(db, engine, Query("keramika", filters={"format": ("online",)}), now())
    assert (page.hits.total, page.cards) == (0, [])
    assert [card.id for card in page.nearest] == [course.id]


def test_a_course_withdrawn_a_moment_ago_is_not_shown_though_the_engine_still_finds_it(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        rebuild_index(db)
    with database.writing() as db:
        make.archive(db, db.get_one(Course, course.id))
    with database.reading() as db:
        page = search_catalogue(db, CurrentEngine(opened(), db), Query(), now())
    assert (page.hits.total, page.cards) == (1, [])


def test_the_front_page_counts_the_catalogue_and_shows_what_begins_soon_and_what_is_new(database: Database) -> None:
    moment = now()
    with database.writing() as db:
        provider = make.make_provider(db)
        arts, nature = make.make_group(db, "arts", name="Māksla"), make.make_group(db, "nature", name="Daba")

        def course(group: ThematicGroup, days_old: int, **facts: object) -> Course:
            since = moment - timedelta(days=days_old)
            return make.make_course(db, group=group, provider=provider, published_at=since, **facts)  # type: ignore[arg-type]

        evening = course(arts, 50, audiences=(Audience.SENIORS,))
        make.make_run(db, evening, starts_in=9, clock=make.EVENING)
        full = course(arts, 40, format=Format.ONLINE, price=10)
        run = make.make_run(db, full, starts_in=3, clock=time(9), seats=1)
        make.make_registration(db, run)
        make.make_registration(db, run, state=State.WAITLISTED)
        begun = course(nature, 30)
        make.make_run(db, begun, starts_in=-3, clock=time(9), closes_in=timedelta(days=3))
        over = course(nature, 20)
        make.make_run(db, over, starts_in=-90)
        bare = course(nature, 10)
        rebuild_index(db)
    with database.reading() as db:
        engine = CurrentEngine(opened(), db)
        engine.count()
        with statements(database) as sent:
            page = front_page(db, engine, "lv", moment)
    assert len(sent) == 3
    assert (page.count, page.open_count, page.providers) == (5, 3, 1)
    assert (page.free, page.evening, page.seniors, page.online) == (2, 1, 1, 1)
    assert [(one.group.name, one.count, one.open_count) for one in page.groups] == [("Māksla", 2, 2), ("Daba", 3, 1)]
    assert [card.id for card in page.soon] == [full.id, evening.id]
    assert [card.id for card in page.newest] == [bare.id, over.id, begun.id]


def test_the_front_page_of_an_empty_catalogue_is_empty(database: Database) -> None:
    with database.reading() as db:
        page = front_page(db, CurrentEngine(opened(), db), "lv", now())
    assert (page.count, page.open_count, page.soon, page.newest, page.groups) == (0, 0, [], [], ())
