"""The mail server refuses, hangs, breaks off, is gone for an hour: registering goes on, and every letter arrives once."""

import time
from datetime import timedelta
from unittest.mock import patch

import app.clock
import app.emails.sender
from app.outbox import queue
from tests.faults.bench import Bench, Broken, say
from tests.faults.client import ask
from tests.faults.flows import RUN
from tests.faults.history import registering
from tests.faults.processes import Process
from tests.faults.proxy import Way
from tests.faults.sink import Mood

QUICK_SECONDS = 3.0
"""Registering must not wait for the mail server."""
SLOW_SECONDS = 20.0
"""Within so long a letter arrives on a slow way."""
MOODS = (Mood.REFUSE, Mood.LATER, Mood.HANG, Mood.DROP_AFTER_DATA)


def strike(bench: Bench) -> None:
    """Mood after mood, then an hour away, then well again; in the end a letter that nobody will ever take."""
    bench.begin("base")
    bench.by_calendar = True
    with patch.object(app.emails.sender, "CONNECT_SECONDS", 0.5), patch.object(app.emails.sender, "OPEN_SECONDS", 1):
        application, port = bench.app()
        dropped = 0
        for mood in MOODS:
            bench.sink.be(mood)
            place = bench.sink.place()
            _register(bench, port, mood.name)
            _work_for(bench, 1.5)
            taken = len(bench.sink.mails(place))
            dropped += taken
            _expect(bench.waits(), f"{mood.name}: nothing waits")
            _expect(mood is Mood.DROP_AFTER_DATA or not taken, f"{mood.name}: {taken} letters were taken")
        _on_the_way(bench, port)
        bench.sink.be(Mood.REFUSE)
        for _five_minutes in range(12):
            bench.city.clock.advance(timedelta(minutes=5))
            bench.worker().wait(60)
        bench.sink.be(Mood.OK)
        bench.city.clock.advance(timedelta(minutes=15))
        bench.drain()
        _expect(bool(dropped), "no letter was broken off after DATA")
        _judge(bench, dropped)
        say(
            f"mail: {len(MOODS)} moods, four ways to it and an hour away, {len(bench.mails())} letters, {dropped} broken off"
        )
        _never(bench, port)
        application.kill()


def _on_the_way(bench: Bench, port: int) -> None:
    """The mail server is well, and the way to it refuses, swallows, resets; then it is only slow, and letters arrive."""
    assert bench.mail_way is not None
    bench.sink.be(Mood.OK)
    place = bench.sink.place()
    for way in (Way.REFUSE, Way.SWALLOW, Way.RESET):
        bench.mail_way.be(way)
        _register(bench, port, f"way-{way.name}")
        _work_for(bench, 0.7)
        _expect(bench.waits() and not bench.sink.mails(place), f"{way.name}: a letter came through")
    bench.mail_way.be(Way.DELAY)
    _register(bench, port, "way-DELAY")
    worker, begun = bench.tireless_worker(), time.monotonic()
    while not bench.sink.mails(place):
        _expect(time.monotonic() - begun < SLOW_SECONDS, "DELAY: no letter came through")
        time.sleep(0.05)
    bench.mail_way.be(Way.PASS)
    worker.terminate()  # It finishes its letter.
    _expect(worker.wait(SLOW_SECONDS) == 0, f"DELAY: the worker fell: {bench.log_end()}")


def _never(bench: Bench, port: int) -> None:
    """5xx: the letter is given up, staff can see it, and put it back once the fault is mended."""
    bench.sink.be(Mood.NEVER)
    _register(bench, port, "NEVER")
    bench.worker().wait(60)
    with bench.looking() as database, database.reading() as db:
        dead = [(message.kind, message.fault) for message in queue.dead_messages(db)]
    _expect(len(dead) == 1 and "550" in dead[0][1] and "@" not in dead[0][1], f"given up: {dead}")
    bench.sink.be(Mood.OK)
    with bench.looking() as database, database.writing() as db:
        queue.revive(db, app.clock.now())
    bench.drain()
    _judge(bench, len(bench.mails()))


def _register(bench: Bench, port: int, name: str) -> None:
    for number in range(2 if name != "NEVER" else 1):
        who = f"{name.casefold().replace('_', '-')}-{number}"
        act = registering(
            f"kanarija.{who}@example.com", RUN, f"key-of-the-form-sent-by-{who}", name="Kanārija Putniņa", by_api=True
        )
        begun = time.monotonic()
        answer = ask(port, act, bench.history)
        seconds = time.monotonic() - begun
        _expect(answer is not None and answer.status == 201, f"{name}: registering was answered {answer}")
        _expect(seconds < QUICK_SECONDS, f"{name}: registering took {seconds:.1f} s")


def _work_for(bench: Bench, seconds: float) -> None:
    """A worker in service for so long, then killed; its lease passes."""
    worker: Process = bench.tireless_worker()
    time.sleep(seconds)
    worker.kill()
    bench.city.clock.advance(timedelta(minutes=3))


def _judge(bench: Bench, crashes: int) -> None:
    if wrong := bench.violations(crashes):
        folder = bench.keep_evidence(f"{bench.store.name}-mail")
        raise Broken("\n".join([*wrong, f"evidence in {folder}"]))


def _expect(is_true: bool, otherwise: str) -> None:
    if not is_true:
        raise Broken(otherwise)
