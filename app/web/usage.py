"""The beacon that counts use: no cookie, no name, and the same empty answer to everything."""

import re

from fastapi import APIRouter, Depends, Response

from app.clock import today
from app.dependencies import Db
from app.limits import BEACONS
from app.usage.actions import Use, count_use

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

router = APIRouter(include_in_schema=False)


@router.post("/lietojums", status_code=204, dependencies=[Depends(BEACONS)])
def count(db: Db, kind: str = "", subject: str = "") -> Response:
    """Counts one view of a course, one registration begun or one search; what is unknown counts nothing."""
    if kind in {use.value for use in Use}:
        count_use(db, Use(kind), subject if _CODE.fullmatch(subject) else "", today())
    return Response(status_code=204)
