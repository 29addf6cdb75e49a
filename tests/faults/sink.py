"""M, the mail sink: takes letters over SMTP, keeps each durably before it says so, and fails as it is told."""

import asyncio
import json
import mmap
import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email import message_from_string, policy
from email.message import EmailMessage
from enum import IntEnum
from pathlib import Path

from tests.faults.processes import Process, start


class Mood(IntEnum):
    """How the mail server takes letters."""

    OK = 0
    REFUSE = 1
    """Hangs up at once with 421."""
    LATER = 2
    """4xx to every recipient."""
    NEVER = 3
    """5xx to every recipient."""
    HANG = 4
    """Takes the connection and says nothing."""
    DROP_AFTER_DATA = 5
    """Keeps the letter and breaks the connection before saying so."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter that the sink has taken."""

    number: str
    """Its Message-ID."""
    to: str
    raw: str

    @property
    def letter(self) -> EmailMessage:
        """The letter itself."""
        return message_from_string(self.raw, policy=policy.default)

    @property
    def message(self) -> int:
        """The number of the message in the outbox that it came of."""
        return int(self.number.strip("<").split(".")[0])

    @property
    def subject(self) -> str:
        """Its first line."""
        return str(self.letter["Subject"])

    def links(self, part: str) -> list[str]:
        """Addresses in it that contain this part."""
        body = self.letter.get_body(("plain",))
        return [] if body is None else [word for word in body.get_content().split() if part in word]


class Sink:
    """The harness's hand on the sink's process."""

    def __init__(self, folder: Path) -> None:
        self._mood = mmap.mmap(-1, 1)
        self.kept = folder / "mails"
        self.kept.touch()
        listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port: int = listener.getsockname()[1]
        self.process: Process = start(
            "M", folder / "sink.log", lambda _harness: _serve(listener, self.kept, self._mood)
        )
        listener.close()

    def be(self, mood: Mood) -> None:
        """From the next connection on."""
        self._mood[0] = mood

    def place(self) -> int:
        """Where the next letter will stand."""
        return self.kept.stat().st_size

    def mails(self, since: int = 0) -> Sequence[Mail]:
        """The letters that were taken since that place."""
        return self.mails_after(since)[1]

    def mails_after(self, place: int) -> tuple[int, Sequence[Mail]]:
        """The letters that were taken since that place, and where the next one will stand."""
        with self.kept.open("rb") as file:
            file.seek(place)
            whole = file.read().rpartition(b"\n")[0]
        lines = whole.splitlines()
        return place + (len(whole) + 1 if whole else 0), [Mail(**json.loads(line)) for line in lines]


def to(mails: Iterable[Mail], address: str) -> list[Mail]:
    """The letters to one address."""
    return [mail for mail in mails if mail.to.casefold() == address.casefold()]


def _serve(listener: socket.socket, kept: Path, mood: mmap.mmap) -> None:
    with kept.open("ab", buffering=0) as file:

        async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await _talk(reader, writer, file.fileno(), Mood(mood[0]))
            except ConnectionError:
                pass  # A killed worker hangs up in the middle of a word.
            finally:
                writer.close()

        async def run() -> None:
            server = await asyncio.start_server(met, sock=listener, limit=2**22)
            await server.serve_forever()

        asyncio.run(run())


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: int, mood: Mood) -> None:
    async def say(words: str) -> None:
        writer.write(f"{words}\r\n".encode())
        await writer.drain()

    if mood is Mood.HANG:
        await reader.read()
        return
    await say("421 closed" if mood is Mood.REFUSE else "220 sink")
    to = ""
    while mood is not Mood.REFUSE and (line := (await reader.readline()).decode().strip()):
        match line.split(":")[0].split()[0].upper():
            case "EHLO":
                await say("250-sink\r\n250 SIZE 10000000")
            case "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                await say({Mood.LATER: "451 later", Mood.NEVER: "550 no such user"}.get(mood, "250 ok"))
            case "DATA":
                await say("354 go on")
                text = (await reader.readuntil(b"\r\n.\r\n")).decode()
                number = str(message_from_string(text, policy=policy.default)["Message-ID"])
                os.write(kept, (json.dumps({"number": number, "to": to, "raw": text}) + "\n").encode())
                os.fsync(kept)
                if mood is Mood.DROP_AFTER_DATA:
                    writer.transport.abort()
                    return
                await say("250 kept")
            case "QUIT":
                await say("221 bye")
                return
            case _:
                await say("250 ok")
