"""The worker: every message gets its reactions, at least once, whatever the mail server does."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.controller import Controller
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.clock import now
from app.db import Database
from app.emails.sender import FileSender, SmtpSender
from app.outbox import queue
from app.outbox.figures import outbox_figures
from app.outbox.messages import CourseChanged
from app.outbox.models import Message
from app.outbox.post import post
from app.registrations import receipts
from app.registrations.actions import register_for_run
from app.registrations.answers import confirm_registration, withdraw
from app.registrations.inputs import RegistrationForm, WithdrawForm
from app.registrations.models import Registration, State
from app.registrations.once import SentOnce
from app.registrations.seats import SeatRules
from app.search.models import SearchDocument
from app.settings import Settings
from app.worker import reactions
from app.worker.run import drain, react_once
from app.worker.workshop import Workshop
from tests.make import make_course, make_run
from tests.ports import free_port

RULES = SeatRules()


class Postbox:
    """The outside world: keeps letters, or fails as it is told."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.fault: Callable[[], Exception] | None = None

    def send(self, message: EmailMessage) -> None:
        """Keep the letter, unless a fault is arranged."""
        if self.fault is not None:
            raise self.fault()
        self.letters.append(message)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def workshop(database: Database, postbox: Postbox) -> Workshop:
    settings = Settings(database_url=database.url.render_as_string(hide_password=False), port=8000)
    return Workshop(settings, database, postbox, RULES)


def a_run(database: Database, seats: int) -> int:
    with database.writing() as db:
        return make_run(db, make_course(db, title="Keramika iesācējiem"), seats=seats).id


def register(database: Database, run_id: int, email: str) -> str:
    """Register and give the key of the private link."""
    with database.writing() as db:
        form = RegistrationForm(name="Anna Ozola", email=email)
        register_for_run(db, run_id, form, SentOnce.of(receipts.scope_of(run_id), email, email), RULES)
    with database.reading() as db:
        found = db.scalars(select(Registration.link_key).where(Registration.email == email).order_by(Registration.id))
        return found.all()[-1]


def subjects(postbox: Postbox) -> list[tuple[str, str]]:
    return [(str(letter["To"]), str(letter["Subject"])) for letter in postbox.letters]


def test_a_freed_seat_goes_to_the_first_in_the_queue_and_the_letter_says_so(
    workshop: Workshop, database: Database, postbox: Postbox
) -> None:
    run_id = a_run(database, seats=1)
    first = register(database, run_id, "pirma@example.lv")
    register(database, run_id, "otra@example.lv")
    register(database, run_id, "tresa@example.lv")
    with database.writing() as db:
        confirm_registration(db, first, RULES)
    drain(workshop)
    with database.writing() as db:
        withdraw(db, first, WithdrawForm(), RULES)
    drain(workshop)
    assert subjects(postbox) == [
        ("otra@example.lv", "Jūs esat gaidīšanas sarakstā: Keramika iesācējiem"),
        ("tresa@example.lv", "Jūs esat gaidīšanas sarakstā: Keramika iesācējiem"),
        ("pirma@example.lv", "Jums ir vieta: Keramika iesācējiem"),
        ("pirma@example.lv", "Pieteikums atsaukts: Keramika iesācējiem"),
        ("otra@example.lv", "Jums ir brīva vieta: Keramika iesācējiem"),
    ]
    place, gone = postbox.letters[2], postbox.letters[3]
    assert [part.get_filename() for part in place.iter_attachments()] == ["kurss.ics"]
    assert "METHOD:CANCEL" in next(gone.iter_attachments()).get_content()


def test_a_letter_has_no_name_in_it_and_nothing_personal_in_its_subject(
    workshop: Workshop, database: Database, postbox: Postbox
) -> None:
    register(database, a_run(database, seats=1), "pirma@example.lv")
    drain(workshop)
    letter = postbox.letters[0]
    text = letter.get_body(("plain",))
    assert text is not None
    assert "Anna" not in text.get_content()
    assert "pirma@" not in str(letter["Subject"])
    assert f"{workshop.settings.origin}/pieteikumi/" in text.get_content()


@pytest.mark.promise("P08")
def test_a_mail_server_that_is_away_for_an_hour_loses_nothing(
    workshop: Workshop, database: Database, postbox: Postbox
) -> None:
    run_id = a_run(database, seats=5)
    postbox.fault = ConnectionRefusedError
    with time_machine.travel(now(), tick=False) as clock:
        for number in range(3):
            register(database, run_id, f"cilveks{number}@example.lv")
        for _minute in range(60):
            react_once(workshop)
            clock.shift(timedelta(minutes=1))
        assert postbox.letters == []
        postbox.fault = None
        clock.shift(timedelta(hours=1))
        while react_once(workshop):
            pass
    assert len(postbox.letters) == 3
    with database.reading() as db:
        figures = outbox_figures(db, now())
        assert (figures.waiting, figures.dead) == (0, {})


