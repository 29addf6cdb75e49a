"""Names of groups, providers and venues."""

from app.db import Database
from app.providers.queries import labels, thematic_groups
from tests import make
from tests.counting import statements


def test_labels_come_in_one_statement_in_the_order_of_the_latvian_alphabet(database: Database) -> None:
    with database.writing() as db:
        make.make_group(db, "second", name="Aušana", name_en="Weaving").position = 2000
        make.make_group(db, "first", name="Zīmēšana", name_en="Drawing").position = 1000
        make.make_provider(db, "c", name="Centrs", name_en="Centre")
        make.make_provider(db, "c2", name="Čiekurs", name_en="Cone")
        make.make_provider(db, "a", name="Āzis", name_en="Goat", short_name="Ā.")
        make.make_venue(db, "v", name="Muzejs")
    with database.reading() as db, statements(database) as sent:
        latvian = labels(db, "lv")
        english = labels(db, "en")
    assert len(sent) == 2
    assert list(latvian.groups.items()) == [("first", "Zīmēšana"), ("second", "Aušana")]
    assert list(latvian.providers.items()) == [("a", "Ā."), ("c", "Centrs"), ("c2", "Čiekurs")]
    assert english.groups == {"first": "Drawing", "second": "Weaving"}
    assert english.venues == {"v": "Muzejs"}


def test_a_group_without_a_translation_is_named_in_latvian(database: Database) -> None:
    with database.writing() as db:
        group = make.make_group(db, "art", name="Māksla", name_en="Arts")
        group.texts["lv"].examples = "aušana, gleznošana"
    with database.reading() as db:
        (english,), (russian,) = thematic_groups(db, "en"), thematic_groups(db, "ru")
    assert (english.name, english.examples, english.note) == ("Arts", "aušana, gleznošana", "")
    assert russian.name == "Māksla"
