"""Accounts of others: inviting, changing roles, closing. A manager does it at their provider, an administrator everywhere."""

from collections.abc import Set
from datetime import timedelta

from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.i18n import _
from app.outbox.post import post
from app.outbox.staff_messages import StaffInvited
from app.people import account_queries
from app.people.account_links import new_link, withdraw_links
from app.people.addresses import email_key, lock_address
from app.people.inputs import InvitationForm
from app.people.keys import revoke_keys_of
from app.people.models import Account, AccountLink, LinkKind, Role
from app.people.refusals import AddressTaken, LastAdmin, OwnSecondStep
from app.people.second_step import forget_second_step
from app.people.sign_ins import end_all_devices
from app.people.staff import BOARD, RUN_STAFF, Staff
from app.refusals import Conflict, NotAllowed, NotFound

MANAGING = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""Who manages accounts."""


def roles_given_by(who: Staff) -> Set[Role]:
    """The roles that they may give."""
    if who.role is Role.ADMINISTRATOR:
        return frozenset(Role)
    return RUN_STAFF if who.role is Role.MANAGER else frozenset()


def invite(db: Session, who: Staff, asked: InvitationForm, lasts: timedelta) -> Account:
    """Make an account for somebody and mail them a link with which they choose a password."""
    provider_id = who.provider_id if who.role is Role.MANAGER else asked.provider_id
    if asked.role not in roles_given_by(who) or (asked.role in BOARD) != (provider_id is None):
        raise NotAllowed
    account = _made(db, who.actor, asked, provider_id)
    _send(db, who, account, lasts)
    return account


def made_account(db: Session, actor: str, asked: InvitationForm, days: int) -> AccountLink:
    """Make an account without a letter, as the command line does; the link with which its owner chooses a password."""
    if (asked.role in BOARD) != (asked.provider_id is None):
        raise NotAllowed(_("Staff of a provider need its code; the board has none."))
    account = _made(db, actor, asked, asked.provider_id)
    return new_link(db, account, LinkKind.INVITATION, timedelta(days=days))


def _made(db: Session, actor: str, asked: InvitationForm, provider_id: int | None) -> Account:
    lock_address(db, "account", email_key(asked.email))
    if account_queries.by_address(db, asked.email) is not None:
        raise AddressTaken
    account = Account(
        email=email_key(asked.email),
        name=asked.name,
        role=asked.role,
        provider_id=provider_id,
        locale=asked.locale,
        created_at=now(),
    )
    db.add(account)
    db.flush()
    record(db, actor, "account_invited", "account", account.id, {"role": asked.role.value})
    return account


def invite_again(db: Session, who: Staff, account_id: int, lasts: timedelta) -> None:
    """Mail another link; the one before no longer works."""
    account = _theirs(db, who, account_id)
    if not is_invited(account) or not account.is_active:
        raise Conflict
    record(db, who.actor, "account_invited_again", "account", account.id)
    _send(db, who, account, lasts)


def withdraw_invitation(db: Session, who: Staff, account_id: int) -> None:
    """Take the invitation back: nothing is left of an account that nobody has used."""
    account = _theirs(db, who, account_id)
    if not is_invited(account):
        raise Conflict
    record(db, who.actor, "invitation_withdrawn", "account", account.id)
    db.delete(account)


def change_role(db: Session, who: Staff, account_id: int, role: Role) -> None:
    """Give the account another role; it counts from the next page that its owner opens."""
    account = _theirs(db, who, account_id)
    if role not in roles_given_by(who) or (role in BOARD) != (account.provider_id is None):
        raise NotAllowed
    if role is account.role:
        return
    if role not in MANAGING:
        _refuse_last(db, account)
        revoke_keys_of(db, who, account)
    before, account.role = account.role, role
    record(db, who.actor, "role_changed", "account", account.id, {"before": before.value, "after": role.value})


def close_account(db: Session, who: Staff, account_id: int) -> None:
    """Its owner is out with the next page, and can no longer sign in."""
    account = _theirs(db, who, account_id)
    if not account.is_active:
        return
    _refuse_last(db, account)
    account.is_active, account.ended_at = False, now()
    end_all_devices(db, account.id)
    withdraw_links(db, account.id, *LinkKind)
    revoke_keys_of(db, who, account)
    record(db, who.actor, "account_closed", "account", account.id)


def open_account(db: Session, who: Staff, account_id: int) -> None:
    """Its owner may sign in again."""
    account = _theirs(db, who, account_id)
    if account.is_active or not account.name:
        return
    account.is_active, account.ended_at = True, None
    record(db, who.actor, "account_opened", "account", account.id)


def forget_second_step_of(db: Session, who: Staff, account_id: int) -> None:
    """Its owner has lost the phone and the codes; one's own second step is changed where one signs in with it."""
    account = _theirs(db, who, account_id)
    if account.id == who.account_id:
        raise OwnSecondStep
    if account.totp_secret is not None:
        forget_second_step(db, account.id, who.actor)


def is_invited(account: Account) -> bool:
    """Whether nobody has used the account yet."""
    return account.password_hash is None and account.oidc_subject is None


def theirs(db: Session, who: Staff, account_id: int) -> Account:
    """The account, if they manage it; who was erased is not found either."""
    account = account_queries.account(db, account_id)
    if (
        not account.name
        or who.role not in MANAGING
        or (who.role is Role.MANAGER and account.provider_id != who.provider)
    ):
        raise NotFound
    return account


def _theirs(db: Session, who: Staff, account_id: int) -> Account:
    """The same, held; and who manages is held too, so that two cannot take the right from each other at once."""
    account = theirs(db, who, account_id)
    account_queries.lock_managing(db, account.provider_id)
    return account_queries.lock_account(db, account_id)


def _refuse_last(db: Session, account: Account) -> None:
    """The last one who manages can go only after everybody whom they manage."""
    if account.role not in MANAGING or not account.is_active:
        return
    others = [one for one in account_queries.in_use(db, account.provider_id) if one.id != account.id]
    manages = any(one.role in MANAGING for one in others)
    if not manages and (others or account.provider_id is None):
        raise LastAdmin


def _send(db: Session, who: Staff, account: Account, lasts: timedelta) -> None:
    link = new_link(db, account, LinkKind.INVITATION, lasts, by=who.account_id)
    post(db, StaffInvited(link.id))
