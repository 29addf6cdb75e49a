"""Twenty rolling restarts by SIGTERM under twenty requests a second: nothing fails, and no letter leaves twice.

Two applications stand behind a switch; two workers share the outbox and are restarted in turn too.
"""

import http.client
import mmap
import random
import threading
import time
from collections import Counter
from pathlib import Path
from socket import socket

from tests.faults import processes
from tests.faults.bench import Bench, Broken, say
from tests.faults.client import ask
from tests.faults.flows import RUN
from tests.faults.history import registering
from tests.faults.processes import Process
from tests.faults.proxy import Proxy
from tests.ports import free_port

RESTARTS = 20
CLIENTS = 4
A_SECOND = 20
PATHS = ("/", "/kursi", "/api/v1/courses", f"/norises/{RUN}/pieteikties", "/healthz")


def roll(bench: Bench, seed: int, restarts: int = RESTARTS) -> None:
    """Each application in turn is taken out of the switch, told to end, and started anew."""
    bench.begin("base")
    ports = [free_port(), free_port()]
    switch = Proxy(bench.folder, ports, "S")
    applications = [bench.app(port=port)[0] for port in ports]
    workers = [bench.tireless_worker(), bench.tireless_worker()]
    for port, process in zip(ports, applications, strict=True):
        process.listen_until_ready(port)
    clients = Clients(bench, switch.port, seed)
    for restart in range(restarts):
        number = restart % 2
        switch.leave_out(number + 1)
        time.sleep(0.05)  # Whoever the switch has sent there has arrived.
        applications[number].terminate()
        _ends_well(bench, applications[number])
        applications[number] = _again(bench, ports[number])
        switch.leave_out(0)
        workers[number].terminate()
        _ends_well(bench, workers[number])
        workers[number] = bench.tireless_worker()
        time.sleep(0.15)
    seen = clients.stop()
    for worker in workers:
        worker.terminate()
        _ends_well(bench, worker)
    for process in applications:
        process.kill()
    failed = Counter((path, status) for path, status in seen if status == 0 or status >= 400)
    bench.by_calendar = True
    bench.drain()
    letters = len(bench.mails())
    say(f"{restarts} restarts, {len(seen)} requests, {sum(failed.values())} failed, {letters} letters")
    wrong = bench.violations(0)
    if failed or wrong or len(seen) < restarts * 4:
        raise Broken("\n".join([f"failed: {dict(failed)} of {len(seen)}", *wrong, bench.log_end()]))


def _ends_well(bench: Bench, process: Process) -> None:
    """It was told to end, finishes what it has begun, and ends without a fault."""
    if (code := process.wait(30)) != 0:
        raise Broken(f"{process.name} was told to end and ended with {code}: {bench.log_end()}")


def _again(bench: Bench, port: int) -> Process:
    process = bench.app(port=port)[0]
    process.listen_until_ready(port)
    return process


class Clients:
    """A process whose threads ask steadily and note what they were told; 0 is a broken connection."""

    def __init__(self, bench: Bench, port: int, seed: int) -> None:
        self._enough = mmap.mmap(-1, 1)
        self._seen: Path = bench.folder / "seen"
        self._port, self._seed, self._history = port, seed, bench.history
        self._process = processes.start("L", bench.folder / "L.txt", self._run)

    def stop(self) -> list[tuple[str, int]]:
        """Every path that was asked for, with the status of the answer."""
        self._enough[0] = 1
        if self._process.wait(60):
            raise Broken("the clients fell")
        lines = self._seen.read_text().splitlines()
        return [(line.split()[0], int(line.split()[1])) for line in lines]

    def _run(self, _harness: socket) -> None:
        with self._seen.open("w") as file:
            lock = threading.Lock()

            def ask_on(number: int) -> None:
                chance = random.Random(f"{self._seed} {number}")
                begun = time.monotonic()
                asked = 0
                while not self._enough[0]:
                    path, status = self._ask_one(chance, f"{number}-{asked}")
                    with lock:
                        file.write(f"{path} {status}\n")
                    asked += 1
                    time.sleep(max(0.0, begun + asked * CLIENTS / A_SECOND - time.monotonic()))

            threads = [threading.Thread(target=ask_on, args=(number,)) for number in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def _ask_one(self, chance: random.Random, who: str) -> tuple[str, int]:
        if chance.random() < 0.4:
            name = f"kanarija.kluss-{who}@example.com"
            act = registering(
                name, RUN, f"key-of-the-form-sent-by-{who}", name="Kanārija Klusā", by_api=chance.random() < 0.5
            )
            answer = ask(self._port, act, self._history)
            return "register", answer.status if answer else 0
        path = chance.choice(PATHS)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            got = connection.getresponse()
            got.read()
            return path, got.status
        except (OSError, http.client.HTTPException):
            return path, 0
        finally:
            connection.close()
