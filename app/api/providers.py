"""Providers: the institutions that offer courses."""

from fastapi import APIRouter, Depends, Request, Response

from app.api.answer import NOT_CHANGED, answer
from app.api.asked import Only, Reader
from app.api.errors import answers
from app.api.models import ProvidersTold, ProviderTold
from app.catalogue.pages import ProviderPage
from app.catalogue.provider_queries import provider_page_of_code, providers_page
from app.dependencies import Configured, Db

router = APIRouter(prefix="/api/v1", tags=["catalogue"])


@router.get(
    "/providers",
    operation_id="list_providers",
    summary="All providers",
    response_model=ProvidersTold,
    responses={**NOT_CHANGED, **answers(422, 503)},
    dependencies=[Depends(Only())],
)
def providers(request: Request, db: Db, reader: Reader, settings: Configured) -> Response:
    """Every provider by name, with its directions and the number of its courses."""
    found = providers_page(db, reader.code)
    items = [_provider_told(page, settings.origin) for page in found]
    return answer(request, ProvidersTold(total=len(items), items=items))


@router.get(
    "/providers/{code}",
    operation_id="get_provider",
    summary="One provider",
    response_model=ProviderTold,
    responses={**NOT_CHANGED, **answers(404, 422, 503)},
    dependencies=[Depends(Only())],
)
def provider(request: Request, code: str, db: Db, reader: Reader, settings: Configured) -> Response:
    """The provider of this code; its courses are `courses?provider=` and the code."""
    return answer(request, _provider_told(provider_page_of_code(db, code, reader.code), settings.origin))


def _provider_told(page: ProviderPage, origin: str) -> ProviderTold:
    facts = page.provider
    return ProviderTold(
        code=facts.code,
        slug=facts.slug,
        name=facts.name,
        short_name=facts.short_name,
        description=facts.description,
        kind=facts.kind,
        in_register=facts.in_register,
        directions=[code for code, _name in page.directions],
        courses=page.course_count,
        email=facts.email,
        phone=facts.phone,
        website=facts.website,
        address=facts.address,
        url=f"{origin}/istenotaji/{facts.slug}",
    )
