"""What a course is about and what it merely mentions: told apart honestly, the same on every engine."""

import pytest

from app.search.documents import Document
from app.search.engine import Query, SearchEngine
from app.search.latvian import fold


@pytest.mark.parametrize(
    ("text", "absent"),
    [("futbols", ("futbols",)), ("krievu biljards", ("biljards",)), ("keramika", ()), ("karatē", ("karatē",))],
)
def test_a_word_that_no_course_is_about_is_told(engine: SearchEngine, text: str, absent: tuple[str, ...]) -> None:
    assert engine.search(Query(text)).absent == absent


def test_by_subject_only_courses_about_the_words_come_where_there_are_any(
    engine: SearchEngine, documents: list[Document]
) -> None:
    every = engine.search(Query("keram", per_page=100))
    about = engine.search(Query("keram", per_page=100, by_subject=True))
    subjects = {one.course_id: fold(" ".join((one.texts["lv"].title, *one.texts["lv"].keywords))) for one in documents}
    assert set(about.course_ids) < set(every.course_ids)
    assert all("keram" in subjects[course_id] for course_id in about.course_ids)
    assert about.total == len(about.course_ids) == sum(about.facets["group"].values())
    only_mentioned = engine.search(Query("futbols"))
    assert engine.search(Query("futbols", by_subject=True)).course_ids == only_mentioned.course_ids
