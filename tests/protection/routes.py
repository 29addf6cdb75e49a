"""Every route of the city with an address that works, and a way to send whatever a client could send."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from urllib.parse import quote, unquote

from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from starlette.types import Message

from app.clock import now, today
from app.courses.models import Course, CourseRun
from app.interests.actions import ask_for_news
from app.interests.alerts import Search, ask_for_courses
from app.interests.inputs import InterestForm
from app.links import new_key, sign
from app.providers.models import Provider
from app.registrations.models import Registration, State
from app.web.static_files import static
from app.wishes.actions import WishRules, join_wish
from app.wishes.inputs import JoinForm
from app.wishes.models import JOINABLE, WishRequest, WishSupport
from tests.pages.own_list import new_token
from tests.protection.staff_values import make_own, value_of
from tests.staff import new_token as new_staff_token

STAFF = ("/darbvieta", "/parvalde", "/konts")
"""Where only staff may come."""
TEAM = "vb"
"""The provider whose people come there in these tests."""
SENT_KEY = "the-key-of-a-sent-form-0123456789"
_CONTROL = re.compile(r'<(?:input|select|textarea|button)[^>]*?\sname="([^"]+)"')
Headers: TypeAlias = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """A route with values for its path that lead somewhere."""

    method: str
    path: str
    values: dict[str, str]

    @property
    def address(self) -> str:
        """Where it stands."""
        return self.path.format(**{name: quote(value, safe="") for name, value in self.values.items()})

    def elsewhere(self, name: str, value: str) -> str:
        """The address with another value, percent-encoded already, in one place of its path."""
        values = {known: quote(one, safe="") for known, one in self.values.items()} | {name: value}
        return self.path.format(**values)


def open_run(db: Session) -> int:
    """A run that takes registrations now, and has a waiting list and many seats."""
    moment = now()
    found = db.scalar(
        select(CourseRun.id)
        .where(
            CourseRun.registration_opens_at < moment,
            CourseRun.registration_closes_at > moment,
            CourseRun.starts_at > moment,
            CourseRun.cancelled_at.is_(None),
            CourseRun.has_waiting_list,
            CourseRun.course.has(Course.state == "published"),
        )
        .order_by(CourseRun.seats.desc(), CourseRun.id)
        .limit(1)
    )
    assert found is not None
    return found


def every_route(app: FastAPI, visitor: TestClient) -> list[Place]:
    """All routes; one whose path holds something unknown here fails, so that a new one is thought of."""
    values = path_values(app, visitor)
    found = []
    for route in app.routes:
        path, methods = getattr(route, "path", ""), getattr(route, "methods", None) or set()
        names = re.findall(r"{(\w+)}", path)
        known = {name: values(path, name) for name in names}
        found += [Place(method, path, known) for method in sorted({*methods} - {"HEAD"})]
    return found


def path_values(app: FastAPI, visitor: TestClient) -> Callable[[str, str], str]:
    """What may stand in each place of each path."""
    secret: str = app.state.settings.secret_key.get_secret_value()
    with app.state.database.reading() as db:
        run = open_run(db)
        registration = db.scalar(
            select(Registration.link_key)
            .where(Registration.state == State.CONFIRMED, Registration.email.is_not(None))
            .order_by(Registration.id.desc())
            .limit(1)
        )
        support = db.scalar(select(WishSupport.link_key).order_by(WishSupport.created_at.desc()).limit(1))
        course, code = db.execute(select(Course.slug, Course.code).order_by(Course.id).limit(1)).one()
        provider, institution = db.execute(select(Provider.slug, Provider.code).limit(1)).one()
        wish = db.scalar(select(WishRequest.id).where(WishRequest.state.in_(JOINABLE)).limit(1))
    rules = WishRules(timedelta(days=30), "routes")
    with app.state.database.writing() as db:
        asked = db.get_one(CourseRun, run)
        asked.link_key = run_key = asked.link_key or new_key()
        course_id = asked.course_id
        wants_news = ask_for_news(db, asked.course_id, InterestForm(email="anna.ozola@example.lv")).link_key
        wishes_too = join_wish(db, wish or 0, JoinForm(email="anna.ozola@example.lv"), rules).link_key
        wants_courses = ask_for_courses(
            db, Search("keramika", "price=free", "„keramika”"), InterestForm(email="anna.ozola@example.lv")
        ).link_key
    sent = {"name": "Anna Ozola", "email": "anna.ozola@example.lv", "step": "send", "key": SENT_KEY}
    visitor.post(f"/norises/{run}/pieteikties", data=sent)
    known = {
        "import_id": "1",
        "number": "2",
        "key_id": "1",
        "session_id": "1",
        "/api/v1/own/courses/{code}": code,
        "/darbvieta/eksports/{token}": sign(secret, "export", "1.0.csv.courses"),
        "run_id": str(run),
        "course_id": str(course_id),
        "wish_id": str(wish),
        "key": SENT_KEY,
        "year": "2025",
        "name": static("style.css").rpartition("/")[2],
        "/kursi/{slug}": course,
        "/istenotaji/{slug}": provider,
        "/grupas/{code}": "digital",
        "/api/v1/courses/{code}": code,
        "/api/v1/providers/{code}": institution,
        "/brivas-vietas/{token}": sign(secret, "late_seats", run_key),
        "/lemumi/{token}": sign(secret, "decision", run_key),
        "/pazinojumi/nosutits/{token}": sign(secret, f"interest_sent {today()}", wants_news),
        "/pazinojumi/{token}": sign(secret, "interest", wants_news),
        "/zinas/nosutits/{token}": sign(secret, f"alert_sent {today()}", wants_courses),
        "/zinas/{token}": sign(secret, "alert", wants_courses),
        "/pieteikumi/visi/{token}": new_token(app.state.database, app.state.settings, "anna.ozola@example.lv"),
        "/pieteikumi/{token}": sign(secret, "registration", registration or ""),
        "/pieslegties/parole/{token}": sign(secret, "password_reset", new_key()),
        "/pieslegties/uzaicinajums/{token}": sign(secret, "staff_invitation", new_key()),
        "/pieslegties/epasts/{token}": sign(secret, "new_email", new_key()),
        "account_id": "1",
        "/velmes/atbalsts/{token}": sign(secret, "wish", support or ""),
        "/velmes/nosutita/{token}": sign(secret, "wish_sent", wishes_too),
    }

    with app.state.database.writing() as db:
        own = make_own(db, db.scalars(select(Provider.id).where(Provider.code == TEAM)).one(), secret)

    def value(path: str, name: str) -> str:
        if path.startswith(STAFF):
            return value_of(own, path, name)
        upto = path[: path.index("{" + name + "}") + len(name) + 2]
        assert upto in known or name in known, f"give tests/protection/routes.py a value for {path}"
        return str(known.get(upto) or known[name])

    return value


def fields(app: FastAPI, visitor: TestClient, places: Iterable[Place]) -> set[str]:
    """Every name that a form, a link or a route of the city uses for a value."""
    names = {"lang", "done", "back"}
    for place in places:
        if place.method == "GET" and not place.path.startswith(("/api/", "/static", "/metrics")):
            page = visitor.get(place.address).text
            names |= {*_CONTROL.findall(page)}
            names |= {*re.findall(r"[?&](?:amp;)?([a-z_]+)=", page)}
        elif place.method == "POST":
            page = visitor.post(place.address, data={"title": "Kalšana", "email": "anna@example.lv"}).text
            names |= {*_CONTROL.findall(page)}
    for route in app.routes:
        if isinstance(route, APIRoute):
            names |= {one.alias for one in (*route.dependant.query_params, *route.dependant.body_params)}
    return names


def cookie_for(app: FastAPI, target: str) -> str:
    """The cookie of somebody who may come there: a provider's manager, an administrator, or nobody for public pages."""
    if not target.startswith(STAFF):
        return ""
    email = "administrators@example.lv" if target.startswith("/parvalde") else f"vadiba.{TEAM}@example.lv"
    return f"__Host-staff={new_staff_token(app.state.database, email)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """A header's value; empty without it."""
        return next((value for known, value in self.headers if known == name), "")


def ask(
    visitor: TestClient,
    method: str,
    target: bytes,
    *,
    headers: Headers = (),
    body: bytes = b"",
    client: str = "192.0.2.1",
) -> Answer:
    """A request exactly as these bytes, as the server hands it on: no client library mends it first."""
    raw_path, _, query = target.partition(b"?")
    path = unquote(raw_path.decode("ascii"))
    sent = [(b"host", b"muzizglitiba.example.lv")] if not any(name == "host" for name, _ in headers) else []
    sent += [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": sent,
        "client": (client, 50000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    came: list[Message] = []
    waiting: Iterator[Message] = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        return next(waiting, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        came.append(message)

    portal = visitor.portal
    assert portal is not None
    portal.call(visitor.app, scope, receive, send)
    start = came[0]
    return Answer(
        start["status"],
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]],
        b"".join(message.get("body", b"") for message in came[1:]),
    )
