"""The demonstration city, ready to be measured, with runs that many may register for."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from app.clock import now
from app.courses.models import Course, CourseRun
from app.db import Database
from benchmarks.servers import city

RUNS = 200
"""Registrations go to so many runs in turn, as on a busy day."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database with the demonstration city, and what the loads ask for."""

    database: str
    slugs: list[str]
    run_ids: list[int]
    course_id: int


def prepare(folder: Path, database: str = "") -> Prepared:
    """Load the city: into a file of this folder, or into the database at this address."""
    settings = city(folder, 1, database=database)[1]
    run = [sys.executable, "-c", "from app.cli import main; main()"]
    for command in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run([*run, *command], env={**os.environ, **settings}, check=True, capture_output=True)
    opened = Database(settings["DATABASE_URL"])
    with opened.reading() as db:
        slugs = [*db.scalars(select(Course.slug).order_by(Course.id).limit(60))]
        course_ids = [*db.scalars(select(Course.id).order_by(Course.id).limit(RUNS))]
    run_ids = [new_run(opened, course_id, 5_000) for course_id in course_ids]
    opened.dispose()
    return Prepared(settings["DATABASE_URL"], slugs, run_ids, course_ids[0])


def new_run(database: Database, course_id: int, seats: int) -> int:
    """A run of the course that takes registrations now."""
    moment = now()
    with database.writing() as db:
        run = CourseRun(
            course_id=course_id,
            seats=seats,
            registration_opens_at=moment - timedelta(days=1),
            registration_closes_at=moment + timedelta(days=20),
            starts_at=moment + timedelta(days=30),
            ends_at=moment + timedelta(days=40),
            created_at=moment,
        )
        db.add(run)
        db.flush()
        return run.id
