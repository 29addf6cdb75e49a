"""The entry module: the product's own application and worker, started in a fork with the harness's hooks around them."""

import signal
import socket
import ssl
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import uvicorn
from fastapi import FastAPI

import app.worker.run as worker
from app.emails.sender import open_sender
from app.main import create_app
from app.observe import configure_logs
from app.search.open_following import open_following
from app.settings import Settings
from app.worker.workshop import Workshop, open_workshop
from tests.faults import points
from tests.faults.clock import Clock
from tests.faults.points import Answers, Trap
from tests.faults.search_server import KEY

_AS_SERVED: Mapping[str, object] = {
    "lifespan": "off",
    "access_log": False,
    "log_level": "error",
    "timeout_graceful_shutdown": 20,
    "limit_concurrency": 1000,
    "backlog": 512,
}
"""As `app serve` does."""
SECRET = "the harness's own secret, long enough"


@dataclass(slots=True)
class City:
    """The product as the harness forks it: made once, opened by nobody in the parent."""

    settings: Settings
    app: FastAPI
    workshop: Workshop
    clock: Clock


def build(database_url: str, mail_port: int, folder: Path, search_url: str = "") -> City:
    """Install the hooks, then make application and worker; neither connects to anything yet."""
    points.install()
    ssl.create_default_context = cache(ssl.create_default_context)  # type: ignore[assignment]  # Read certificates once.
    clock = Clock()
    clock.install()
    settings = settings_for(database_url, mail_port, folder, search_url)
    configure_logs(settings)
    return City(settings, create_app(settings), open_workshop(settings), clock)


def settings_for(database_url: str, mail_port: int, folder: Path, search_url: str = "") -> Settings:
    """Settings of the harness's city: its residents may send as much as they like."""
    given: dict[str, object] = {
        "database_url": database_url,
        "mail_url": f"smtp://127.0.0.1:{mail_port}",
        "public_url": "http://city.example",
        "secret_key": SECRET,
        "rate_limits": "off",
        "registrations_a_week": 100,
        "hold_hours": 72,
        "log_format": "json",
        "erasures_file": str(folder / "erasures.tsv"),
        "meili_url": search_url,
        "meili_api_key": KEY if search_url else "",
    }
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


def serve(city: City, listener: socket.socket, trap: Trap | None = None) -> None:
    """Answer requests on this socket until killed."""
    points.set_trap(trap)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))  # uvicorn raises it anew when it is done.
    config = uvicorn.Config(Answers(city.app), **_AS_SERVED)  # type: ignore[arg-type]
    uvicorn.Server(config).run(sockets=[listener])


class UntilQuiet(threading.Event):
    """Stops the worker's loop when it finds nothing to do; after a fault it goes on at once, so often."""

    def __init__(self, most_faults: int = 10) -> None:
        super().__init__()
        self._faults_left = most_faults
        self._is_after_fault = False

    def wait(self, timeout: float | None = None) -> bool:
        """Where the worker would rest: a second after a fault, less when there is nothing to do."""
        if timeout is not None and timeout >= 1:
            self._faults_left -= 1
            self._is_after_fault = self._faults_left > 0
            return False
        if self._is_after_fault:
            self._is_after_fault = False
            return False
        self.set()
        return True


def work(city: City, trap: Trap | None = None, *, by_calendar: bool = True) -> None:
    """The worker's own loop until nothing is left to do; where only the outbox matters, without what the calendar asks."""
    points.set_trap(trap)
    if trap is not None:
        trap.is_armed = True
    worker.work(_own(city), UntilQuiet(), with_calendar=by_calendar)


def work_for_good(city: City) -> None:
    """The worker as it is in service: both hands, until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    worker.work_with_both_hands(_own(city), stop)


def _own(city: City) -> Workshop:
    """A workshop with lines of its own to the mail server and the search server: forks must not share one."""
    following = open_following(city.settings, city.workshop.database)
    return replace(city.workshop, sender=open_sender(city.settings.mail_url), following=following)
