"""Commands on records: the schema, backups, the demonstration city, the search index, the yearly report."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.commands import terminal
from app.commands.terminal import err, open_database, out
from app.i18n import LANGUAGES

db_commands = typer.Typer(no_args_is_help=True, help="The database's schema.")
demo_commands = typer.Typer(no_args_is_help=True, help="The demonstration city.")
search_commands = typer.Typer(no_args_is_help=True, help="The search index.")
report_commands = typer.Typer(no_args_is_help=True, help="The yearly report.")


@db_commands.command("upgrade")
def db_upgrade() -> None:
    """Bring the schema up to date; what is there stays."""
    from app import schema  # With it comes Alembic, which a server does not need.

    schema.upgrade(open_database(terminal.settings()))
    err.print("The schema is up to date.")


@db_commands.command("downgrade")
def db_downgrade(revision: str) -> None:
    """Take the schema back to an earlier revision."""
    from app import schema

    schema.downgrade(open_database(terminal.settings()), revision)
    err.print(f"The schema is at {revision}.")


def backup(
    target: Annotated[Path | None, typer.Argument(help="A new file; left out: a dated one in BACKUP_FOLDER.")] = None,
) -> None:
    """Copy the whole database into a new file while the city goes on working, and check the copy."""
    from app.backup import SUFFIX, BackupFailed, back_up
    from app.clock import now

    settings = terminal.settings()
    if target is None:
        if not settings.backup_folder:
            err.print("[red]Not backed up:[/red] name a file or set BACKUP_FOLDER")
            raise typer.Exit(2)
        target = Path(settings.backup_folder) / f"city-{now():%Y%m%d-%H%M%S}{SUFFIX}"
        target.parent.mkdir(parents=True, exist_ok=True)
    try:
        size = back_up(open_database(settings), target)
    except BackupFailed as failure:
        err.print(f"[red]Not backed up:[/red] {failure}")
        raise typer.Exit(1) from None
    err.print(f"{target}: {size / 1_000_000:.1f} MB, checked.")


@demo_commands.command("load")
def demo_load(
    if_empty: Annotated[bool, typer.Option(help="Say nothing and keep everything when the city is there.")] = False,
) -> None:
    """Make the demonstration city; a database with real records is never touched."""
    from app.clock import today
    from app.demo.load import AlreadyLoaded, DemoRefused, load_demo
    from app.search.index import rebuild_index

    settings = terminal.settings()
    database = open_database(settings)
    try:
        with terminal.progress() as progress, database.writing() as db:
            load_demo(db, today(), terminal.Bars(progress), demonstration=settings.demonstration)
            rebuild_index(db, terminal.Bars(progress))
    except AlreadyLoaded:
        if not if_empty:
            err.print("The demonstration city is there already; nothing was changed.")
    except DemoRefused as refusal:
        err.print(f"[red]{refusal.sentence.say(LANGUAGES['en'])}[/red]")
        raise typer.Exit(1) from None


@demo_commands.command("prepare")
def demo_prepare() -> None:
    """Bring the schema up to date, load the city into an empty database, print the accounts: all in one go."""
    db_upgrade()
    demo_load(if_empty=True)
    demo_accounts()


@demo_commands.command("accounts")
def demo_accounts() -> None:
    """Print the demonstration's staff accounts."""
    from app.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD

    for account in DEMO_ACCOUNTS:
        out.print(f"  {account.email:<34} {account.role.value:<14} {account.provider or ''}", highlight=False)
    out.print(f"  password of all: {DEMO_PASSWORD}", highlight=False)


@search_commands.command("rebuild")
def search_rebuild() -> None:
    """Make every search document anew; searches go on meanwhile."""
    from app.search.index import rebuild_index
    from app.search.open_following import open_following

    settings = terminal.settings()
    database = open_database(settings)
    with terminal.progress() as progress, database.writing() as db:
        count = rebuild_index(db, terminal.Bars(progress))
    err.print(f"Documents: {count}.")
    if following := open_following(settings, database):
        err.print(f"Documents in a new index at Meilisearch: {following.rebuild()}.")


@report_commands.command("make")
def report_make(
    year: int,
    output: Annotated[Path | None, typer.Option(help="File to write; standard output when left out.")] = None,
) -> None:
    """Write the yearly report as JSON: 13 sections, figures computed from the records."""
    from app.api.statistics import report_told
    from app.reports.report import yearly_report

    settings = terminal.settings()
    with open_database(settings).reading() as db:
        found = yearly_report(db, year, settings)
    text = report_told(found, settings.municipality, LANGUAGES["lv"]).model_dump_json(indent=1)
    if output is None:
        sys.stdout.write(text + "\n")
    else:
        output.write_text(text + "\n", encoding="utf-8")
