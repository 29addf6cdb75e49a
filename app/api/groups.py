"""Thematic groups, and how many courses each has."""

from fastapi import APIRouter, Depends, Request, Response

from app.api.answer import NOT_CHANGED, answer
from app.api.asked import Only, Reader
from app.api.errors import answers
from app.api.models import GroupsTold, GroupTold
from app.dependencies import Db, Engine
from app.providers.queries import thematic_groups
from app.search.engine import Query

router = APIRouter(prefix="/api/v1", tags=["catalogue"])


@router.get(
    "/groups",
    operation_id="list_groups",
    summary="The thematic groups",
    response_model=GroupsTold,
    responses={**NOT_CHANGED, **answers(422, 503)},
    dependencies=[Depends(Only())],
)
def groups(request: Request, db: Db, engine: Engine, reader: Reader) -> Response:
    """The groups in the order the providers agreed on, with their courses and those one can register for now."""
    courses = engine.search(Query(per_page=1)).facets.get("group", {})
    open_courses = engine.search(Query(filters={"open": ("1",)}, per_page=1)).facets.get("group", {})
    items = [
        GroupTold(
            code=group.code,
            name=group.name,
            note=group.note,
            examples=group.examples,
            courses=courses.get(group.code, 0),
            open_courses=open_courses.get(group.code, 0),
        )
        for group in thematic_groups(db, reader.code)
    ]
    return answer(request, GroupsTold(total=len(items), items=items))
