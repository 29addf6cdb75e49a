"""What both doors ask for: the transaction of a request, who is signed in, the search engine, settings, rules, bounded ids."""

from collections.abc import Awaitable, Callable, Iterable, Set
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from inspect import signature
from typing import Annotated, TypeVar, get_args

from anyio import to_thread
from fastapi import Depends, Path, Request
from fastapi.routing import APIRoute, request_response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session
from starlette.routing import BaseRoute

from app.db import Database, database_of, reads_only
from app.limits import KEY_REQUESTS
from app.people.keys import Scope, keep_used, staff_behind_key
from app.people.models import Role
from app.people.refusals import ConfirmationNeeded
from app.people.sign_ins import hash_of, is_confirmed, is_to_be_seen, keep_awake, staff_behind
from app.people.staff import BOARD, EVERYBODY, PROVIDER_STAFF, RUN_STAFF, Staff
from app.registrations.seats import SeatRules
from app.search.engine import SearchEngine
from app.search.open import CurrentEngine, OpenEngine
from app.settings import Settings
from app.wishes.actions import WishRules

Answer = TypeVar("Answer")


async def transaction(request: Request) -> Session:
    """The request's one session: GET and HEAD read, everything else may write and commits before the answer leaves.

    It holds nothing until it is asked; whoever uses it runs behind the turnstile, and ends it (`behind_the_turnstile`).
    """
    database: Database = request.app.state.database
    return database.reader() if request.method in _READING else database.writer()


def behind_the_turnstile(routes: Iterable[BaseRoute]) -> None:
    """Let the endpoints of these routes that ask for the database wait at the turnstile, then run in one thread.

    That thread ends the transaction too, before the answer leaves: going to another one only for that took a third of
    the time in which the next writer waits. Who is signed in is looked up there as well, in the same transaction.
    """
    for route in routes:
        if isinstance(route, APIRoute) and (name := _session_of(route.endpoint)):
            route.dependant.call = _waiting(route.endpoint, name, _staff_of(route.endpoint))
            route.app = request_response(route.get_route_handler())


def _session_of(endpoint: Callable[..., object]) -> str | None:
    """The name of the endpoint's parameter that is the session."""
    return next((name for name, kind in signature(endpoint).parameters.items() if kind.annotation == Db), None)


def _staff_of(endpoint: Callable[..., object]) -> str | None:
    """The name of the endpoint's parameter that is who is signed in."""
    kinds = signature(endpoint).parameters.items()
    return next((name for name, kind in kinds if get_args(kind.annotation)[:1] == (Staff,)), None)


def _waiting(endpoint: Callable[..., Answer], name: str, who: str | None) -> Callable[..., Awaitable[Answer]]:
    """The endpoint behind the turnstile."""

    def ended(request: dict[str, object], db: Session, database: Database) -> Answer:
        """What the endpoint did is committed, or rolled back when it refuses."""
        commits = False
        try:
            answer = endpoint(**request) if who is None else for_staff(request, db, database)
            commits = not reads_only(db)
        finally:
            database.finish(db, commits)
        return answer

    def for_staff(request: dict[str, object], db: Session, database: Database) -> Answer:
        """The endpoint for who is signed in; that their device is in use is kept apart from what they do, once a minute."""
        claim = request[who or ""]
        assert isinstance(claim, Claim | KeyClaim)
        staff = claim.settle(db)
        is_key = staff.key_id is not None
        is_due = not staff.is_seen if is_key else is_to_be_seen(db, staff)
        keep_seen = keep_used if is_key else keep_awake
        if is_due and not reads_only(db):
            keep_seen(db, staff)
        answer = endpoint(**{**request, who or "": staff})
        if is_due and reads_only(db):
            database.close(db)
            with database.writing() as writer:
                keep_seen(writer, staff)
        return answer

    @wraps(endpoint)
    async def waiting(**given: object) -> Answer:
        db = given[name]
        assert isinstance(db, Session)
        database = database_of(db)
        async with database.turnstile if reads_only(db) else database.writers_turnstile:
            return await to_thread.run_sync(ended, given, db, database)

    return waiting


Db = Annotated[Session, Depends(transaction)]
_READING = {"GET", "HEAD", "OPTIONS"}


def settings_of(request: Request) -> Settings:
    """The settings of this process."""
    settings: Settings = request.app.state.settings
    return settings


async def configured(request: Request) -> Settings:
    """`settings_of` as a dependency; like all here it waits for nothing, so that it needs no thread."""
    return settings_of(request)


async def rules_of(request: Request) -> SeatRules:
    """The city's rules about seats."""
    rules: SeatRules = request.app.state.rules
    return rules


async def wish_rules_of(request: Request) -> WishRules:
    """The city's rules about wishes."""
    settings = settings_of(request)
    return WishRules(timedelta(days=settings.wish_answer_days), f"wishes:{settings.secret_key.get_secret_value()}")


