"""L, the clients: they write down what they want, send it, write down what they were told, and send again when unsure."""

import http.client
import time

from tests.faults.history import Act, Answer, History

PATIENCE = 10.0
"""Seconds a client waits for an answer."""
_BROKEN = (OSError, http.client.HTTPException)


class Asking:
    """A request on its way."""

    def __init__(self, port: int, act: Act, history: History, patience: float = PATIENCE) -> None:
        self.act = act
        self._history = history
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
        history.wants(act)
        try:
            self._connection.request("POST", act.path, body=act.body(), headers=act.headers())
            self.is_sent = True
        except _BROKEN:
            self.is_sent = False

    def answer(self) -> Answer | None:
        """What was answered, read to its end; None when nobody can know what became of it."""
        try:
            if not self.is_sent:
                return None
            got = self._connection.getresponse()
            found = Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read().decode())
        except _BROKEN:
            return None
        finally:
            self._connection.close()
        self._history.was_told(self.act, found)
        return found


def ask(port: int, act: Act, history: History, patience: float = PATIENCE) -> Answer | None:
    """Send it once."""
    return Asking(port, act, history, patience).answer()


def insist(port: int, act: Act, history: History, tries: int = 8, pause: float = 0.02) -> Answer | None:
    """Send it again under the same key until the outcome is known."""
    answer = None
    for _try in range(tries):
        answer = ask(port, act, history)
        if answer is not None and not answer.is_unknown:
            break
        time.sleep(pause)
    return answer


def warm(port: int) -> None:
    """Make a process that has just started open its database, so that it is quick when it matters."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/readyz")
    connection.getresponse().read()
    connection.close()
