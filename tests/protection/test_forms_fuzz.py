"""Pages and forms take whatever comes: no parameter, path, header or field of any route makes a 5xx."""

from collections.abc import Iterator
from time import process_time
from urllib.parse import quote, urlencode

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.protection.routes import STAFF, Place, ask, every_route, fields
from tests.registrations.length import IS_LONG

pytestmark = [pytest.mark.promise("P20"), pytest.mark.slow, pytest.mark.timeout(400)]

SHORTER = 1 if IS_LONG else 2
"""Inside `make test` each page and form meets half of the values, names and bodies, its neighbour the other half."""
HOSTILE = [
    "", "%20", "%00", "a%00b", "%ED%A0%80", "%ED%A0%BD%ED%B8%80", "%FF%FE", "%C3%28", "%80", "%", "%zz", "%u0041",
    "a%CC%84", "%C4%81", "%E2%80%AEabc", "%E2%81%A6x%E2%81%A9", "%F0%9F%91%A9%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7",
    "%D9%A3", "%C2%B2", "%E2%91%A0", "%EF%BC%91", "-1", "0", "9" * 30, "9" * 5000, "1e309", "NaN", "0x10", "1_000", "+5",
    "2025-02-30", "0000-00-00", "9999-12-31", "2025-13", "12:61", "true", "null", "[]", "{}", "free", "1,2",
    "a%0D%0AX-Injected:%201", "%22%3E%3Cscript%3E", "%27%20OR%201=1--", "%25%28x%29s%25s%25", "%7B%7B7*7%7D%7D",
    "..%2F..%2Fetc%2Fpasswd", "%5C%5Cserver", "*", "%25", "_", "%5B%5Ba%5D", "(((((", "a" * 10_000, "%C4%81" * 3000,
    "j%C4%81pab%C5%ABt+" * 200, "a+" * 2000, "%E2%80%8B", "%EF%BB%BFx", "%EF%BF%BF", "%F4%8F%BF%BF",
]  # fmt: skip
"""Values as they stand in an address, percent-encoded or wrongly so."""
OF_LATER = {"/metrics", "/kursi/{slug}/kalendars.ics", "/pieteikumi/{token}/aplieciba.pdf"} | {
    f"/pieslegties/{way}"
    for way in ("cits", "cits/atpakal", "epasts/{token}", "parole/{token}", "uzaicinajums/{token}")
}
"""What is not there: for others, of a course whose dates are to come, of an account that nobody has invited."""
PERSON = {"name": "Anna Ozola", "email": "anna@example.lv", "phone": "26123456", "title": "Kalšana", "step": "send"}
PERSON |= {"key": "k" * 43, "size": "large", "contrast": "high", "back": "/kursi", "kind": "search"}
HEADERS = ["cookie", "accept-language", "if-none-match", "if-modified-since", "accept-encoding", "range", "hx-request",
           "hx-target", "hx-trigger", "hx-trigger-name", "hx-current-url", "hx-prompt", "referer", "origin",
           "authorization", "user-agent", "x-request-id", "idempotency-key", "content-length", "accept", "x-forwarded-for",
           "x-forwarded-host", "x-forwarded-proto", "forwarded"]  # fmt: skip


@pytest.fixture(scope="module")
def places(city_app: FastAPI, visitor: TestClient) -> list[Place]:
    """Every route that anybody may come to."""
    return [place for place in every_route(city_app, visitor) if not place.path.startswith(STAFF)]


@pytest.fixture(scope="module")
def names(city_app: FastAPI, visitor: TestClient, places: list[Place]) -> list[str]:
    """Every name of a value; those everybody knows are among them, or nothing was found."""
    found = fields(city_app, visitor, places)
    assert found >= {
        "q",
        "sort",
        "page",
        "group",
        "price",
        "name",
        "email",
        "title",
        "details",
        "people",
        "year",
        "run",
    }
    return sorted(found)