@pytest.mark.promise("P08")
def test_a_letter_that_was_sent_but_not_marked_is_sent_again_under_the_same_number(
    workshop: Workshop, database: Database, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(database, a_run(database, seats=1), "pirma@example.lv")
    with database.writing() as db:
        message = queue.claim(db, now())
        assert message is not None
    workshop_send = postbox.send
    workshop_send(_compose_again(workshop, message))
    with database.writing() as db:
        db.execute(Message.__table__.update().values(leased_until=None))  # type: ignore[attr-defined]
    drain(workshop)
    numbers = [str(letter["Message-ID"]) for letter in postbox.letters]
    assert len(numbers) == 2
    assert numbers[0] == numbers[1]


def _compose_again(workshop: Workshop, message: Message) -> EmailMessage:
    from app.emails.compose import compose
    from app.emails.letters import confirm_registration as letter_of
    from app.registrations.queries import for_letter

    with workshop.database.reading() as db:
        registration = for_letter(db, message.known_facts()["registration_id"])
        assert registration is not None
        return compose(letter_of(workshop.settings, registration), workshop.settings, f"{message.id}.letter")


def test_an_address_refused_for_good_is_given_up_and_visible(
    workshop: Workshop, database: Database, postbox: Postbox
) -> None:
    register(database, a_run(database, seats=1), "nav@example.lv")
    postbox.fault = lambda: smtplib.SMTPRecipientsRefused({"nav@example.lv": (550, b"no such user")})
    drain(workshop)
    with database.reading() as db:
        dead = queue.dead_messages(db)
        assert [(message.kind, message.fault) for message in dead] == [("SeatHeld", "SMTPRecipientsRefused 550")]
        assert "nav@" not in dead[0].fault + dead[0].facts


def test_work_that_was_rolled_back_sends_nothing(workshop: Workshop, database: Database, postbox: Postbox) -> None:
    run_id = a_run(database, seats=1)
    with pytest.raises(RuntimeError), database.writing() as db:
        form = RegistrationForm(name="Anna Ozola", email="a@example.lv")
        register_for_run(db, run_id, form, SentOnce.of("web", "k", "f"), RULES)
        raise RuntimeError
    drain(workshop)
    assert postbox.letters == []


def test_holds_that_are_over_free_their_seat_for_the_queue(
    workshop: Workshop, database: Database, postbox: Postbox
) -> None:
    run_id = a_run(database, seats=1)
    register(database, run_id, "pirma@example.lv")
    register(database, run_id, "otra@example.lv")
    with time_machine.travel(now() + timedelta(hours=25)):
        drain(workshop)
    with database.reading() as db:
        states = db.scalars(select(Registration.state).order_by(Registration.id)).all()
    assert states == [State.EXPIRED, State.OFFERED]
    assert ("otra@example.lv", "Jums ir brīva vieta: Keramika iesācējiem") in subjects(postbox)


def test_the_search_document_follows_a_change(workshop: Workshop, database: Database) -> None:
    with database.writing() as db:
        course = make_course(db)
        post(db, CourseChanged(course.id))
    drain(workshop)
    with database.reading() as db:
        assert db.get(SearchDocument, course.id) is not None


def test_an_index_that_failed_once_is_followed_later_without_a_second_letter(
    workshop: Workshop, database: Database, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(database, a_run(database, seats=1), "pirma@example.lv")

    def fail(*_given: object) -> None:
        raise OperationalError("", None, Exception())

    with time_machine.travel(now(), tick=False) as clock:
        with monkeypatch.context() as broken:
            broken.setattr(reactions, "sync_course", fail)
            drain(workshop)
        clock.shift(timedelta(minutes=1))
        drain(workshop)
    assert len(postbox.letters) == 1
    with database.reading() as db:
        assert db.scalar(select(Message.id).where(Message.done_at.is_(None))) is None


def test_letters_on_disk_are_whole_and_replace_themselves(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "Labdien"
    message["Message-ID"] = "<7.letter@example.lv>"
    message.set_content("Latviešu burti: āčēģīķļņšūž")
    sender = FileSender(tmp_path / "mail")
    sender.send(message)
    sender.send(message)
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["7.letter.eml"]


class Kept:
    """A mail server's inbox."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        self.received.append(envelope.content)  # type: ignore[attr-defined]
        return "250 OK"


def test_letters_leave_over_smtp() -> None:
    inbox = Kept()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        message = EmailMessage()
        message["From"], message["To"] = "a@example.lv", "b@example.lv"
        message["Subject"] = "Vieta kursā „Keramika”"
        message.set_content("Sveiki")
        SmtpSender(f"smtp://127.0.0.1:{controller.port}").send(message)
    finally:
        controller.stop()
    assert b"=?utf-8?b?" in inbox.received[0]
