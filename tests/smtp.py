"""A mail server of the tests' own, which fails as it is told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from socketserver import StreamRequestHandler, ThreadingTCPServer


class Mood(StrEnum):
    """How the server treats who comes."""

    OK = "ok"
    BUSY = "busy"
    LATER = "later"
    NO_SUCH_USER = "no such user"
    NOT_FROM_YOU = "not from you"
    NOT_THIS_LETTER = "not this letter"
    HANG = "hang"
    HANG_AT_DATA = "hang at data"
    DRIP = "drip"
    DROP_AFTER_DATA = "drop after data"


class MailServer(ThreadingTCPServer):
    """Takes letters on a port of this machine."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mood = Mood.OK
        self.letters: list[bytes] = []
        self.lines = 0
        self.refused: set[str] = set()
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """As MAIL_URL names it."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def numbers(self) -> list[str]:
        """The Message-IDs of what was taken, in order."""
        return [
            line.split(b":", 1)[1].strip().decode()
            for letter in self.letters
            for line in letter.splitlines()
            if line.lower().startswith(b"message-id:")
        ]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server until the block ends."""
    with MailServer() as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        serving.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()


class _Talk(StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        """One line from greeting to goodbye."""
        self.server.lines += 1
        if self.server.mood is Mood.HANG:
            self.server.closing.wait(60)
            return
        if self.server.mood is Mood.DRIP:
            with suppress(OSError):
                while not self.server.closing.wait(0.1):
                    self.wfile.write(b"x")
            return
        self._say("421 busy" if self.server.mood is Mood.BUSY else "220 ready")
        to = ""
        with suppress(ConnectionError):
            while line := self.rfile.readline():
                verb = line.split(b":")[0].split()[0].upper().decode() if line.strip() else ""
                if verb == "RCPT":
                    to = line.partition(b"<")[2].partition(b">")[0].decode()
                if not self._answer(verb, to):
                    return

    def _answer(self, verb: str, to: str) -> bool:
        mood = self.server.mood
        match verb:
            case "QUIT":
                self._say("221 bye")
                return False
            case "MAIL" if mood is Mood.NOT_FROM_YOU:
                self._say("530 who are you")
            case "RCPT" if to in self.server.refused or mood is Mood.NO_SUCH_USER:
                self._say(f"550 no such user {to}")
            case "RCPT" if mood is Mood.LATER:
                self._say("451 come later")
            case "DATA":
                return self._take(mood)
            case _:
                self._say("250 ok")
        return True

    def _take(self, mood: Mood) -> bool:
        if mood is Mood.HANG_AT_DATA:
            self.server.closing.wait(60)
            return False
        self._say("354 go on")
        letter = b""
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            letter += line
        if mood is Mood.NOT_THIS_LETTER:
            self._say("554 looks like spam")
            return True
        self.server.letters.append(letter)
        if mood is Mood.DROP_AFTER_DATA:
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self._say("250 kept")
        return True

    def _say(self, words: str) -> None:
        with suppress(OSError):
            self.wfile.write(f"{words}\r\n".encode())
