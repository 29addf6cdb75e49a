"""/metrics tells how the worker is doing, although it is another process."""

import smtplib
from datetime import timedelta

import time_machine
from fastapi.testclient import TestClient

from app.clock import now
from app.db import Database
from app.settings import Settings
from app.worker.run import drain
from tests.worker.postbox import Postbox, post_letters, workshop_with


def told(settings: Settings) -> dict[str, float]:
    """Every figure that a machine of this one's own reads."""
    from app.main import create_app

    with TestClient(create_app(settings, quiet=True), client=("127.0.0.1", 5000)) as client:
        lines = client.get("/metrics").text.splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


def test_figures_of_letters_outbox_and_calendar(database: Database, settings: Settings) -> None:
    assert told(settings)["worker_last_seen_seconds"] == float("inf")
    postbox = Postbox()
    post_letters(database, "a@example.lv", "b@example.lv", "nav@example.lv")
    postbox.fault = lambda letter: (
        smtplib.SMTPRecipientsRefused({"nav@example.lv": (550, b"")}) if letter["To"] == "nav@example.lv" else None
    )
    drain(workshop_with(database, postbox))
    figures = told(settings)
    assert figures["outbox_waiting"] == 0
    assert figures["outbox_dead"] == 1
    assert figures['outbox_dead_by_kind{kind="SeatTaken"}'] == 1
    assert figures['letters_sent{kind="SeatTaken"}'] == 2
    assert figures['letters_refused{fault="SMTPRecipientsRefused 550"}'] == 1
    assert figures["worker_last_seen_seconds"] < 60
    assert figures['calendar_late_seconds{task="clear_what_is_over"}'] < 60
    assert "example.lv" not in str(figures)
    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        figures = told(settings)
    assert figures["worker_last_seen_seconds"] > 590
    assert figures['calendar_late_seconds{task="clear_what_is_over"}'] > 590
