"""The demonstration catalogue as search documents, without a database: the same every time."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app.search.documents import Document, Status, Words

DATA = Path(__file__).resolve().parents[2] / "data"
QUERIES = DATA / "search-queries.jsonl"
TODAY = date(2026, 3, 2)
ALIASES = {
    "vt": ("tehnikums",),
    "vmc": ("augstskola", "VeA", "mūžizglītības centrs"),
    "zrs": ("slimnīca",),
    "vm": ("muzejs",),
    "vb": ("bibliotēka",),
    "vdc": ("digitālais centrs",),
}


def slug_of(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def demonstration_documents(status: Status | None = None) -> list[Document]:
    """The 418 courses; their runs vary by number unless one status is given for all."""
    providers = {one["code"]: one for one in json.loads((DATA / "providers.json").read_text(encoding="utf-8"))}
    documents = []
    for number, line in enumerate((DATA / "courses.jsonl").read_text(encoding="utf-8").splitlines(), start=1):
        course = json.loads(line)
        provider = providers[course["provider"]]
        standing: Status = status or ("open", "open", "none", "upcoming", "ended")[number * 7 % 5]
        start = TODAY + timedelta(days=number * 11 % 90 + 1) if standing in {"open", "upcoming"} else None
        in_evening = "vakar" in (course["title"] + course["summary"] + course["description"]).lower()
        documents.append(
            Document(
                course_id=number,
                version=1,
                code=course["code"],
                slug=f"{course['code']}-{slug_of(course['title'])}",
                texts={
                    "lv": Words(
                        course["title"],
                        course["summary"],
                        course["description"],
                        tuple(course["outcomes"]),
                        tuple(course["keywords"]),
                    )
                },
                provider=course["provider"],
                provider_names=(*provider["name"].values(), *ALIASES.get(course["provider"], ())),
                group=course["group"],
                audiences=tuple(course["audience"]),
                level=course["level"],
                language=course["language"],
                format=course["format"],
                certificate=course["certificate"],
                funding=course["funding"],
                price=Decimal(course["price_eur"]),
                published_at=datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number * 13 % 5000),
                venues=(slug_of(course["venue"])[:60],) if start else (),
                venue_names=(course["venue"],),
                weekdays=(number % 6, (number + 2) % 7) if start else (),
                times=("evening",)
                if in_evening and start
                else (("morning", "afternoon")[number % 2],)
                if start
                else (),
                starts=(start,) if start else (),
                status=standing,
                can_register=standing == "open",
                next_start=start,
            )
        )
    return documents
