"""A real OpenID Connect provider for tests, on a port of this machine; it can be told to do one thing wrong."""

import json
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from app.clock import now
from tests.ports import free_port

CLIENT, SECRET = "katalogs", "a secret of the catalogue"


@dataclass
class Issuer:
    """The place: whom it knows, which keys it has, which codes it gave, and what it says wrongly."""

    url: str
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    claims: dict[str, object] = field(default_factory=dict)
    """Said in place of what is right."""
    signed_by: RSAKey | None = None
    """Another key than the one that is published."""
    published: dict[str, object] | None = None
    """Something else than its keys."""

    def authorise(self, url: str) -> str:
        """Somebody signs in there: the query with which their browser comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.url}/authorise?")
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid email")
        code = token_urlsafe(16)
        self.codes[code] = asked
        return f"?code={code}&state={asked['state']}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, str]]:
        """The token endpoint: each code once, for the client and the browser that asked."""
        asked = self.codes.pop(form.get("code", ""), None)
        known = b64decode(authorization.removeprefix("Basic ")).decode() == f"{CLIENT}:{SECRET.replace(' ', '%20')}"
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if asked is None or not known or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        moment = int(now().timestamp())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "person-7",
            "iat": moment,
            "exp": moment + 300,
            "nonce": asked["nonce"],
            "email": "ilze@biblioteka.lv",
            "email_verified": True,
            **self.claims,
        }
        key = self.signed_by or self.key
        token = jwt.encode({"alg": "RS256", "kid": "first"}, {k: v for k, v in claims.items() if v is not None}, key)
        return 200, {"id_token": token, "token_type": "Bearer", "access_token": "of no use here"}


@contextmanager
def issuer() -> Iterator[Issuer]:
    """The place, served until the block ends."""
    port = free_port()
    place = Issuer(f"http://127.0.0.1:{port}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                ends = {"authorization_endpoint": "authorise", "token_endpoint": "token", "jwks_uri": "keys"}
                self._say(200, {"issuer": place.url} | {name: f"{place.url}/{end}" for name, end in ends.items()})
            else:
                self._say(
                    200, {"keys": [place.key.as_dict(private=False)]} if place.published is None else place.published
                )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*place.exchange(form, self.headers["authorization"]))

        def _say(self, status: int, told: object) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield place
    finally:
        server.shutdown()
        server.server_close()
        serving.join(5)
