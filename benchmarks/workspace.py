"""A provider's workspace with 1 000 groups and 30 000 registrations: what each of its pages takes, and how many statements.

python -m benchmarks.workspace
"""

import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app import schema
from app.clock import now, today
from app.courses.models import Course, CourseRun, CourseSession, CourseState
from app.db import Database
from app.demo.load import load_demo
from app.dependencies import staff_cookie
from app.main import create_app
from app.participation.models import Attendance, Mark
from app.people.models import Account
from app.people.sign_ins import begin_sign_in
from app.registrations.models import Channel, Registration, State
from app.settings import Settings

RUNS = int(os.environ.get("BENCH_RUNS", "1000"))
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "30"))
"""Registrations of each run."""
ASKED = int(os.environ.get("BENCH_ASKED", "40"))
GOAL = 200
"""Milliseconds within which 95 of 100 answers should be there."""
STAFF = "vadiba.vb@example.lv"

ADDRESSES = (
    "/darbvieta/",
    "/darbvieta/grupas",
    "/darbvieta/grupas?tab=beigusas&page=9",
    "/darbvieta/grupas?q=latviesu",
    "/darbvieta/grupas/{run}",
    "/darbvieta/grupas/{run}/labot/vieta",
    "/darbvieta/grupas/{run}/jautajumi",
    "/darbvieta/grupas/{run}/briva-vieta",
    "/darbvieta/grupas/{run}/atsauksmes",
    "/darbvieta/grupas/kopet",
    "/darbvieta/kursi/{course}/grupas/jauna",
    "/darbvieta/kursi",
    "/darbvieta/kursi/{course}",
    "/darbvieta/kursi/{course}/labot",
    "/darbvieta/pieteikumi",
    "/darbvieta/pieteikumi/jauns",
    "/darbvieta/grupas/{run}/pieteikumi",
    "/darbvieta/grupas/{run}/vestule",
    "/darbvieta/apmeklejums",
    "/darbvieta/nodarbibas/{session}",
    "/darbvieta/grupas/{run}/apmeklejums",
    "/darbvieta/grupas/{run}/apliecibas",
    "/darbvieta/pasakumi",
    "/darbvieta/imports",
    "/darbvieta/atslegas",
    "/darbvieta/zurnals",
    "/darbvieta/konti",
)
"""Every page of the workspace; {run}, {course} and {session} are some of the provider's own."""


def workspace(folder: Path, out: Console) -> None:
    """Fill a city for one provider, then print what each page takes."""
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{folder}/workspace.sqlite",
        public_url="http://localhost:8000",
        rate_limits="off",
    )
    database = Database(settings.database_url)
    schema.upgrade(database)
    with database.writing() as db:
        load_demo(db, today())
    out.print(f"Planning {RUNS} groups with {RUNS * PEOPLE} registrations …")
    with database.writing() as db:
        account = db.scalars(select(Account).where(Account.email == STAFF)).one()
        places = fill(db, account.provider_id or 0)
        token = begin_sign_in(db, account, device="bench", second_factor=True)
    with database.writers.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    app = create_app(settings, quiet=True)
    table = Table("the workspace", "SQL statements", "p50 ms", "p95 ms", "bytes", f"goal {GOAL} ms")
    with TestClient(app, base_url="http://localhost:8000", cookies={staff_cookie(settings): token}) as client:
        for list_of_names in ("grupas/{run}/pieteikumi", "pieteikumi"):
            opened = client.post(f"/darbvieta/{list_of_names.format(**places)}/atvert")
            if opened.status_code >= 400:
                raise RuntimeError(f"{list_of_names} could not be opened: {opened.status_code}")
        for address in ADDRESSES:
            path = address.format(**places)
            sizes, seconds = [], []
            for _time in range(ASKED):
                begun = time.perf_counter()
                answer = client.get(path)
                seconds.append((time.perf_counter() - begun) * 1000)
                sizes.append(len(answer.content))
                if answer.status_code != 200:
                    raise RuntimeError(f"{path} answered {answer.status_code}")
            with counting(app.state.database) as sent:
                client.get(path)
            late = statistics.quantiles(seconds, n=20)[-1]
            table.add_row(
                address,
                str(len(sent)),
                f"{statistics.median(seconds):.1f}",
                f"{late:.1f}",
                str(sizes[-1]),
                "yes" if late < GOAL else "NO",
            )
    out.print(table)
    database.dispose()


