"""A reader of the pages: the real application on a database, and what one sees of its answers."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi.testclient import TestClient
from httpx2 import Response
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy.orm import Session

from app.db import Database
from app.main import create_app
from app.search.index import rebuild_index
from app.settings import Settings

ADDRESS = "http://kursi.example.lv"
HTMX = {"HX-Request": "true"}


@contextmanager
def reader(database: Database) -> Iterator[TestClient]:
    """A browser without scripts, which does not follow where it is sent unless told to."""
    settings = Settings(
        _env_file=None,
        database_url=database.url.render_as_string(hide_password=False),
        public_url=ADDRESS,
        rate_limits="off",
    )
    with TestClient(create_app(settings, quiet=True), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def index(db: Session) -> None:
    """Make everything findable that is in the catalogue by now."""
    rebuild_index(db)


def tree(response: Response) -> HTMLParser:
    """The answer as a tree; it must be a page."""
    assert response.status_code == 200, response.status_code
    return HTMLParser(response.text)


def words(response: Response, selector: str = "body") -> str:
    """What is read in a part of the page, with plain spaces."""
    found = HTMLParser(response.text).css_first(selector)
    assert found is not None, selector
    return " ".join(found.text(separator=" ").split())


def links(response: Response, selector: str = "a") -> dict[str, str]:
    """Where the links in a part of the page lead, by their words."""
    return {
        " ".join(node.text(separator=" ").split()): node.attributes.get("href") or ""
        for node in HTMLParser(response.text).css(selector)
    }


def lint(response: Response) -> None:
    """One heading of the first level, nothing inline that the policy forbids, ids once, fields with names."""
    page = HTMLParser(response.text)
    assert len(page.css("h1")) == 1
    assert not page.css("[style]")
    assert not page.css("style")
    for script in page.css("script"):
        inline = "src" not in script.attributes
        assert not inline or script.attributes.get("type") == "application/ld+json"
    for node in page.css("*"):
        assert not [name for name in node.attributes if name.startswith("on")]
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    for field in page.css("[form]"):
        assert field.attributes["form"] in ids
