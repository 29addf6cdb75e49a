"""One's own account: name, language, password, address, devices."""

from sqlalchemy.orm import Session

from app.audit.record import record
from app.outbox.post import post
from app.outbox.staff_messages import AddressChanged, NewAddressAsked, PasswordChanged, PasswordResetAsked
from app.people import account_queries
from app.people.account_links import NEW_EMAIL_FOR, RESET_FOR, new_link, use_link, withdraw_links
from app.people.addresses import email_key, lock_address
from app.people.inputs import OwnAccountForm
from app.people.models import Account, LinkKind
from app.people.refusals import AddressTaken
from app.people.sign_ins import begin_sign_in, end_all_devices, end_sign_in
from app.people.signing_in import signed_in
from app.people.staff import Staff


def change_own(db: Session, who: Staff, asked: OwnAccountForm) -> None:
    """Keep another name or language of letters."""
    account = account_queries.lock_account(db, who.account_id)
    changed = [name for name in ("name", "locale") if getattr(account, name) != getattr(asked, name)]
    account.name, account.locale = asked.name, asked.locale
    if changed:
        record(db, who.actor, "account_changed", "account", account.id, {"fields": ", ".join(changed)})


def change_password(db: Session, who: Staff, password_hash: str) -> None:
    """Keep another password; every other device is signed out, and its owner is told."""
    account = account_queries.lock_account(db, who.account_id)
    _keep_password(db, account, password_hash, who.actor, but=who.sign_in)


def ask_for_reset(db: Session, address: str) -> None:
    """Mail a link for a new password, if the address has an account that is in use."""
    account = account_queries.by_address(db, address)
    if account is None or not account.is_active or account.password_hash is None:
        return
    link = new_link(db, account, LinkKind.RESET, RESET_FOR)
    record(db, f"account:{account.id}", "password_reset_asked", "account", account.id)
    post(db, PasswordResetAsked(link.id))


def reset_password(db: Session, key: str, password_hash: str) -> None:
    """Keep the new password of whoever has the letter; every device is signed out."""
    _link, account = use_link(db, key, LinkKind.RESET)
    _keep_password(db, account, password_hash, f"account:{account.id}")


def accept_invitation(db: Session, key: str, password_hash: str, *, device: str, old_token: str) -> str:
    """The account is in use from now on, and this device is signed in; its token."""
    _link, account = use_link(db, key, LinkKind.INVITATION)
    account.password_hash = password_hash
    end_all_devices(db, account.id)
    end_sign_in(db, old_token)
    record(db, f"account:{account.id}", "invitation_accepted", "account", account.id)
    if account.totp_secret is None:
        signed_in(db, account)
    return begin_sign_in(db, account, device=device)


def ask_for_address(db: Session, who: Staff, address: str) -> None:
    """Mail a link to the new address; one that another account has gets none, and nobody learns of it."""
    account = account_queries.lock_account(db, who.account_id)
    record(db, who.actor, "address_asked", "account", account.id)
    if account_queries.by_address(db, address) is not None:
        return
    link = new_link(db, account, LinkKind.NEW_EMAIL, NEW_EMAIL_FOR, by=who.account_id, email=email_key(address))
    post(db, NewAddressAsked(link.id))


def confirm_address(db: Session, key: str) -> None:
    """The new address is right: every device is signed out, and the address before is told."""
    link, account = use_link(db, key, LinkKind.NEW_EMAIL)
    new = link.email or ""
    lock_address(db, "account", email_key(new))
    if account_queries.by_address(db, new) is not None:
        raise AddressTaken
    link.email, account.email = account.email, new
    end_all_devices(db, account.id)
    withdraw_links(db, account.id, LinkKind.RESET)
    record(db, f"account:{account.id}", "address_changed", "account", account.id)
    post(db, AddressChanged(link.id))


def log_out_everywhere(db: Session, who: Staff) -> None:
    """Sign out every device of theirs, this one too."""
    end_all_devices(db, who.account_id)
    record(db, who.actor, "signed_out_everywhere", "account", who.account_id)


def _keep_password(db: Session, account: Account, password_hash: str, actor: str, *, but: str = "") -> None:
    account.password_hash = password_hash
    end_all_devices(db, account.id, but=but)
    withdraw_links(db, account.id, LinkKind.RESET, LinkKind.NEW_EMAIL)
    record(db, actor, "password_changed", "account", account.id)
    post(db, PasswordChanged(account.id))
