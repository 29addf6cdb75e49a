"""L under load: residents who register at both doors, and residents who follow the links in their letters."""

import mmap
import random
import threading
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from socket import socket

from tests.faults import processes
from tests.faults.client import insist
from tests.faults.history import Act, History, on_own_page, registering
from tests.faults.processes import Process
from tests.faults.sink import Sink

NEVER_TIRED = 150
"""So often a client sends the same again."""
SUBJECTS = {"Apstipriniet pieteikumu": "confirm", "Jums ir brīva vieta": "accept", "Jums ir vieta": "cancel"}
"""How the letters begin that ask for something, and what is done then."""
CANCELS = 0.4
"""So many of those who have a seat give it up."""


class Crowd:
    """Client processes, and the word that it is enough."""

    def __init__(self, folder: Path, ports: Sequence[int], runs: Sequence[int], sink: Sink, seed: int) -> None:
        self._enough = mmap.mmap(-1, 1)
        self._folder, self._ports, self._runs, self._sink, self._seed = folder, ports, runs, sink, seed
        self._since = sink.place()
        self.processes: list[Process] = []

    def come(self, history: Path, registering_at_once: int = 3, following_at_once: int = 2) -> None:
        """From now on they send."""
        for name, act, many in (
            ("L1", self._register, registering_at_once),
            ("L2", self._follow, following_at_once),
        ):
            self.processes.append(processes.start(name, self._folder / f"{name}.txt", self._all(act, history, many)))

    def go(self) -> None:
        """What they have begun they finish."""
        self._enough[0] = 1
        for process in self.processes:
            process.wait(60)

    def _all(self, act: Callable[[History, int], None], history: Path, many: int) -> Callable[[socket], None]:
        def together(_harness: socket) -> None:
            own = History(history)
            threads = [threading.Thread(target=act, args=(own, number)) for number in range(many)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        return together

    def _register(self, history: History, number: int) -> None:
        chance = random.Random(f"{self._seed} {number}")
        for person in count():
            if self._enough[0]:
                return
            first_name = f"P{number}{''.join(chance.choices('abcdefghijklmnoprst', k=8))}"
            act = registering(
                f"kanarija.{first_name.casefold()}@example.com",
                chance.choice(self._runs),
                f"key-of-{number}-{person}-{chance.random()}"[:40].replace(".", "_"),
                name=f"Kanārija {first_name}",
                by_api=chance.random() < 0.5,
            )
            self._insist(act, history, chance)
            time.sleep(chance.uniform(0.02, 0.2))

    def _follow(self, history: History, number: int) -> None:
        """Every other letter is this thread's."""
        chance = random.Random(f"{self._seed} follows {number}")
        seen: set[str] = set()
        place = self._since
        while not self._enough[0]:
            place, mails = self._sink.mails_after(place)
            for mail in mails:
                if mail.number in seen or mail.message % 2 != number % 2:
                    continue
                seen.add(mail.number)
                what = next((what for begun, what in SUBJECTS.items() if mail.subject.startswith(begun)), "")
                if what and (what != "cancel" or chance.random() < CANCELS):
                    link = mail.links("/pieteikumi/")[0]
                    self._insist(on_own_page(what, mail.to, link, 0), history, chance)  # type: ignore[arg-type]
            time.sleep(0.02)

    def _insist(self, act: Act, history: History, chance: random.Random) -> None:
        ports = chance.sample([*self._ports], k=len(self._ports))
        for attempt in range(NEVER_TIRED):
            answer = insist(ports[attempt % len(ports)], act, history, tries=1)
            if answer is not None and not answer.is_unknown:
                return
            time.sleep(0.05)
