"""Staff's pages and forms take whatever comes from somebody signed in: no parameter, path or field makes a 5xx."""

import re
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.protection.routes import STAFF, Place, ask, cookie_for, every_route
from tests.protection.test_forms_fuzz import HOSTILE, Faults

pytestmark = [pytest.mark.promise("P20"), pytest.mark.slow, pytest.mark.timeout(300)]
_CONTROL = re.compile(rb'<(?:input|select|textarea|button)[^>]*?\sname="([^"]+)"')
SHORT = [value for value in HOSTILE if len(value) < 1000]
FORM = "application/x-www-form-urlencoded"


class SignedIn:
    """Somebody signed in, anew whenever they have been signed out, who remembers what went wrong."""

    def __init__(self, app: FastAPI, visitor: TestClient) -> None:
        self.app, self.visitor, self.faults = app, visitor, Faults(visitor)
        self.cookies: dict[str, str] = {}
        self.sure: set[str] = set()
        """Doors whose cookie was seen to be good, with nothing done since."""

    def ask(self, method: str, target: str, body: bytes = b"", kind: str = FORM) -> None:
        """Ask as staff."""
        self.faults.ask(method, target, body, cookie=self.cookie(target), content_type=kind if body else "")
        if method != "GET":
            self.sure.clear()

    def page(self, place: Place) -> bytes:
        """The page that stands there, or that a form without anything is answered with."""
        sent = [("cookie", self.cookie(place.address)), ("content-type", FORM)]
        return ask(self.visitor, place.method, place.address.encode(), headers=sent).body

    def cookie(self, target: str) -> str:
        """A cookie that is good for this place."""
        door = target.split("/")[1]
        known = self.cookies.get(door)
        if known is not None and door in self.sure:
            return known
        first = {"darbvieta": "/darbvieta/", "parvalde": "/parvalde/"}.get(door, "/konts")
        if known is None or ask(self.visitor, "GET", first.encode(), headers=[("cookie", known)]).status in {303, 401}:
            self.cookies[door] = known = cookie_for(self.app, target)
        self.sure.add(door)
        return known


@pytest.fixture(scope="module")
def staff(city_app: FastAPI, visitor: TestClient) -> SignedIn:
    """A manager and an administrator."""
    return SignedIn(city_app, visitor)


@pytest.fixture(scope="module")
def places(city_app: FastAPI, visitor: TestClient) -> list[Place]:
    """Every staff route."""
    return [place for place in every_route(city_app, visitor) if place.path.startswith(STAFF)]


def test_the_pages_are_reached_as_staff(staff: SignedIn, places: list[Place]) -> None:
    """The control: what is varied below lies behind the door, not before it; lists of names are open."""
    for place in places:
        if place.method == "POST" and place.path.endswith("/atvert"):
            staff.page(place)
    closed = [one.path for one in places if one.method == "GET" and b"<h1" not in staff.page(one)[:20_000]]
    assert [path for path in closed if "." not in path.rpartition("/")[2]] == []


def test_no_path_and_no_parameter_makes_a_fault(staff: SignedIn, places: list[Place]) -> None:
    for number, place in enumerate(places):
        for name in place.values:
            for value in HOSTILE[number % 9 :: 9]:
                staff.ask(place.method, place.elsewhere(name, value.replace("+", "%20")))
        if place.method == "GET":
            names = sorted(
                {one.decode() for one in _CONTROL.findall(staff.page(place))} | {"page", "q", "sort", "state"}
            )
            for value in SHORT[number % 18 :: 18]:
                staff.ask("GET", place.address + "?" + "&".join(f"{quote(name)}={value}" for name in names))
            for one, name in enumerate(names):
                value = SHORT[(7 * number + one) % len(SHORT)]
                staff.ask("GET", f"{place.address}?{quote(name)}={value}&{quote(name)}=x")
    staff.faults.none_and_quick()


def test_no_form_makes_a_fault(staff: SignedIn, places: list[Place]) -> None:
    for number, place in enumerate(one for one in places if one.method == "POST"):
        names = {one.decode() for one in _CONTROL.findall(staff.page(place))}
        parent = Place("GET", place.path.rpartition("/")[0] or "/", place.values)
        names |= {one.decode() for one in _CONTROL.findall(staff.page(parent))}
        for value in HOSTILE[number % 9 :: 9]:
            staff.ask("POST", place.address, "&".join(f"{quote(name)}={value}" for name in names).encode())
        staff.ask("POST", place.address, b"name=\xff\xfe&title=\x00\x80&\xc3=1")
        staff.ask("POST", place.address, b"&".join(b"f%d=1" % one for one in range(1000)))
        staff.ask("POST", place.address, b'{"name": []}', "application/json")
        staff.ask(
            "POST",
            place.address,
            b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
        )
    staff.faults.none_and_quick()
