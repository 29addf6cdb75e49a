"""What is looked up about wishes and those behind them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from app.db import UtcDateTime
from app.providers.models import ThematicGroup
from app.providers.queries import PROVIDER_NAME
from app.refusals import NotFound
from app.wishes.cards import SUPPORTERS, WISHES, WishCard, WishReply, WishTitle, wish_card
from app.wishes.models import JOINABLE, PUBLIC, WishAnswer, WishRequest, WishState, WishSupport

WishOrder = Literal["supporters", "newest"]
LARGEST_ID = 2**31 - 1


def for_letter(db: Session, support_id: int) -> WishSupport | None:
    """A person's support of a wish, with the wish a letter speaks of."""
    return db.scalar(select(WishSupport).where(WishSupport.id == support_id).options(joinedload(WishSupport.wish)))


def lock_wish(db: Session, wish_id: int) -> WishRequest:
    """The wish, freshly read and held until the transaction ends."""
    if 0 < wish_id <= LARGEST_ID and (
        wish := db.get(WishRequest, wish_id, with_for_update=True, populate_existing=True)
    ):
        return wish
    raise NotFound


def by_link(db: Session, link_key: str, *, lock: bool = False) -> WishSupport:
    """The support behind a mailed link, with its wish."""
    wanted = select(WishSupport).where(WishSupport.link_key == link_key).options(joinedload(WishSupport.wish))
    if lock:
        wanted = wanted.with_for_update(of=WishSupport)
    if support := db.scalar(wanted):
        return support
    raise NotFound


def own_support(db: Session, wish_id: int, address_key: str) -> WishSupport | None:
    """What this address has to do with the wish, if anything."""
    return db.scalar(select(WishSupport).where(WishSupport.wish_id == wish_id, WishSupport.email_key == address_key))


def left_since(db: Session, address_key: str, since: datetime) -> Sequence[WishSupport]:
    """Wishes that this address left or joined since then, newest first."""
    return db.scalars(
        select(WishSupport)
        .where(WishSupport.email_key == address_key, WishSupport.created_at >= since)
        .options(joinedload(WishSupport.wish))
        .order_by(WishSupport.id.desc())
    ).all()


def has_confirmed_writer(db: Session, wish_id: int) -> bool:
    """Whether the address from which the wish came is confirmed."""
    return (
        db.scalar(
            select(WishSupport.id)
            .where(WishSupport.wish_id == wish_id, WishSupport.is_writer, WishSupport.confirmed_at.is_not(None))
            .limit(1)
        )
        is not None
    )


def group_id(db: Session, code: str) -> int | None:
    """The thematic group of this code."""
    return db.scalar(select(ThematicGroup.id).where(ThematicGroup.code == code))


def count_by_state(db: Session, group: str = "") -> Mapping[WishState, int]:
    """How many public wishes there are in each state, of all groups or of one."""
    counted = (
        select(WishRequest.state, func.count().label("wishes"))
        .where(WishRequest.state.in_(PUBLIC))
        .group_by(WishRequest.state)
    )
    if group:
        counted = counted.join(WishRequest.group).where(ThematicGroup.code == group)
    return {row.state: row.wishes for row in db.execute(counted)}


def public_wishes(
    db: Session,
    locale: str,
    moment: datetime,
    *,
    states: Sequence[WishState] = PUBLIC,
    group: str = "",
    order: WishOrder = "supporters",
    offset: int = 0,
    limit: int = 20,
) -> list[WishCard]:
    """Public wishes in these states: those one can still join before the others, and of both what most people want first;
    or the newest first."""
    asked = {
        "states": [state for state in states if state in PUBLIC],
        "group": group,
        "limit": limit,
        "offset": offset,
        "locale": locale,
        "moment": moment,
    }
    rows = db.connection().execute(_LISTS[order, bool(group)], asked).mappings()
    return [wish_card(row) for row in rows]


