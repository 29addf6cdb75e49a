"""Every answer protects its reader, errors too."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from app.db import Database
from tests.pages.samples import sample_addresses

pytestmark = pytest.mark.promise("P13")


def addresses(app: FastAPI) -> Iterator[str]:
    """An address of every page, some of the API, and one for each kind of error."""
    database: Database = app.state.database
    for found in sample_addresses(database, app.state.settings).values():
        yield from found
    yield from ("/api/v1/courses", "/api/openapi.json", "/api/v1/courses/none", "/static/style.css", "/nav", "/healthz")


def grade(headers: dict[str, str]) -> list[str]:
    """What is missing for the best grade; empty when nothing is."""
    policy = headers.get("content-security-policy", "")
    wrong = []
    if "default-src 'none'" not in policy or "unsafe-" in policy or "*" in policy or "data:" in policy:
        wrong.append("content-security-policy")
    for directive in ("base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "object-src 'none'"):
        if directive not in policy:
            wrong.append(directive)
    if "max-age=63072000; includeSubDomains" not in headers.get("strict-transport-security", ""):
        wrong.append("strict-transport-security")
    if headers.get("x-content-type-options") != "nosniff":
        wrong.append("x-content-type-options")
    if headers.get("x-frame-options") != "DENY":
        wrong.append("x-frame-options")
    if headers.get("referrer-policy") not in {"same-origin", "no-referrer", "strict-origin"}:
        wrong.append("referrer-policy")
    if headers.get("cross-origin-opener-policy") != "same-origin":
        wrong.append("cross-origin-opener-policy")
    if "cross-origin-resource-policy" not in headers or "cache-control" not in headers:
        wrong.append("cross-origin-resource-policy or cache-control")
    return wrong


def test_every_address_answers_with_every_protecting_header(city_app: FastAPI, visitor: TestClient) -> None:
    wrong = {path: grade(dict(visitor.get(path).headers)) for path in addresses(city_app)}
    assert {path: missing for path, missing in wrong.items() if missing} == {}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nav-tadas-lapas", 404),
        ("GET", "/api/v1/nav", 404),
        ("DELETE", "/kursi", 405),
        ("DELETE", "/api/v1/courses", 405),
        ("GET", "/api/v1/courses?page=x", 422),
        ("POST", "/api/v1/wishes", 422),
    ],
)
def test_errors_carry_them_too(visitor: TestClient, method: str, path: str, status: int) -> None:
    answer = visitor.request(method, path, json={} if method == "POST" else None)
    assert answer.status_code == status
    assert grade(dict(answer.headers)) == []


def test_a_fault_of_ours_carries_them_and_says_nothing_of_itself(
    city_app: FastAPI, visitor: TestClient, capfd: pytest.CaptureFixture[str]
) -> None:
    @city_app.get("/fault-for-the-test")
    def fault() -> None:
        raise RuntimeError("Anna Ozola anna.ozola@example.lv")

    city_app.router.routes.insert(0, city_app.router.routes.pop())
    try:
        answer = visitor.get("/fault-for-the-test")
    finally:
        city_app.router.routes.pop(0)
    assert answer.status_code == 500
    assert grade(dict(answer.headers)) == []
    seen = answer.text + "".join(capfd.readouterr())
    assert "Ozola" not in seen
    assert "RuntimeError" not in answer.text


def test_a_body_too_large_is_refused_politely(visitor: TestClient) -> None:
    answer = visitor.post(
        "/api/v1/wishes", content=b"{" + b" " * (2 * 1024 * 1024) + b"}", headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413
    assert grade(dict(answer.headers)) == []


def test_only_the_public_api_may_be_read_from_other_sites_and_never_with_cookies(
    city_app: FastAPI, visitor: TestClient
) -> None:
    elsewhere = {"origin": "https://elsewhere.example"}
    for path in addresses(city_app):
        headers = visitor.get(path, headers=elsewhere).headers
        allowed = headers.get("access-control-allow-origin")
        is_public = path.startswith("/api/v1/") and not path.startswith("/api/v1/own/")
        assert allowed == ("*" if is_public else None), path
        assert "access-control-allow-credentials" not in headers


def test_cookies_are_guarded(visitor: TestClient) -> None:
    cookies = visitor.get("/?lang=en").headers.get_list("set-cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
            assert word.lower() in cookie.lower()


def test_every_route_of_the_api_names_what_it_answers(city_app: FastAPI) -> None:
    for route in city_app.routes:
        if isinstance(route, APIRoute) and route.path.startswith("/api/v1"):
            assert route.response_model is not None or route.status_code == 204, route.path
            assert route.operation_id or route.name
