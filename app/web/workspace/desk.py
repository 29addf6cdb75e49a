"""The registrations of a group: names stand behind a button, because every look at them is on record, and a GET writes nothing."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import now
from app.courses.models import CourseRun
from app.courses.own_queries import own_run
from app.dependencies import Db, ProviderStaff, RunId, RunStaff, settings_of
from app.i18n import Text, _, _p
from app.people.staff import Staff
from app.registrations import desk_queries, openings
from app.registrations.desk_queries import Narrowed, Order, PeopleList, View
from app.registrations.models import Channel, Listing, ListOpening
from app.registrations.queries import occupancy_of
from app.registrations.refusals import NamesClosed
from app.web.forms import Form
from app.web.reading import language_of
from app.web.workspace.shell import staff_page

GROUP = "/darbvieta/grupas/{run_id}"
LIST = GROUP + "/pieteikumi"
ALL = "/darbvieta/pieteikumi"
VIEWS: dict[View, Text] = {
    View.ALL: _("All"),
    View.CONFIRMED: _p("registrations", "Confirmed"),
    View.HELD: _p("registrations", "To be answered"),
    View.WAITING: _p("registrations", "Waiting"),
    View.ENDED: _p("registrations", "Ended"),
}
CHANNELS: dict[Channel, Text] = {
    Channel.WEB: _p("channel", "Web"),
    Channel.DESK: _p("channel", "Desk"),
    Channel.PHONE: _p("channel", "Phone"),
    Channel.IMPORT: _p("channel", "Import"),
    Channel.API: _p("channel", "API"),
}
ORDERS: dict[Order, Text] = {
    Order.NAME: _("By surname"),
    Order.OLDEST: _("Oldest first"),
    Order.NEWEST: _("Latest first"),
}
LONGEST_SEARCH = 120

router = APIRouter(include_in_schema=False)


@router.get(LIST)
def group_list(
    request: Request,
    run_id: RunId,
    db: Db,
    who: RunStaff,
    view: str = "",
    channel: str = "",
    order: str = "",
    page: str = "",
) -> HTMLResponse:
    """The group's registrations; without names until the device has opened the list."""
    run, moment = desk_queries.group(db, run_id, who), now()
    opening = openings.opening_of(db, who, Listing.RUN, run.id)
    address = LIST.format(run_id=run.id)
    if opening is None:
        return closed_list(request, who, run, db, address)
    wanted = narrowed(view, channel, order, page, opening)
    people = desk_queries.people_of_run(db, run, wanted, moment)
    return staff_page(
        request,
        who,
        "workspace/desk/list.html",
        partial="workspace/desk/_list.html",
        run=run,
        title=run.course.title_in(language_of(request).code),
        special_needs_days=settings_of(request).special_needs_days,
        **around(people, wanted, address),
    )


@router.post(LIST + "/atvert")
def open_group_list(request: Request, run_id: RunId, db: Db, who: RunStaff) -> Response:
    """The device opens the group's list; that is on record."""
    run = desk_queries.group(db, run_id, who)
    openings.open_list(db, who, Listing.RUN, run.id)
    return RedirectResponse(LIST.format(run_id=run.id), 303)


@router.post(LIST + "/meklet")
def look_in_group(request: Request, run_id: RunId, form: Form, db: Db, who: RunStaff) -> Response:
    """Whom the reader looks for in the group; a name stands in no address of a page."""
    run = desk_queries.group(db, run_id, who)
    words = "" if form.one("all") else form.one("q")
    return _look(db, openings.opening_of(db, who, Listing.RUN, run.id), words, LIST.format(run_id=run.id))


@router.get(ALL)
def provider_list(request: Request, db: Db, who: ProviderStaff, page: str = "") -> HTMLResponse:
    """Somebody is looked for in all groups of the provider."""
    opening = openings.opening_of(db, who, Listing.PROVIDER, who.provider)
    wanted = narrowed("", "", "", page, opening) if opening is not None else Narrowed()
    people = desk_queries.people_of_provider(db, who, wanted, now())
    return staff_page(
        request,
        who,
        "workspace/desk/search.html",
        partial="workspace/desk/_found.html",
        is_open=opening is not None,
        **around(people, wanted, ALL),
    )


