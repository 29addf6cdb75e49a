"""For every staff page some addresses of it, and whose page it is: full, empty, wrong."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.courses.models import CertificateKind, Course, CourseRun, CourseSession, CourseState
from app.db import Database
from app.links import sign
from app.participation.check_in import PURPOSE
from app.participation.models import Activity, Certificate
from app.people.models import Account
from app.people.sign_ins import begin_sign_in, hash_of
from app.people.staff import Staff
from app.registrations.desk import enter_person
from app.registrations.group_letter_queries import reachable
from app.registrations.group_letters import write_to_group
from app.registrations.inputs import DeskForm, GroupLetterForm
from app.registrations.models import Channel, Registration
from app.registrations.seats import SeatRules
from app.settings import Settings
from tests.make import make_registrations, make_run
from tests.pages.account_samples import account_samples
from tests.pages.data_samples import data_samples

BOARD = "parvalde@example.lv"
ADMINISTRATOR = "administrators@example.lv"
MANAGER = "vadiba.vb@example.lv"
EDITOR = "redaktore.vb@example.lv"
EMPTY = "vadiba.buts@example.lv"
"""Accounts of the demonstration city; the last one's provider has the least."""

Samples = dict[str, list[tuple[str, str]]]
"""By path: the account and the address."""


def staff_samples(database: Database, settings: Settings) -> Samples:
    """Every staff page; one line or one function a subject."""
    return {
        **_home(),
        **_log(),
        **account_samples(database),
        **_desk(database),
        **_courses(database),
        **_groups(database),
        **_rolls(database, settings),
        **data_samples(database, settings),
    }


def _home() -> Samples:
    return {"/darbvieta/": [(MANAGER, "/darbvieta/"), (EMPTY, "/darbvieta/")], "/parvalde/": [(BOARD, "/parvalde/")]}


def _log() -> Samples:
    return {
        "/darbvieta/zurnals": [(MANAGER, "/darbvieta/zurnals"), (EMPTY, "/darbvieta/zurnals?since=2001-01-01&until=x")],
        "/parvalde/zurnals": [(BOARD, "/parvalde/zurnals"), (BOARD, "/parvalde/zurnals?object=run:1")],
    }


def _desk(database: Database) -> Samples:
    """A group with registrations in every state and a letter, one without any; an empty provider. Lists are closed here:
    what stands behind the button is looked at by the journey."""
    with database.writing() as db:
        account = db.scalars(select(Account).where(Account.email == MANAGER)).one()
        device = hash_of(begin_sign_in(db, account, second_factor=True))
        who = Staff(account.id, account.name, account.role, account.provider_id, device)
        own = select(CourseRun.id).join(Course).where(Course.provider_id == who.provider, CourseRun.starts_at > now())
        run = db.scalars(own.where(CourseRun.cancelled_at.is_(None)).order_by(CourseRun.id)).first()
        assert run is not None
        form = DeskForm(name="Vilma Paraudziņa", phone="26 111 222", channel=Channel.PHONE)
        _receipt, number = enter_person(db, who, run, form, "k" * 30, SeatRules(), locale="lv", expects_seat=False)
        letter = write_to_group(
            db,
            who,
            run,
            GroupLetterForm(subject="Par nodarbību", words="Ņemiet līdzi **zīmuli**."),
            reachable(db, run),
            "s",
        )
    group, board = f"/darbvieta/grupas/{run}", f"/parvalde/grupas/{run}"
    at = "/darbvieta/grupas/{run_id}"
    return {
        "/darbvieta/pieteikumi": [(MANAGER, "/darbvieta/pieteikumi")],
        "/darbvieta/pieteikumi/jauns": [
            (MANAGER, "/darbvieta/pieteikumi/jauns"),
            (EMPTY, "/darbvieta/pieteikumi/jauns"),
        ],
        at + "/pieteikumi": [(MANAGER, f"{group}/pieteikumi")],
        at + "/pieteikumi/jauns": [(MANAGER, f"{group}/pieteikumi/jauns")],
        at + "/pieteikumi/{registration_id}": [(MANAGER, f"{group}/pieteikumi/{number}")],
        at + "/pieteikumi/{registration_id}/lapa": [(MANAGER, f"{group}/pieteikumi/{number}/lapa")],
        at + "/pieteikumi/{registration_id}/{act}": [(MANAGER, f"{group}/pieteikumi/{number}/labot")],
        at + "/vestule": [(MANAGER, f"{group}/vestule")],
        at + "/vestule/{letter_id}": [(MANAGER, f"{group}/vestule/{letter.id}")],
        "/parvalde/grupas/{run_id}/pieteikumi": [(BOARD, f"{board}/pieteikumi")],
    }


