"""What the desk leaves behind is forgotten in time: openings, whom somebody looked for, the text of letters."""

from datetime import timedelta

from sqlalchemy import select

from app.clock import now
from app.db import Database
from app.privacy.erase import erase_address
from app.privacy.kept import kept_about_registration
from app.privacy.retention import RULES
from app.registrations import openings
from app.registrations.group_letter_queries import fates, reachable
from app.registrations.group_letters import write_to_group
from app.registrations.inputs import GroupLetterForm
from app.registrations.models import GroupLetter, Listing, ListOpening
from app.settings import Settings
from tests.registrations.desk_acts import RULES as SEATS
from tests.registrations.desk_acts import enter, new_group, new_staff


def test_openings_searches_and_letters_are_forgotten(database: Database, settings: Settings) -> None:
    who = new_staff(database)
    run_id = new_group(database, who)
    _receipt, number = enter(database, who, run_id, "Kanārija Putniņa", email="kanarija@example.lv")
    with database.writing() as db:
        openings.open_list(db, who, Listing.RUN, run_id)
        opening = openings.opening_of(db, who, Listing.RUN, run_id)
        assert opening is not None
        openings.look_for(db, opening, "Putniņa")
        form = GroupLetterForm(subject="Par Putniņu", words="Kanārijai.")
        write_to_group(db, who, run_id, form, reachable(db, run_id), "letter")
    with database.reading() as db:
        told = {part.section.name: part.rows for part in kept_about_registration(db, number or 0).parts}
        assert [row["is_called"] for row in told["letters"]] == [False]
        assert [fate.waiting for fate in fates(db, run_id)] == [1]
    with database.writing() as db:
        assert erase_address(db, "kanarija@example.lv", SEATS) == 1
    with database.reading() as db:
        assert db.scalars(select(ListOpening.looked_for).where(ListOpening.looked_for != "")).all() == []
        assert [fate.waiting for fate in fates(db, run_id)] == [0], "nobody waits who is not written to any more"
    later = now() + timedelta(days=settings.letter_days, minutes=1)
    for rule in RULES:
        if rule.name in {"list_openings", "group_letters"}:
            with database.writing() as db:
                rule.act(db, settings, later, rule.name)
    with database.reading() as db:
        assert db.scalars(select(ListOpening.object_id)).all() == []
        [letter] = db.scalars(select(GroupLetter)).all()
        assert (letter.subject, letter.words, letter.people) == ("", "", 1)
