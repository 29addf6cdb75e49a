"""Activities outside the catalogue: entered, corrected on record, counted, and nobody else's."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.clock import today
from app.db import Database
from app.participation.activities import add_activity, correct_activity
from app.participation.inputs import ActivityForm
from app.participation.refusals import ActivityAhead, GroupUnknown
from app.refusals import NotFound
from app.reports.period import Period
from app.reports.values import figure_value
from tests.make import make_group
from tests.participation.people import make_class


def asked(**changed: object) -> ActivityForm:
    """An activity of today."""
    facts = {
        "title": "Lekcija par jūru",
        "held_on": today().isoformat(),
        "group": "environment",
        "participants": "40",
        "counted_how": "estimated",
        "academic_hours": "1,5",
        "public_money": "1 250,40 €",
    }
    return ActivityForm.model_validate({**facts, **changed})


def test_an_activity_counts_when_it_is_entered_and_as_it_is_corrected(database: Database) -> None:
    group = make_class(database)
    year = Period(today().year)
    with database.writing() as db:
        make_group(db, "environment")
        before = figure_value(db, "participations", year).amount
        activity = add_activity(db, group.teacher, asked())
        db.flush()
        assert figure_value(db, "participations", year).amount == 40 + int(before or 0)
        assert figure_value(db, "person_hours", year).amount == 60
        number = activity.id
    with database.writing() as db:
        correct_activity(db, group.teacher, number, asked(participants="38", counted_how="on_the_spot"))
        correct_activity(db, group.teacher, number, asked(participants="38", counted_how="on_the_spot"))
        assert figure_value(db, "participations", year).amount == 38
        entries = db.scalars(select(AuditEntry).where(AuditEntry.act == "activity_corrected")).all()
        assert [json.loads(one.facts) for one in entries] == [
            {"counted_how": "on_the_spot", "participants": 38, "was_counted_how": "estimated", "was_participants": 40}
        ]
        with pytest.raises(NotFound):
            correct_activity(db, group.stranger, number, asked())
        with pytest.raises(ActivityAhead):
            add_activity(db, group.teacher, asked(held_on=(today() + timedelta(days=1)).isoformat()))
        with pytest.raises(GroupUnknown):
            add_activity(db, group.teacher, asked(group="nothing"))
