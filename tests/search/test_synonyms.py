"""Synonyms are data: the list that comes with the program until somebody changes it, and each change reaches every process."""

import json

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.db import Database
from app.refusals import NotFound
from app.search import synonym_actions as actions
from app.search import synonym_queries as queries
from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Query
from app.search.index import Follower
from app.search.inputs import LineForm, ListForm, list_of
from app.search.models import SynonymLine
from app.search.synonyms import SEED, load_synonyms, make_synonyms, seed, to_json

WHO = "account:7"
GIZMO = LineForm(kind="leads", words=("zizmo",), find=("keramika",))


def changed(database: Database) -> int:
    with database.writing() as db:
        return actions.add_line(db, WHO, GIZMO).id


def test_the_shipped_list_is_valid_and_written_as_it_is_exported() -> None:
    asked = ListForm.model_validate(seed())
    assert len(asked.lines()) > 400
    assert to_json(list_of(asked.lines())) == SEED.read_text(encoding="utf-8")


def test_nothing_is_written_until_somebody_changes_the_list(database: Database) -> None:
    with database.reading() as db:
        assert queries.kept_synonyms(db) == load_synonyms()
        assert db.scalar(select(func.count()).select_from(SynonymLine)) == 0


def test_the_first_change_keeps_the_whole_list(database: Database) -> None:
    changed(database)
    with database.reading() as db:
        lines = queries.lines_in_use(db)
        assert GIZMO in lines
        assert len(lines) == len(ListForm.model_validate(seed()).lines()) + 1
        kept = queries.kept_synonyms(db)
    assert kept.of(("zizmo",)) == (("keramik",),)
    assert kept.of(("kompis",)) == load_synonyms().of(("kompis",))


def test_the_same_line_twice_is_one_line(database: Database) -> None:
    assert changed(database) == changed(database)


def test_a_changed_and_a_removed_line_no_longer_lead_anywhere(database: Database) -> None:
    line_id = changed(database)
    with database.writing() as db:
        actions.change_line(db, WHO, line_id, LineForm(kind="leads", words=("zizmo",), find=("floristika",)))
    with database.reading() as db:
        assert queries.kept_synonyms(db).of(("zizmo",)) == (("floristik",),)
    with database.writing() as db:
        actions.remove_line(db, WHO, line_id)
    with database.reading() as db:
        assert queries.kept_synonyms(db).of(("zizmo",)) == ()
        with pytest.raises(NotFound):
            queries.find_line(db, line_id)


def test_every_change_is_on_record(database: Database) -> None:
    line_id = changed(database)
    with database.writing() as db:
        actions.change_line(db, WHO, line_id, LineForm(kind="same", words=("zizmo", "keramika")))
        actions.remove_line(db, WHO, line_id)
        actions.load_list(db, WHO, ListForm.model_validate(seed()), replace=True)
    with database.reading() as db:
        entries = db.scalars(
            select(AuditEntry).where(AuditEntry.object_kind == "synonym").order_by(AuditEntry.id)
        ).all()
    assert [one.act for one in entries] == ["synonyms_added", "synonyms_changed", "synonyms_removed"]
    assert all(one.actor == WHO for one in entries)
    assert json.loads(entries[1].facts) == {"before": "leads: zizmo → keramika", "after": "same: zizmo, keramika"}


def test_a_list_is_loaded_beside_what_is_there_or_in_its_place(database: Database) -> None:
    changed(database)
    asked = ListForm.model_validate({"same": [["zuzums", "keramika"]], "leads": [], "known": ["zazoms"]})
    with database.writing() as db:
        assert actions.load_list(db, WHO, asked) == (2, 0)
        assert actions.load_list(db, WHO, asked) == (0, 0)
        before = len(queries.lines_in_use(db))
        assert actions.load_list(db, WHO, asked, replace=True) == (0, before - 2)
    with database.reading() as db:
        assert queries.lines_in_use(db) == asked.lines()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "same", "words": ["viens"]},
        {"kind": "leads", "words": ["viens"]},
        {"kind": "known", "words": ["viens"], "find": ["divi"]},
        {"kind": "same", "words": ["", "divi"]},
        {"kind": "same", "words": ["...", "divi"]},
        {"kind": "same", "words": ["a1 b2 c3 d4 e5", "divi"]},
        {"kind": "other", "words": ["viens", "divi"]},
        {"kind": "same", "words": ["viens", "divi"], "more": 1},
    ],
)
def test_a_line_that_leads_nowhere_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LineForm.model_validate(wrong)


def test_every_process_follows_a_change_at_its_next_search(database: Database, documents: list[Document]) -> None:
    engine = EmbeddedEngine()
    engine.rebuild(documents)
    follower = Follower(engine)
    with database.reading() as db:
        follower.follow(db)
    assert engine.search(Query("zizmo")).total == 0
    line_id = changed(database)
    assert engine.search(Query("zizmo")).total == 0, "nobody has told this process yet"
    with database.reading() as db:
        follower.follow(db)
    assert engine.search(Query("zizmo")).total > 0
    with database.writing() as db:
        actions.remove_line(db, WHO, line_id)
    with database.reading() as db:
        follower.follow(db)
    assert engine.search(Query("zizmo")).total == 0


def test_words_known_to_be_right_are_not_corrected_and_find_nothing(documents: list[Document]) -> None:
    plain = EmbeddedEngine(make_synonyms({"same": [], "leads": [], "known": []}))
    plain.rebuild(documents)
    assert plain.search(Query("karatē")).corrected == "karte"
    knowing = EmbeddedEngine(make_synonyms({"same": [], "leads": [], "known": ["karatē"]}))
    knowing.rebuild(documents)
    hits = knowing.search(Query("karatē"))
    assert (hits.total, hits.corrected) == (0, None)
