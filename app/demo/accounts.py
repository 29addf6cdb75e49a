"""The demonstration's staff accounts, which anybody may play."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher

from app.demo.rows import Rows, seeded
from app.people.models import Account, Role

DEMO_PASSWORD = "Demo-parole-2026"  # noqa: S105


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A member of staff whom anybody may play; `provider` is its code, empty for the board."""

    email: str
    name: str
    role: Role
    provider: str = ""


DEMO_ACCOUNTS = (
    DemoAccount("parvalde@example.lv", "Anna Bērziņa", Role.BOARD),
    DemoAccount("padome@example.lv", "Edgars Tērauds", Role.BOARD),
    DemoAccount("administrators@example.lv", "Kristaps Zīle", Role.ADMINISTRATOR),
    DemoAccount("vadiba.vb@example.lv", "Ilze Kalniņa", Role.MANAGER, "vb"),
    DemoAccount("redaktore.vb@example.lv", "Laila Dreimane", Role.EDITOR, "vb"),
    DemoAccount("vadiba.vdc@example.lv", "Gints Vītols", Role.MANAGER, "vdc"),
    DemoAccount("vadiba.vmc@example.lv", "Sanita Ozoliņa", Role.MANAGER, "vmc"),
    DemoAccount("vadiba.vt@example.lv", "Mārtiņš Krūmiņš", Role.MANAGER, "vt"),
    DemoAccount("vadiba.vmv@example.lv", "Guna Strautiņa", Role.MANAGER, "vmv"),
    DemoAccount("vadiba.vm@example.lv", "Zane Upmale", Role.MANAGER, "vm"),
    DemoAccount("vadiba.zrs@example.lv", "Inga Melngaile", Role.MANAGER, "zrs"),
    DemoAccount("vadiba.vatp@example.lv", "Raitis Eglītis", Role.MANAGER, "vatp"),
    DemoAccount("vadiba.buts@example.lv", "Dace Rubene", Role.MANAGER, "buts"),
)


def add_accounts(rows: Rows, providers: Mapping[str, int], created_at: datetime) -> dict[str, int]:
    """Keep the accounts and say who publishes for each provider; under an empty code, for the board.

    The published password's salt comes from the seed too, so that the city is the same every time.
    """
    hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)  # As PASSWORD_MEMORY and _ROUNDS are.
    password_hash = hasher.hash(DEMO_PASSWORD, salt=seeded("accounts").randbytes(16))
    managers: dict[str, int] = {}
    for account in DEMO_ACCOUNTS:
        account_id = rows.add(
            Account,
            email=account.email,
            name=account.name,
            role=account.role,
            provider_id=providers.get(account.provider),
            password_hash=password_hash,
            totp_secret=None,
            totp_step=None,
            oidc_issuer=None,
            oidc_subject=None,
            ended_at=None,
            signed_in_at=None,
            locale="lv",
            is_active=True,
            created_at=created_at,
        )
        managers.setdefault(account.provider, account_id)
    return managers
