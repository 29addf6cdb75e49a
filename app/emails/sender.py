"""How letters leave: over SMTP, or as files on disk; and what a fault on the way means."""

import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from time import monotonic
from typing import Protocol
from urllib.parse import unquote, urlsplit

from app.clock import now

CONNECT_SECONDS = 10
"""For connecting, and for each command until a letter can be handed over."""
OPEN_SECONDS = 30
"""For all of these together."""
COMMAND_SECONDS = 45
"""For each command about a letter: a server that looks at it closely takes its time before it answers."""
LETTER_SECONDS = 60
"""For a letter as a whole; with the line's opening it is less than the lease of its message. Then the line is cut."""
REUSE_SECONDS = 5.0
MOST_LETTERS_A_LINE = 100
SHORTEST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=1)
FAULTS_IN_A_ROW = 3
TOO_LARGE = 552
_ABOUT_THE_LETTER = (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError)


class MailAway(Exception):
    """The mail server takes no letters now, whatever they are: no letter is at fault, and each will be tried again."""


class Sender(Protocol):
    """Takes a letter and answers for it, or raises `MailAway`, `OSError` or `smtplib.SMTPException`."""

    def send(self, message: EmailMessage) -> None:
        """Hand the letter over; on return somebody else is responsible for it."""
        ...


class FileSender:
    """Letters as .eml files in a folder: the default of a demonstration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the letter whole or not at all; the same letter again replaces itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").split("@", 1)[0]
        path = self.folder / f"{name}.eml"
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


class SmtpSender:
    """Letters over SMTP: `smtp://` with STARTTLS when offered, `smtps://` within TLS; certificates are checked.

    A line is kept for the letters that follow at once. A server that is away, or fails letter after letter, is left
    alone for a while: until then every letter is told so without waiting.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "localhost"
        self.secure = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.secure else 25)
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")
        self._one_at_a_time = threading.Lock()
        self._line: smtplib.SMTP | None = None
        self._used_at = 0.0
        self._letters = 0
        self._faults = 0
        self._away_until: datetime | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand the letter over; a fault ends the line, so that it never touches another letter."""
        with self._one_at_a_time:
            if self._away_until is not None and now() < self._away_until <= now() + LONGEST_PAUSE:
                raise MailAway("resting")
            line = self._reused() or self._opened()
            try:
                with _cut_after(LETTER_SECONDS, line):
                    line.send_message(message)
            except Exception as fault:
                line.close()
                self._judge(fault)
                raise
            self._faults, self._away_until = 0, None
            self._line, self._used_at, self._letters = line, monotonic(), self._letters + 1

    def _judge(self, fault: Exception) -> None:
        """Keep what the fault says about the server; one that takes nothing from us is away."""
        if isinstance(fault, smtplib.SMTPSenderRefused) and fault.smtp_code != TOO_LARGE:
            self._rest()
            raise MailAway(fault_name(fault)) from fault
        if not isinstance(fault, OSError) or isinstance(fault, _ABOUT_THE_LETTER):
            self._faults = 0  # The server is well; the letter is not.
            return
        self._faults += 1
        if self._faults >= FAULTS_IN_A_ROW:
            self._rest()

    def _rest(self) -> None:
        self._faults = max(self._faults, FAULTS_IN_A_ROW)
        pause = min(SHORTEST_PAUSE * 2 ** min(self._faults - FAULTS_IN_A_ROW, 10), LONGEST_PAUSE)
        self._away_until = now() + pause
        self._faults += 1

    def _reused(self) -> smtplib.SMTP | None:
        """The line of the letter before, when it is still good."""
        line, self._line = self._line, None
        if line is None:
            return None
        if monotonic() - self._used_at < REUSE_SECONDS and self._letters < MOST_LETTERS_A_LINE:
            with suppress(OSError), _cut_after(CONNECT_SECONDS, line):
                if line.noop()[0] == 250:
                    return line
        line.close()
        return None

    def _opened(self) -> smtplib.SMTP:
        """A new line, ready for a letter."""
        context = ssl.create_default_context()
        line = (
            smtplib.SMTP_SSL(timeout=CONNECT_SECONDS, context=context)
            if self.secure
            else smtplib.SMTP(timeout=CONNECT_SECONDS)
        )
        try:
            with _cut_after(OPEN_SECONDS, line):
                self._greet(line, context)
        except (OSError, ValueError) as fault:
            line.close()
            self._rest()
            raise MailAway(fault_name(fault)) from fault
        self._letters = 0
        return line

    def _greet(self, line: smtplib.SMTP, context: ssl.SSLContext) -> None:
        line._host = self.host  # type: ignore[attr-defined]  # The name that the certificate must carry.
        code, words = line.connect(self.host, self.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        line.ehlo_or_helo_if_needed()
        is_safe = self.secure
        if not is_safe and line.has_extn("starttls"):
            line.starttls(context=context)
            line.ehlo_or_helo_if_needed()
            is_safe = True
        if self.user:
            if not is_safe and not _is_this_machine(self.host):
                raise smtplib.SMTPNotSupportedError("no password without TLS")
            line.login(self.user, self.password)
        assert line.sock is not None
        line.sock.settimeout(COMMAND_SECONDS)


@contextmanager
def _cut_after(seconds: float, line: smtplib.SMTP) -> Iterator[None]:
    """Cut the line when this takes longer: a server that sends a byte now and then would hold us for ever."""
    done = threading.Event()

    def cut() -> None:
        pause = seconds
        while not done.wait(pause):
            pause = 1.0
            wire = line.sock
            if wire is not None:
                with suppress(OSError), socket.socket(fileno=os.dup(wire.fileno())) as end:
                    end.shutdown(socket.SHUT_RDWR)

    watch = threading.Thread(target=cut, daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_final(fault: Exception) -> bool:
    """Whether trying again cannot help: the server refused this address or this letter for good."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPSenderRefused):
        return fault.smtp_code == TOO_LARGE
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return True  # An address in letters that this server cannot write.
    return isinstance(fault, smtplib.SMTPDataError) and fault.smtp_code >= 500


def fault_name(fault: Exception) -> str:
    """The kind of a fault, with the server's code; never its text, which may hold an address."""
    name = type(fault).__name__
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return " ".join([name, *sorted({str(code) for code, _words in fault.recipients.values()})])
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"{name} {fault.smtp_code}"
    if isinstance(fault, MailAway) and fault.args:
        return f"{name}: {fault.args[0]}"
    return name


def open_sender(url: str) -> Sender:
    """The sender that MAIL_URL names."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FileSender(Path(unquote(parts.path)))
    if parts.scheme in {"smtp", "smtps"}:
        return SmtpSender(url)
    raise ValueError("MAIL_URL must begin with smtp://, smtps:// or file:///")
