"""Staff: who is signed in, as acts and pages know them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.i18n import DEFAULT
from app.people.models import Role
from app.refusals import NotAllowed

PROVIDER_STAFF = frozenset({Role.EDITOR, Role.MANAGER})
RUN_STAFF = PROVIDER_STAFF | {Role.SUBSTITUTE}
BOARD = frozenset({Role.BOARD, Role.ADMINISTRATOR})
EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff at work: the person who acts is an argument of every act, never ambient."""

    account_id: int
    name: str
    role: Role
    provider_id: int | None
    sign_in: str = field(default="", repr=False)
    """Hash of the token of the signed-in device."""
    confirmed_at: datetime | None = None
    """When the password was last typed on this device."""
    institutions: Mapping[str, str] = field(default_factory=dict)
    """The provider's short names by language; none for the board."""

    key_id: int | None = None
    """Number of the key, when a system of the provider's acts and not a person."""
    is_seen: bool = True
    """Whether it is known well enough that the key is in use."""

    @property
    def actor(self) -> str:
        """How the log of actions names them."""
        return f"account:{self.account_id}" if self.key_id is None else f"key:{self.key_id}"

    @property
    def provider(self) -> int:
        """The number of their provider; the board has none and may not do what a provider does."""
        if self.provider_id is None:
            raise NotAllowed
        return self.provider_id

    @property
    def is_substitute(self) -> bool:
        """Whether they see only the runs in which they stand in for the teacher."""
        return self.role is Role.SUBSTITUTE

    def institution(self, locale: str) -> str:
        """The provider's short name in that language, else in Latvian; empty for the board."""
        return self.institutions.get(locale) or self.institutions.get(DEFAULT, "")
