"""What participants said of the demonstration's runs; rights and answers cannot be joined here either."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from pydantic import TypeAdapter

from app.demo import files
from app.demo.days import DAY
from app.demo.files import FeedbackWords
from app.demo.registrations import Place
from app.demo.rows import Row, Rows, link_key, seeded
from app.demo.runs import Plan
from app.demo.year import WELL_KNOWN
from app.feedback.models import FeedbackAnswer, FeedbackRight

# Chances of the marks 5, 4, 3 and 2 for each provider.
MARKS = {
    "vmv": (90, 9, 1, 0), "vb": (84, 14, 2, 0), "vm": (84, 13, 3, 0), "vdc": (76, 20, 3, 1), "zrs": (70, 23, 6, 1),
    "vatp": (74, 20, 5, 1), "vmc": (58, 30, 9, 3), "vt": (54, 30, 12, 4), "buts": (44, 32, 17, 7),
}  # fmt: skip
ASK = 0.42
"""The share of courses that ask for feedback."""
QUESTIONS = ("content", "teacher", "organisation", "usefulness", "recommend")


def add_feedback(rows: Rows, plans: Sequence[Plan], places: Mapping[int, Sequence[Place]], today: date) -> None:
    """Rights for all who came to courses that ask, and the answers of about a third, in an order that tells nothing."""
    chance = seeded("feedback")
    words = files.read("feedback.json", TypeAdapter(FeedbackWords))
    answers: list[Row] = []
    for plan in plans:
        if plan.cancelled_at or not plan.held or plan.last_day >= today:
            continue
        is_well_known = plan.course.code in WELL_KNOWN
        if not is_well_known and seeded(f"asks {plan.course.code}").random() > ASK:
            continue
        came = [place for place in places.get(plan.id, ()) if place.attended]
        number = min(len(came), max(2, round(len(came) * chance.uniform(0.2, 0.55) * (1.6 if is_well_known else 1))))
        answering = set(chance.sample(range(len(came)), number))
        for turn, place in enumerate(came):
            rows.add(
                FeedbackRight,
                registration_id=place.id,
                link_key=link_key(chance),
                valid_until=plan.last_day + timedelta(days=30),
                is_used=turn in answering,
            )
        answers += [_answer(plan, words, chance, today) for _ in range(number)]
    for answer in sorted(answers, key=lambda row: str(row["key"])):
        rows.put(FeedbackAnswer, **answer)


def _answer(plan: Plan, words: FeedbackWords, chance: Random, today: date) -> Row:
    drawn = chance.choices((5, 4, 3, 2), MARKS[plan.course.provider], k=len(QUESTIONS))
    mean = sum(drawn) / len(drawn)
    said = words.glad if mean > 4.5 else words.mixed if mean > 3.4 else words.critical
    return {
        "key": link_key(chance),
        "run_id": plan.id,
        "given_on": min(plan.last_day + timedelta(days=chance.randrange(1, 12)), today - DAY),
        **dict(zip(QUESTIONS, drawn, strict=True)),
        "words": chance.choice(said) if chance.random() < 0.45 else "",
    }
