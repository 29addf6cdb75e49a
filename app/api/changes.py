"""What has changed in the public catalogue since one last read: for whoever keeps a copy, deletions included."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.answer import NOT_CHANGED, answer
from app.api.asked import Only, refuse_wrong
from app.api.errors import answers
from app.api.own_models import ChangesTold, ChangeTold
from app.catalogue.change_queries import changes_after
from app.dependencies import Configured, Db
from app.limits import READING

router = APIRouter(prefix="/api/v1", tags=["catalogue"])
AT_ONCE = 200
_LARGEST = 2**31 - 1


@router.get(
    "/changes",
    operation_id="list_changes",
    summary="What has changed since",
    response_model=ChangesTold,
    responses={**NOT_CHANGED, **answers(422, 429, 503)},
    dependencies=[Depends(Only("since")), Depends(READING)],
)
def changes(
    request: Request,
    db: Db,
    settings: Configured,
    since: Annotated[
        str | None,
        Query(
            pattern="^[A-Za-z0-9_-]{1,20}$",
            description="The `next` of the last answer; without it everything from the beginning.",
            examples=["MTI"],
        ),
    ] = None,
) -> Response:
    """Courses and runs that changed, came or went. A change is noted about a second after it was made; none is left out."""
    number = _number(since)
    found = changes_after(db, number, AT_ONCE + 1)
    items = [
        ChangeTold(
            kind="course" if one.run_id is None else "run",
            change="deleted" if one.is_gone else "changed",
            code=one.code,
            run_id=one.run_id,
            at=one.changed_at,
            url=None
            if one.is_gone
            else f"{settings.origin}/api/v1/{f'courses/{one.code}' if one.run_id is None else f'runs/{one.run_id}'}",
        )
        for one in found[:AT_ONCE]
    ]
    last = found[:AT_ONCE][-1].number if found else number
    return answer(request, ChangesTold(items=items, next=_cursor(last), more=len(found) > AT_ONCE))


def _cursor(number: int) -> str:
    return urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def _number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    if not (text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= _LARGEST):
        refuse_wrong({"since": "choice_unknown"})
    return int(text)
