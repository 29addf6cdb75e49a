"""What a page costs: SQL statements and bytes, and everything a first visit of the home page fetches."""

import gzip
import re
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import event
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.web.kept import KeptPages
from benchmarks.servers import city


def costs(folder: Path, slugs: list[str], out: Console) -> None:
    """Print statements and bytes of the main pages, then the weight of a first visit."""
    environment = city(folder, 8000)[1]
    app = create_app(Settings(**{name.lower(): value for name, value in environment.items()}), quiet=True)
    statements: list[str] = []

    @event.listens_for(app.state.database.readers, "before_cursor_execute")
    def counted(_c: object, _cursor: object, statement: str, _p: object, _x: object, _many: object) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    table = Table("page", "SQL statements", "bytes", "gzip")
    with TestClient(app, base_url="http://localhost:8000") as client:
        paths = ["/", "/kursi", "/kursi?q=latviesu+valoda", f"/kursi/{slugs[0]}", "/istenotaji", "/velmes", "/raditaji"]
        client.get("/kursi")  # The engine is ready, the pages below are not yet kept.
        app.state.kept_pages = KeptPages()
        for path in [*paths, "/api/v1/courses?q=latviesu+valoda"]:
            statements.clear()
            body = client.get(path).content
            table.add_row(path, str(len(statements)), str(len(body)), str(len(gzip.compress(body, 6))))
        out.print(table)
        page = client.get("/", headers={"accept-encoding": "identity"})
        total = len(gzip.compress(page.content, 6))
        parts = {"/": total}
        for url in sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))):
            size = len(gzip.compress(client.get(url).content, 6))
            parts[url] = size
            total += size
    for url, size in parts.items():
        out.print(f"  {size:>7} {url}", highlight=False)
    out.print(f"First visit of the home page: {total / 1000:.1f} kB over the wire (goal ≤ 60 kB)")
