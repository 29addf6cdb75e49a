"""The command line: noun, then verb; progress on stderr, exit 0 done, 1 refused, 2 misused."""

import multiprocessing
import signal
import sys
import threading
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from app import schema
from app.db import Database
from app.i18n import LANGUAGES
from app.refusals import Refusal
from app.settings import Settings, settings_from_environment

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="A city's catalogue of lifelong learning.")
db_commands = typer.Typer(no_args_is_help=True, help="The database's schema.")
demo_commands = typer.Typer(no_args_is_help=True, help="The demonstration city.")
search_commands = typer.Typer(no_args_is_help=True, help="The search index.")
outbox_commands = typer.Typer(no_args_is_help=True, help="Messages and their reactions.")
report_commands = typer.Typer(no_args_is_help=True, help="The yearly report.")
cli.add_typer(db_commands, name="db")
cli.add_typer(demo_commands, name="demo")
cli.add_typer(search_commands, name="search")
cli.add_typer(outbox_commands, name="outbox")
cli.add_typer(report_commands, name="report")

out = Console()
err = Console(stderr=True)


def _settings() -> Settings:
    try:
        return settings_from_environment()
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in fault["loc"]).upper()
            err.print(f"[red]{place or 'Settings'}:[/red] {str(fault['msg']).removeprefix('Value error, ')}")
        raise typer.Exit(1) from None


def _database(settings: Settings) -> Database:
    return Database(settings.database_url, settings.database_connections)


def _progress() -> Progress:
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


class _Bars:
    """One bar for each named part of a long work."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, int] = {}

    def __call__(self, part: str, done: int, total: int) -> None:
        """Show how far a part is."""
        if part not in self._tasks:
            self._tasks[part] = self._progress.add_task(part, total=total)
        self._progress.update(self._tasks[part], completed=done, total=total)  # type: ignore[arg-type]


@cli.command()
def serve(
    worker: Annotated[bool, typer.Option(help="Work the outbox too, in a process of its own.")] = False,
    quiet: Annotated[bool, typer.Option(help="No line for each request.")] = False,
) -> None:
    """Serve the pages and the API."""
    import uvicorn

    from app.main import create_app
    from app.observe import configure_logs

    settings = _settings()
    configure_logs(settings)
    helper = multiprocessing.get_context("spawn").Process(target=_work, name="worker") if worker else None
    if helper is not None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too, perhaps before it can listen.
        helper.start()
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _leave)  # uvicorn finishes its requests, then raises the signal anew: to us.
    try:
        uvicorn.run(
            create_app(settings, quiet=quiet),
            host=settings.host,
            port=settings.port,
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=bool(settings.forwarded_allow_ips),
            forwarded_allow_ips=settings.forwarded_allow_ips or None,
            timeout_graceful_shutdown=20,
            limit_concurrency=1000,
            backlog=512,
        )
    finally:
        if helper is not None:
            helper.terminate()
            helper.join(25)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@cli.command()
def worker() -> None:
    """Work the outbox: letters, the search index, what happens by the calendar."""
    _settings()
    _work()


def _work() -> None:
    from app.observe import configure_logs
    from app.worker.run import work
    from app.worker.workshop import open_workshop

    settings = _settings()
    configure_logs(settings)
    stop = threading.Event()

    def stopped(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, stopped)
    signal.signal(signal.SIGINT, stopped)
    if parent := multiprocessing.parent_process():  # Nobody works on for a server that was killed.
        threading.Thread(target=_stop_with, args=(parent, stop), daemon=True).start()
    work(open_workshop(settings), stop)


def _stop_with(parent: BaseProcess, stop: threading.Event) -> None:
    parent.join()
    stop.set()


@db_commands.command("upgrade")
def db_upgrade() -> None:
    """Bring the schema up to date; what is there stays."""
    schema.upgrade(_database(_settings()))
    err.print("The schema is up to date.")


@db_commands.command("downgrade")
def db_downgrade(revision: str) -> None:
    """Take the schema back to an earlier revision."""
    schema.downgrade(_database(_settings()), revision)
    err.print(f"The schema is at {revision}.")


@cli.command("backup")
def backup(target: Path) -> None:
    """Copy the whole database into a new file while the city goes on working, and check the copy."""
    from app.backup import BackupFailed, back_up

    try:
        size = back_up(_database(_settings()), target)
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

    settings = _settings()
    database = _database(settings)
    try:
        with _progress() as progress, database.writing() as db:
            load_demo(db, today(), _Bars(progress), demonstration=settings.demonstration)
            rebuild_index(db, _Bars(progress))
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

    with _progress() as progress, _database(_settings()).writing() as db:
        count = rebuild_index(db, _Bars(progress))
    err.print(f"Documents: {count}.")


@search_commands.command("evaluate")
def search_evaluate(queries: Path) -> None:
    """Measure the engine on queries with judgements: nDCG@10, success@1 and @3, recall@20, by kind."""
    from app.courses.queries import codes_by_id
    from app.search.evaluate import evaluate, lines_of
    from app.search.open import open_engine

    settings = _settings()
    with _database(settings).reading() as db:
        engine = open_engine(settings).current(db)
        for line in lines_of(evaluate(engine, queries, codes_by_id(db))):
            out.print(line, highlight=False)


@outbox_commands.command("work")
def outbox_work() -> None:
    """React to everything that is due, then stop."""
    from app.worker.run import drain
    from app.worker.workshop import open_workshop

    drain(open_workshop(_settings()))


@outbox_commands.command("dead")
def outbox_dead(
    retry: Annotated[bool, typer.Option(help="Put them back into the queue.")] = False,
) -> None:
    """List messages that were given up, by kind and fault; exit 1 when there are any."""
    from app.clock import now
    from app.outbox import queue

    with _database(_settings()).writing() as db:
        dead = queue.dead_messages(db)
        for message in dead:
            out.print(f"{message.id}\t{message.kind}\t{message.tries}\t{message.fault}", highlight=False)
        if retry:
            queue.revive(db, now())
    if dead and not retry:
        raise typer.Exit(1)


@report_commands.command("make")
def report_make(
    year: int,
    output: Annotated[Path | None, typer.Option(help="File to write; standard output when left out.")] = None,
) -> None:
    """Write the yearly report as JSON: 13 sections, figures computed from the records."""
    from app.api.statistics import report_told
    from app.reports.report import yearly_report

    settings = _settings()
    with _database(settings).reading() as db:
        found = yearly_report(db, year, settings)
    text = report_told(found, settings.municipality, LANGUAGES["lv"]).model_dump_json(indent=1)
    if output is None:
        sys.stdout.write(text + "\n")
    else:
        output.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Entry point: a refusal is a sentence and exit code 1."""
    try:
        cli()
    except Refusal as refusal:
        err.print(f"[red]{refusal.sentence.say(LANGUAGES['en'])}[/red]")
        sys.exit(1)
