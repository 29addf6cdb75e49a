"""Commands on erasures: the list as a file, and doing it again after a restore from an older backup."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands import terminal
from app.commands.terminal import err, open_database

erasure_commands = typer.Typer(no_args_is_help=True, help="What was erased, to be erased again after a restore.")


@erasure_commands.command("export")
def erasures_export(file: Path) -> None:
    """Write every erasure that the database knows into a new file: times, kinds and numbers, nothing personal."""
    from app.privacy.replay import exported

    if file.exists():
        err.print(f"[red]{file} exists already.[/red]")
        raise typer.Exit(1)
    database = open_database(terminal.settings())
    with database.reading() as db:
        lines = list(exported(db))
    database.dispose()
    file.write_text("".join(lines), encoding="utf-8")
    err.print(f"{file}: {len(lines)} erasures.")


@erasure_commands.command("replay")
def erasures_replay(
    file: Annotated[Path | None, typer.Argument(help="Left out: the file that the worker keeps.")] = None,
) -> None:
    """Erase again whatever the file lists and an older backup has brought back; doing it twice does no harm."""
    from app.privacy.replay import erasures_file, lines_of, replay
    from app.registrations.seats import SeatRules

    settings = terminal.settings()
    source = file or erasures_file(settings)
    try:
        lines = lines_of(source)
    except FileNotFoundError:
        err.print(f"[red]{source} is not there.[/red]")
        raise typer.Exit(1) from None
    except ValueError:
        err.print(f"[red]{source} is no list of erasures.[/red]")
        raise typer.Exit(1) from None
    database, rules, done = open_database(settings), SeatRules.of(settings), 0
    for line in lines:
        with database.writing() as db:
            done += replay(db, line, rules)
    database.dispose()
    err.print(f"Erasures: {len(lines)}; done again: {done}.")
