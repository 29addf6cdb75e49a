"""The command line: noun, then verb; progress on stderr, exit 0 done, 1 refused, 2 misused."""

import sys

import typer

from app.commands.erasures import erasure_commands
from app.commands.importing import import_commands
from app.commands.invariants import check_invariants
from app.commands.outbox import outbox_commands
from app.commands.records import backup, db_commands, demo_commands, report_commands, search_commands
from app.commands.searching import search_evaluate, search_explain, synonym_commands
from app.commands.serving import serve, worker
from app.commands.terminal import err
from app.commands.users import user_commands
from app.i18n import LANGUAGES
from app.refusals import Refusal

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="A city's catalogue of lifelong learning.")
cli.command()(serve)
cli.command()(worker)
cli.command()(backup)
cli.command()(check_invariants)
cli.add_typer(db_commands, name="db")
cli.add_typer(demo_commands, name="demo")
search_commands.command("evaluate")(search_evaluate)
search_commands.command("explain")(search_explain)
search_commands.add_typer(synonym_commands, name="synonyms")
cli.add_typer(search_commands, name="search")
cli.add_typer(import_commands, name="import")
cli.add_typer(outbox_commands, name="outbox")
cli.add_typer(report_commands, name="report")
cli.add_typer(erasure_commands, name="erasures")
cli.add_typer(user_commands, name="user")


def main() -> None:
    """Entry point: a refusal is a sentence and exit code 1."""
    try:
        cli()
    except Refusal as refusal:
        err.print(f"[red]{refusal.sentence.say(LANGUAGES['en'])}[/red]")
        sys.exit(1)
