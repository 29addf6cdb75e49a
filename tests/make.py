"""Records for tests: each function makes one thing with sensible values, flushes it and returns it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from sqlalchemy.orm import Session

from app import links
from app.clock import now, today
from app.courses.history_models import Publication
from app.courses.models import (
    Audience,
    CertificateKind,
    Course,
    CourseAudience,
    CourseRun,
    CourseSession,
    CourseState,
    CourseText,
    Format,
    Funding,
    Level,
)
from app.feedback.models import FeedbackAnswer
from app.i18n import at, local
from app.people.addresses import email_key, person_token
from app.people.models import Account, Role
from app.permits.models import Permit
from app.providers.models import Provider, ProviderDirection, ProviderText, ThematicGroup, ThematicGroupText, Venue
from app.registrations.models import Channel, Registration, State
from app.wishes.models import WishRequest, WishState, WishSupport

_number = count(1)
EVENING = time(18, 0)


def make_group(
    db: Session, code: str | None = None, *, name: str = "Valodas", name_en: str = "Languages"
) -> ThematicGroup:
    """A thematic group with a name in both languages."""
    number = next(_number)
    group = ThematicGroup(code=code or f"group_{number}", position=number)
    group.texts = {
        "lv": ThematicGroupText(locale="lv", name=name),
        "en": ThematicGroupText(locale="en", name=name_en),
    }
    db.add(group)
    db.flush()
    return group


def make_provider(
    db: Session,
    code: str | None = None,
    *,
    name: str = "Pieaugušo skola",
    name_en: str = "School for Adults",
    short_name: str = "",
    directions: Iterable[ThematicGroup] = (),
    in_register: bool = True,
) -> Provider:
    """A provider with a name in both languages, a slug like its code, and its directions."""
    code = code or f"provider-{next(_number)}"
    provider = Provider(
        code=code,
        slug=code,
        kind="university",
        in_register=in_register,
        email=f"{code}@example.lv",
        phone="+371 63600000",
        website="https://example.lv/",
        address="Saules iela 1, Ventspils",
    )
    provider.texts = {
        "lv": ProviderText(locale="lv", name=name, short_name=short_name, description="Māca pieaugušos."),
        "en": ProviderText(locale="en", name=name_en, short_name=short_name, description="Teaches adults."),
    }
    db.add(provider)
    db.flush()
    db.add_all(ProviderDirection(provider_id=provider.id, group_id=group.id) for group in directions)
    db.flush()
    return provider


def make_venue(
    db: Session,
    code: str | None = None,
    *,
    name: str | None = None,
    address: str = "Saules iela 1",
    is_online: bool = False,
    access_notes: Iterable[str] = ("Ieeja bez pakāpieniem.",),
) -> Venue:
    """A venue with an address and a note on how to get in."""
    number = next(_number)
    venue = Venue(
        code=code or f"venue-{number}",
        name=name or f"Bibliotēka {number}",
        address="" if is_online else address,
        access_notes=[] if is_online else list(access_notes),
        is_online=is_online,
    )
    db.add(venue)
    db.flush()
    return venue


def make_permit(
    db: Session,
    number: str | None = None,
    *,
    programme: str = "Keramika",
    holder: str = "SIA “Māls”",
    provider: Provider | None = None,
    issued_on: date | None = None,
    valid_until: date | None = None,
) -> Permit:
    """A permit, in force for a year around today unless told otherwise."""
    permit = Permit(
        number=number or f"A-{next(_number)}",
        programme=programme,
        holder=holder,
        provider_id=provider.id if provider else None,
        hours=Decimal(40),
        issued_on=issued_on or today() - timedelta(days=100),
        valid_until=valid_until or today() + timedelta(days=265),
        decision="Nr. 7",
    )
    db.add(permit)
    db.flush()
    return permit


def make_course(
    db: Session,
    code: str | None = None,
    *,
    title: str = "Keramika iesācējiem",
    title_en: str | None = None,
    summary: str = "Pirmie trauki no māla.",
    description: str = "Mācāmies **virpot** un glazēt.",
    outcomes: Iterable[str] = ("Virpo bļodu",),
    keywords: Iterable[str] = ("māls",),
    provider: Provider | None = None,
    group: ThematicGroup | None = None,
    permit: Permit | None = None,
    audiences: Iterable[Audience] = (Audience.EVERYONE,),
    level: Level = Level.BEGINNER,
    language: str = "lv",
    format: Format = Format.IN_PERSON,  # noqa: A002
    price: Decimal | int = 0,
    funding: Funding | None = None,
    certificate: CertificateKind = CertificateKind.NONE,
    published: bool = True,
    published_at: datetime | None = None,
) -> Course:
    """A course with its Latvian text, an English one when `title_en` is given, and a provider and group of its own."""
    code = code or f"course-{next(_number)}"
    since = published_at or now() - timedelta(days=30)
    course = Course(
        code=code,
        slug=code,
        provider_id=(provider or make_provider(db)).id,
        group_id=(group or make_group(db)).id,
        permit_id=permit.id if permit else None,
        state=CourseState.PUBLISHED if published else CourseState.DRAFT,
        level=level,
        language=language,
        format=format,
        price=Decimal(price),
        funding=funding or (Funding.SELF_PAID if price else Funding.FREE),
        certificate=certificate,
        academic_hours=Decimal(16),
        contact_email="kursi@example.lv",
        contact_phone="+371 63600001",
        created_at=since,
        updated_at=since,
        published_at=since if published else None,
    )
    course.texts = {
        "lv": CourseText(
            locale="lv",
            title=title,
            summary=summary,
            description=description,
            outcomes=list(outcomes),
            keywords=list(keywords),
        )
    }
    if title_en is not None:
        course.texts["en"] = CourseText(
            locale="en", title=title_en, summary="First dishes of clay.", outcomes=["Throws a bowl"], keywords=["clay"]
        )
    course.audiences = [CourseAudience(audience=audience) for audience in audiences]
    db.add(course)
    db.flush()
    if published:
        db.add(Publication(course_id=course.id, begun_at=since))
        db.flush()
    return course


def archive(db: Session, course: Course) -> None:
    """Take a published course out of the catalogue."""
    course.state = CourseState.ARCHIVED
    db.flush()


def make_run(
    db: Session,
    course: Course,
    *,
    starts_in: int | timedelta = 14,
    clock: time = EVENING,
    sessions: int = 4,
    minutes: int = 90,
    every_days: int = 7,
    seats: int = 12,
    min_participants: int = 0,
    opens_in: timedelta | None = None,
    closes_in: timedelta | None = None,
    venue: Venue | None = None,
    has_waiting_list: bool = True,
    cancelled: bool = False,
) -> CourseRun:
    """A run with its sessions; by default it takes registrations now and begins in two weeks.

    `starts_in` is a number of days (then sessions begin at `clock`, Riga time) or an exact stretch of time from now.
    Registration opens 30 days before now or the start, and closes an hour before the start, unless told otherwise.
    """
    moment = now()
    first = moment + starts_in if isinstance(starts_in, timedelta) else at(today() + timedelta(days=starts_in), clock)
    first_day, hour = local(first).date(), local(first).time()
    starts = [
        first if place == 0 else at(first_day + timedelta(days=every_days * place), hour) for place in range(sessions)
    ] or [first]
    length = timedelta(minutes=minutes)
    opens_at = moment + opens_in if opens_in is not None else min(moment, first) - timedelta(days=30)
    closes_at = moment + closes_in if closes_in is not None else max(first - timedelta(hours=1), opens_at)
    run = CourseRun(
        course_id=course.id,
        venue_id=venue.id if venue else None,
        seats=seats,
        min_participants=min_participants,
        registration_opens_at=opens_at,
        registration_closes_at=closes_at,
        has_waiting_list=has_waiting_list,
        starts_at=starts[0],
        ends_at=starts[-1] + length,
        session_count=sessions,
        weekdays=",".join(str(day) for day in sorted({local(start).weekday() for start in starts[:sessions]})),
        cancelled_at=moment - timedelta(days=1) if cancelled else None,
        cancel_reason="Pieteicās par maz dalībnieku." if cancelled else "",
        created_at=moment - timedelta(days=40),
    )
    run.sessions = [CourseSession(starts_at=start, ends_at=start + length) for start in starts[:sessions]]
    db.add(run)
    db.flush()
    return run


def make_registration(
    db: Session,
    run: CourseRun,
    email: str | None = None,
    *,
    name: str = "Anna Bērziņa",
    state: State = State.CONFIRMED,
    hold: timedelta = timedelta(hours=24),
    created_ago: timedelta = timedelta(hours=1),
    channel: Channel = Channel.WEB,
) -> Registration:
    """A registration in a state; a pending one holds its seat for `hold` from now (negative: no longer)."""
    email = email or f"person{next(_number)}@example.com"
    moment = now()
    created_at = moment - created_ago
    registration = Registration(
        run_id=run.id,
        state=state,
        channel=channel,
        name=name,
        email=email,
        email_key=email_key(email),
        person_token=person_token("key", email_key(email)),
        link_key=links.new_key(),
        created_at=created_at,
        hold_until=moment + hold if state is State.PENDING else None,
        confirmed_at=created_at if state is State.CONFIRMED else None,
        queued_at=created_at if state is State.WAITLISTED else None,
    )
    db.add(registration)
    db.flush()
    return registration


def make_registrations(db: Session, run: CourseRun, number: int, state: State = State.CONFIRMED) -> list[Registration]:
    """So many registrations of different people in one state."""
    return [make_registration(db, run, state=state) for _ in range(number)]


def make_feedback(db: Session, run: CourseRun, mark: int = 5, *, given_on: date | None = None) -> FeedbackAnswer:
    """An answer that gives every question the same mark."""
    answer = FeedbackAnswer(
        key=links.new_key(),
        run_id=run.id,
        given_on=given_on or today(),
        content=mark,
        teacher=mark,
        organisation=mark,
        usefulness=mark,
        recommend=mark,
    )
    db.add(answer)
    db.flush()
    return answer


def make_wish(
    db: Session,
    title: str = "Bišu dravošana",
    *,
    state: WishState = WishState.NEW,
    group: ThematicGroup | None = None,
    supporters: int = 1,
) -> WishRequest:
    """A wish with its writer and confirmed supporters, `supporters` in all."""
    moment = now()
    wish = WishRequest(
        title=title,
        group_id=group.id if group else None,
        times=[],
        state=state,
        created_at=moment - timedelta(days=3),
        answer_by=moment + timedelta(days=27),
    )
    db.add(wish)
    db.flush()
    for place in range(supporters):
        make_support(db, wish, is_writer=place == 0)
    return wish


def make_support(
    db: Session, wish: WishRequest, email: str | None = None, *, is_writer: bool = False, confirmed: bool = True
) -> WishSupport:
    """One person behind a wish."""
    email = email or f"person{next(_number)}@example.com"
    moment = now()
    support = WishSupport(
        wish_id=wish.id,
        email=email,
        email_key=email_key(email),
        person_key=person_token("key", email_key(email)),
        is_writer=is_writer,
        link_key=links.new_key(),
        created_at=moment,
        confirmed_at=moment if confirmed else None,
    )
    db.add(support)
    db.flush()
    return support


def make_account(
    db: Session, role: Role = Role.BOARD, *, provider: Provider | None = None, email: str | None = None
) -> Account:
    """A member of staff, of a provider or of the board."""
    account = Account(
        email=email or f"staff{next(_number)}@example.lv",
        name="Ilze Kalniņa",
        role=role,
        provider_id=provider.id if provider else None,
        created_at=now(),
    )
    db.add(account)
    db.flush()
    return account
