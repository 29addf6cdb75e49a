"""The institutions of the demonstration: thematic groups, providers and venues."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter
from slugify import slugify

from app.demo import files
from app.demo.accounts import add_accounts
from app.demo.files import Descriptions, GroupEntry, ProviderEntry, Venues
from app.demo.rows import Rows
from app.providers.models import (
    Provider,
    ProviderDirection,
    ProviderText,
    ThematicGroup,
    ThematicGroupText,
    Venue,
)

OPENED = datetime(2022, 10, 3, 6, tzinfo=UTC)
"""When the city set the catalogue up, a month before the public saw it."""


@dataclass(frozen=True, slots=True)
class Places:
    """Ids and words that the other parts of the city refer to."""

    groups: dict[str, int]
    providers: dict[str, int]
    venues: dict[str, int]
    """By the words of the catalogue: "Amatu māja, Skolas iela 3"."""
    online: frozenset[str]
    names: dict[str, str]
    """Providers' Latvian names by code."""
    contacts: dict[str, tuple[str, str]]
    """Providers' mail addresses and telephones by code."""
    trusted: frozenset[str]
    managers: dict[str, int]
    """The account that publishes for a provider; the board's under an empty code."""


def add_institutions(rows: Rows) -> Places:
    """Keep the groups, providers, venues and staff accounts."""
    descriptions = files.read("descriptions.json", TypeAdapter(Descriptions))
    entries = files.read("providers.json", TypeAdapter(list[ProviderEntry]))
    groups = _add_groups(rows, descriptions)
    providers = {entry.code: _add_provider(rows, entry, descriptions, groups) for entry in entries}
    venues = files.read("venues.json", TypeAdapter(Venues))
    return Places(
        groups,
        providers,
        _add_venues(rows, venues),
        frozenset(venue.stands_for for venue in venues.venues if venue.online),
        {entry.code: entry.name["lv"] for entry in entries},
        {code: (words.email, words.phone) for code, words in descriptions.providers.items()},
        frozenset(code for code, words in descriptions.providers.items() if words.trusted),
        add_accounts(rows, providers, OPENED),
    )


def _add_groups(rows: Rows, descriptions: Descriptions) -> dict[str, int]:
    ids = {}
    for entry in files.read("groups.json", TypeAdapter(list[GroupEntry])):
        ids[entry.code] = group_id = rows.add(ThematicGroup, code=entry.code, position=entry.position)
        for locale, name in entry.name.items():
            words = descriptions.groups[entry.code][locale]
            rows.put(
                ThematicGroupText,
                group_id=group_id,
                locale=locale,
                name=name,
                note=words.note,
                examples=words.examples,
            )
    return ids


def _add_provider(rows: Rows, entry: ProviderEntry, descriptions: Descriptions, groups: dict[str, int]) -> int:
    words = descriptions.providers[entry.code]
    provider_id = rows.add(
        Provider,
        code=entry.code,
        slug=slugify(entry.name["lv"]),
        kind=entry.kind,
        in_register=entry.registered,
        is_trusted=words.trusted,
        email=words.email,
        phone=words.phone,
        website=f"https://{entry.code}.example.lv/",
        address=words.address,
    )
    for locale, name in entry.name.items():
        rows.put(
            ProviderText,
            provider_id=provider_id,
            locale=locale,
            name=name,
            short_name=words.short_name[locale],
            description=words.description[locale],
        )
    for direction in entry.directions:
        rows.put(ProviderDirection, provider_id=provider_id, group_id=groups[direction])
    return provider_id


def _add_venues(rows: Rows, kept: Venues) -> dict[str, int]:
    ids = {}
    for entry in kept.venues:
        building = kept.buildings.get(entry.building)
        ids[entry.stands_for] = rows.add(
            Venue,
            code=entry.code,
            name=entry.name,
            address=building.address if building else "",
            room=entry.room,
            access_notes=[*(building.access if building else []), *entry.access],
            is_online=entry.online,
            latitude=building.latitude if building else None,
            longitude=building.longitude if building else None,
        )
    return ids
