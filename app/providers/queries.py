"""What is looked up about providers, thematic groups and venues: their names above all."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, Row, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.i18n import DEFAULT, LANGUAGES, _, sort_key
from app.providers.models import Provider, ProviderText, ThematicGroup, ThematicGroupText, Venue
from app.translated import in_language

_OF_GROUP = ThematicGroupText.group_id == ThematicGroup.id
_OF_PROVIDER = ProviderText.provider_id == Provider.id

GROUP_NAME: ColumnElement[str] = in_language(ThematicGroupText.name, ThematicGroupText.locale, _OF_GROUP)
GROUP_NOTE: ColumnElement[str] = in_language(ThematicGroupText.note, ThematicGroupText.locale, _OF_GROUP)
GROUP_EXAMPLES: ColumnElement[str] = in_language(ThematicGroupText.examples, ThematicGroupText.locale, _OF_GROUP)
PROVIDER_NAME: ColumnElement[str] = in_language(ProviderText.name, ProviderText.locale, _OF_PROVIDER)
PROVIDER_DESCRIPTION: ColumnElement[str] = in_language(ProviderText.description, ProviderText.locale, _OF_PROVIDER)
PROVIDER_SHORT_NAME: ColumnElement[str] = func.coalesce(
    func.nullif(in_language(ProviderText.short_name, ProviderText.locale, _OF_PROVIDER), ""), PROVIDER_NAME
)
"""The short name where there is one, else the full one."""


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A thematic group in its reader's language."""

    code: str
    name: str
    note: str
    examples: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of what filters choose among, by code: groups in their agreed order, providers and venues by name."""

    groups: Mapping[str, str]
    providers: Mapping[str, str]
    venues: Mapping[str, str]


def provider_by_code(db: Session, code: str) -> Provider | None:
    """The provider with that code."""
    return db.scalar(select(Provider).where(Provider.code == code))


def thematic_groups(db: Session, locale: str) -> list[GroupFacts]:
    """The thematic groups in the order agreed on."""
    rows = db.execute(_GROUPS, {"locale": locale})
    return [GroupFacts(code, name, note, examples) for code, name, note, examples in rows]


def labels(db: Session, locale: str) -> Labels:
    """The names of all groups, providers and venues, in one statement."""
    found: dict[str, dict[str, str]] = {"group": {}, "provider": {}, "venue": {}}
    online = _("Online").say(LANGUAGES.get(locale) or LANGUAGES[DEFAULT])
    for kind, code, name, position in sorted(db.execute(_LABELS, {"locale": locale}), key=_place):
        found[kind][code] = online if kind == "venue" and position == _ONLINE else name
    return Labels(found["group"], found["provider"], found["venue"])


def _place(row: Row[str, str, str, int]) -> tuple[int, str]:
    return row.position, sort_key(row.name)


_GROUPS = select(ThematicGroup.code, GROUP_NAME, GROUP_NOTE, GROUP_EXAMPLES).order_by(ThematicGroup.position)
_ONLINE = 1
"""The place of what is no place: after all the others, and called alike in each language."""
_LABELS = union_all(
    select(literal("group").label("kind"), ThematicGroup.code, GROUP_NAME.label("name"), ThematicGroup.position),
    select(literal("provider"), Provider.code, PROVIDER_SHORT_NAME, literal(0, Integer())),
    select(literal("venue"), Venue.code, Venue.name, case((Venue.is_online, _ONLINE), else_=0)),
)


def provider_id_of(db: Session, code: str) -> int | None:
    """The number of the provider with that code."""
    return db.scalar(select(Provider.id).where(Provider.code == code))
