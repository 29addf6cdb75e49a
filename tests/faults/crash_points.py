"""The loop over crash points: for n = 1, 2, … until a run of the flow passes untouched, the fault strikes at the n-th."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tests.faults.bench import LEASE_OVER, Bench, Broken
from tests.faults.client import Asking, ask, insist, warm
from tests.faults.flows import Flow, Scene
from tests.faults.history import Act
from tests.faults.points import Fault
from tests.faults.processes import NotDone, Process
from tests.faults.sink import Mail

Phase = Literal["request", "reactions"]
PHASES: tuple[Phase, ...] = ("request", "reactions")
FAULTS = (Fault.KILL, Fault.EXCEPTION, Fault.PAUSE)
MOST_POINTS = 400
THOROUGH_EVERY = 5
"""At every so many points, and after the run that passes untouched, the product's own check and the database's too."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A flow with the city as it stands before its act, and after it was acknowledged but before the worker saw it."""

    flow: Flow
    scene: Scene
    told: Sequence[str]
    told_after: Sequence[str]
    mails: Sequence[Mail]
    every_read: bool = False


@dataclass(slots=True)
class Tried:
    """How many points a flow has, and what stood at them."""

    points: Counter[str] = field(default_factory=Counter)
    """By phase and fault."""
    names: dict[str, list[str]] = field(default_factory=dict)
    """The boundaries in order, by phase."""


def prepare(bench: Bench, flow: Flow, *, every_read: bool = False) -> Ready:
    """Let the product itself bring the city to where the flow begins."""
    bench.begin("base")
    scene = flow.prepare(bench)
    bench.drain()
    told, mails = _lines(bench), bench.mails()
    bench.store.keep(f"{flow.name}_before")
    bench.does(scene.wanted)
    bench.store.keep(f"{flow.name}_after")
    return Ready(flow, scene, told, _lines(bench), mails, every_read)


def every_point(bench: Bench, ready: Ready, plan: Iterable[tuple[Phase, Fault, int]], seed: int = 0) -> Tried:
    """Each of these faults at each point of its phase, or at every so many; raises `Broken` at the first broken promise.

    Where points are left out, the seed says which, so that other runs strike the others.
    """
    tried = Tried()
    for phase, fault, every in plan:
        for n in range(1 + seed % every, MOST_POINTS, every):
            names, sprung = case(bench, ready, phase, fault, n)
            if not sprung:
                tried.names[phase] = names
                break
            tried.points[f"{phase} {fault}"] += 1
    return tried


def case(bench: Bench, ready: Ready, phase: Phase, fault: Fault, n: int) -> tuple[list[str], str]:
    """One run of the flow with the fault at the n-th boundary: the boundaries passed, and where the fault struck."""
    run = _request if phase == "request" else _reactions
    try:
        struck = run(bench, ready, fault, n)
        crashes = int(bool(struck.sprung) and fault is not Fault.PAUSE)
        wrong = bench.violations(crashes, own_check=not struck.sprung or n % THOROUGH_EVERY == 0)
        if struck.code not in {None, 0, -9}:
            wrong.append(f"the process ended with {struck.code}: {bench.log_end()}")
    except NotDone as late:
        wrong, struck = [str(late)], None
    if wrong:
        name = f"{bench.store.name}-{ready.flow.name}-{phase}-{fault}-{n}"
        folder = bench.keep_evidence(name)
        where = f"{ready.flow.name}, {phase}, {fault} at point {n}: {struck.sprung if struck else '?'}"
        again = f"--flow {ready.flow.name} --phase {phase} --fault {fault} --at {n}"
        raise Broken("\n".join([where, *wrong, f"evidence in {folder}; again with {again}"]))
    assert struck is not None
    return struck.passed, struck.sprung


def _request(bench: Bench, ready: Ready, fault: Fault, n: int) -> Process:
    """The fault strikes the application while it carries the act out."""
    bench.begin(f"{ready.flow.name}_before", ready.told, ready.mails)
    struck, port = bench.app(n, fault, every_read=ready.every_read)
    wanted, rival = ready.scene.wanted, ready.scene.rivals[n % len(ready.scene.rivals)]
    if fault is Fault.PAUSE:
        _with_rival(bench, struck, port, wanted, rival)
    else:
        answer = ask(port, wanted, bench.history)
        while answer is not None and not _has_answered(struck) and not struck.poll():
            struck.listen(0.05)
        if answer is None or fault is Fault.KILL:
            struck.kill()
            _once_more(bench, wanted)
        else:
            _settle(port, bench, wanted)  # The same process must be well again.
    struck.kill()
    bench.drain()
    return struck


def _with_rival(bench: Bench, struck: Process, port: int, wanted: Act, rival: Act) -> None:
    other, other_port = bench.app()
    warm(other_port)
    asking = Asking(port, wanted, bench.history)
    while not struck.sprung and not _has_answered(struck):
        struck.listen(1)
    second = Asking(other_port, rival, bench.history) if struck.sprung else None
    if second is not None and second.answer() is not None:
        struck.resume()
    answer = asking.answer()
    if answer is None or answer.is_unknown:
        _settle(port, bench, wanted)
    if second is not None:
        _settle(other_port, bench, rival)
    other.kill()


def _has_answered(struck: Process) -> bool:
    return bool(struck.passed) and struck.passed[-1] == "answered"


def _settle(port: int, bench: Bench, act: Act) -> None:
    """Whoever does not know sends it again, and in the end is told that it is done."""
    told = next((one for one in bench.told() if one.act == act), None)
    if told is not None and told.is_acknowledged:
        return
    answer = insist(port, act, bench.history)
    if answer is None or not act.is_done_by(answer):
        raise NotDone(f"{act.what} of {act.email} never succeeded: {answer}\n{bench.log_end()}")


def _once_more(bench: Bench, act: Act) -> None:
    told = next((one for one in bench.told() if one.act == act), None)
    if told is None or not told.is_acknowledged:
        restarted, port = bench.app()
        _settle(port, bench, act)
        restarted.kill()


def _reactions(bench: Bench, ready: Ready, fault: Fault, n: int) -> Process:
    """The fault strikes the worker while it reacts to the act."""
    bench.begin(f"{ready.flow.name}_after", ready.told_after, ready.mails)
    struck = bench.worker(n, fault, every_read=ready.every_read)
    if fault is Fault.PAUSE:
        while not struck.sprung and not struck.poll():
            struck.listen(0.05)
        if struck.sprung:
            rival = bench.worker()
            rival.wait()
            struck.resume()
    struck.wait()
    if struck.sprung and fault is not Fault.PAUSE:
        bench.city.clock.advance(LEASE_OVER)
    bench.drain()
    return struck


def _lines(bench: Bench) -> list[str]:
    return [*bench.told_before, *bench.history.path.read_text(encoding="utf-8").splitlines()]
