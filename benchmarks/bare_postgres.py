"""The baseline of registering on PostgreSQL: the bare framework, one durable insert under the lock of its run's row."""

import os
import threading
from typing import Annotated

import psycopg
from fastapi import Body, FastAPI, HTTPException

app = FastAPI(openapi_url=None)
local = threading.local()


def connection() -> psycopg.Connection:
    """One connection a thread."""
    if not hasattr(local, "connection"):
        local.connection = psycopg.connect(os.environ["BARE_DATABASE"])
    made: psycopg.Connection = local.connection
    return made


@app.get("/constant")
def constant() -> dict[str, str]:
    """The framework alone."""
    return {"status": "ok"}


@app.post("/insert/{run_id}", status_code=201)
def insert(run_id: int, name: Annotated[str, Body()], email: Annotated[str, Body()]) -> dict[str, str]:
    """One durable insert, guarded against overselling: counted and inserted while the run's row is locked."""
    with connection().transaction():
        db = connection()
        db.execute("SELECT id FROM runs WHERE id = %s FOR UPDATE", (run_id,))
        found = db.execute("SELECT count(*) FROM places WHERE run_id = %s", (run_id,)).fetchone()
        if found is None or found[0] >= 5_000:
            raise HTTPException(409)
        db.execute("INSERT INTO places (run_id, name, email) VALUES (%s, %s, %s)", (run_id, name, email))
    return {"state": "confirmed"}


def prepare(runs: int) -> None:
    """Fill the baseline's database with so many runs."""
    with connection() as db:
        db.execute("CREATE TABLE runs (id integer PRIMARY KEY)")
        db.execute("CREATE TABLE places (id serial PRIMARY KEY, run_id integer, name text, email text)")
        db.execute("CREATE INDEX places_run ON places (run_id)")
        db.execute("INSERT INTO runs SELECT generate_series(0, %s)", (runs,))
