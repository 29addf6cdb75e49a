"""How long the long tests are: short inside `make test`, whole with LONG_TESTS=1."""

import os

from app.db import Database

IS_LONG = os.environ.get("LONG_TESTS") == "1"
STEPS = 50
"""Acts in one random story."""
SEEDS = 20 if IS_LONG else 2
"""Openings of registration with two hundred people at once."""
RACES = 1000 if IS_LONG else 80
"""Moments at which several people act at once."""
ROUNDS = 100 if IS_LONG else 3
"""Offers that are answered fifty times at once."""
SECONDS = 3600 if IS_LONG else 300
"""How long one of these tests may take."""


def stories(database: Database) -> int:
    """How many random stories are told on this database."""
    if database.is_sqlite:
        return 500 if IS_LONG else 60
    return 100 if IS_LONG else 15