def _courses(database: Database) -> Samples:
    """Courses being written: begun, returned, in review, changing; the board's queue."""
    with database.reading() as db:
        ids = {row.code: row.id for row in db.execute(select(Course.code, Course.id))}
    begun, returned, sent, changing, public = (
        ids[code] for code in ("vb-901", "vb-902", "vdc-901", "vb-035", "vb-058")
    )
    own = "/darbvieta/kursi"
    listed = [
        (EDITOR, own),
        (EDITOR, f"{own}?q=zzz"),
        (EMPTY, f"{own}?stavoklis=arhivs"),
        (MANAGER, f"{own}?stavoklis=melnraksti"),
    ]
    one = f"{own}/{{course_id}}"
    return {
        own: listed,
        f"{own}/jauns": [(EDITOR, f"{own}/jauns")],
        one: [(EDITOR, f"{own}/{id_}") for id_ in (begun, returned, changing, public)],
        f"{one}/labot": [(EDITOR, f"{own}/{begun}/labot"), (EDITOR, f"{own}/{returned}/labot")],
        f"{one}/prieksskats": [(EDITOR, f"{own}/{returned}/prieksskats")],
        f"{one}/atmest": [(EDITOR, f"{own}/{changing}/atmest")],
        f"{one}/iznemt": [(EDITOR, f"{own}/{changing}/iznemt"), (EDITOR, f"{own}/{public}/iznemt")],
        "/parvalde/kursi": [(BOARD, "/parvalde/kursi")],
        "/parvalde/kursi/{course_id}": [(BOARD, f"/parvalde/kursi/{sent}"), (BOARD, f"/parvalde/kursi/{public}")],
        "/parvalde/kursi/{course_id}/prieksskats": [(BOARD, f"/parvalde/kursi/{sent}/prieksskats")],
    }


def _groups(database: Database) -> Samples:
    """A group to come, one under way, one that is over; the forms of every act on the first."""
    with database.reading() as db:
        provider = select(Account.provider_id).where(Account.email == MANAGER).scalar_subquery()
        own = (
            select(CourseRun)
            .join(CourseRun.course)
            .where(
                Course.provider_id == provider, CourseRun.cancelled_at.is_(None), Course.state == CourseState.PUBLISHED
            )
        )
        moment = now()
        coming = db.scalars(
            own.where(CourseRun.starts_at > moment, CourseRun.session_count > 1).order_by(CourseRun.starts_at.desc())
        ).first()
        over = db.scalars(own.where(CourseRun.ends_at < moment).order_by(CourseRun.ends_at.desc())).first()
        under_way = db.scalars(own.where(CourseRun.starts_at < moment, CourseRun.ends_at > moment)).first()
        assert coming is not None and over is not None and under_way is not None
        session = db.scalars(select(CourseSession.id).where(CourseSession.run_id == coming.id)).first()
        run_id, course_id, others = coming.id, coming.course_id, (over.id, under_way.id)
    group = f"/darbvieta/grupas/{run_id}"
    acts = ("vietas", "parcelt", "pievienot", "vieta", "pieteiksanas", "minimums", "atcelt")
    return {
        "/darbvieta/grupas": [
            (MANAGER, "/darbvieta/grupas"),
            (MANAGER, "/darbvieta/grupas?tab=beigusas&page=2"),
            (MANAGER, "/darbvieta/grupas?q=nekas"),
            (EMPTY, "/darbvieta/grupas?tab=atceltas"),
        ],
        "/darbvieta/grupas/{run_id}": [
            (MANAGER, f"{group}?done=planned"),
            *((MANAGER, f"/darbvieta/grupas/{one}") for one in others),
        ],
        "/darbvieta/grupas/{run_id}/labot/{act}": [
            (MANAGER, f"{group}/labot/{act}?nodarbiba={session}") for act in acts
        ],
        "/darbvieta/grupas/{run_id}/jautajumi": [(MANAGER, f"{group}/jautajumi")],
        "/darbvieta/grupas/{run_id}/atsauksmes": [
            (MANAGER, f"/darbvieta/grupas/{one}/atsauksmes") for one in (run_id, *others)
        ],
        "/darbvieta/grupas/{run_id}/briva-vieta": [(MANAGER, f"{group}/briva-vieta")],
        "/darbvieta/grupas/{run_id}/kopet": [(MANAGER, f"{group}/kopet")],
        "/darbvieta/grupas/kopet": [(MANAGER, "/darbvieta/grupas/kopet"), (EMPTY, "/darbvieta/grupas/kopet")],
        "/darbvieta/kursi/{course_id}/grupas/jauna": [(MANAGER, f"/darbvieta/kursi/{course_id}/grupas/jauna")],
    }


