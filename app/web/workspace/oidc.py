"""OpenID Connect: sending somebody to sign in elsewhere, and checking what comes back. Nothing else is believed."""

import hashlib
import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from urllib.parse import quote, urlencode

import urllib3
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.clock import now
from app.i18n import _
from app.people.elsewhere import Somebody
from app.people.refusals import SignInFailed
from app.refusals import Unavailable
from app.settings import Settings

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures with two keys only: nobody signs with a secret that we know too."""
KEPT_FOR = 600.0
"""Seconds for which the description and the keys of the other place are remembered."""
LONGEST_ANSWER = 256 * 1024
CLOCKS_DIFFER = 60
"""Seconds by which its clock may be wrong."""
_FORM = "application/x-www-form-urlencoded"
UNSURE = _("Signing in there was not completed. Try again.")


@dataclass(frozen=True, slots=True)
class Errand:
    """What this browser was sent away with; it lies in its cookie until it comes back."""

    state: str
    nonce: str
    verifier: str
    then: str

    @classmethod
    def new(cls, then: str) -> "Errand":
        """Random words for one way there and back."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32), then)

    @classmethod
    def read(cls, cookie: str) -> "Errand | None":
        """The errand in the cookie; None when there is none."""
        try:
            parts = json.loads(cookie)
        except ValueError:
            return None
        if not (isinstance(parts, list) and len(parts) == 4 and all(isinstance(part, str) for part in parts)):
            return None
        return cls(*parts)

    def written(self) -> str:
        """As the cookie keeps it."""
        return json.dumps([self.state, self.nonce, self.verifier, self.then])


class Elsewhere:
    """The other place, as these settings name it; its description and keys are remembered for a while."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(5.0), retries=False, maxsize=4)
        self._known: dict[str, tuple[float, Mapping[str, object]]] = {}
        self._lock = Lock()

    @property
    def redirect_uri(self) -> str:
        """Where it sends people back."""
        return f"{self._settings.origin}/pieslegties/cits/atpakal"

    def address_for(self, errand: Errand, *, confirming: bool) -> str:
        """Where to send the browser; `confirming` asks for the password even of somebody who is signed in there."""
        challenge = urlsafe_b64encode(hashlib.sha256(errand.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid email",
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if confirming else {}),
        }
        url = self._url("authorization_endpoint")
        return f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}"

    def who_came_back(self, errand: Errand, code: str) -> Somebody:
        """Exchange the code, check what it brought; refuses whatever is not in order."""
        client, secret = self._settings.oidc_client_id, self._settings.oidc_client_secret.get_secret_value()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": errand.verifier,
        }
        basic = b64encode(f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()).decode()
        told = self._ask("POST", self._url("token_endpoint"), form, {"Authorization": f"Basic {basic}"})
        claims = self._checked(str(told.get("id_token", "")))
        if not secrets.compare_digest(str(claims.get("nonce", "")), errand.nonce):
            raise SignInFailed(UNSURE)
        audience = claims.get("aud")
        if ((isinstance(audience, list) and len(audience) > 1) or "azp" in claims) and claims.get("azp") != client:
            raise SignInFailed(UNSURE)
        return self._somebody(claims)

    def _somebody(self, claims: Mapping[str, object]) -> Somebody:
        wanted = set(self._settings.oidc_second_step.split())
        methods = claims.get("amr")
        said = {str(claims.get("acr", "")), *(map(str, methods) if isinstance(methods, list) else ())}
        typed = claims.get("auth_time")
        return Somebody(
            issuer=self._settings.oidc_issuer,
            subject=str(claims["sub"]),
            confirmed_email=str(claims.get("email", "")) if claims.get("email_verified") is True else "",
            took_second_step=bool(wanted & said),
            typed_password_at=datetime.fromtimestamp(typed, UTC) if type(typed) is int and 0 <= typed < 2**33 else None,
        )

    def _checked(self, token: str) -> Mapping[str, object]:
        """The claims, signed by a key of the issuer, meant for us, and in time."""
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(now().timestamp()),
            leeway=CLOCKS_DIFFER,
            iss={"essential": True, "value": self._settings.oidc_issuer},
            aud={"essential": True, "value": self._settings.oidc_client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        for fresh in (False, True):  # A key that is not known yet may be a new one.
            told = self._read("jwks", self._url("jwks_uri"), fresh=fresh)
            try:
                keys = KeySet.import_key_set(told)  # type: ignore[arg-type]
                decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
                registry.validate(decoded.claims)
            except (JoseError, LookupError, TypeError, ValueError) as error:  # Whatever keys that are none raise.
                if fresh:
                    raise SignInFailed(UNSURE) from error
                continue
            return decoded.claims
        raise SignInFailed(UNSURE)

    def _url(self, name: str) -> str:
        issuer = self._settings.oidc_issuer
        about = self._read("about", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        url = about.get(name)
        if about.get("issuer") != issuer or not isinstance(url, str):
            raise Unavailable
        if self._settings.is_production and not url.startswith("https://"):
            raise Unavailable
        return url

    def _read(self, what: str, url: str, *, fresh: bool = False) -> Mapping[str, object]:
        with self._lock:
            since, known = self._known.get(what, (0.0, {}))
        if known and not fresh and monotonic() - since < KEPT_FOR:
            return known
        read = self._ask("GET", url)
        with self._lock:
            self._known[what] = (monotonic(), read)
        return read

    def _ask(
        self, method: str, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Mapping[str, object]:
        try:
            answer = self._http.request(
                method,
                url,
                body=urlencode(form) if form else None,
                headers={"Accept": "application/json", **({"Content-Type": _FORM} if form else {}), **(headers or {})},
                redirect=False,
                preload_content=False,
            )
            body = answer.read(LONGEST_ANSWER)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable from error
        if answer.status >= 500:
            raise Unavailable
        try:
            told = json.loads(body)
        except ValueError as error:
            raise SignInFailed(UNSURE) from error
        if answer.status != 200 or not isinstance(told, dict):
            raise SignInFailed(UNSURE)
        return told
