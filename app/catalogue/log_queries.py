"""Names for the log of actions: who acted, and on what. No name of a resident is looked up."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.courses.models import Course, CourseRun, CourseSession, CourseText
from app.courses.own_queries import is_own_run
from app.i18n import DEFAULT
from app.participation.models import Activity
from app.people.models import Account, ApiKey
from app.people.staff import Staff
from app.providers.models import ProviderText
from app.refusals import NotFound
from app.registrations.models import Registration
from app.texts import number_in
from app.wishes.models import WishRequest


class Thing(NamedTuple):
    """What an entry is about: its kind, its number, and what helps to know it."""

    kind: str
    number: str
    title: str = ""
    starts_at: datetime | None = None


def things(db: Session, entries: Iterable[AuditEntry]) -> Mapping[tuple[str, str], Thing]:
    """The objects of these entries by kind and number, a question a kind; what is gone has its number only."""
    asked: dict[str, set[int]] = {}
    for entry in entries:
        if (number := number_in(entry.object_id)) is not None:
            asked.setdefault(entry.object_kind, set()).add(number)
    found: dict[tuple[str, str], Thing] = {}
    for kind, numbers in asked.items():
        if kind in _LOOKED_UP:
            for number, title, starts_at in _LOOKED_UP[kind](db, numbers):
                found[kind, str(number)] = Thing(kind, str(number), title, starts_at)
    return found


def account_names(db: Session, entries: Iterable[AuditEntry]) -> Mapping[str, str]:
    """The names of the staff and providers who acted in these entries, by how the log calls them."""
    numbers: dict[str, set[int]] = {"account": set(), "provider": set(), "key": set()}
    for entry in entries:
        kind, _, number = entry.actor.partition(":")
        if kind in numbers and (one := number_in(number)) is not None:
            numbers[kind].add(one)
    accounts = select(Account.id, Account.name).where(Account.id.in_(numbers["account"]))
    providers = select(ProviderText.provider_id, ProviderText.short_name, ProviderText.name).where(
        ProviderText.provider_id.in_(numbers["provider"]), ProviderText.locale == DEFAULT
    )
    keys = select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_(numbers["key"]))
    return {
        **{f"account:{number}": name for number, name in db.execute(accounts)},
        **{f"provider:{number}": short or name for number, short, name in db.execute(providers)},
        **{f"key:{number}": f"API: {name}" for number, name in db.execute(keys)},
    }


def colleagues(db: Session, who: Staff) -> Sequence[tuple[str, str]]:
    """Whose acts they may read, as the log calls them, and their names: a provider's staff those of their own people and
    systems, the board those of all."""
    people = select(Account.id, Account.name).order_by(Account.name, Account.id)
    systems = select(ApiKey.id, ApiKey.name).order_by(ApiKey.name, ApiKey.id)
    if who.provider_id is not None:
        people = people.where(Account.provider_id == who.provider_id)
        systems = systems.where(ApiKey.provider_id == who.provider_id)
    return [
        *((f"account:{number}", name) for number, name in db.execute(people)),
        *((f"key:{number}", f"API: {name}") for number, name in db.execute(systems)),
    ]


def refuse_unless_own(db: Session, who: Staff, kind: str, number: str) -> None:
    """A provider's staff read the whole story of their own objects only."""
    if who.provider_id is None:
        return
    condition, known = _OWN.get(kind), number_in(number)
    if condition is None or known is None or db.scalar(condition(who, known)) is None:
        raise NotFound


def _courses(db: Session, numbers: Collection[int]) -> Iterable[tuple[int, str, None]]:
    asked = select(CourseText.course_id, CourseText.title).where(
        CourseText.course_id.in_(numbers), CourseText.locale == DEFAULT
    )
    return ((number, title, None) for number, title in db.execute(asked))


def _runs(db: Session, numbers: Collection[int]) -> Iterable[tuple[int, str, datetime]]:
    return db.execute(
        select(CourseRun.id, CourseText.title, CourseRun.starts_at)
        .join(CourseText, CourseText.course_id == CourseRun.course_id)
        .where(CourseRun.id.in_(numbers), CourseText.locale == DEFAULT)
    )


def _sessions(db: Session, numbers: Collection[int]) -> Iterable[tuple[int, str, datetime]]:
    return db.execute(
        select(CourseSession.id, CourseText.title, CourseSession.starts_at)
        .join(CourseRun, CourseRun.id == CourseSession.run_id)
        .join(CourseText, CourseText.course_id == CourseRun.course_id)
        .where(CourseSession.id.in_(numbers), CourseText.locale == DEFAULT)
    )


def _registrations(db: Session, numbers: Collection[int]) -> Iterable[tuple[int, str, datetime]]:
    return db.execute(
        select(Registration.id, CourseText.title, CourseRun.starts_at)
        .join(CourseRun, CourseRun.id == Registration.run_id)
        .join(CourseText, CourseText.course_id == CourseRun.course_id)
        .where(Registration.id.in_(numbers), CourseText.locale == DEFAULT)
    )


def _wishes(db: Session, numbers: Collection[int]) -> Iterable[tuple[int, str, None]]:
    asked = select(WishRequest.id, WishRequest.title).where(WishRequest.id.in_(numbers))
    return ((number, title, None) for number, title in db.execute(asked))


def _activities(db: Session, numbers: Collection[int]) -> Iterable[tuple[int, str, None]]:
    asked = select(Activity.id, Activity.title).where(Activity.id.in_(numbers))
    return ((number, title, None) for number, title in db.execute(asked))


def _accounts(db: Session, numbers: Collection[int]) -> Iterable[tuple[int, str, None]]:
    asked = select(Account.id, Account.name).where(Account.id.in_(numbers))
    return ((number, name, None) for number, name in db.execute(asked))


_LOOKED_UP: Mapping[str, Callable[[Session, Collection[int]], Iterable[tuple[int, str, datetime | None]]]] = {
    "course": _courses,
    "run": _runs,
    "session": _sessions,
    "registration": _registrations,
    "wish": _wishes,
    "account": _accounts,
    "activity": _activities,
}
_OWN = {
    "course": lambda who, number: select(Course.id).where(Course.id == number, Course.provider_id == who.provider),
    "run": lambda who, number: (
        select(CourseRun.id).join(CourseRun.course).where(CourseRun.id == number, is_own_run(who))
    ),
    "session": lambda who, number: (
        select(CourseSession.id)
        .join(CourseSession.run)
        .join(CourseRun.course)
        .where(CourseSession.id == number, is_own_run(who))
    ),
    "registration": lambda who, number: (
        select(Registration.id)
        .join(CourseRun, CourseRun.id == Registration.run_id)
        .join(CourseRun.course)
        .where(Registration.id == number, is_own_run(who))
    ),
}