async def engine_of(request: Request, db: Db) -> SearchEngine:
    """The search engine, knowing everything that was committed. It reads when it is asked: nothing waits here."""
    opened: OpenEngine = request.app.state.engine
    return CurrentEngine(opened, db)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says about who sends it, still to be looked up: `behind_the_turnstile` hands on the `Staff`."""

    token: str
    roles: Set[Role]
    needs_code: bool
    strict: bool
    confirmed: bool = False

    def settle(self, db: Session) -> Staff:
        """Who it is; refuses whoever is not signed in, or has another role, or must type the password again first."""
        who = staff_behind(db, self.token, self.roles, needs_code=self.needs_code, strict=self.strict)
        if self.confirmed and not is_confirmed(who):
            raise ConfirmationNeeded
        return who


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency: somebody signed in with one of these roles. The access table is read from it.

    `needs_code` is off for the pages on which the second step is taken; `may_lack_code` lets in accounts that have none
    yet, where it is set up. `confirmed` asks for a password that was typed on this device minutes ago.
    """

    roles: Set[Role]
    needs_code: bool = True
    may_lack_code: bool = False
    confirmed: bool = False

    async def __call__(self, request: Request) -> Claim:
        """The claim of this request's cookie."""
        settings = settings_of(request)
        token = request.cookies.get(staff_cookie(settings), "")
        strict = settings.is_production and not self.may_lack_code
        return Claim(token, self.roles, self.needs_code, strict, self.confirmed)


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """The key that a provider's system sent, still to be looked up."""

    token: str
    scopes: Set[Scope]

    def settle(self, db: Session) -> Staff:
        """For whom the system acts; refuses a key that is not valid, or was not made for this."""
        return staff_behind_key(db, self.token, self.scopes)


BEARER = HTTPBearer(
    scheme_name="providerKey",
    auto_error=False,
    description="A key of the provider's, made in the workspace under “API keys”; it acts for that provider only.",
)


@dataclass(frozen=True, slots=True)
class KeyNeeds:
    """A dependency: a provider's key with one of these scopes. Requests of a key are counted before it is looked up."""

    scopes: Set[Scope]

    async def __call__(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
    ) -> KeyClaim:
        """The claim of this request's key."""
        token = given.credentials if given else ""
        if token:
            KEY_REQUESTS.count_for(request, hash_of(token))
        return KeyClaim(token, self.scopes)


def staff_cookie(settings: Settings) -> str:
    """`__Host-staff` under https, where the browser guards the prefix; `staff` elsewhere."""
    return "__Host-staff" if settings.secure_cookies else "staff"


AnyStaff = Annotated[Staff, Depends(Needs(EVERYBODY))]
HalfSignedIn = Annotated[Staff, Depends(Needs(EVERYBODY, needs_code=False))]
"""Only for the pages on which the second step is taken."""
SettingUp = Annotated[Staff, Depends(Needs(EVERYBODY, may_lack_code=True, confirmed=True))]
"""Where the second step is set up: nobody without one sees anything else where it is required."""
Confirming = Annotated[Staff, Depends(Needs(EVERYBODY, may_lack_code=True))]
ConfirmingClaim = Annotated[Claim, Depends(Needs(EVERYBODY, may_lack_code=True))]
"""Like all claims for acts that take long before they write: they settle it in transactions of their own."""
ConfirmedStaff = Annotated[Staff, Depends(Needs(EVERYBODY, confirmed=True))]
ConfirmedClaim = Annotated[Claim, Depends(Needs(EVERYBODY, confirmed=True))]
ProviderStaff = Annotated[Staff, Depends(Needs(PROVIDER_STAFF))]
ProviderManager = Annotated[Staff, Depends(Needs(frozenset({Role.MANAGER})))]
RunStaff = Annotated[Staff, Depends(Needs(RUN_STAFF))]
BoardMember = Annotated[Staff, Depends(Needs(BOARD))]
BoardClaim = Annotated[Claim, Depends(Needs(BOARD))]
ConfirmedManager = Annotated[Staff, Depends(Needs(frozenset({Role.MANAGER}), confirmed=True))]
ConfirmedAdministrator = Annotated[Staff, Depends(Needs(frozenset({Role.ADMINISTRATOR}), confirmed=True))]
Administrator = Annotated[Staff, Depends(Needs(frozenset({Role.ADMINISTRATOR})))]
CourseWriter = Annotated[Staff, Depends(KeyNeeds(frozenset({Scope.COURSES_WRITE})))]
RunWriter = Annotated[Staff, Depends(KeyNeeds(frozenset({Scope.RUNS_WRITE})))]
RegistrationReader = Annotated[Staff, Depends(KeyNeeds(frozenset({Scope.REGISTRATIONS_READ})))]
AnyKey = Annotated[Staff, Depends(KeyNeeds(frozenset(Scope)))]
Configured = Annotated[Settings, Depends(configured)]
Rules = Annotated[SeatRules, Depends(rules_of)]
RulesOfWishes = Annotated[WishRules, Depends(wish_rules_of)]
Engine = Annotated[SearchEngine, Depends(engine_of)]
RunId = Annotated[int, Path(ge=1, le=2**31 - 1, description="The run's number, as the course lists it.")]
