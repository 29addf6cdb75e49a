"""Courses from a spreadsheet at the command line: the same checks as in the workspace, and the same acts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import terminal
from app.commands.terminal import err, open_database
from app.db import Database
from app.i18n import LANGUAGES

if TYPE_CHECKING:
    from app.imports.reading import Table

import_commands = typer.Typer(no_args_is_help=True, help="Courses and groups from spreadsheets.")


@import_commands.command("courses")
def import_courses(
    file: Annotated[Path, typer.Argument(help="A spreadsheet, .xlsx or .csv, as the template of the workspace.")],
    provider: Annotated[str, typer.Option(help="Code of the provider whose courses these are.")],
    dry_run: Annotated[bool, typer.Option(help="Only check; keep nothing.")] = False,
    publish: Annotated[bool, typer.Option(help="Publish what is taken over, or send it for review.")] = False,
) -> None:
    """Take a provider's courses and groups over; with any fault nothing is, and each is named by row and column."""
    from app.imports.reading import kind_of, read_table

    settings = terminal.settings()
    database = open_database(settings)
    try:
        content = file.read_bytes()
    except OSError:
        err.print(f"[red]{file} cannot be read.[/red]")
        raise typer.Exit(2) from None
    kind = kind_of(file.name, content)
    faults, notes = _checked(database, provider, read_table(kind, content))
    for line in faults:
        err.print(line, markup=False, highlight=False)
    if faults:
        err.print(f"[red]{len(faults)} faults; nothing was taken over.[/red]")
        raise typer.Exit(1)
    if dry_run:
        for line in notes:
            err.print(line, markup=False, highlight=False)
        err.print("Every row is ready; nothing was kept.")
        return
    left = _take(database, provider, file.name, content, publishes=publish)
    for line in left:
        err.print(line, markup=False, highlight=False)
    if left:
        raise typer.Exit(1)


def _checked(database: Database, provider: str, table: "Table") -> tuple[list[str], list[str]]:
    """A line for each wrong cell, and one for each course that will be a draft because something is missing."""
    from app.clock import now
    from app.imports import queries
    from app.imports.cells import course_key
    from app.imports.checking import Row, check_together, columns_of
    from app.imports.columns import BY_KEY, columns_by_name
    from app.imports.refusals import refusal_of

    keys = columns_of(table.header, columns_by_name())
    if not {"course.title", "code"} & {*keys}:
        raise refusal_of("file_columns")
    together: dict[str, list[Row]] = {}
    for number, cells in table.rows:
        said = {key: cell for key, cell in zip(keys, cells, strict=False) if key and cell}
        together.setdefault(course_key(said), []).append(Row(number, said))
    with database.reading() as db:
        known = queries.known_of(db, _provider_id(database, provider), now())
    language, found, notes = LANGUAGES["lv"], [], list[tuple[int, str]]()
    with terminal.progress() as progress:
        for rows in progress.track([*together.values()], description="check"):
            checked = check_together(rows, known, now())
            notes += [(one.number, one.note.say(language)) for one in checked if one.note is not None]
            found += [
                (one.number, BY_KEY[key].name.say(language), words.say(language))
                for one in checked
                for key, words in one.faults.items()
            ]
    faults = [f"{number}. rinda, kolonna „{column}”: {words}" for number, column, words in sorted(found)]
    return faults, [f"{number}. rinda: {words}" for number, words in sorted(notes)]


def _take(database: Database, provider: str, name: str, content: bytes, *, publishes: bool) -> list[str]:
    """Keep the file, read it and take it over as the worker does; what could not be, a line each."""
    from app.imports import actions, queries
    from app.imports.models import RowState
    from app.people.queries import first_manager
    from app.people.staff import Staff
    from app.worker.imports import go_on
    from app.worker.workshop import open_workshop

    workshop = open_workshop(terminal.settings(), database)
    with database.reading() as db:
        manager = first_manager(db, _provider_id(database, provider))
    if manager is None:
        err.print("[red]The provider has no manager, in whose name courses are made.[/red]")
        raise typer.Exit(1)
    who = Staff(manager.id, manager.name, manager.role, manager.provider_id)
    with database.writing() as db:
        import_id = actions.start_import(db, who, name, content).id
    with terminal.progress() as progress:
        bars = terminal.Bars(progress)
        for part in ("read", "take over"):
            while _at_work(database, import_id):
                go_on(workshop, {"import_id": import_id}, "")
                with database.reading() as db:
                    found = queries.import_of(db, import_id)
                    bars(part, found.done if found else 0, found.total if found else 0)
            if part == "read":
                with database.writing() as db:
                    actions.ask_to_take(db, who, import_id, publishes=publishes)
    with database.reading() as db:
        left = queries.rows_of(db, import_id, most=20_000)
        counted = queries.counts(db, import_id)
    err.print(f"Rows taken over: {counted.get(RowState.TAKEN, 0)}. Import: {import_id}.")
    return [
        f"{row.number}. rinda: {said['lv']}"
        for row in left
        for said in ([row.note] if row.note else [*row.faults.values()])
    ]


def _at_work(database: Database, import_id: int) -> bool:
    from app.imports.models import AT_WORK
    from app.imports.queries import import_of

    with database.reading() as db:
        found = import_of(db, import_id)
        return found is not None and found.state in AT_WORK


def _provider_id(database: Database, code: str) -> int:
    from app.providers.queries import provider_id_of

    with database.reading() as db:
        found = provider_id_of(db, code)
    if found is None:
        err.print(f"[red]There is no provider with the code {code}.[/red]")
        raise typer.Exit(1)
    return found
