"""Permits: the city's public register."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.answer import NOT_CHANGED, answer
from app.api.asked import Only, Reader
from app.api.errors import answers
from app.api.models import PermitsTold, PermitTold
from app.api.paging import DEFAULT_PER_PAGE, Page, PerPage, link_header
from app.clock import today
from app.dependencies import Db
from app.permits.queries import PermitEntry, permits_register
from app.search.filters import TEXT_LIMIT

router = APIRouter(prefix="/api/v1", tags=["catalogue"])


@router.get(
    "/permits",
    operation_id="list_permits",
    summary="The register of permits",
    response_model=PermitsTold,
    responses={**NOT_CHANGED, **answers(422, 503)},
    dependencies=[Depends(Only("q", "valid", "page", "per_page"))],
)
def permits(
    request: Request,
    db: Db,
    _reader: Reader,
    q: Annotated[
        str,
        Query(
            max_length=TEXT_LIMIT,
            description="Words of the number, programme or holder, also without diacritics.",
            examples=["keramika"],
        ),
    ] = "",
    valid: Annotated[bool | None, Query(description="Only those in force today, or only those that are not.")] = None,
    page: Page = 1,
    per_page: PerPage = DEFAULT_PER_PAGE,
) -> Response:
    """Permits for non-formal education programmes, the latest first."""
    found = permits_register(db, q, page, today(), valid=valid, per_page=per_page)
    items = [_permit_told(entry) for entry in found.items] if found.page == page else []
    told = PermitsTold(total=found.total, page=page, per_page=per_page, items=items)
    return answer(request, told, link=link_header(request, found.total, page, per_page))


def _permit_told(entry: PermitEntry) -> PermitTold:
    return PermitTold(
        number=entry.number,
        programme=entry.programme,
        holder=entry.holder,
        hours=entry.hours,
        issued_on=entry.issued_on,
        valid_until=entry.valid_until,
        decision=entry.decision,
        is_valid=entry.is_valid,
    )
