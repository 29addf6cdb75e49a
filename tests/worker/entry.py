"""A worker in a process of its own, forked from a parent that has imported everything: it starts in no time."""

import os
from collections.abc import Mapping

import app.worker.run
import app.worker.workshop  # noqa: F401
from app.commands import serving


def work(environment: Mapping[str, str], log: str) -> None:
    """`app worker`, with these settings."""
    os.environ.update(environment)
    with open(log, "ab") as file:  # noqa: PTH123
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    serving.worker()
