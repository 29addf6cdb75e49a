"""Long-running commands: the server and the worker."""

import ctypes
import gc
import multiprocessing
import os
import signal
import threading
from contextlib import suppress
from functools import partial
from multiprocessing.process import BaseProcess
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import terminal
from app.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI
    from uvicorn import Server

_ARENA_MAX = -8
"""glibc's name for how many heaps there may be (mallopt, M_ARENA_MAX)."""
STARTUP_FAILURE = 3
"""Exit code of a server that could not begin, as uvicorn has it."""


def serve(
    worker: Annotated[bool, typer.Option(help="Work the outbox too, in a process of its own.")] = False,
    quiet: Annotated[bool, typer.Option(help="No line for each request.")] = False,
) -> None:
    """Serve the pages and the API."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from app.observe import SHARED_COUNTS, configure_logs

    settings = terminal.settings()
    configure_logs(settings)
    _refuse_master_key(settings)
    helper = multiprocessing.get_context("spawn").Process(target=_work, name="worker") if worker else None
    if helper is not None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too, perhaps before it can listen.
        helper.start()
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config = uvicorn.Config(
        partial(_served, quiet=quiet),
        factory=True,
        workers=settings.processes,
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
    try:
        if settings.processes == 1:
            _serve_alone(uvicorn.Server(config))
        else:
            with TemporaryDirectory(prefix="counts-") as folder:
                os.environ[SHARED_COUNTS] = folder
                Multiprocess(config, sockets=[config.bind_socket()]).run()
    finally:
        if helper is not None:
            helper.terminate()
            helper.join(25)


def _served(*, quiet: bool) -> "FastAPI":
    """The application, made in the process that serves it."""
    from app.main import create_app
    from app.observe import configure_logs

    settings = terminal.settings()
    configure_logs(settings)
    _share_one_heap()
    app = create_app(settings, quiet=quiet)
    gc.freeze()  # What stays as long as the process need not be looked through for garbage again and again,
    gc.set_threshold(20_000, 20, 50)  # nor what a request has only just made.
    return app


def _serve_alone(server: "Server") -> None:
    """Serve in this process until a signal comes."""
    signal.signal(signal.SIGTERM, _leave)  # uvicorn finishes its requests, then raises the signal anew: to us.
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise SystemExit(STARTUP_FAILURE)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def worker() -> None:
    """Work the outbox: letters, the search index, what happens by the calendar."""
    _refuse_master_key(terminal.settings())
    _work()


def _refuse_master_key(settings: Settings) -> None:
    """In production Meilisearch's master key stops the start; while Meilisearch is away the first search looks again."""
    if not (settings.is_production and settings.meili_url):
        return
    from app.search.meilisearch_client import Client, MeilisearchAway
    from app.search.meilisearch_keys import MasterKey, refuse_master_key

    key = settings.meili_api_key.get_secret_value()
    try:
        refuse_master_key(Client(settings.meili_url, key), key)
    except MasterKey:
        terminal.err.print("[red]MEILI_API_KEY[/red] is Meilisearch's master key: make a key of its own for the app")
        raise typer.Exit(1) from None
    except MeilisearchAway:
        return


def _work() -> None:
    from app.observe import configure_logs
    from app.worker.run import work_with_both_hands
    from app.worker.workshop import open_workshop

    settings = terminal.settings()
    configure_logs(settings)
    _share_one_heap()
    stop = threading.Event()

    def stopped(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, stopped)
    signal.signal(signal.SIGINT, stopped)
    if parent := multiprocessing.parent_process():  # Nobody works on for a server that was killed.
        threading.Thread(target=_stop_with, args=(parent, stop), daemon=True).start()
    work_with_both_hands(open_workshop(settings), stop)


def _share_one_heap() -> None:
    """Threads that take turns anyway need no heap of their own each: some ten megabytes less for app and worker."""
    with suppress(OSError, AttributeError):  # Where the C library is another one, it has other ways.
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def _stop_with(parent: BaseProcess, stop: threading.Event) -> None:
    parent.join()
    stop.set()
