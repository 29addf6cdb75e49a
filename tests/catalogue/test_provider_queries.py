"""Providers as residents read about them."""

import pytest

from app.catalogue.provider_queries import provider_page, provider_page_of_code, providers_page
from app.db import Database
from app.refusals import NotFound
from tests import make
from tests.counting import statements


def test_providers_stand_by_name_with_directions_and_courses_in_the_catalogue(database: Database) -> None:
    with database.writing() as db:
        first, second = make.make_group(db, "a", name="Māksla"), make.make_group(db, "b", name="Daba")
        museum = make.make_provider(db, "muzejs", name="Muzejs", directions=[second, first])
        library = make.make_provider(db, "biblioteka", name="Bibliotēka", short_name="VB")
        make.make_course(db, provider=museum, group=first)
        make.make_course(db, provider=museum, group=first, published=False)
        make.archive(db, make.make_course(db, provider=library, group=first))
    with database.reading() as db, statements(database) as sent:
        found = providers_page(db, "lv")
    assert len(sent) == 2
    assert [(one.provider.name, one.provider.short_name, one.course_count) for one in found] == [
        ("Bibliotēka", "VB", 0),
        ("Muzejs", "Muzejs", 1),
    ]
    assert found[1].directions == (("a", "Māksla"), ("b", "Daba"))


def test_a_provider_is_found_by_slug_and_by_code(database: Database) -> None:
    with database.writing() as db:
        provider = make.make_provider(db, "muzejs", name="Muzejs", name_en="Museum")
        provider.slug = "ventspils-muzejs"
    with database.reading() as db:
        by_slug = provider_page(db, "ventspils-muzejs", "en")
        assert by_slug == provider_page_of_code(db, "muzejs", "en")
        for unknown in ("muzejs", "", "nav", "a\0b", "\ud800"):
            with pytest.raises(NotFound):
                provider_page(db, unknown, "en")
    assert (by_slug.provider.name, by_slug.provider.email) == ("Museum", "muzejs@example.lv")
