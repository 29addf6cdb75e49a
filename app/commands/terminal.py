"""What every command needs: the settings, the database, where lines and bars are printed."""

import sys

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from app.db import Database
from app.settings import Settings, settings_from_environment

out = Console()
err = Console(stderr=True)


def settings() -> Settings:
    """The settings of the environment; what is wrong with them is printed, and the exit code is 1."""
    try:
        return settings_from_environment()
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in fault["loc"]).upper()
            err.print(f"[red]{place or 'Settings'}:[/red] {str(fault['msg']).removeprefix('Value error, ')}")
        raise typer.Exit(1) from None


def open_database(found: Settings) -> Database:
    """The database these settings name."""
    return Database(found.database_url, found.database_connections)


def progress() -> Progress:
    """A bar with count, time and time left; silent when the output is not a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not sys.stderr.isatty(),
    )


class Bars:
    """One bar for each named part of a long work."""

    def __init__(self, shown: Progress) -> None:
        self._progress = shown
        self._tasks: dict[str, int] = {}

    def __call__(self, part: str, done: int, total: int) -> None:
        """Show how far a part is."""
        if part not in self._tasks:
            self._tasks[part] = self._progress.add_task(part, total=total)
        self._progress.update(self._tasks[part], completed=done, total=total)  # type: ignore[arg-type]