class Faults:
    """What was answered with a fault, or slowly."""

    def __init__(self, visitor: TestClient) -> None:
        self.visitor = visitor
        self.found: list[str] = []
        self.seconds: list[float] = []
        self.served = 0

    def ask(self, method: str, target: str, body: bytes = b"", /, **headers: str) -> None:
        """Ask, and remember what went wrong."""
        begun = process_time()
        sent = [(name.replace("_", "-"), value) for name, value in headers.items() if value or name != "content_type"]
        answer = ask(self.visitor, method, target.encode("latin-1"), headers=sent, body=body)
        self.seconds.append(process_time() - begun)
        self.served += answer.status < 400
        if answer.status >= 500:
            self.found.append(f"{answer.status} {method} {target[:200]} {body[:80]!r} {str(sent)[:120]}")

    def none_and_quick(self) -> None:
        """No fault at all; nearly all with less than two seconds of work."""
        assert self.found == []
        assert sorted(self.seconds)[int(len(self.seconds) * 0.99)] < 2


@pytest.fixture(scope="module")
def unreachable(places: list[Place], visitor: TestClient) -> dict[tuple[str, str], int]:
    """Routes whose address leads nowhere, seen before any of these tests has given a place up."""
    return {
        (place.method, place.path): status
        for place in places
        if place.method == "GET"
        and (status := ask(visitor, "GET", place.address.encode()).status) >= 400
        and place.path not in OF_LATER
        and not place.path.startswith("/api/v1/own/")  # Only with a key: tests/api/test_own.py.
    }


@pytest.fixture
def faults(visitor: TestClient, unreachable: dict[tuple[str, str], int]) -> Iterator[Faults]:
    """Asks, and remembers; what was reachable has been looked at before."""
    del unreachable
    yield Faults(visitor)


def test_every_route_can_be_reached_at_all(unreachable: dict[tuple[str, str], int]) -> None:
    """The control: the addresses that are varied lead somewhere."""
    assert unreachable == {}


def test_no_path_makes_a_fault(places: list[Place], faults: Faults) -> None:
    for place in places:
        for name in place.values:
            for value in HOSTILE:
                faults.ask(place.method, place.elsewhere(name, value.replace("+", "%20")))
    faults.none_and_quick()


def test_no_parameter_makes_a_fault(places: list[Place], names: list[str], faults: Faults) -> None:
    for number, place in enumerate(place for place in places if place.method == "GET"):
        for value in HOSTILE[number % (4 * SHORTER) :: 4 * SHORTER]:
            if len(value) < 1000:
                faults.ask("GET", place.address + "?" + "&".join(f"{quote(name)}={value}" for name in names))
        for place_of_name, name in enumerate(names):
            if number % (3 * SHORTER) == place_of_name % (3 * SHORTER):
                value = HOSTILE[(number + place_of_name) * 7 % len(HOSTILE)]
                faults.ask("GET", f"{place.address}?{quote(name)}={value}&{quote(name)}=x&{quote(name)}[]=y")
        faults.ask("GET", place.address + "?" + "&".join(f"f{one}=1" for one in range(1000)))
        faults.ask("GET", place.address + "?q=\xff\xfe&\x80=\xc3(&\xe2\x82=1")
        faults.ask("GET", place.address + "?" + "&;=&&==%&" * 50)
    faults.none_and_quick()
    assert faults.served > len(faults.seconds) * 0.3


def test_no_header_makes_a_fault(places: list[Place], faults: Faults) -> None:
    for place in places:
        for step in (0, 23, 41):
            values = {name: HOSTILE[(number + step) % len(HOSTILE)] for number, name in enumerate(HEADERS)}
            del values["content-length"]
            strange = {name: one.replace("%", "\xe9") for name, one in values.items()}
            faults.ask(place.method, place.address, b"", **strange)
        faults.ask(place.method, place.address, cookie="__Host-reading=\xff\xfe-\x80-%00; reading=lv-x-y; =; ;;")
        faults.ask(place.method, place.address, hx_request="true", hx_boosted="\xff")
    faults.none_and_quick()


