"""The page about ranking says what the code does, and a place can be explained."""

import re
from pathlib import Path

from pydantic import SecretStr

from app.search import ranking, units
from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Query, SearchEngine
from app.search.evaluate import engines_of, evaluate, side_by_side
from app.search.explain import explained
from app.search.open import open_engine
from app.search.postings import FIELDS
from app.search.synonyms import Synonyms
from app.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "search-ranking.md"
ROWS = dict(re.findall(r"^\| ([\w ]+?) \| ([\d.]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_page_gives_the_points_of_every_field_way_and_status() -> None:
    expected: dict[str, float] = dict(zip(FIELDS, ranking.FIELD_POINTS, strict=True))
    expected |= units.HOW | ranking.STATUS_SHARE
    expected |= {name: getattr(units, name) for name in ("MINOR", "FILTER_WORD", "NEIGHBOURS")}
    names = ("TOGETHER", "MADE_FOR", "NAMED", "COVERED", "MENTIONED", "CUT", "UNKNOWN_COVERED")
    expected |= {name: getattr(ranking, name) for name in names}
    assert {name: float(value) for name, value in ROWS.items()} == expected


def test_fields_stand_in_the_promised_order() -> None:
    points = dict(zip(FIELDS, ranking.FIELD_POINTS, strict=True))
    promised = [points[name] for name in ("title", "keywords", "summary", "outcomes", "description")]
    assert promised == sorted(promised, reverse=True)
    shares = [ranking.STATUS_SHARE[name] for name in ("open", "upcoming", "none", "ended")]
    assert shares == sorted(shares, reverse=True)


def test_a_place_is_explained_with_its_points(engine: SearchEngine, documents: list[Document]) -> None:
    pottery = next(one for one in documents if one.code == "vm-020")
    lines = explained(engine, Query("grozu keramika vakaros"), pottery.course_id)
    assert "Read as a filter: “vakaros” is time evening" in lines
    assert any(line.startswith("Place: ") for line in lines)
    assert sum(int(line.split()[0]) for line in lines if line[:5].strip().lstrip("-").isdigit()) > 0
    missing = explained(engine, Query("ugunsdrošība"), pottery.course_id)
    assert missing[-1].startswith("Not found")


def test_engines_are_measured_side_by_side(
    engine: SearchEngine, codes: dict[int, str], documents: list[Document], tmp_path: Path
) -> None:
    judged = tmp_path / "judged.jsonl"
    judged.write_text(
        '{"q": "keramika", "kind": "exact", "relevant": {"vm-020": 3}}\n'
        '{"q": "kompis", "kind": "everyday", "relevant": {"vdc-001": 3, "buts-001": 3, "vb-006": 3}}\n',
        encoding="utf-8",
    )
    bare = EmbeddedEngine(Synonyms())
    bare.rebuild(documents)
    found = {"whole": evaluate(engine, judged, codes), "bare": evaluate(bare, judged, codes)}
    lines = side_by_side(found, worst=1)
    assert ("whole" in lines[0], "bare" in lines[0]) == (True, True)
    (everyday,) = (line.split() for line in lines if line.startswith("everyday"))
    assert float(everyday[1]) > float(everyday[5]) == 0.0
    assert lines[-2:] == ["worst of bare:", "  0.000  kompis"]
    opened = open_engine(Settings(_env_file=None, meili_url=""))
    assert engines_of(opened) == {"embedded": opened.embedded.engine}
    backed = open_engine(Settings(_env_file=None, meili_url="http://127.0.0.1:9", meili_api_key=SecretStr("key")))
    assert [*engines_of(backed)] == ["embedded", "meilisearch"]
