"""After a restore from an older backup everything erased since is erased once more, from a list of numbers and dates."""

import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from app.backup import back_up
from app.cli import cli
from app.clock import now
from app.commands import terminal
from app.db import Database
from app.privacy.counting import destroy_counting_key
from app.privacy.erase import erase_address
from app.privacy.replay import Line, append, lines_of
from app.registrations.models import CountingKey, Registration, State
from app.settings import Settings
from app.worker.run import drain
from app.worker.workshop import open_workshop
from tests import make, postgres
from tests.privacy import people
from tests.registrations import acts

pytestmark = pytest.mark.promise("P24")


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line, on the test's database."""
    monkeypatch.setattr(terminal, "settings", lambda: settings)
    return CliRunner()


def restore(database: Database, backup: Path) -> None:
    """Put the copy in the place of the database, as the README says."""
    if database.is_sqlite:
        path = Path(str(database.url.database))
        database.readers.dispose()
        database.writers.dispose()
        for ending in ("-wal", "-shm"):
            Path(str(path) + ending).unlink(missing_ok=True)
        shutil.copy(backup, path)
        return
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    programs = postgres.binaries()
    assert programs is not None
    database.writers.dispose()
    subprocess.run([programs / "pg_restore", "--clean", "--if-exists", f"--dbname={url}", backup], check=True)
    database.writers.dispose()


def test_what_was_erased_after_the_backup_is_erased_again(
    database: Database, settings: Settings, command: CliRunner, tmp_path: Path
) -> None:
    with database.writing() as db:
        known = people.somebody(db)
        make.make_registration(db, people.run_of(db, known), "cita@example.lv", name="Paliek Šeit")
        people.counted(db, 2020)
    backup = tmp_path / "old.backup"
    back_up(database, backup)
    with database.writing() as db:
        erase_address(db, people.EMAIL, acts.RULES)
        destroy_counting_key(db, 2020)
    drain(open_workshop(settings, database))
    restore(database, backup)
    assert people.traces_in(people.dump(database, tmp_path))
    for again in range(2):
        done = command.invoke(cli, ["erasures", "replay"])
        assert done.exit_code == 0, done.output
        assert f"done again: {0 if again else 5}" in done.output
    assert people.traces_in(people.dump(database, tmp_path)) == set()
    with database.reading() as db:
        assert db.get_one(CountingKey, 2020).key is None
        names = [*db.scalars(select(Registration.name).order_by(Registration.id))]
        assert names == [None, "Paliek Šeit"]


def test_the_exported_list_holds_numbers_and_dates_only_and_does_the_same(
    database: Database, command: CliRunner, tmp_path: Path
) -> None:
    with database.writing() as db:
        known = people.somebody(db)
    backup, list_file = tmp_path / "old.backup", tmp_path / "list.tsv"
    back_up(database, backup)
    with database.writing() as db:
        erase_address(db, people.EMAIL, acts.RULES)
    assert command.invoke(cli, ["erasures", "export", str(list_file)]).exit_code == 0
    assert command.invoke(cli, ["erasures", "export", str(list_file)]).exit_code == 1
    text = list_file.read_text(encoding="utf-8")
    assert all(re.fullmatch(r"[0-9T:.+-]+\t[a-z_]+\t[0-9]+\t[a-z_]+", line) for line in text.splitlines())
    restore(database, backup)
    assert command.invoke(cli, ["erasures", "replay", str(list_file)]).exit_code == 0
    with database.reading() as db:
        assert people.registration_of(db, known).email_key is None


def test_a_seat_that_the_backup_brought_back_goes_on_again(
    database: Database, settings: Settings, command: CliRunner
) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, "anna@example.com")
    acts.register(database, run_id, "berta@example.com")
    number = acts.latest(database, "anna@example.com").id
    append(Path(settings.erasures_file), Line(now() + timedelta(seconds=1), "registration", number, "asked"))
    assert command.invoke(cli, ["erasures", "replay"]).exit_code == 0
    assert acts.state(database, "berta@example.com") is State.OFFERED
    assert acts.taken_and_waiting(database, run_id) == (1, 0)


def test_somebody_new_under_an_old_number_is_left_alone(
    database: Database, settings: Settings, command: CliRunner
) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, "anna@example.com")
    number = acts.latest(database, "anna@example.com").id
    append(Path(settings.erasures_file), Line(now() - timedelta(days=1), "registration", number, "asked"))
    assert "done again: 0" in command.invoke(cli, ["erasures", "replay"]).output
    assert acts.state(database, "anna@example.com") is State.CONFIRMED


def test_a_list_cut_short_by_a_power_failure_is_still_read(tmp_path: Path) -> None:
    path, line = tmp_path / "deep" / "list.tsv", Line(now(), "registration", 7, "asked")
    for _ in range(2):
        append(path, line)
    with path.open("a", encoding="utf-8") as file:
        file.write("2026-11-22T10:00:00+00:00\tregistr")
    assert lines_of(path) == [line]


@pytest.mark.parametrize("text", [None, "name\temail\n", "x\n"])
def test_a_file_that_is_no_list_is_refused(
    settings: Settings, command: CliRunner, tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "wrong.tsv"
    if text is not None:
        path.write_text(text)
    assert command.invoke(cli, ["erasures", "replay", str(path)]).exit_code == 1