def wish_cards(db: Session, ids: Sequence[int], locale: str, moment: datetime) -> list[WishCard]:
    """The public wishes with these ids, in this order; what is not public is left out."""
    if not ids:
        return []
    rows = db.connection().execute(_SOME, {"ids": list(ids), "locale": locale, "moment": moment}).mappings()
    found = {row["id"]: wish_card(row) for row in rows if row["state"] in PUBLIC}
    return [found[wish_id] for wish_id in ids if wish_id in found]


def public_wish(db: Session, wish_id: int, locale: str, moment: datetime) -> WishCard:
    """One public wish."""
    found = wish_cards(db, [wish_id], locale, moment) if 0 < wish_id <= LARGEST_ID else []
    if not found:
        raise NotFound
    return found[0]


def card_of(db: Session, wish_id: int, locale: str, moment: datetime) -> WishCard:
    """One wish for those behind it, public or not."""
    rows = db.connection().execute(_SOME, {"ids": [wish_id], "locale": locale, "moment": moment}).mappings()
    return wish_card(rows.one())


def replies(db: Session, wish_id: int, locale: str) -> list[WishReply]:
    """The answers to a wish, the latest first."""
    rows = db.execute(
        select(WishAnswer.state, WishAnswer.text, WishAnswer.answered_at, func.coalesce(PROVIDER_NAME, ""))
        .outerjoin(WishAnswer.provider)
        .where(WishAnswer.wish_id == wish_id)
        .order_by(WishAnswer.answered_at.desc(), WishAnswer.id.desc()),
        {"locale": locale},
    )
    return [WishReply(*row) for row in rows]


def titles_to_join(db: Session) -> list[WishTitle]:
    """Every wish one can join, in few words."""
    rows = db.execute(
        select(WishRequest.id, WishRequest.title, WishRequest.details).where(WishRequest.state.in_(JOINABLE))
    )
    return [WishTitle(*row) for row in rows]


def public_ids(db: Session) -> list[tuple[int, datetime]]:
    """Every public wish and when it was last answered or left; for search engines."""
    answered = select(func.max(WishAnswer.answered_at)).where(WishAnswer.wish_id == WishRequest.id).scalar_subquery()
    rows = db.execute(
        select(WishRequest.id, func.coalesce(answered, WishRequest.created_at, type_=UtcDateTime()))
        .where(WishRequest.state.in_(PUBLIC))
        .order_by(WishRequest.id)
    )
    return [(wish_id, changed) for wish_id, changed in rows]


def _list(order: WishOrder, *, of_group: bool) -> Select[*tuple[object, ...]]:
    """The page of a list: first which wishes stand on it, then everything about them."""
    ranks = (WishRequest.state.not_in(JOINABLE).label("answered"), SUPPORTERS.label("wanted_by"))
    chosen = select(WishRequest.id, *ranks).where(WishRequest.state.in_(_STATES))
    if of_group:
        chosen = chosen.join(WishRequest.group).where(ThematicGroup.code == bindparam("group"))
    newest = (WishRequest.created_at.desc(), WishRequest.id.desc())
    by_support = order == "supporters"
    page = (
        chosen.order_by(*((ranks[0], ranks[1].desc()) if by_support else ()), *newest)
        .limit(bindparam("limit", type_=Integer()))
        .offset(bindparam("offset", type_=Integer()))
        .subquery()
    )
    return WISHES.join(page, page.c.id == WishRequest.id).order_by(
        *((page.c.answered, page.c.wanted_by.desc()) if by_support else ()), *newest
    )


_STATES = bindparam("states", type_=WishRequest.state.type, expanding=True)
_SOME = WISHES.where(WishRequest.id.in_(bindparam("ids", type_=Integer(), expanding=True)))
_LISTS = {
    (order, of_group): _list(order, of_group=of_group) for order in get_args(WishOrder) for of_group in (False, True)
}
