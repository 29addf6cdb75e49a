"""What every answer carries to protect its reader, and what no request may do."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
_API = "/api/v1/"
_OWN = "/api/v1/own/"
"""Only with a key, and never for other sites' pages."""
_YEAR_AND_SUBDOMAINS = "max-age=63072000; includeSubDomains"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_LONGEST_NUMBER = 12


class SecurityHeaders:
    """Adds the same protecting headers to every answer, errors too; outside https there is no HSTS."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        always = {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if is_https:
            always["Strict-Transport-Security"] = _YEAR_AND_SUBDOMAINS
        self._always = [(name.lower().encode(), value.encode()) for name, value in always.items()]
        """As they go over the line: no answer of ours has one of its own, so nothing is looked for or replaced."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        is_open = path.startswith(_API) and not path.startswith(_OWN) and scope["method"] in _SAFE

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[tuple[bytes, bytes]] = [*message["headers"], *self._always]
                headers.append((b"cross-origin-resource-policy", b"cross-origin" if is_open else b"same-origin"))
                if is_open:  # Anybody's page may read the public API; it never sees cookies.
                    headers.append((b"access-control-allow-origin", b"*"))
                if not any(name == b"cache-control" for name, _value in headers):
                    headers.append((b"cache-control", b"no-cache" if scope["method"] in _SAFE else b"no-store"))
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, complete)


class PlainTextRefused:
    """Refuses unsafe requests with a text/plain body: browsers send those across sites without asking."""

    def __init__(self, app: ASGIApp, *, deny: ASGIApp) -> None:
        self.app = app
        self._deny = deny

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything else."""
        if scope["type"] == "http" and scope["method"] not in _SAFE:
            kind = Headers(scope=scope).get("content-type", "")
            if kind.partition(";")[0].strip().lower() == "text/plain":
                await self._deny(scope, receive, send)
                return
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuses bodies of more than so many bytes: at once where they say their length, else as soon as they pass it."""

    def __init__(self, app: ASGIApp, *, most: int, deny: ASGIApp, wider: Mapping[str, int] | None = None) -> None:
        self.app = app
        self._most = most
        self._deny = deny
        self._wider = wider or {}
        """Paths whose own dependency asks who sends before it receives anything."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what comes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        said, most = Headers(scope=scope).get("content-length", ""), self._wider.get(scope["path"], self._most)
        if said.isascii() and said.isdecimal() and (len(said) > _LONGEST_NUMBER or int(said) > most):
            await self._deny(scope, receive, send)
            return
        come = 0

        async def counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > most:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
