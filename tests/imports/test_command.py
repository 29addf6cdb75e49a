"""`app import courses`: the same checks and acts, faults with exit code 1, nothing kept in a dry run."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from app.cli import cli
from app.courses.models import Course, CourseState
from app.db import Database
from app.providers.models import Provider
from tests.courses.authors import make_author
from tests.imports.tables import cells, table


def test_a_spreadsheet_is_checked_then_taken_over(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    with sqlite_database.writing() as db:
        from app.people.models import Role

        who = make_author(db, Role.MANAGER, trusted=True)
        code = db.get_one(Provider, who.provider).code
    good, wrong = tmp_path / "good.xlsx", tmp_path / "wrong.xlsx"
    good.write_bytes(table([cells(1), cells(2)]))
    wrong.write_bytes(table([cells(1), cells(2, price="?")]))

    def run(file: Path, *options: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["import", "courses", str(file), "--provider", code, *options])
        return done.exit_code, done.output

    def courses() -> int:
        with sqlite_database.reading() as db:
            return db.scalar(select(func.count()).where(Course.state == CourseState.PUBLISHED)) or 0

    status, said = run(wrong, "--publish")
    assert (status, courses()) == (1, 0)
    assert "3. rinda, kolonna „Maksa”" in said
    bare = tmp_path / "bare.xlsx"
    bare.write_bytes(table([cells(1), cells(2, summary="")]))
    status, said = run(bare, "--dry-run")
    assert (status, courses(), "3. rinda: Kursu vēl nevar publicēt" in " ".join(said.split())) == (0, 0, True)
    assert (run(good, "--dry-run")[0], courses()) == (0, 0)
    assert (run(good, "--publish")[0], courses()) == (0, 2)
    assert run(good)[0] == 1
