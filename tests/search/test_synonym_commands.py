"""The board's synonyms on the command line: listed, added, removed, loaded, exported, checked."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli import cli
from app.commands import terminal
from app.db import Database
from app.search.synonyms import SEED
from app.settings import Settings


@pytest.fixture
def settings(database: Database) -> Settings:
    return Settings(database_url=database.url.render_as_string(hide_password=False))


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setattr(terminal, "settings", lambda: settings)
    return Run()


class Run:
    """Runs `app search synonyms …`."""

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(cli, ["search", "synonyms", *words])


def test_lines_are_added_listed_and_removed(run: Run) -> None:
    assert "Line" in run("add", "zizmo, zizmiņš").stderr
    assert run("add", "nevaru zizmot", "--leads-to", "miegs").exit_code == 0
    assert run("add", "zizmonis", "--known").exit_code == 0
    listed = run("list", "ZIZMO").stdout.splitlines()
    assert [line.split(maxsplit=1)[1] for line in listed] == [
        "zizmo = zizmiņš",
        "nevaru zizmot → miegs",
        "zizmonis (known)",
    ]
    assert run("remove", listed[0].split()[0]).exit_code == 0
    assert len(run("list", "zizmo").stdout.splitlines()) == 2


def test_a_wrong_line_is_refused_with_a_sentence(run: Run) -> None:
    refused = run("add", "viens")
    assert refused.exit_code == 2
    assert "Fill in this field" in refused.stderr
    assert run("remove", "999999").exit_code != 0


def test_what_is_exported_can_be_loaded(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "synonyms.json"
    assert run("export", str(file)).exit_code == 0
    assert file.read_text(encoding="utf-8") == SEED.read_text(encoding="utf-8")
    file.write_text(json.dumps({"same": [["zizmo", "keramika"]], "leads": []}), encoding="utf-8")
    assert "added: 1" in run("load", str(file), "--replace").stderr
    assert [line.split(maxsplit=1)[1] for line in run("list").stdout.splitlines()] == ["zizmo = keramika"]
    assert run("load").exit_code == 0
    assert len(run("list").stdout.splitlines()) > 400


def test_a_file_that_is_no_list_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text("[", encoding="utf-8")
    assert run("load", str(file)).exit_code == 1
    file.write_text('{"same": [["viens"]], "leads": []}', encoding="utf-8")
    assert run("load", str(file)).exit_code == 2
    assert "The list that comes with the program" in run("list").stderr
