"""A large catalogue made from the demonstration's: the same every time, each course a plausible relative of a real one."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import insert, select

from app.courses.models import Course, CourseAudience, CourseText
from app.db import Base, Database
from app.search.documents import Document, Words
from app.search.models import SearchDocument

_TURNS = (
    "iesācējiem pamatlīmenis turpinājums padziļināti praktikums darbnīca meistarklase intensīvi nedēļas_nogalē vasarā rudenī "
    "ģimenēm kolēģiem pulciņš klubs laboratorija studija ceļvedis soli_pa_solim no_A_līdz_Z rokasgrāmata jaunumi labā_prakse "
    "Kurzemē Piltenē Ugālē Popē Zlēkās Puzē Tārgalē Užavā Jūrkalnē Vārvē Ziras_pagastā pilsētā ostā parkā bibliotēkā tiešsaistē"
)
TURNS = _TURNS.split()
"""What relatives of a course are called beside it."""


def relatives(documents: list[Document], size: int) -> Iterator[tuple[Document, Document]]:
    """So many documents, each with the real one it resembles; the first are the real ones themselves."""
    highest = max(one.course_id for one in documents)
    for number in range(size):
        real = documents[number % len(documents)]
        turn = number // len(documents)
        if turn == 0:
            yield real, real
            continue
        other = documents[(number * 31 + turn * 7) % len(documents)]
        added = f"{TURNS[turn % len(TURNS)]} {TURNS[(turn // len(TURNS) + number) % len(TURNS)]}".replace("_", " ")
        words = real.texts["lv"]
        new = Words(
            f"{words.title} – {added}",
            words.summary,
            other.texts["lv"].description if turn % 3 else words.description,
            words.outcomes,
            (*words.keywords[:4], *other.texts["lv"].keywords[:1]),
        )
        made = replace(
            real,
            course_id=highest + number,
            code=f"{real.code}-{turn}",
            slug=f"{real.slug}-{turn}",
            texts={"lv": new},
            provider=other.provider if turn % 5 == 0 else real.provider,
            price=real.price + Decimal(number * 7 % 60 if real.price else 0),
            published_at=real.published_at - timedelta(minutes=number * 11 % 400_000),
        )
        yield made, real


def documents_in(database: Database) -> list[Document]:
    """The documents of a database."""
    with database.reading() as db:
        texts = db.scalars(select(SearchDocument.document).where(SearchDocument.document != "")).all()
    return [Document.from_json(json.loads(text)) for text in texts]


def fill(database: Database, size: int) -> None:
    """Put relatives of its courses into a database, as records and as search documents, until there are so many."""
    real = documents_in(database)
    with database.writing() as db:
        number = max(db.scalars(select(SearchDocument.number)).all())
        kept = {name: _rows(db.execute(select(table.__table__)).mappings()) for name, table in _TABLES.items()}
        pending: dict[type[Base], list[dict[str, object]]] = {}
        for made, like in relatives(real, size):
            if made is like:
                continue
            number += 1
            (course,) = kept["course"][like.course_id]
            new = {"id": made.course_id, "code": made.code, "slug": made.slug, "price": made.price}
            pending.setdefault(Course, []).append({**course, **new})
            for text in kept["text"][like.course_id]:
                title = made.texts["lv"].title if text["locale"] == "lv" else text["title"]
                pending.setdefault(CourseText, []).append({**text, "course_id": made.course_id, "title": title})
            for audience in kept["audience"].get(like.course_id, []):
                pending.setdefault(CourseAudience, []).append({**audience, "course_id": made.course_id})
            document = json.dumps(made.to_json(), ensure_ascii=False, separators=(",", ":"))
            row = {"course_id": made.course_id, "number": number, "document": document, "changes_at": None}
            pending.setdefault(SearchDocument, []).append(row)
            if number % 2_000 == 0:
                _insert(db, pending)
        _insert(db, pending)


_TABLES: dict[str, type[Base]] = {"course": Course, "text": CourseText, "audience": CourseAudience}


def _rows(rows: object) -> dict[int, list[dict[str, object]]]:
    found: dict[int, list[dict[str, object]]] = {}
    for row in rows:  # type: ignore[attr-defined]
        found.setdefault(row.get("course_id", row.get("id")), []).append(dict(row))
    return found


def _insert(db: object, pending: dict[type[Base], list[dict[str, object]]]) -> None:
    for table in (Course, CourseText, CourseAudience, SearchDocument):
        if rows := pending.pop(table, None):
            db.execute(insert(table), rows)  # type: ignore[attr-defined]
