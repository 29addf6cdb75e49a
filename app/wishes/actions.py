"""What changes wishes: leaving one, joining one, confirming the address, taking support back, making a wish public."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, record
from app.clock import now
from app.links import new_key
from app.outbox.messages import WishJoined, WishLeft
from app.outbox.post import post
from app.people.addresses import email_key, lock_address, person_token
from app.refusals import NotFound
from app.wishes import queries
from app.wishes.inputs import JoinForm, WishForm
from app.wishes.models import WishRequest, WishState, WishSupport
from app.wishes.refusals import TooManyWishes, UnknownGroup, WishClosed, WriterUnknown, WrongWishState

SAME_WISH = timedelta(days=1)
"""The same words from the same address within this time are the same wish."""
LETTER_AGAIN = timedelta(hours=1)
"""Somebody who joins again gets another letter only after this time."""
WISHES_A_DAY = 10
"""So many wishes one address may leave or join a day."""


@dataclass(frozen=True, slots=True)
class WishRules:
    """The city's rules about wishes."""

    answer_within: timedelta
    counting_key: str
    """Key of the hash by which a person behind several joined wishes is counted once."""


def leave_wish(db: Session, asked: WishForm, rules: WishRules, locale: str = "lv") -> WishSupport:
    """Keep the wish, unread, and its writer, whose address is to be confirmed. Sent twice, it is one wish."""
    key = email_key(asked.email)
    lock_address(db, "wish", key)
    moment = now()
    lately = queries.left_since(db, key, moment - SAME_WISH)
    _refuse_too_many(len(lately))
    for support in lately:
        if support.is_writer and _same_words(support.wish.title, asked.title):
            return support
    wish = WishRequest(
        title=asked.title,
        details=asked.details,
        group_id=_group_id(db, asked.group),
        times=[time.value for time in asked.times],
        format=asked.format or "",
        audience=asked.audience or "",
        people=asked.people,
        state=WishState.UNREAD,
        created_at=moment,
        answer_by=moment + rules.answer_within,
    )
    db.add(wish)
    db.flush()
    support = WishSupport(
        wish_id=wish.id,
        email=asked.email,
        email_key=key,
        person_key=person_token(rules.counting_key, key),
        is_writer=True,
        locale=locale,
        link_key=new_key(),
        created_at=moment,
    )
    db.add(support)
    db.flush()
    post(db, WishLeft(support.id))
    record(db, RESIDENT, "wish_left", "wish", wish.id)
    return support


def join_wish(db: Session, wish_id: int, asked: JoinForm, rules: WishRules, locale: str = "lv") -> WishSupport:
    """Put the person behind the wish, once; counted when the address is confirmed. Joining again answers the same.

    Who joins a wish that was joined to another one stands behind that one.
    """
    key = email_key(asked.email)
    lock_address(db, "wish", key)
    wish = queries.lock_wish(db, wish_id)
    if wish.state is WishState.MERGED and wish.merged_into_id is not None:
        wish = queries.lock_wish(db, wish.merged_into_id)
    if not wish.is_public:
        raise NotFound
    if not wish.can_be_joined:
        raise WishClosed
    moment = now()
    _refuse_too_many(len(queries.left_since(db, key, moment - timedelta(days=1))))
    if support := queries.own_support(db, wish.id, key):
        if support.created_at <= moment - LETTER_AGAIN:
            support.created_at = moment
            post(db, WishJoined(support.id))
            record(db, RESIDENT, "wish_joined_again", "wish", wish.id)
        return support
    support = WishSupport(
        wish_id=wish.id,
        email=asked.email,
        email_key=key,
        person_key=person_token(rules.counting_key, key),
        locale=locale,
        link_key=new_key(),
        created_at=moment,
    )
    db.add(support)
    db.flush()
    post(db, WishJoined(support.id))
    record(db, RESIDENT, "wish_joined", "wish", wish.id)
    return support


def confirm_support(db: Session, link_key: str) -> WishSupport:
    """The person confirms the address and is counted. Doing it twice changes nothing; after taking back, it counts again."""
    support = queries.by_link(db, link_key, lock=True)
    if support.counts:
        return support
    support.confirmed_at = now()
    support.withdrawn_at = None
    record(db, RESIDENT, "wish_support_confirmed", "wish", support.wish_id)
    return support


def take_back_support(db: Session, link_key: str) -> WishSupport:
    """The person no longer wants this and is not counted any more. Doing it twice changes nothing."""
    support = queries.by_link(db, link_key, lock=True)
    if support.withdrawn_at is None:
        support.withdrawn_at = now()
        record(db, RESIDENT, "wish_support_taken_back", "wish", support.wish_id)
    return support


def publish_wish(db: Session, wish_id: int, actor: str) -> WishRequest:
    """Somebody of the board has read the wish: everybody may see and join it. Its writer's address must be confirmed."""
    wish = queries.lock_wish(db, wish_id)
    if not wish.can_become(WishState.NEW):
        raise WrongWishState
    if not queries.has_confirmed_writer(db, wish.id):
        raise WriterUnknown
    wish.state = WishState.NEW
    record(db, actor, "wish_published", "wish", wish.id)
    return wish


def _same_words(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _refuse_too_many(sent: int) -> None:
    """Asked before anything else: a limit that spares what is known already would tell whose it is."""
    if sent >= WISHES_A_DAY:
        raise TooManyWishes


def _group_id(db: Session, code: str) -> int | None:
    if not code:
        return None
    if (found := queries.group_id(db, code)) is None:
        raise UnknownGroup
    return found
