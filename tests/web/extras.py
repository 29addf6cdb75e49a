"""What tests of the registration form's extras share: a run that asks questions, and a look into the form."""

from typing import NamedTuple

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from app.db import Database
from app.registrations.models import GivenAnswer
from tests import make
from tests.registrations.test_answers import ask
from tests.web.test_registrations import ANNA, hidden, page, url

BERTA = {"companion.name": "Berta Liepa", "companion.email": "berta@example.com"}
NEEDS = {"special_needs": "Vajadzīga iekļūšana\r\nbez pakāpieniem.", "special_needs_consent": "yes"}


class Asking(NamedTuple):
    """A run that asks questions: a choice, a text for one of its answers, a tick."""

    run: int
    woven: str
    loom: str
    lunch: str


def asking_run(database: Database) -> Asking:
    """A run that asks its three questions."""
    with database.writing() as db:
        run = make.make_run(db, make.make_course(db, "ausana", title="Aušanas pamati"), seats=3)
    return Asking(run.id, *(f"question-{number}" for number in ask(database, run.id)))


def open_and_send(client: TestClient, run_id: int, **typed: object) -> Response:
    """Open the form and go on with what was typed; every shown question is known to have been shown."""
    opened = client.get(url(run_id))
    data = {**hidden(opened), **ANNA, "run": str(run_id), "step": "check", "asked": shown(opened), **typed}
    return client.post(url(run_id), data=data)


def shown(response: Response) -> list[str]:
    """The numbers of the questions that the form shows."""
    return [str(field.attributes["value"]) for field in page(response).css("form input[name=asked]")]


def typed_in(response: Response) -> dict[str, str]:
    """What stands in the form: texts, chosen answers, ticks."""
    found = {}
    for field in page(response).css("main form input:not([type=hidden]), main form textarea"):
        name, kind = str(field.attributes["name"]), field.attributes.get("type")
        if kind in {"radio", "checkbox"}:
            if "checked" in field.attributes:
                found[name] = str(field.attributes["value"])
        elif text := field.text() if field.tag == "textarea" else field.attributes.get("value"):
            found[name] = text.strip("\n")
    return found


def errors(response: Response) -> dict[str, str]:
    """The summary: the sentence by the field it leads to; each stands at its field too."""
    parsed = page(response)
    found = {str(link.attributes["href"])[1:]: link.text() for link in parsed.css(".note--bad a")}
    for name, sentence in found.items():
        assert parsed.css_first(f'[id="{name}"]') is not None, name
        beside = parsed.css_first(f'[id="{name}-e"]')
        assert beside is not None and sentence in beside.text(), name
    return found


def answers(database: Database) -> dict[str, str]:
    """The answers that are kept, by field."""
    with database.reading() as db:
        return {f"question-{one.question_id}": one.answer for one in db.scalars(select(GivenAnswer))}