def _rolls(database: Database, settings: Settings) -> Samples:
    """Rolls with and without registrations, the attendance and certificates of groups, activities: opened and not."""
    secret = settings.secret_key.get_secret_value()
    with database.writing() as db:
        provider = _provider_of(db, MANAGER)
        course = db.scalars(
            select(Course)
            .where(Course.provider_id == provider, Course.certificate != CertificateKind.NONE)
            .order_by(Course.id)
            .limit(1)
        ).one()
        given = db.scalars(
            select(Certificate)
            .join(Registration, Registration.id == Certificate.registration_id)
            .join(CourseRun, CourseRun.id == Registration.run_id)
            .join(Course, Course.id == CourseRun.course_id)
            .where(Course.provider_id == provider, Certificate.name.is_not(None))
            .order_by(Certificate.id.desc())
            .limit(1)
        ).one()
        issued = db.get_one(Registration, given.registration_id).run_id
        over, empty = (make_run(db, course, starts_in=-20, sessions=3, every_days=2) for _ in range(2))
        make_registrations(db, over, 8)
        on = make_run(db, course, starts_in=timedelta(minutes=-20))
        here = make_registrations(db, on, 3)[0]
        off = make_run(db, course, starts_in=-20, cancelled=True)
        early = make_run(db, course, starts_in=5)
        sessions = [run.sessions[0].id for run in (over, empty, on, off, early)]
        runs = [issued, over.id, empty.id, off.id]
        activity = db.scalars(select(Activity.id).where(Activity.provider_id == provider).limit(1)).one()
    attended = [(MANAGER, f"/darbvieta/grupas/{run}/apmeklejums") for run in runs]
    certificates = [(MANAGER, f"/darbvieta/grupas/{run}/apliecibas") for run in runs]
    return {
        "/darbvieta/apmeklejums": [(MANAGER, "/darbvieta/apmeklejums"), (EMPTY, "/darbvieta/apmeklejums")],
        "/darbvieta/nodarbibas/{session_id}": [(EDITOR, f"/darbvieta/nodarbibas/{one}") for one in sessions],
        "/darbvieta/grupas/{run_id}/apmeklejums": attended,
        "/darbvieta/grupas/{run_id}/apliecibas": certificates,
        "/darbvieta/grupas/{run_id}/apliecibas/{certificate_id}/atsaukt": [
            (MANAGER, f"{certificates[0][1]}/{given.id}/atsaukt")
        ],
        "/darbvieta/ierasanas/{token}": [(EDITOR, f"/darbvieta/ierasanas/{sign(secret, PURPOSE, here.link_key)}")],
        "/darbvieta/pasakumi": [(MANAGER, "/darbvieta/pasakumi"), (EMPTY, "/darbvieta/pasakumi")],
        "/darbvieta/pasakumi/jauns": [(MANAGER, "/darbvieta/pasakumi/jauns")],
        "/darbvieta/pasakumi/{activity_id}": [(MANAGER, f"/darbvieta/pasakumi/{activity}")],
    }


def opened_lists(samples: Samples) -> Iterable[tuple[str, int]]:
    """The account and the group of each list that is opened before the pages are looked at; other groups' lists stay closed."""
    for path in ("/darbvieta/grupas/{run_id}/apmeklejums", "/darbvieta/grupas/{run_id}/apliecibas"):
        for email, address in samples.get(path, [])[:1]:
            yield email, int(address.split("/")[3])


def _provider_of(db: Session, email: str) -> int:
    return db.scalars(select(Account.provider_id).where(Account.email == email)).one() or 0
