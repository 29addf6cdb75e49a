"""The clients' history: what each wanted, written before it was sent, and what it was answered, written when read."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

What = Literal["register", "confirm", "accept", "cancel", "erase"]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a resident wants: sent again and again under the same key until the outcome is known."""

    what: What
    email: str
    path: str
    run: int = 0
    name: str = ""
    key: str = ""
    by_api: bool = False
    form: tuple[tuple[str, str], ...] = ()

    def body(self) -> bytes:
        """The request's body."""
        if self.by_api:
            return json.dumps({"name": self.name, "email": self.email}, ensure_ascii=False).encode()
        return urlencode(self.form).encode()

    def headers(self) -> dict[str, str]:
        """The request's headers."""
        if self.by_api:
            return {"Content-Type": "application/json", "Idempotency-Key": self.key}
        return {"Content-Type": "application/x-www-form-urlencoded"}

    def is_done_by(self, answer: "Answer") -> bool:
        """2xx, or the 303 of a form that was carried out; to erase what is erased already is 410."""
        return answer.status in ({303, 410} if self.what == "erase" else {200, 201, 303})


def registering(email: str, run: int, key: str, *, name: str, by_api: bool) -> Act:
    """Somebody sends the form of a run, or a machine does it for them."""
    path = f"/api/v1/runs/{run}/registrations" if by_api else f"/norises/{run}/pieteikties"
    form = (("step", "send"), ("key", key), ("name", name), ("email", email))
    return Act("register", email, path, run, name, key, by_api, () if by_api else form)


_DOORS: Mapping[What, str] = {"confirm": "apstiprinat", "accept": "pienemt", "cancel": "atsaukt", "erase": "dzest"}


def on_own_page(what: What, email: str, link: str, run: int) -> Act:
    """Somebody presses a button on the page behind their private link."""
    return Act(what, email, f"/pieteikumi/{link.rpartition('/')[2]}/{_DOORS[what]}", run)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, fully read."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def is_unknown(self) -> bool:
        """5xx: the sender must send the same again."""
        return self.status >= 500

    def told(self) -> Mapping[str, object]:
        """An answer of the API."""
        found: Mapping[str, object] = json.loads(self.body) if self.body.startswith("{") else {}
        return found


@dataclass(slots=True)
class Told:
    """An act and every answer to it."""

    act: Act
    answers: list[Answer] = field(default_factory=list)
    tries: int = 0

    @property
    def is_acknowledged(self) -> bool:
        """Whether it was ever said to be done."""
        return any(self.act.is_done_by(answer) for answer in self.answers)


class History:
    """An append-only file, synced line by line, that several processes may write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def wants(self, act: Act) -> None:
        """Before it is sent."""
        self._write({"wants": asdict(act)})

    def was_told(self, act: Act, answer: Answer) -> None:
        """After the answer was read to its end."""
        kept = {name: answer.headers[name] for name in ("retry-after", "location") if name in answer.headers}
        self._write({"told": asdict(act), "answer": asdict(replace(answer, headers=kept))})

    def acts(self) -> list[Told]:
        """Every act with its answers, in the order in which they were first wanted."""
        return told_in(self.path.read_text(encoding="utf-8").splitlines())

    def _write(self, line: Mapping[str, object]) -> None:
        os.write(self._file, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        os.fsync(self._file)

    def close(self) -> None:
        """No more lines from this process."""
        os.close(self._file)


def told_in(lines: Iterable[str]) -> list[Told]:
    """The acts that these lines tell of."""
    found: dict[Act, Told] = {}
    for line in lines:
        kept = json.loads(line)
        facts = kept.get("wants") or kept["told"]
        act = Act(**facts | {"form": tuple((name, value) for name, value in facts["form"])})
        one = found.setdefault(act, Told(act))
        if "wants" in kept:
            one.tries += 1
        else:
            one.answers.append(Answer(**kept["answer"]))
    return [*found.values()]