def test_no_form_makes_a_fault(places: list[Place], names: list[str], faults: Faults) -> None:
    form = "application/x-www-form-urlencoded"
    for number, place in enumerate(place for place in places if place.method == "POST"):
        for value in HOSTILE[number % (2 * SHORTER) :: 2 * SHORTER]:
            body = "&".join(f"{quote(name)}={value}" for name in names).encode()
            faults.ask("POST", place.address, body, content_type=form)
        for place_of_name, name in enumerate(names):
            if number % SHORTER != place_of_name % SHORTER:
                continue
            value = HOSTILE[(2 * number + place_of_name) % len(HOSTILE)]
            others = urlencode({known: text for known, text in PERSON.items() if known != name})
            body = f"{others}&{quote(name)}={value}&{quote(name)}=x".encode()
            faults.ask("POST", place.address, body, content_type=form)
    faults.none_and_quick()


def test_no_body_makes_a_fault(places: list[Place], faults: Faults) -> None:
    person = urlencode(PERSON).encode()
    file = b'--b\r\nContent-Disposition: form-data; name="name"; filename="../x.html"\r\nContent-Type: text/html\r\n\r\n<b>\r\n'
    part = b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\xfe\r\n--b--\r\n'
    bodies: list[tuple[str, bytes]] = [
        ("", b""),
        ("", person),
        ("application/x-www-form-urlencoded", b""),
        ("application/x-www-form-urlencoded; charset=utf-7", person),
        ("application/x-www-form-urlencoded; charset=\xff", b"name=\xff\xfe&email=\x00\x80&\xc3=1"),
        ("application/x-www-form-urlencoded", b"name=" + b"a" * 1_000_000),
        ("application/x-www-form-urlencoded", b"title=" + b"%C4%81" * 160_000 + b"&email=a@example.lv"),
        ("application/x-www-form-urlencoded", b"a=" * 400_000),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % one for one in range(1000))),
        ("application/x-www-form-urlencoded", b"&".join(b"name=%d" % one for one in range(190))),
        ("application/x-www-form-urlencoded", b"name[]=a&name[0]=b&name.x=c&email={}&title=[]"),
        ("application/x-www-form-urlencoded", b"x" * (1024 * 1024 + 1)),
        ("multipart/form-data; boundary=b", file + part),
        ("multipart/form-data; boundary=b", part),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\n\r\n--b"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n" + b"a" * 900_000 + b"\r\n--b--\r\n"),
        ("multipart/form-data", file),
        ("multipart/form-data; boundary=" + "x" * 300, b""),
        ("multipart/form-data; boundary=\xff", b"--\xff--"),
        ("application/json", b"{}"),
        ("application/json", b""),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"name": ' * 20_000),
        ("application/json", b'{"name": "\\ud800", "email": "\\udfff@example.lv", "title": "\\ud83d"}'),
        ("application/json", b'{"name": null, "email": [], "title": {}, "people": 1e400, "times": "x"}'),
        ("application/json", b'{"people": ' + b"9" * 5000 + b', "title": "Kal\xff", "email": "a@example.lv"}'),
        ("application/json", b'{"name": "a\\u0000b", "email": "a\\u0000@example.lv", "title": "aaa\\u0000"}'),
        ("application/json", b"\xff\xfe{\x00}\x00"),
        ("application/json", b"NaN"),
        ("application/json; charset=utf-16", "{}".encode("utf-16")),
        ("text/xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ("image/png", b"\x89PNG"),
        (";;;", person),
    ]  # fmt: skip
    for number, place in enumerate(place for place in places if place.method == "POST"):
        for kind, body in bodies[number % SHORTER :: SHORTER]:
            faults.ask("POST", place.address, body, content_type=kind)
        for said in ("-1", "x", "9" * 30, "5", "0"):
            form = "application/x-www-form-urlencoded"
            faults.ask("POST", place.address, person, content_type=form, content_length=said)
    faults.none_and_quick()
    assert len(bodies) * 3 < len(faults.seconds)


def test_no_method_makes_a_fault(places: list[Place], faults: Faults) -> None:
    for place in places:
        for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X" * 300):
            faults.ask(method, place.address)
    faults.none_and_quick()
