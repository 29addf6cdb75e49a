"""The baselines: the bare framework doing the least that the same answer needs."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import Body, FastAPI, HTTPException
from fastapi.responses import HTMLResponse
from jinja2 import DictLoader, Environment

CARD_PAGE = """<!doctype html><html lang="lv"><head><meta charset="utf-8"><title>Kursi</title></head><body>
<h1>Kursi</h1><form action="/page"><input name="q" value="{{ q }}"><button>Meklēt</button></form><ul>
{% for card in cards %}
<li><article><p>{{ card.group }}</p><h2><a href="/kursi/{{ card.code }}">{{ card.title }}</a></h2>
<p>{{ card.summary }}</p><p>{{ card.provider }} · {{ card.format }}</p><p>{{ card.price }} €</p></article></li>
{% endfor %}
</ul></body></html>"""

app = FastAPI(openapi_url=None)
template = Environment(loader=DictLoader({"page": CARD_PAGE}), autoescape=True).get_template("page")
path = Path(os.environ["BARE_DATABASE"])
local = threading.local()


def connection() -> sqlite3.Connection:
    """One connection a thread."""
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        local.connection.row_factory = sqlite3.Row
        local.connection.execute("PRAGMA journal_mode=WAL")
        local.connection.execute("PRAGMA synchronous=FULL")
    return local.connection


@app.get("/constant")
def constant() -> dict[str, str]:
    """The framework alone."""
    return {"status": "ok"}


@app.get("/page")
def page(q: str = "") -> HTMLResponse:
    """SQLite FTS5 asked for the words, twenty cards rendered."""
    rows = connection().execute(
        "SELECT c.* FROM found JOIN courses c ON c.rowid = found.rowid WHERE found MATCH ? ORDER BY rank LIMIT 20",
        (" ".join(f'"{word}"*' for word in q.split()),),
    )
    return HTMLResponse(template.render(q=q, cards=[dict(row) for row in rows]))


writer = threading.Lock()


@app.post("/insert/{run_id}", status_code=201)
def insert(run_id: int, name: Annotated[str, Body()], email: Annotated[str, Body()]) -> dict[str, str]:
    """One durable insert, guarded against overselling: counted and inserted within one writing transaction."""
    db = connection()
    with writer:
        db.execute("BEGIN IMMEDIATE")
        taken = db.execute("SELECT count(*) FROM places WHERE run_id = ?", (run_id,)).fetchone()[0]
        if taken >= 5_000:
            db.execute("ROLLBACK")
            raise HTTPException(409)
        db.execute("INSERT INTO places (run_id, name, email) VALUES (?, ?, ?)", (run_id, name, email))
        db.execute("COMMIT")
    return {"state": "confirmed"}


def prepare(rows: Iterator[dict[str, str]]) -> None:
    """Fill the baseline's database with the same catalogue."""
    db = connection()
    db.execute("CREATE TABLE courses (code, title, summary, provider, 'group', format, price)")
    db.execute(
        "CREATE VIRTUAL TABLE found USING fts5(title, summary, description, keywords, tokenize='unicode61 remove_diacritics 2')"
    )
    db.execute("CREATE TABLE places (id INTEGER PRIMARY KEY, run_id INTEGER, name TEXT, email TEXT)")
    db.execute("CREATE INDEX places_run ON places (run_id)")
    for row in rows:
        cursor = db.execute(
            "INSERT INTO courses VALUES (?, ?, ?, ?, ?, ?, ?)",
            tuple(row[name] for name in ("code", "title", "summary", "provider", "group", "format", "price")),
        )
        db.execute(
            "INSERT INTO found (rowid, title, summary, description, keywords) VALUES (?, ?, ?, ?, ?)",
            (cursor.lastrowid, row["title"], row["summary"], row["description"], row["keywords"]),
        )
