"""Sample addresses of the list of all registrations: the form, its answer, a link that opens and one that does not."""

from sqlalchemy import select

from app.db import Database
from app.outbox.models import Message
from app.registrations.inputs import NewAddress
from app.registrations.own_list import ask_for_link, token_of
from app.settings import Settings


def new_token(database: Database, settings: Settings, email: str) -> str:
    """The token of a link that was just asked for, as its letter would carry it."""
    secret = settings.secret_key.get_secret_value()
    with database.writing() as db:
        ask_for_link(db, NewAddress(email=email), secret)
        newest = select(Message).where(Message.kind == "OwnListAsked").order_by(Message.id.desc()).limit(1)
        return token_of(secret, db.scalars(newest).one().known_facts()["link_number"])


def own_list_addresses(database: Database, settings: Settings) -> dict[str, list[str]]:
    """For each path its addresses."""
    return {
        "/pieteikumi": ["/pieteikumi", "/pieteikumi?done=sent", "/pieteikumi?done=erased"],
        "/pieteikumi/visi/{token}": [f"/pieteikumi/visi/{new_token(database, settings, 'paraugs@example.lv')}"],
    }
