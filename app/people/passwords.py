"""Passwords: hashed slowly (argon2id), few at a time; changed ones must not be easy to guess."""

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.refusals import Unavailable

AT_ONCE = 2
"""So many passwords are hashed at the same time in one process: each takes its memory for itself."""
LONGEST_WAIT = 10.0
"""Seconds until somebody who waits for that is asked to come back later."""
_turns = BoundedSemaphore(AT_ONCE)


class PasswordCost(NamedTuple):
    """What guessing one password costs: memory in MiB, and how often it is gone through."""

    memory: int
    rounds: int


def hash_password(cost: PasswordCost, password: str) -> str:
    """The password as it is kept."""
    with _turn():
        return _hasher(cost).hash(_composed(password))


def is_password(cost: PasswordCost, stored: str | None, password: str) -> bool:
    """Whether it is the password. Where none is stored it costs the same: nobody learns whether there is an account."""
    with _turn():
        try:
            return _hasher(cost).verify(stored or _nobodys(cost), _composed(password)) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def costs_otherwise(cost: PasswordCost, stored: str) -> bool:
    """Whether the stored password was hashed with another cost, and is to be hashed anew when it is typed next."""
    return _hasher(cost).check_needs_rehash(stored)


def _composed(password: str) -> bytes:
    """The same letters however a keyboard composes them; whatever a program sends is taken as it is."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=8)
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(time_cost=cost.rounds, memory_cost=cost.memory * 1024, parallelism=1)


@lru_cache(maxsize=8)
def _nobodys(cost: PasswordCost) -> str:
    return _hasher(cost).hash(secrets.token_urlsafe(32))


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=LONGEST_WAIT):
        raise Unavailable(headers={"Retry-After": str(int(LONGEST_WAIT))})
    try:
        yield
    finally:
        _turns.release()