def fill(db: Session, provider_id: int) -> dict[str, int]:
    """Runs over three years, with sessions, registrations, waiting lists and marks; numbers of one of each in the middle."""
    courses = db.scalars(
        select(Course.id).where(Course.provider_id == provider_id, Course.state == CourseState.PUBLISHED)
    ).all()
    first = _next(db, CourseRun.id)
    session, person = _next(db, CourseSession.id), _next(db, Registration.id)
    moment = now().replace(minute=0, second=0, microsecond=0)
    runs, sessions, people, marks = [], [], [], []
    for number in range(RUNS):
        start = moment + timedelta(days=(number * 1000 // RUNS) - 800, hours=number % 5)
        run_id = first + number
        starts = [start + timedelta(weeks=week) for week in range(8)]
        runs.append(_run(run_id, courses[number % len(courses)], starts, number))
        sessions += [
            {"id": session + number * 8 + week, "run_id": run_id, "starts_at": one, "ends_at": one + timedelta(hours=2)}
            for week, one in enumerate(starts)
        ]
        people += [_person(person + number * PEOPLE + place, run_id, place, start) for place in range(PEOPLE)]
        marks += [
            {
                "registration_id": person + number * PEOPLE + place,
                "session_id": session + number * 8,
                "mark": Mark.PRESENT,
                "marked_at": starts[0] + timedelta(hours=2),
            }
            for place in range(10)
            if starts[0] < moment and number % 7
        ]
    for model, rows in ((CourseRun, runs), (CourseSession, sessions), (Registration, people), (Attendance, marks)):
        db.execute(insert(model), rows)
    middle = RUNS * 4 // 5 + 20
    return {"run": first + middle, "course": courses[middle % len(courses)], "session": session + middle * 8}


def _run(run_id: int, course_id: int, starts: list[datetime], number: int) -> dict[str, object]:
    return {
        "id": run_id,
        "course_id": course_id,
        "seats": 24,
        "min_participants": 26 if number % 9 == 0 else 0,
        "decision_at": starts[0] - timedelta(days=3) if number % 9 == 0 else None,
        "registration_opens_at": starts[0] - timedelta(days=40),
        "registration_closes_at": starts[0],
        "starts_at": starts[0],
        "ends_at": starts[-1] + timedelta(hours=2),
        "session_count": 8,
        "weekdays": str(starts[0].weekday()),
        "teacher": f"Pasniedzējs {number % 40}",
        "created_at": starts[0] - timedelta(days=50),
    }


def _person(number: int, run_id: int, place: int, start: datetime) -> dict[str, object]:
    return {
        "id": number,
        "run_id": run_id,
        "state": State.WAITLISTED if place >= 24 else State.CONFIRMED,
        "channel": Channel.WEB,
        "name": f"Dalībnieks {number}",
        "email": f"p{number}@example.lv",
        "email_key": f"p{number}@example.lv",
        "link_key": secrets.token_urlsafe(12),
        "created_at": start - timedelta(days=20),
        "confirmed_at": start - timedelta(days=20),
    }


def _next(db: Session, column: object) -> int:
    return max(db.scalars(select(column)).all(), default=0) + 1  # type: ignore[call-overload]


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """The statements sent while the block runs."""
    sent: list[str] = []

    def heard(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement != "BEGIN":
            sent.append(statement)

    event.listen(database.readers, "before_cursor_execute", heard)
    try:
        yield sent
    finally:
        event.remove(database.readers, "before_cursor_execute", heard)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        workspace(Path(name), Console(width=110, file=sys.stdout))
