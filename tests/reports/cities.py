"""Small random cities whose records lie on and around every edge of a year, for recounting its figures."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from sqlalchemy.orm import Session

from app.courses.history_models import Publication
from app.courses.models import Audience, Course, CourseAudience, CourseRun, CourseSession, Format
from app.feedback.models import FeedbackAnswer
from app.i18n import at
from app.participation.models import Activity, Attendance, Certificate, CountedHow, HeadCount, Mark
from app.permits.models import Permit
from app.registrations.models import Channel, Registration, State
from app.reports.models import Partner
from app.tables import metadata
from app.usage.models import DailyCount
from app.wishes.models import WishRequest, WishState, WishSupport
from tests.make import make_course, make_group, make_provider

YEAR = 2025
Row = TypeVar("Row")


class City:
    """Makes records at random, the same for the same seed."""

    def __init__(self, db: Session, seed: int) -> None:
        self.db = db
        self.chance = random.Random(seed)
        self.number = 0

    def build(self) -> None:
        """A whole city, a few of everything."""
        self.providers = [make_provider(self.db, f"p{place}") for place in range(3)]
        self.groups = [make_group(self.db, f"g{place}") for place in range(3)]
        for _ in range(self.chance.randint(2, 6)):
            self.course()
        for _ in range(self.chance.randint(0, 5)):
            self.activity()
            self.permit()
            self.wish()
        self.use()

    def moment(self) -> datetime:
        """Often at the very edge of the year or of a month on Riga's clocks, else anywhere around the year."""
        if self.chance.random() < 0.4:
            edge = self.chance.choice([date(2025, 1, 1), date(2026, 1, 1), date(2025, 4, 1), date(2025, 11, 1)])
            return at(edge, time(0)) + timedelta(seconds=self.chance.choice([-5400, -3600, -60, -1, 0, 1, 60, 7200]))
        return datetime(2024, 11, 1, tzinfo=UTC) + timedelta(minutes=self.chance.randrange(60 * 24 * 480))

    def day(self) -> date:
        edges = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 30), date(2025, 12, 31), date(2026, 1, 1)]
        return self.chance.choice([*edges, self.moment().date()])

    def maybe(self, chance: float) -> bool:
        return self.chance.random() < chance

    def later(self, start: datetime, days: float = 60) -> datetime:
        return start + timedelta(seconds=self.chance.randrange(int(days * 86400)))

    def key(self) -> str:
        self.number += 1
        return f"key-{self.number}"

    def keep(self, row: Row) -> Row:
        self.db.add(row)
        self.db.flush()
        return row

    def course(self) -> None:
        course = make_course(
            self.db,
            f"k-{self.key()}",
            provider=self.chance.choice(self.providers),
            group=self.chance.choice(self.groups),
            audiences=self.chance.sample(list(Audience)[:4], self.chance.randint(1, 3)),
            format=self.chance.choice(list(Format)),
            language=self.chance.choice(["lv", "en", "fr"]),
            published=False,
        )
        for _ in range(self.chance.randint(0, 2)):
            begun = self.moment()
            ended = self.chance.choice([None, self.later(begun), at(date(2025, 1, 1), time(0))])
            self.keep(Publication(course_id=course.id, begun_at=min(begun, ended or begun), ended_at=ended))
        for _ in range(self.chance.randint(0, 3)):
            self.run(course)

    def run(self, course: Course) -> None:
        start = self.moment()
        starts = [start + timedelta(days=7 * place) for place in range(self.chance.randint(0, 4))]
        length = timedelta(minutes=self.chance.choice([45, 60, 90, 100]))
        run = self.keep(
            CourseRun(
                course_id=course.id,
                seats=self.chance.choice([0, 2, 8, 12]),
                registration_opens_at=start - timedelta(days=40),
                registration_closes_at=start,
                starts_at=start,
                ends_at=(starts[-1] if starts else start + timedelta(days=20)) + length,
                session_count=len(starts),
                public_money=self.chance.choice([Decimal(0), Decimal("0.10"), Decimal("333.33")]),
                cancelled_at=self.moment() if self.maybe(0.15) else None,
                created_at=start - timedelta(days=50),
            )
        )
        sessions = [
            self.keep(
                CourseSession(
                    run_id=run.id,
                    starts_at=one,
                    ends_at=one + length,
                    cancelled_at=one if self.maybe(0.1) else None,
                )
            )
            for one in starts
        ]
        registrations = [self.registration(run) for _ in range(self.chance.randint(0, 6))]
        for session in sessions:
            if self.maybe(0.3):
                how = self.chance.choice(list(CountedHow))
                people = self.chance.randint(1, 9)
                self.keep(HeadCount(session_id=session.id, people=people, counted_how=how, counted_at=start))
            for registration in registrations:
                if self.maybe(0.6):
                    mark = self.chance.choice(list(Mark))
                    self.keep(
                        Attendance(registration_id=registration.id, session_id=session.id, mark=mark, marked_at=start)
                    )
        for _ in range(self.chance.randint(0, 6)):
            marks = {
                name: self.chance.randint(1, 5)
                for name in ("content", "teacher", "organisation", "usefulness", "recommend")
            }
            self.keep(FeedbackAnswer(key=self.key(), run_id=run.id, given_on=self.day(), **marks))

    def registration(self, run: CourseRun) -> Registration:
        confirmed = self.moment() if self.maybe(0.7) else None
        queued = self.moment() if self.maybe(0.4) else None
        state = self.chance.choice([State.CONFIRMED, State.WITHDRAWN]) if confirmed else State.EXPIRED
        registration = self.keep(
            Registration(
                run_id=run.id,
                state=state,
                channel=self.chance.choice([Channel.WEB, Channel.WEB, Channel.DESK]),
                person_token=self.chance.choice([None, "ann", "bob", "cat", self.key()]),
                link_key=self.key(),
                created_at=run.created_at,
                confirmed_at=confirmed,
                queued_at=queued,
            )
        )
        if self.maybe(0.4):
            revoked = self.day() if self.maybe(0.2) else None
            self.keep(
                Certificate(
                    number=self.key(),
                    code="ABCD2345",
                    registration_id=registration.id,
                    issued_on=self.day(),
                    revoked_on=revoked,
                )
            )
        return registration

    def activity(self) -> None:
        self.keep(
            Activity(
                provider_id=self.chance.choice(self.providers).id,
                group_id=self.chance.choice(self.groups).id,
                title="Lekcija",
                held_on=self.day(),
                audience=self.chance.choice(["everyone", "seniors"]),
                participants=self.chance.choice([0, 3, 25]),
                counted_how=self.chance.choice(list(CountedHow)),
                academic_hours=self.chance.choice([Decimal("1.33"), Decimal(2)]),
                public_money=self.chance.choice([Decimal(0), Decimal("12.34")]),
                created_at=datetime(2025, 1, 1, tzinfo=UTC),
            )
        )

    def permit(self) -> None:
        issued = self.day()
        self.keep(
            Permit(
                number=self.key(),
                programme="Keramika",
                holder="SIA “Māls”",
                provider_id=self.chance.choice([None, *(provider.id for provider in self.providers)]),
                hours=Decimal(40),
                issued_on=issued,
                valid_until=issued + timedelta(days=self.chance.choice([0, 100, 365])),
            )
        )
        since = self.day()
        self.keep(Partner(name=self.key(), since=since, until=self.chance.choice([None, since, since + timedelta(90)])))

    def wish(self) -> None:
        created = self.moment()
        answered = self.later(created, 20) if self.maybe(0.6) else None
        wish = self.keep(
            WishRequest(
                title="Bites",
                group_id=self.chance.choice([None, *(group.id for group in self.groups)]),
                audience=self.chance.choice(["", "seniors"]),
                format=self.chance.choice(["", "online"]),
                state=self.chance.choice([WishState.UNREAD, WishState.NEW, WishState.PLANNED]),
                created_at=created,
                answer_by=created + timedelta(days=30),
                first_answered_at=answered,
                fulfilled_at=self.later(answered) if answered and self.maybe(0.5) else None,
            )
        )
        confirmed = created if self.maybe(0.5) else None
        self.keep(
            WishSupport(
                wish_id=wish.id,
                person_key="ann",
                is_writer=True,
                link_key=self.key(),
                created_at=created,
                confirmed_at=confirmed,
            )
        )
        if self.maybe(0.3):
            self.keep(
                WishRequest(
                    title="Bišu dravošana",
                    state=WishState.MERGED,
                    merged_into_id=wish.id,
                    created_at=self.moment(),
                    answer_by=created,
                    first_answered_at=self.moment(),
                )
            )

    def use(self) -> None:
        codes = [code for (code,) in self.db.query(Course.code)]
        for day in {self.day() for _ in range(6)}:
            self.keep(DailyCount(day=day, kind="search", times=self.chance.randint(1, 50)))
            self.keep(DailyCount(day=day, kind="search_without_result", times=self.chance.randint(1, 9)))
            self.keep(DailyCount(day=day, kind="course_view", subject=self.chance.choice(codes), times=7))


def clear(db: Session) -> None:
    """Take everything out again."""
    for table in reversed(metadata.sorted_tables):
        db.execute(table.delete())


__all__ = ["YEAR", "City", "CourseAudience", "clear"]
