"""How letters leave: over SMTP, or as files on disk."""

import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

SECONDS = 20


class Sender(Protocol):
    """Takes a letter and answers for it, or raises `OSError` or `smtplib.SMTPException`."""

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
    """Letters over SMTP: `smtp://` with STARTTLS when offered, `smtps://` within TLS; certificates are checked."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "localhost"
        self.secure = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.secure else 25)
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")

    def send(self, message: EmailMessage) -> None:
        """One connection for one letter: a fault of one never touches another."""
        context = ssl.create_default_context()
        if self.secure:
            with smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context) as server:
                self._deliver(server, message)
            return
        with smtplib.SMTP(self.host, self.port, timeout=SECONDS) as server:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            self._deliver(server, message)

    def _deliver(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        if self.user:
            server.login(self.user, self.password)
        server.send_message(message)


def open_sender(url: str) -> Sender:
    """The sender that MAIL_URL names."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FileSender(Path(unquote(parts.path)))
    if parts.scheme in {"smtp", "smtps"}:
        return SmtpSender(url)
    raise ValueError("MAIL_URL must begin with smtp://, smtps:// or file:///")
