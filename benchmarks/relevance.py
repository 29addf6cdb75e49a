"""How well the engines find: both judged collections, every engine side by side."""

from pathlib import Path

from rich.console import Console

from app.db import Database
from app.search.evaluate import engines_of, evaluate, side_by_side
from app.search.open import open_engine
from app.settings import settings_from_environment

COLLECTIONS = (Path("data/search-queries.jsonl"), Path("tests/search/held_out.jsonl"))


def relevance(database_url: str, out: Console) -> None:
    """Print nDCG@10, success and recall by kind of search, for each engine that the settings name."""
    from app.courses.queries import codes_by_id
    from app.search.open_following import open_following

    database = Database(database_url, 2)
    settings = settings_from_environment()
    if (following := open_following(settings, database)) is not None:
        following.rebuild()
    with database.reading() as db:
        opened = open_engine(settings)
        opened.current(db)
        codes = codes_by_id(db)
    database.dispose()
    for path in COLLECTIONS:
        out.print(f"\nJudged searches: {path}")
        found = {name: evaluate(engine, path, codes) for name, engine in engines_of(opened).items()}
        for line in side_by_side(found, worst=5):
            out.print(line, highlight=False, markup=False)
