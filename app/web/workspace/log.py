"""The log of actions for staff: who did what, by person, object and time; the board also checks that it is whole."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from app.audit.chain import verify_chain
from app.audit.entry_queries import LogSearch, entries
from app.audit.record import RESIDENT, SYSTEM
from app.catalogue.log_queries import account_names, colleagues, refuse_unless_own, things
from app.db import Database
from app.dependencies import BoardClaim, BoardMember, Db, ProviderManager
from app.i18n import RIGA, Text, _
from app.limits import COSTLY
from app.people.staff import Staff
from app.refusals import NotFound
from app.texts import number_in
from app.web.workspace.log_sentences import line_of
from app.web.workspace.shell import staff_page

OWN_URL, ALL_URL = "/darbvieta/zurnals", "/parvalde/zurnals"
_ASKED = ("person", "object", "since", "until", "before")

router = APIRouter(include_in_schema=False)


@router.get(OWN_URL)
def own_log(request: Request, db: Db, who: ProviderManager) -> HTMLResponse:
    """What the provider's own people did, or the whole story of one object of the provider's."""
    return _page(request, db, who, OWN_URL)


@router.get(ALL_URL)
def whole_log(request: Request, db: Db, who: BoardMember) -> HTMLResponse:
    """What anybody did."""
    return _page(request, db, who, ALL_URL)


@router.post(ALL_URL + "/parbaude", dependencies=[Depends(COSTLY)])
def check_log(request: Request, claim: BoardClaim) -> HTMLResponse:
    """Whether the log is as it was written. The whole of it is read, so nobody who writes waits for it."""
    database: Database = request.app.state.database
    with database.reading() as db:
        who = claim.settle(db)
        faults = verify_chain(db)
        words = _("The log is broken: %(fault)s", fault=faults[0]) if faults else _("The log is unbroken.")
        return _page(request, db, who, ALL_URL, checked=words, is_whole=not faults)


def _page(
    request: Request, db: Session, who: Staff, url: str, *, checked: Text | None = None, is_whole: bool = True
) -> HTMLResponse:
    asked = {name: request.query_params.get(name, "") for name in _ASKED}
    people = colleagues(db, who)
    wanted = _search(db, who, asked, people)
    found, older = entries(db, wanted)
    names, known = account_names(db, found), things(db, found)
    shown = {name: value for name, value in asked.items() if value and name != "before"}

    def address(**changes: object) -> str:
        """The page with the same filters but these."""
        query = urlencode({name: value for name, value in {**shown, **changes}.items() if value})
        return f"{url}?{query}" if query else url

    return staff_page(
        request,
        who,
        "workspace/log/log.html",
        partial="workspace/log/_entries.html",
        lines=[line_of(entry, names, known) for entry in found],
        older=address(before=older) if older else "",
        address=address,
        url=url,
        asked=asked,
        people=_people(who, people),
        told_kinds=("run", "course", "registration", "session"),
        checked=checked,
        is_whole=is_whole,
    )


def _people(who: Staff, people: Sequence[tuple[str, str]]) -> list[tuple[str, Text | str]]:
    if who.provider_id is not None:
        return [*people, (f"provider:{who.provider_id}", _("Somebody with a mailed link"))]
    return [*people, (RESIDENT, _("Residents")), (SYSTEM, _("The system"))]


def _search(db: Session, who: Staff, asked: Mapping[str, str], people: Sequence[tuple[str, str]]) -> LogSearch:
    """What was asked for, and no more than they may read; what cannot be read as a filter is none."""
    kind, _colon, number = asked["object"].partition(":")
    if kind:
        refuse_unless_own(db, who, kind, number)
        if not (kind.isidentifier() and number.isprintable()):  # PostgreSQL would not even look for a NUL.
            raise NotFound
    actors = {value for value, _name in _people(who, people)}
    if asked["person"] and asked["person"] not in actors:
        raise NotFound
    by_all = who.provider_id is None or kind
    since, until = _day(asked["since"]), _day(asked["until"])
    return LogSearch(
        actors={asked["person"]} if asked["person"] else None if by_all else actors,
        kind=kind,
        object_id=number,
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        before=number_in(asked["before"]),
    )


def _day(words: str) -> date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%Y."):
        try:
            found = datetime.strptime(words, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        return found if 2000 <= found.year < 2200 else None
    return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, RIGA)
