"""The second step of signing in: one-time codes of a phone, each used once, and recovery codes on paper.

Half of the key lies in the database, the other half is SECRET_KEY: neither is of use alone.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.outbox.post import post
from app.outbox.staff_messages import SecondStepChanged
from app.people import account_queries
from app.people.models import Account, RecoveryCode, SignIn
from app.people.refusals import CodeWrong, SecondStepRequired
from app.people.sign_ins import begin_sign_in, end_all_devices, end_sign_in
from app.people.signing_in import signed_in
from app.people.staff import Staff
from app.refusals import Conflict

SECONDS = 30
"""So long a code is shown."""
RECOVERY_CODES = 10
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None that is mistaken for another: no I, L, O, U."""
_MISTAKEN = str.maketrans("ILO", "110", " -\u00a0")
_HALF = re.compile(r"[\w-]{22}", re.ASCII)
"""What `new_key` makes."""
_LENGTH = 24
"""Letters of a recovery code: 120 random bits, so that a plain hash keeps it."""


def phone_key(secret: str, half: str) -> str:
    """The whole key, as the phone keeps it."""
    made = hmac.new(secret.encode(), f"totp {half}".encode(), hashlib.sha256).digest()
    return base64.b32encode(made[:20]).decode()


def phone_address(key: str, address: str, site: str) -> str:
    """What the picture for the phone says."""
    return pyotp.TOTP(key).provisioning_uri(name=address, issuer_name=site)


def turn_on(db: Session, who: Staff, secret: str, half: str, code: str) -> list[str]:
    """From now on the phone with this key is asked for codes; the recovery codes, which are told only now.

    Another phone is forgotten, and every other device is signed out.
    """
    account = account_queries.lock_account(db, who.account_id)
    step = _step_of(phone_key(secret, half), code) if _HALF.fullmatch(half) else None
    if step is None:
        raise CodeWrong
    account.totp_secret, account.totp_step = half, step
    db.execute(update(SignIn).where(SignIn.token_hash == who.sign_in).values(second_factor_at=now()))
    end_all_devices(db, account.id, but=who.sign_in)
    record(db, who.actor, "second_step_on", "account", account.id)
    post(db, SecondStepChanged(account.id))
    return _new_recovery_codes(db, account)


def turn_off(db: Session, who: Staff, *, required: bool) -> None:
    """From now on the password alone is asked for."""
    if required:
        raise SecondStepRequired
    account = account_queries.lock_account(db, who.account_id)
    forget_phone(db, account)
    end_all_devices(db, account.id, but=who.sign_in)
    record(db, who.actor, "second_step_off", "account", account.id)
    post(db, SecondStepChanged(account.id))


def forget_second_step(db: Session, account_id: int, actor: str) -> None:
    """The owner has lost the phone and the codes: both are forgotten, and every device is signed out."""
    account = account_queries.lock_account(db, account_id)
    forget_phone(db, account)
    end_all_devices(db, account.id)
    record(db, actor, "second_step_reset", "account", account.id)
    post(db, SecondStepChanged(account.id))


def forget_phone(db: Session, account: Account) -> None:
    """The account has no second step any more, and no recovery codes."""
    account.totp_secret = account.totp_step = None
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def new_recovery_codes(db: Session, who: Staff) -> list[str]:
    """Other recovery codes instead of the ones before."""
    account = account_queries.lock_account(db, who.account_id)
    if account.totp_secret is None:
        raise Conflict
    record(db, who.actor, "recovery_codes_new", "account", account.id)
    post(db, SecondStepChanged(account.id))
    return _new_recovery_codes(db, account)


def take_second_step(db: Session, who: Staff, secret: str, code: str, *, device: str, old_token: str) -> str:
    """Sign the device in wholly, with a new token, by a one-time code or a recovery code."""
    account = account_queries.lock_account(db, who.account_id)
    if not _use_code(account, secret, code):
        _use_recovery_code(db, account, code)
    signed_in(db, account)
    end_sign_in(db, old_token)
    return begin_sign_in(db, account, device=device, second_factor=True, confirmed_at=who.confirmed_at)


def _use_code(account: Account, secret: str, code: str) -> bool:
    """Whether it is a code of the phone that was not used yet; from now on it is."""
    if account.totp_secret is None:
        return False
    step = _step_of(phone_key(secret, account.totp_secret), code)
    if step is None or step <= (account.totp_step or 0):
        return False
    account.totp_step = step
    return True


def _use_recovery_code(db: Session, account: Account, code: str) -> None:
    hashed = _hash(code)
    used = db.execute(
        update(RecoveryCode)
        .where(RecoveryCode.account_id == account.id, RecoveryCode.code_hash == hashed, RecoveryCode.used_at.is_(None))
        .values(used_at=now())
        .returning(RecoveryCode.id)
    ).first()
    if used is None:
        raise CodeWrong
    record(db, f"account:{account.id}", "recovery_code_used", "account", account.id)
    post(db, SecondStepChanged(account.id))


def _step_of(key: str, code: str) -> int | None:
    """Which stretch of 30 s the code belongs to: this one, or its neighbours where clocks differ."""
    typed, here = "".join(code.split()), int(now().timestamp()) // SECONDS
    if not (typed.isascii() and typed.isdecimal() and len(typed) == 6):
        return None
    phone = pyotp.TOTP(key, interval=SECONDS)
    steps = (here, here - 1, here + 1)
    return next((step for step in steps if hmac.compare_digest(phone.generate_otp(step), typed)), None)


def _new_recovery_codes(db: Session, account: Account) -> list[str]:
    codes: Sequence[str] = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(RECOVERY_CODES)]
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.add_all(RecoveryCode(account_id=account.id, code_hash=_hash(code)) for code in codes)
    db.flush()
    return ["-".join(code[at : at + 4] for at in range(0, _LENGTH, 4)) for code in codes]


def _hash(code: str) -> str:
    plain = code.upper().translate(_MISTAKEN)
    return hashlib.sha256(f"recovery {plain}".encode("utf-8", "replace")).hexdigest()
