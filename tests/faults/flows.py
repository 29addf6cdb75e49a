"""The flows whose every boundary is tried: how the city stands before, what is wanted, and what a rival does meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tests.faults.history import Act, on_own_page, registering

RUN = 1
"""The run of an otherwise empty city; it has one seat."""


class Stage(Protocol):
    """What a flow needs to get ready: acts that are carried out to the end by the product itself."""

    def does(self, act: Act) -> None:
        """Somebody does this, without any fault."""
        ...

    def deliver(self) -> None:
        """The worker does everything that is due."""
        ...

    def link(self, email: str) -> str:
        """The private link in the last letter to somebody."""
        ...


@dataclass(frozen=True, slots=True)
class Scene:
    """What is wanted while the fault strikes, and what rivals may do in a pause."""

    wanted: Act
    rivals: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """One of the acts on a registration."""

    name: str
    prepare: Callable[[Stage], Scene]


def person(first_name: str) -> tuple[str, str]:
    """A canary: name and address."""
    return f"Kanārija {first_name}", f"kanarija.{first_name.casefold()}@example.com"


def form(first_name: str, *, by_api: bool = False) -> Act:
    """Somebody registers for the run."""
    name, email = person(first_name)
    return registering(email, RUN, f"key-of-the-form-of-{first_name}", name=name, by_api=by_api)


def _register(_stage: Stage) -> Scene:
    return Scene(form("Anna"), (form("Berta", by_api=True), form("Anna")))


def _register_by_api(_stage: Stage) -> Scene:
    return Scene(form("Anna", by_api=True), (form("Berta"), form("Anna", by_api=True)))


def _confirm(stage: Stage) -> Scene:
    stage.does(form("Anna"))
    stage.deliver()
    wanted = _pressing(stage, "Anna", "confirm")
    return Scene(wanted, (wanted, form("Berta")))


def _accept(stage: Stage) -> Scene:
    _seat_and_queue(stage)
    stage.does(_pressing(stage, "Anna", "cancel"))
    stage.deliver()
    wanted = _pressing(stage, "Berta", "accept")
    return Scene(wanted, (wanted, form("Dora")))


def _cancel(stage: Stage) -> Scene:
    _seat_and_queue(stage)
    wanted = _pressing(stage, "Anna", "cancel")
    return Scene(wanted, (form("Dora"), wanted))


def _erase(stage: Stage) -> Scene:
    _seat_and_queue(stage)
    wanted = _pressing(stage, "Anna", "erase")
    return Scene(wanted, (form("Dora"), wanted))


def _seat_and_queue(stage: Stage) -> None:
    """Anna has the seat, Berta and Cilda wait for it."""
    stage.does(form("Anna"))
    stage.deliver()
    stage.does(_pressing(stage, "Anna", "confirm"))
    stage.does(form("Berta"))
    stage.does(form("Cilda"))
    stage.deliver()


def _pressing(stage: Stage, first_name: str, what: str) -> Act:
    _name, email = person(first_name)
    return on_own_page(what, email, stage.link(email), RUN)  # type: ignore[arg-type]


FLOWS = {
    flow.name: flow
    for flow in (
        Flow("register", _register),
        Flow("register-by-api", _register_by_api),
        Flow("confirm", _confirm),
        Flow("accept", _accept),
        Flow("cancel", _cancel),
        Flow("erase", _erase),
    )
}
