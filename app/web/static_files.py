"""The site's own files under names that hold their content's hash, so that browsers may keep them for good."""

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.refusals import NotFound

HERE = Path(__file__).parent / "static"
_APP = Path(__file__).parent.parent
# Fetched at install, never kept in the repository: beside the code in an image, in build/ in a working copy.
_ASSETS = [folder / "django_htmx/static/django_htmx" for folder in (_APP / "assets", _APP.parent / "build/assets")]
_FROM_ASSETS = {"htmx.min.js": "htmx-2.min.js"}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
_FOREVER = "public, max-age=31536000, immutable"
_HASHED = re.compile(r"(?P<stem>.+)\.(?P<hash>[0-9a-f]{12})(?P<ending>\.\w+)")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class StaticFile:
    """One file of the site, ready to be sent plain or compressed."""

    name: str
    content_type: str
    body: bytes
    compressed: bytes | None
    digest: str

    @property
    def url(self) -> str:
        """The path under which browsers may keep it for a year."""
        stem, _, ending = self.name.rpartition(".")
        return f"/static/{stem}.{self.digest}.{ending}"


@lru_cache(maxsize=64)
def find_static(name: str) -> StaticFile | None:
    """The file of this plain name (style.css), read once; none when nothing is called so."""
    path = _where(name)
    return None if path is None else _read(name, path)


def static(name: str) -> str:
    """The address of a file by its plain name: /static/style.0123456789ab.css; a name that is not there is a mistake."""
    if (file := find_static(name)) is None:
        raise LookupError(f"no static file is called {name}")
    return file.url


def has_static(name: str) -> bool:
    """Whether the file is there: what is fetched at install may be missing in a bare working copy."""
    return find_static(name) is not None


def send(request: Request, file: StaticFile, cache_control: str) -> Response:
    """The file as an answer: compressed for those who accept it, 304 for those who have it already."""
    body, etag, encoding = file.body, f'"{file.digest}"', {}
    if file.compressed is not None and _accepts_gzip(request.headers.get("accept-encoding", "")):
        body, etag, encoding = file.compressed, f'"{file.digest}-gzip"', {"Content-Encoding": "gzip"}
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding", "ETag": etag}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers | encoding, media_type=file.content_type)


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
def static_file(request: Request, name: str) -> Response:
    """A file by its name with or without hash; one whose hash has passed is answered with what it is now, not to be kept."""
    hashed = _HASHED.fullmatch(name)
    plain = hashed["stem"] + hashed["ending"] if hashed else name
    if (file := find_static(plain)) is None:
        raise NotFound
    is_current = hashed is not None and hashed["hash"] == file.digest
    return send(request, file, _FOREVER if is_current else "no-cache")


def _read(name: str, path: Path) -> StaticFile:
    body = path.read_bytes()
    is_text = path.suffix in {".css", ".js", ".svg"}
    return StaticFile(
        name=name,
        content_type=_TYPES[path.suffix],
        body=body,
        compressed=gzip.compress(body, 9, mtime=0) if is_text else None,
        digest=sha256(body).hexdigest()[:12],
    )


def _where(name: str) -> Path | None:
    """A name reaches a file only if it is in the folder's own list: it is never joined to a path unseen."""
    if name in _FROM_ASSETS:
        places = [folder / _FROM_ASSETS[name] for folder in _ASSETS]
        return next((place for place in places if place.is_file()), None)
    return next((path for path in HERE.iterdir() if path.name == name and path.suffix in _TYPES), None)


def _accepts_gzip(header: str) -> bool:
    for offer in header.lower().split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
