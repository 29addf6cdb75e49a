"""Letters over SMTP: every fault of a server is told for what it is, in bounded time."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from time import monotonic

import pytest
import time_machine

from app.clock import now
from app.emails import sender
from app.emails.sender import MailAway, SmtpSender, fault_name, is_final
from tests.ports import free_port
from tests.smtp import MailServer, Mood, mail_server


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A server on this machine, and a sender in a hurry."""
    monkeypatch.setattr(sender, "CONNECT_SECONDS", 0.6)
    monkeypatch.setattr(sender, "OPEN_SECONDS", 1.5)
    monkeypatch.setattr(sender, "COMMAND_SECONDS", 0.6)
    monkeypatch.setattr(sender, "LETTER_SECONDS", 1.5)
    with mail_server() as server:
        yield server


def letter(to: str = "anna@example.lv") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "city@example.lv", to, "Labdien"
    message["Message-ID"] = "<1.letter@example.lv>"
    message.set_content("Sveiki")
    return message


def fault_of(way: SmtpSender, message: EmailMessage | None = None) -> Exception:
    with pytest.raises(Exception) as raised:
        way.send(message or letter())
    return raised.value


def test_letters_that_follow_at_once_share_a_line(server: MailServer) -> None:
    way = SmtpSender(server.url)
    for _ in range(5):
        way.send(letter())
    assert (len(server.letters), server.lines) == (5, 1)


def test_a_line_that_the_server_has_closed_is_opened_anew(server: MailServer) -> None:
    way = SmtpSender(server.url)
    way.send(letter())
    assert way._line is not None
    assert way._line.sock is not None
    way._line.sock.shutdown(socket.SHUT_RDWR)
    way.send(letter())
    assert (len(server.letters), server.lines) == (2, 2)


@pytest.mark.promise("P08")
@pytest.mark.parametrize(
    ("mood", "name", "final"),
    [
        (Mood.LATER, "SMTPRecipientsRefused 451", False),
        (Mood.NO_SUCH_USER, "SMTPRecipientsRefused 550", True),
        (Mood.NOT_THIS_LETTER, "SMTPDataError 554", True),
        (Mood.NOT_FROM_YOU, "MailAway: SMTPSenderRefused 530", False),
        (Mood.BUSY, "MailAway: SMTPConnectError 421", False),
        (Mood.HANG, "MailAway: SMTPServerDisconnected", False),
        (Mood.HANG_AT_DATA, "SMTPServerDisconnected", False),
        (Mood.DRIP, "MailAway: SMTPConnectError -1", False),
        (Mood.DROP_AFTER_DATA, "SMTPServerDisconnected", False),
    ],
)
def test_each_fault_is_told_for_what_it_is_and_soon(server: MailServer, mood: Mood, name: str, final: bool) -> None:
    server.mood = mood
    begun = monotonic()
    fault = fault_of(SmtpSender(server.url))
    assert monotonic() - begun < 8
    assert (fault_name(fault), is_final(fault)) == (name, final)
    assert "anna" not in fault_name(fault)


def test_a_server_that_nobody_answers_for_is_away_and_left_alone_for_a_while(server: MailServer) -> None:
    way = SmtpSender(f"smtp://127.0.0.1:{free_port()}")
    with time_machine.travel(now(), tick=False) as clock:
        assert fault_name(fault_of(way)) == "MailAway: ConnectionRefusedError"
        way.port = int(server.server_address[1])
        assert fault_name(fault_of(way)) == "MailAway: resting"
        assert server.lines == 0
        clock.shift(timedelta(seconds=6))
        way.send(letter())
    assert len(server.letters) == 1


def test_a_refused_letter_says_nothing_about_the_server(server: MailServer) -> None:
    server.refused = {"nav@example.lv"}
    way = SmtpSender(server.url)
    for _ in range(6):
        assert is_final(fault_of(way, letter("nav@example.lv")))
    way.send(letter())
    assert len(server.letters) == 1


def test_a_server_that_fails_letter_after_letter_is_left_alone(server: MailServer) -> None:
    server.mood = Mood.DROP_AFTER_DATA
    way = SmtpSender(server.url)
    names = [fault_name(fault_of(way)) for _ in range(4)]
    assert names == ["SMTPServerDisconnected"] * 3 + ["MailAway: resting"]


def test_no_password_leaves_without_tls_for_another_machine(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_is_this_machine", lambda _host: False)
    way = SmtpSender(server.url.replace("smtp://", "smtp://user:secret@"))
    assert fault_name(fault_of(way)) == "MailAway: SMTPNotSupportedError"


def test_a_line_without_tls_is_refused_where_tls_is_meant(server: MailServer) -> None:
    fault = fault_of(SmtpSender(server.url.replace("smtp://", "smtps://")))
    assert isinstance(fault, MailAway)
    assert isinstance(fault.__cause__, ssl.SSLError | smtplib.SMTPException | OSError)
    assert server.letters == []
