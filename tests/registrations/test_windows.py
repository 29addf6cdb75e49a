"""No offer, registration or reminder outside its window: midnights, nights when clocks change, and clocks that jump.

Every moment is what the clock on the wall in Riga shows; “again” is the second coming of an hour when summer time ends.
A case tells its moments in order; the last one is when the act is tried.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.clock import RIGA
from app.courses.wall_clock import Span
from app.db import Database
from app.refusals import Refusal
from app.registrations import reminders
from app.registrations.models import State
from app.registrations.queries import runs_with_something_over
from tests.registrations import acts, run_acts

pytestmark = pytest.mark.promise("P05")
MARCH, OCTOBER = "2027-03-01 12:00:00", "2027-10-01 12:00:00"
START = "2027-03-25 18:00:00"
PERSON = "anna@example.com"
PROVIDER_DECIDES = "waitlisted"


def riga(words: str) -> datetime:
    """The instant at which Riga's clocks show this."""
    shown, _again, again = words.partition(" again")
    moment = datetime.fromisoformat(shown).replace(tzinfo=RIGA, fold=1 if words != shown else 0)
    assert again == ""
    assert moment.astimezone(RIGA).replace(tzinfo=None, fold=0) == datetime.fromisoformat(shown)
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    name: str
    expected: str
    moments: tuple[str, ...]
    facts: Mapping[str, str]


def case(name: str, expected: str, *moments: str, **facts: str) -> Case:
    """A line of the table."""
    return Case(name, expected, moments, facts)


def made(database: Database, facts: Mapping[str, str], *, seats: int = 1, minimum: int = 0) -> int:
    """A run that starts then, open from the beginning of its month."""
    start = riga(facts.get("start", START))
    month = MARCH if start.month < 6 else OCTOBER
    with time_machine.travel(riga(month), tick=False):
        run_id = run_acts.new_run(database, seats=seats, minimum=minimum, starts_in=start - riga(month))
        opens, closes = riga(facts.get("opens", month)), riga(facts["closes"]) if "closes" in facts else start
        acts.change_run(database, run_id, registration_opens_at=opens, registration_closes_at=closes)
    return run_id


def tried(act: Callable[[], object]) -> str:
    """What came of it: the state of the person, or the refusal."""
    try:
        act()
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def registering(database: Database, one: Case) -> str:
    run_id, outcome = made(database, one.facts), ""
    for moment in one.moments:
        with time_machine.travel(riga(moment), tick=False):
            outcome = tried(lambda: acts.register(database, run_id, PERSON))
    return outcome


def confirming(database: Database, one: Case) -> str:
    run_id = made(database, one.facts)
    registered, *between, last = one.moments
    with time_machine.travel(riga(registered), tick=False):
        acts.register(database, run_id, PERSON)
    for moment in between:
        with time_machine.travel(riga(moment), tick=False):
            worker_clears(database)
    with time_machine.travel(riga(last), tick=False):
        return tried(lambda: acts.confirm(database, PERSON))


def accepting(database: Database, one: Case) -> str:
    run_id = made(database, one.facts)
    freed, *answered = one.moments
    with time_machine.travel(riga(freed) - timedelta(hours=1), tick=False):
        acts.seat(database, run_id, "seated@example.com")
        acts.register(database, run_id, PERSON)
    with time_machine.travel(riga(freed), tick=False):
        acts.withdraw(database, "seated@example.com")
        if not answered:
            return acts.state(database, PERSON).value
    with time_machine.travel(riga(answered[-1]), tick=False):
        return tried(lambda: acts.accept(database, PERSON))


def asking(database: Database, one: Case) -> str:
    run_id = made(database, one.facts, seats=9, minimum=3)
    acts.change_run(database, run_id, decision_at=riga(one.facts["decision"]))
    for moment in one.moments:
        with time_machine.travel(riga(moment), tick=False):
            run_acts.ask(database, run_id)
    return f"asked {acts.posted(database).count('MinimumMissed')}"


def reminding(database: Database, one: Case) -> str:
    run_id = made(database, one.facts)
    with time_machine.travel(riga(one.facts.get("start", START)) - timedelta(days=10), tick=False):
        acts.seat(database, run_id, PERSON)
    if "confirmed" in one.facts:
        with database.writing() as db:
            db.merge(acts.latest(database, PERSON)).confirmed_at = riga(one.facts["confirmed"])
    for moment in one.moments:
        with time_machine.travel(riga(moment), tick=False), database.writing() as db:
            reminders.remind(db, run_id, acts.RULES)
    return f"reminded {acts.posted(database).count('RunStartsSoon')}"


