"""answer(): a model as JSON that caches may keep and ask about again."""

from hashlib import blake2b

from fastapi import Request, Response
from pydantic import BaseModel

from app.api.errors import language_of

NOT_CHANGED: dict[int | str, dict[str, object]] = {304: {"description": "Nothing changed since the given ETag."}}
"""For the descriptions of operations that use `answer`."""


def answer(request: Request, found: BaseModel, *, link: str = "") -> Response:
    """The model with a weak ETag; 304 without a body when the asker has the same already."""
    body = found.model_dump_json().encode()
    tag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=0, must-revalidate",
        "Content-Language": language_of(request).code,
        "Vary": "Accept-Language",
    }
    if link:
        headers["Link"] = link
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag.removeprefix("W/") in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
