"""Errors of the API: RFC 9457 problem details, with the same sentences that people read on the pages."""

from collections.abc import Sequence

from asgi_correlation_id import correlation_id
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import ErrorDetails

from app.faults import FAULTS, Fault, fault_of
from app.i18n import LANGUAGES, Language, pick_language
from app.refusals import Refusal

MEDIA_TYPE = "application/problem+json"
_TITLES = {400: "Bad request", 403: "Not allowed", 404: "Not found", 405: "Method not allowed", 409: "Conflict"}
_TITLES |= {410: "Gone", 413: "Too large", 415: "Unsupported media type", 422: "Wrong input", 429: "Too many requests"}
_TITLES |= {401: "Key needed", 412: "Changed since", 428: "If-Match needed"}
_TITLES |= {500: "Fault", 503: "Unavailable"}


class WrongField(BaseModel):
    """One field that must be mended."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(description="Where: the name of the field or parameter.", examples=["email"])
    code: str = Field(description="What kind of fault.", examples=["email_no_at"])
    detail: str = Field(description="How to mend it, in the reader's language.")


class Problem(BaseModel):
    """RFC 9457: what went wrong and what to do."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="Stable name of the kind of problem.", examples=["urn:problem:run_closed"])
    title: str = Field(examples=["Conflict"])
    status: int = Field(description="The HTTP status.", examples=[409])
    detail: str = Field(description="One sentence in the reader's language: what happened and what to do instead.")
    request_id: str | None = Field(None, description="Say this number when you ask for help.")
    errors: list[WrongField] = Field(default_factory=list, description="Fields to mend, if any.")


def answers(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The problems an operation may answer, for its OpenAPI description."""
    return {
        status: {"model": Problem, "description": _TITLES[status], "content": {MEDIA_TYPE: {}}} for status in statuses
    }


def language_of(request: Request) -> Language:
    """`?lang=`, then the first language of Accept-Language that we speak, then Latvian."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return LANGUAGES[asked]
    for part in request.headers.get("accept-language", "").split(","):
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code in LANGUAGES:
            return LANGUAGES[code]
    return pick_language(None, None)


def refused(request: Request, refusal: Refusal) -> JSONResponse:
    """A refusal as a problem."""
    return problem(
        request, refusal.status, refusal.code, refusal.sentence.say(language_of(request)), headers=refusal.headers
    )


def wrong_input(request: Request, faults: Sequence[Fault]) -> JSONResponse:
    """Fields that must be mended, as a problem."""
    language = language_of(request)
    wrong = [WrongField(field=one.field, code=one.code, detail=one.sentence.say(language)) for one in faults]
    detail = wrong[0].detail if wrong else FAULTS["missing"].say(language)
    return problem(request, 422, "wrong_input", detail, errors=wrong)


def unreadable(request: Request, error: RequestValidationError) -> JSONResponse:
    """A request whose parameters or body do not have the documented form."""
    return wrong_input(request, [fault_of(_place(detail), detail) for detail in error.errors()])


def _place(detail: ErrorDetails) -> str:
    """The name of the field or parameter; the whole body where it is no JSON."""
    source, *place = detail["loc"]
    if detail["type"] == "json_invalid" or not place:
        return str(source)
    return ".".join(str(part) for part in place)


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    errors: list[WrongField] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem+json answer."""
    found = Problem(
        type=f"urn:problem:{code}",
        title=_TITLES.get(status, "Problem"),
        status=status,
        detail=detail,
        request_id=correlation_id.get(),
        errors=errors or [],
    )
    return JSONResponse(
        found.model_dump(exclude_none=True),
        status,
        headers={"Content-Language": language_of(request).code, **(headers or {})},
        media_type=MEDIA_TYPE,
    )