@router.post(ALL + "/atvert")
def open_provider_list(db: Db, who: ProviderStaff) -> Response:
    """The device opens the search in all groups; that is on record."""
    openings.open_list(db, who, Listing.PROVIDER, who.provider)
    return RedirectResponse(ALL, 303)


@router.post(ALL + "/meklet")
def look_in_all(form: Form, db: Db, who: ProviderStaff) -> Response:
    """Whom the reader looks for in all groups."""
    return _look(db, openings.opening_of(db, who, Listing.PROVIDER, who.provider), form.one("q"), ALL)


def closed_list(request: Request, who: Staff, run: CourseRun, db: Session, address: str) -> HTMLResponse:
    """What one may know before opening the list: how many, and nobody's name."""
    return staff_page(
        request,
        who,
        "workspace/desk/closed.html",
        run=run,
        title=run.course.title_in(language_of(request).code),
        occupancy=occupancy_of(db, run, now()),
        address=address,
    )


def narrowed(view: str, channel: str, order: str, page: str, opening: ListOpening) -> Narrowed:
    """Which part of the list the address asks for; words that are unknown ask for nothing."""
    return Narrowed(
        View(view) if view in {*View} else View.ALL,
        Channel(channel) if channel in {*Channel} else None,
        Order(order) if order in {*Order} else Order.NAME,
        int(page) if re.fullmatch(r"[0-9]{1,6}", page) else 1,
        opening.looked_for,
    )


class Around(TypedDict):
    """What a page of the list shows around it."""

    people: PeopleList
    wanted: Narrowed
    address: str
    views: Sequence[tuple[Text, str, bool, int]]
    channels: Sequence[tuple[Text, str, bool, int]]
    every_channel: str
    orders: Sequence[tuple[Text, str, bool]]
    page_url: Callable[[int], str]
    channel_words: Mapping[Channel, Text]


def around(people: PeopleList, wanted: Narrowed, address: str) -> Around:
    """What a page of the list shows around it: ways to narrow it, none of which names anybody."""

    def url(**changed: object) -> str:
        asked = {
            "view": "" if wanted.view is View.ALL else wanted.view.value,
            "channel": wanted.channel.value if wanted.channel else "",
            "order": "" if wanted.order is Order.NAME else wanted.order.value,
            "page": "",
        }
        asked |= {name: str(value) for name, value in changed.items()}
        told = {name: value for name, value in asked.items() if value}
        return f"{address}?{urlencode(told)}" if told else address

    return {
        "people": people,
        "wanted": wanted,
        "address": address,
        "views": [
            (words, url(view="" if view is View.ALL else view.value), view is wanted.view, people.counts[view])
            for view, words in VIEWS.items()
        ],
        "channels": [
            (words, url(channel=channel.value), channel is wanted.channel, people.channels[channel])
            for channel, words in CHANNELS.items()
            if people.channels[channel] or channel is wanted.channel
        ],
        "every_channel": url(channel=""),
        "orders": [
            (words, url(order="" if order is Order.NAME else order.value), order is wanted.order)
            for order, words in ORDERS.items()
        ],
        "page_url": lambda number: url(page="" if number == 1 else number),
        "channel_words": CHANNELS,
    }


def _look(db: Session, opening: ListOpening | None, words: str, address: str) -> Response:
    """Remember the words with the opening, and show the list; who has not opened it comes to where it is opened."""
    if opening is not None:
        seen = "".join(sign for sign in words if sign.isprintable())
        openings.look_for(db, opening, " ".join(seen.split())[:LONGEST_SEARCH])
    return RedirectResponse(address, 303)


def needs_person(db: Session, who: Staff, run_id: int, registration_id: int) -> None:
    """Nobody sees whose registration it is without having opened a list that holds it."""
    run = own_run(db, who, run_id)
    if not openings.sees_person(db, who, run.id, registration_id):
        raise NamesClosed(run.id)
