"""Providers as residents read about them."""

from collections import defaultdict

from sqlalchemy import Executable, RowMapping, bindparam, func, select
from sqlalchemy.orm import Session

from app.catalogue.pages import ProviderFacts, ProviderPage
from app.courses.models import IS_PUBLISHED, Course
from app.i18n import sort_key
from app.providers.models import Provider, ProviderDirection, ThematicGroup
from app.providers.queries import GROUP_NAME, PROVIDER_DESCRIPTION, PROVIDER_NAME, PROVIDER_SHORT_NAME
from app.refusals import NotFound

PROVIDERS = select(
    Provider.code.label("provider_code"),
    Provider.slug.label("provider_slug"),
    PROVIDER_NAME.label("provider_name"),
    PROVIDER_SHORT_NAME.label("provider_short_name"),
    PROVIDER_DESCRIPTION.label("provider_description"),
    Provider.kind.label("provider_kind"),
    Provider.in_register.label("provider_in_register"),
    Provider.email.label("provider_email"),
    Provider.phone.label("provider_phone"),
    Provider.website.label("provider_website"),
    Provider.address.label("provider_address"),
)
"""Every provider in LOCALE, in the columns that `provider_facts` reads."""


def provider_facts(row: RowMapping) -> ProviderFacts:
    """A provider from a row of `PROVIDERS`."""
    return ProviderFacts(
        code=row["provider_code"],
        slug=row["provider_slug"],
        name=row["provider_name"],
        short_name=row["provider_short_name"],
        description=row["provider_description"],
        kind=row["provider_kind"],
        in_register=row["provider_in_register"],
        email=row["provider_email"],
        phone=row["provider_phone"],
        website=row["provider_website"],
        address=row["provider_address"],
    )


def providers_page(db: Session, locale: str) -> list[ProviderPage]:
    """All providers by name, with their directions and the number of their courses in the catalogue."""
    directions: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for provider_id, code, name in db.execute(_DIRECTIONS, {"locale": locale}):
        directions[provider_id].append((code, name))
    pages = [
        ProviderPage(provider_facts(row), tuple(directions[row["id"]]), row["course_count"])
        for row in db.execute(_PROVIDERS, {"locale": locale}).mappings()
    ]
    return sorted(pages, key=lambda page: sort_key(page.provider.name))


def provider_page(db: Session, slug: str, locale: str) -> ProviderPage:
    """The provider of this slug."""
    return _provider_page(db, _BY_SLUG, slug, locale)


def provider_page_of_code(db: Session, code: str, locale: str) -> ProviderPage:
    """The provider of this code."""
    return _provider_page(db, _BY_CODE, code, locale)


def _provider_page(db: Session, wanted: Executable, name: str, locale: str) -> ProviderPage:
    if not name.isprintable():  # No record is called so, and PostgreSQL would not even look for a NUL.
        raise NotFound
    row = db.execute(wanted, {"name": name, "locale": locale}).mappings().first()
    if row is None:
        raise NotFound
    directions = db.execute(_DIRECTIONS_OF_PROVIDER, {"provider": row["id"], "locale": locale})
    return ProviderPage(provider_facts(row), tuple((code, name) for _id, code, name in directions), row["course_count"])


_course_count = (
    select(func.count()).where(Course.provider_id == Provider.id, IS_PUBLISHED).scalar_subquery().label("course_count")
)
_PROVIDERS = PROVIDERS.add_columns(Provider.id, _course_count)
_BY_SLUG = _PROVIDERS.where(Provider.slug == bindparam("name"))
_BY_CODE = _PROVIDERS.where(Provider.code == bindparam("name"))
_DIRECTIONS = (
    select(ProviderDirection.provider_id, ThematicGroup.code, GROUP_NAME)
    .join(ThematicGroup, ThematicGroup.id == ProviderDirection.group_id)
    .order_by(ThematicGroup.position)
)
_DIRECTIONS_OF_PROVIDER = _DIRECTIONS.where(ProviderDirection.provider_id == bindparam("provider"))
