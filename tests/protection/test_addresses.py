"""Host, proxy headers and redirects cannot be forged."""

import pytest
from starlette.testclient import TestClient

from tests.protection.conftest import HTTPS

pytestmark = pytest.mark.promise("P16")

HOSTS = [
    "elsewhere.example", "muzizglitiba.example.lv@elsewhere.example", "elsewhere.example:80", "localhost", "127.0.0.1",
    "muzizglitiba.example.lv.elsewhere.example", "[::1]", "a" * 250, "xn--elsewhere", "elsewhere.example#",
]  # fmt: skip
FORWARDED = [
    {"x-forwarded-host": "elsewhere.example"},
    {"x-forwarded-proto": "http"},
    {"x-forwarded-for": "1.2.3.4"},
    {"x-forwarded-port": "81"},
    {"forwarded": "host=elsewhere.example;proto=http"},
    {"x-original-url": "/parvalde/"},
    {"x-rewrite-url": "/parvalde/"},
]
NEXT = [
    "//elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere.example", "https://elsewhere.example", "javascript:alert(1)",
    "/%0d%0aLocation:https://elsewhere.example", "/\r\nSet-Cookie: a=b", "///elsewhere.example", "data:text/html,x",
    "https:elsewhere.example", "/\t/elsewhere.example", "//elsewhere.example/%2f..", "\u2215\u2215elsewhere.example",
    "//\u0435lsewhere.example", "/.//elsewhere.example", "@elsewhere.example", "http://", "", "?", "/kursi\x00",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_a_forged_host_appears_nowhere(visitor: TestClient, host: str) -> None:
    answer = visitor.get("/kursi", headers={"host": host})
    assert "elsewhere.example" not in answer.text
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert f'<link rel="canonical" href="{HTTPS}/kursi"' in answer.text


@pytest.mark.parametrize("headers", FORWARDED, ids=lambda headers: next(iter(headers)))
def test_forged_proxy_headers_change_nothing(visitor: TestClient, headers: dict[str, str]) -> None:
    plain, forged = visitor.get("/kursi"), visitor.get("/kursi", headers=headers)
    assert forged.text == plain.text


@pytest.mark.parametrize("target", NEXT)
def test_nobody_is_sent_elsewhere(visitor: TestClient, target: str) -> None:
    answer = visitor.post("/izskats", data={"size": "large", "back": target})
    location = answer.headers.get("location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\r" not in location
    assert "set-cookie: a=b" not in str(answer.headers).lower()
