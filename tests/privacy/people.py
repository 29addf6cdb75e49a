"""A person of whom everything is kept that can be kept, and where to look for traces afterwards."""

import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.backup import back_up
from app.clock import now, today
from app.courses.models import CourseRun, CourseSession
from app.courses.run_models import QuestionKind, RunQuestion
from app.db import Database
from app.feedback.models import FeedbackRight
from app.interests.models import CourseInterest, SearchAlert
from app.links import new_key
from app.participation.models import Attendance, Certificate, Mark
from app.registrations.models import CountingKey, GivenAnswer, Registration, SentForm, State
from tests import make, postgres

EMAIL = "kanarija.putnina@example.lv"
TRACES = ("Kanārija", "Putniņa", "kanarija.putnina", "29876543", "29 876 543", "rampa ratiem", "bez glutēna")


@dataclass(frozen=True)
class Known:
    """The numbers of what was made."""

    registration: int
    run: int
    support: int
    interest: int
    alert: int


def somebody(db: Session, *, starts_in: int = -60, state: State = State.CONFIRMED) -> Known:
    """A person who registered, said what they need, answered, came, got a certificate, left a wish, waits for news twice."""
    course = make.make_course(db)
    run = make.make_run(db, course, starts_in=starts_in, sessions=2)
    registration = make.make_registration(
        db, run, EMAIL, name="Kanārija Putniņa", state=state, created_ago=timedelta(days=5)
    )
    registration.phone, registration.special_needs = "+371 29 876 543", "rampa ratiem"
    question = RunQuestion(run_id=run.id, position=1, kind=QuestionKind.TEXT, words={"lv": "Ēdināšana?"}, options=[])
    db.add(question)
    db.flush()
    db.add(GivenAnswer(registration_id=registration.id, question_id=question.id, answer="bez glutēna"))
    answered = f'{{"name": "Kanārija Putniņa", "email": "{EMAIL}"}}'
    form = {"fingerprint": "x", "answer": answered, "created_at": now()}
    db.add(SentForm(key=new_key(), registration_id=registration.id, **form))
    db.add(SentForm(key=new_key(), registration_id=None, **form))  # Sent again for an address that is registered.
    if starts_in < 0:
        for session in run.sessions:
            db.add(
                Attendance(
                    registration_id=registration.id, session_id=session.id, mark=Mark.PRESENT, marked_at=session.ends_at
                )
            )
        db.add(
            Certificate(
                number=new_key(),
                code="ABCD2345",
                registration_id=registration.id,
                name="Kanārija Putniņa",
                issued_on=today(),
            )
        )
    db.add(FeedbackRight(registration_id=registration.id, link_key=new_key(), valid_until=today()))
    support = make.make_support(db, make.make_wish(db), EMAIL)
    interest = CourseInterest(
        course_id=course.id, email=EMAIL, email_key=EMAIL, link_key=new_key(), created_at=now(), confirmed_at=now()
    )
    alert = SearchAlert(
        words=f"rampa ratiem {course.id}",
        filters="price=free",
        shown="„rampa ratiem”, Bez maksas",
        email=EMAIL,
        email_key=EMAIL,
        link_key=new_key(),
        created_at=now(),
        confirmed_at=now(),
    )
    db.add_all([interest, alert])
    db.flush()
    return Known(registration.id, run.id, support.id, interest.id, alert.id)


def somebody_else(db: Session, known: Known) -> None:
    """One more participant of the same run, so that there is somebody to be counted beside."""
    other = make.make_registration(db, run_of(db, known), "cita.dalibniece@example.lv")
    sessions = db.scalars(select(CourseSession.id).where(CourseSession.run_id == known.run))
    for session in sessions:
        db.add(Attendance(registration_id=other.id, session_id=session, mark=Mark.PRESENT, marked_at=now()))
    db.flush()


def counted(db: Session, year: int) -> None:
    """The year has a counting key."""
    db.add(CountingKey(year=year, key="key"))
    db.flush()


def dump(database: Database, folder: Path) -> str:
    """Every byte of the whole database, as text: what a thief of the file would read."""
    target = folder / f"dump-{new_key()}"
    if not database.is_sqlite:
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        programs = postgres.binaries()
        assert programs is not None
        return subprocess.run([programs / "pg_dump", url], check=True, capture_output=True).stdout.decode()
    with database.writers.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    back_up(database, target)
    return target.read_bytes().decode("utf-8", errors="ignore")


def traces_in(text: str) -> set[str]:
    """Which traces of the person a text holds."""
    return {trace for trace in TRACES if trace.casefold() in text.casefold()}


def run_of(db: Session, known: Known) -> CourseRun:
    """The run."""
    return db.get_one(CourseRun, known.run)


def registration_of(db: Session, known: Known) -> Registration:
    """The registration."""
    return db.get_one(Registration, known.registration)