def telling(database: Database, one: Case) -> str:
    run_id = made(database, one.facts)
    changed, *later = one.moments
    with time_machine.travel(riga(changed), tick=False):
        acts.seat(database, run_id, PERSON)
        third = run_acts.sessions_of(database, run_id)[2]
        day = timedelta(days=1)
        run_acts.move(database, run_id, 2, Span(third.starts_at + day, third.ends_at + day))
    for moment in later:
        with time_machine.travel(riga(moment), tick=False):
            run_acts.tell(database, run_id)
    return f"told {acts.posted(database).count('RunMoved')}"


def worker_clears(database: Database) -> None:
    """The worker ends what is over."""
    with database.reading() as db:
        run_ids = runs_with_something_over(db, datetime.now(RIGA))
    for run_id in run_ids:
        acts.clear(database, run_id)


STORIES: dict[Callable[[Database, Case], str], list[Case]] = {
    registering: [
        case("opens at midnight, a second before", "RunNotOpen", "2027-03-09 23:59:59", opens="2027-03-10 00:00:00"),
        case("opens at midnight", "done", "2027-03-10 00:00:00", opens="2027-03-10 00:00:00"),
        case("closes at midnight, a second before", "done", "2027-03-19 23:59:59", closes="2027-03-20 00:00:00"),
        case("closes at midnight", "RunClosed", "2027-03-20 00:00:00", closes="2027-03-20 00:00:00"),
        case("closes at 23:59:59, a second before", "done", "2027-03-19 23:59:58", closes="2027-03-19 23:59:59"),
        case("closes at 23:59:59", "RunClosed", "2027-03-19 23:59:59", closes="2027-03-19 23:59:59"),
        case(
            "closes when clocks jump over an hour, a second before",
            "done",
            "2027-03-28 02:59:59",
            closes="2027-03-28 04:00:00",
            start="2027-03-30 18:00:00",
        ),
        case(
            "closes when clocks have jumped over an hour",
            "RunClosed",
            "2027-03-28 04:00:00",
            closes="2027-03-28 04:00:00",
            start="2027-03-30 18:00:00",
        ),
        case(
            "closes in the hour that comes twice, a second before",
            "done",
            "2027-10-31 03:29:59",
            closes="2027-10-31 03:30:00",
            start="2027-11-02 18:00:00",
        ),
        case(
            "closes in the hour that comes twice, at its first coming",
            "RunClosed",
            "2027-10-31 03:30:00",
            closes="2027-10-31 03:30:00",
            start="2027-11-02 18:00:00",
        ),
        case(
            "closed in the hour that comes twice, and it comes again",
            "RunClosed",
            "2027-10-31 03:29:59 again",
            closes="2027-10-31 03:30:00",
            start="2027-11-02 18:00:00",
        ),
        case(
            "the clock goes back two hours, before the opening",
            "RunNotOpen",
            "2027-03-09 22:00:00",
            opens="2027-03-10 00:00:00",
        ),
        case("at the start", "RunStarted", START),
    ],
    confirming: [
        case("hold over midnight, its last second", "done", "2027-03-10 23:59:59", "2027-03-11 23:59:58"),
        case("hold over midnight, over", "HoldIsOver", "2027-03-10 23:59:59", "2027-03-11 23:59:59"),
        case("hold over the short night, last second", "done", "2027-03-27 12:00:00", "2027-03-28 12:59:59", start="2027-04-02 18:00:00"),
        case("hold over the short night, over", "HoldIsOver", "2027-03-27 12:00:00", "2027-03-28 13:00:00", start="2027-04-02 18:00:00"),
        case("hold over the long night, last second", "done", "2027-10-30 12:00:00", "2027-10-31 10:59:59", start="2027-11-05 18:00:00"),
        case("hold over the long night, over", "HoldIsOver", "2027-10-30 12:00:00", "2027-10-31 11:00:00", start="2027-11-05 18:00:00"),
        case("hold until the start, last second", "done", "2027-03-25 00:00:00", "2027-03-25 17:59:59"),
        case("hold until the start, over", "HoldIsOver", "2027-03-25 00:00:00", START),
        case("the clock goes back two hours, the hold stays", "done", "2027-03-10 12:00:00", "2027-03-10 10:00:00", "2027-03-11 11:59:59"),
        case("the clock goes two hours on and back, the hold is over", "HoldIsOver", "2027-03-10 12:00:00", "2027-03-11 13:00:00", "2027-03-11 11:00:00"),
    ],
    accepting: [
        case("offer until midnight, last second", "done", "2027-03-10 00:00:00", "2027-03-10 23:59:59"),
        case("offer until midnight, over", "OfferIsOver", "2027-03-10 00:00:00", "2027-03-11 00:00:00"),
        case("offer over the short night, last second", "done", "2027-03-27 20:00:00", "2027-03-28 20:59:59", start="2027-04-02 18:00:00"),
        case("offer over the short night, over", "OfferIsOver", "2027-03-27 20:00:00", "2027-03-28 21:00:00", start="2027-04-02 18:00:00"),
        case("offer over the long night, last second", "done", "2027-10-30 20:00:00", "2027-10-31 18:59:59", start="2027-11-05 18:00:00"),
        case("offer over the long night, over", "OfferIsOver", "2027-10-30 20:00:00", "2027-10-31 19:00:00", start="2027-11-05 18:00:00"),
        case("a seat freed a day and a second before the start is offered", "offered", "2027-03-24 17:59:59"),
        case("a seat freed a day before the start is the provider's", PROVIDER_DECIDES, "2027-03-24 18:00:00"),
    ],
    asking: [
        case("decision at 23:59:59, a second before", "asked 0", "2027-03-15 23:59:58", decision="2027-03-15 23:59:59"),
        case("decision at 23:59:59", "asked 1", "2027-03-15 23:59:59", decision="2027-03-15 23:59:59"),
        case("decision at midnight, a second before", "asked 0", "2027-03-15 23:59:59", decision="2027-03-16 00:00:00"),
        case("decision at midnight", "asked 1", "2027-03-16 00:00:00", decision="2027-03-16 00:00:00"),
        case("decision passed, a second before the start", "asked 1", "2027-03-25 17:59:59", decision="2027-03-15 12:00:00"),
        case("decision passed, at the start", "asked 0", START, decision="2027-03-15 12:00:00"),
        case("the clock goes back over the decision and on again", "asked 1", "2027-03-15 12:00:00", "2027-03-15 10:00:00", "2027-03-15 12:00:01", decision="2027-03-15 12:00:00"),
    ],
    reminding: [
        case("two days before, a second early", "reminded 0", "2027-03-23 17:59:59"),
        case("two days before", "reminded 1", "2027-03-23 18:00:00"),
        case("at the start", "reminded 0", START),
        case("a second before the start, when the worker was away", "reminded 1", "2027-03-25 17:59:59"),
        case("two days before is night: until the morning", "reminded 0", "2027-03-23 07:59:59", start="2027-03-25 06:00:00"),
        case("two days before is night: in the morning", "reminded 1", "2027-03-23 08:00:00", start="2027-03-25 06:00:00"),
        case("two days before is a second to midnight", "reminded 0", "2027-03-23 23:59:59", "2027-03-24 00:00:00", start="2027-03-25 23:59:59"),
        case("the worker was away until the evening", "reminded 0", "2027-03-23 20:00:00"),
        case("only the night is left before the start", "reminded 1", "2027-03-24 22:00:00", start="2027-03-25 07:00:00"),
        case("two days over the short night, a second early", "reminded 0", "2027-03-27 16:59:59", start="2027-03-29 18:00:00"),
        case("two days over the short night", "reminded 1", "2027-03-27 17:00:00", start="2027-03-29 18:00:00"),
        case("two days over the long night, a second early", "reminded 0", "2027-10-30 18:59:59", start="2027-11-01 18:00:00"),
        case("two days over the long night", "reminded 1", "2027-10-30 19:00:00", start="2027-11-01 18:00:00"),
        case("the clock goes back two hours after it", "reminded 1", "2027-03-23 18:00:00", "2027-03-23 16:00:00", "2027-03-23 18:00:00"),
        case("who has just had the letter with all sessions is not", "reminded 0", "2027-03-23 18:00:00", confirmed="2027-03-23 06:00:01"),
        case("who has had it for half a day is", "reminded 1", "2027-03-23 18:00:00", confirmed="2027-03-23 06:00:00"),
    ],
    telling: [
        case("changes over midnight, a second early", "told 0", "2027-03-10 23:50:01", "2027-03-11 00:00:00"),
        case("changes over midnight", "told 1", "2027-03-10 23:50:00", "2027-03-11 00:00:00"),
        case("the clock goes back two hours over a change", "told 1", "2027-03-10 12:00:00", "2027-03-10 10:00:00", "2027-03-10 12:10:00", "2027-03-10 10:00:00"),
        case("the clock goes on two hours over a change", "told 1", "2027-03-10 12:00:00", "2027-03-10 14:00:00", "2027-03-10 12:00:00"),
    ],
}  # fmt: skip
TABLE = [
    pytest.param(story, one, id=f"{story.__name__}: {one.name}") for story, cases in STORIES.items() for one in cases
]


@pytest.mark.parametrize(("story", "one"), TABLE)
def test_nothing_happens_outside_its_window(
    database: Database, story: Callable[[Database, Case], str], one: Case
) -> None:
    assert story(database, one) == one.expected


def test_the_table_is_long_enough_and_the_provider_decides_as_named() -> None:
    assert len(TABLE) >= 40
    assert State.WAITLISTED.value == PROVIDER_DECIDES
