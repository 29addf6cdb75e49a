"""A course as a search document: what the engines index, and nothing about a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Self, cast, get_args

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Status = Literal["open", "upcoming", "none", "ended"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Words:
    """A course's texts in one language."""

    title: str
    summary: str = ""
    description: str = ""
    outcomes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One published course, ready to be found: its texts, and every value that a filter or a sort asks for."""

    course_id: int
    version: int
    code: str
    slug: str
    texts: Mapping[str, Words]
    """By locale; Latvian ("lv") is always among them."""
    provider: str
    provider_names: tuple[str, ...]
    """Every name by which people know the provider: in each language, short names, what the city calls it."""
    group: str
    audiences: tuple[str, ...]
    level: str
    language: str
    """Language of teaching."""
    format: str
    certificate: str
    funding: str
    price: Decimal
    """Euros; 0 is free of charge."""
    published_at: datetime
    venues: tuple[str, ...] = ()
    """Codes of the places of runs not yet ended."""
    venue_names: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    """Local weekdays of the sessions, 0 is Monday."""
    times: tuple[str, ...] = ()
    """Local starts of the sessions: "morning" before 12:00, "afternoon" until 17:00, "evening" from then on."""
    starts: tuple[date, ...] = ()
    """Local first days of the runs not yet ended."""
    status: Status = "none"
    """"open": can register now or wait for a seat; "upcoming": has dates; "none": has none planned; "ended": is over."""
    can_register: bool = False
    next_start: date | None = None
    """None while the run a resident would choose is under way: what begins comes before what can be joined any time."""

    def to_json(self) -> dict[str, Json]:
        """The document in JSON's types, as it is kept in the database and sent to an engine."""
        return {
            "course_id": self.course_id,
            "version": self.version,
            "code": self.code,
            "slug": self.slug,
            "texts": {
                locale: {
                    "title": words.title,
                    "summary": words.summary,
                    "description": words.description,
                    "outcomes": list(words.outcomes),
                    "keywords": list(words.keywords),
                }
                for locale, words in self.texts.items()
            },
            "provider": self.provider,
            "provider_names": list(self.provider_names),
            "group": self.group,
            "audiences": list(self.audiences),
            "level": self.level,
            "language": self.language,
            "format": self.format,
            "certificate": self.certificate,
            "funding": self.funding,
            "price": str(self.price),
            "published_at": self.published_at.isoformat(),
            "venues": list(self.venues),
            "venue_names": list(self.venue_names),
            "weekdays": list(self.weekdays),
            "times": list(self.times),
            "starts": [day.isoformat() for day in self.starts],
            "status": self.status,
            "can_register": self.can_register,
            "next_start": self.next_start.isoformat() if self.next_start else None,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Json]) -> Self:
        """The document that `to_json` made; KeyError or ValueError when it is not one."""
        status = _text(kept, "status")
        if status not in STATUSES:
            raise ValueError(f"Unknown status: {status}")
        next_start = kept["next_start"]
        texts = cast("Mapping[str, Mapping[str, Json]]", kept["texts"])
        return cls(
            course_id=_number(kept, "course_id"),
            version=_number(kept, "version"),
            code=_text(kept, "code"),
            slug=_text(kept, "slug"),
            texts={
                locale: Words(
                    title=_text(words, "title"),
                    summary=_text(words, "summary"),
                    description=_text(words, "description"),
                    outcomes=_texts(words, "outcomes"),
                    keywords=_texts(words, "keywords"),
                )
                for locale, words in texts.items()
            },
            provider=_text(kept, "provider"),
            provider_names=_texts(kept, "provider_names"),
            group=_text(kept, "group"),
            audiences=_texts(kept, "audiences"),
            level=_text(kept, "level"),
            language=_text(kept, "language"),
            format=_text(kept, "format"),
            certificate=_text(kept, "certificate"),
            funding=_text(kept, "funding"),
            price=Decimal(_text(kept, "price")),
            published_at=datetime.fromisoformat(_text(kept, "published_at")),
            venues=_texts(kept, "venues"),
            venue_names=_texts(kept, "venue_names"),
            weekdays=tuple(int(cast("int", day)) for day in _list(kept, "weekdays")),
            times=_texts(kept, "times"),
            starts=tuple(date.fromisoformat(day) for day in _texts(kept, "starts")),
            status=status,
            can_register=bool(kept["can_register"]),
            next_start=date.fromisoformat(str(next_start)) if next_start else None,
        )


def _text(kept: Mapping[str, Json], name: str) -> str:
    return str(kept[name])


def _number(kept: Mapping[str, Json], name: str) -> int:
    return int(cast("int", kept[name]))


def _list(kept: Mapping[str, Json], name: str) -> Sequence[Json]:
    return cast("Sequence[Json]", kept[name])


def _texts(kept: Mapping[str, Json], name: str) -> tuple[str, ...]:
    return tuple(str(part) for part in _list(kept, name))
