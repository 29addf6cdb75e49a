"""Sample addresses of the list of all registrations, and of one's answers to the provider's questions."""

from sqlalchemy import select

from app.courses.models import Course
from app.courses.run_models import QuestionKind, RunQuestion
from app.db import Database
from app.links import sign
from app.outbox.models import Message
from app.registrations.inputs import NewAddress
from app.registrations.models import GivenAnswer
from app.registrations.own_list import ask_for_link, token_of
from app.settings import Settings
from tests import make


def new_token(database: Database, settings: Settings, email: str) -> str:
    """The token of a link that was just asked for, as its letter would carry it."""
    secret = settings.secret_key.get_secret_value()
    with database.writing() as db:
        ask_for_link(db, NewAddress(email=email), secret)
        newest = select(Message).where(Message.kind == "OwnListAsked").order_by(Message.id.desc()).limit(1)
        return token_of(secret, db.scalars(newest).one().known_facts()["link_number"])


def _answers(database: Database, settings: Settings) -> str:
    """The answers of somebody whom the provider asked two questions, one of them after the other's answer."""
    with database.writing() as db:
        run = make.make_run(db, db.scalars(select(Course).order_by(Course.id).limit(1)).one())
        first = RunQuestion(
            run_id=run.id, position=1, kind=QuestionKind.CHECKBOX, words={"lv": "Vai ņemsiet līdzi datoru?"}
        )
        db.add(first)
        db.flush()
        second = RunQuestion(
            run_id=run.id,
            position=2,
            kind=QuestionKind.TEXT,
            words={"lv": "Kādu?", "en": "Which one?"},
            asked_when_id=first.id,
            asked_when_answer="yes",
        )
        registration = make.make_registration(db, run)
        db.add_all([second, GivenAnswer(registration_id=registration.id, question_id=first.id, answer="yes")])
        return sign(settings.secret_key.get_secret_value(), "registration", registration.link_key)


def own_list_addresses(database: Database, settings: Settings) -> dict[str, list[str]]:
    """For each path its addresses."""
    answers = _answers(database, settings)
    return {
        "/pieteikumi/{token}/atbildes": [f"/pieteikumi/{answers}/atbildes", f"/pieteikumi/{answers}"],
        "/pieteikumi": ["/pieteikumi", "/pieteikumi?done=sent", "/pieteikumi?done=erased"],
        "/pieteikumi/visi/{token}": [f"/pieteikumi/visi/{new_token(database, settings, 'paraugs@example.lv')}"],
    }
