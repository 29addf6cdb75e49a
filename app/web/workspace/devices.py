"""The device of whoever signs in: its cookies, and what it is called."""

from fastapi import Request
from fastapi.responses import Response

from app.dependencies import settings_of, staff_cookie
from app.links import new_key, read, sign

KNOWN_FOR = 180 * 24 * 60 * 60
"""Seconds for which an account knows a device after signing in on it."""
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
"""What a browser says of itself, and how people call it; the first that fits."""


def device_of(request: Request) -> str:
    """The browser and the system in plain words; empty when neither is known."""
    said = request.headers.get("user-agent", "")
    found = [next((name for sign, name in names if sign in said), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)


def token_of(request: Request) -> str:
    """The token of the signed-in device; empty without one."""
    return request.cookies.get(staff_cookie(settings_of(request)), "")


def keep_token(request: Request, response: Response, token: str) -> None:
    """The device keeps its token until the browser is closed; scripts never see it."""
    settings = settings_of(request)
    response.set_cookie(
        staff_cookie(settings), token, path="/", secure=settings.secure_cookies, httponly=True, samesite="lax"
    )


def drop_token(request: Request, response: Response) -> None:
    """The device keeps nothing of what it showed."""
    settings = settings_of(request)
    response.delete_cookie(
        staff_cookie(settings), path="/", secure=settings.secure_cookies, httponly=True, samesite="lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def is_known(request: Request, account_id: int) -> bool:
    """Whether the account was signed in on this device before."""
    settings = settings_of(request)
    said = request.cookies.get(_known_cookie(request), "")
    return read(settings.secret_key.get_secret_value(), f"device {account_id}", said) is not None


def make_known(request: Request, response: Response, account_id: int) -> None:
    """The account knows this device from now on: guesses made elsewhere do not lock it out here."""
    settings = settings_of(request)
    value = sign(settings.secret_key.get_secret_value(), f"device {account_id}", new_key())
    response.set_cookie(
        _known_cookie(request),
        value,
        max_age=KNOWN_FOR,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def _known_cookie(request: Request) -> str:
    return "__Host-device" if settings_of(request).secure_cookies else "device"
