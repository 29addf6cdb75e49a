"""Certificates: by rule, once each, unguessable, revocable, and what they leave in the figures and after an erasure."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.clock import now, today
from app.courses.models import CertificateKind, Course, CourseRun
from app.courses.queries import lock_run
from app.db import Database
from app.i18n import LANGUAGES
from app.outbox.models import Message
from app.participation import certificate_queries as queries
from app.participation.certificates import certificates_of, issue, reissue, revoke, set_rule
from app.participation.inputs import ReissueForm, RevokeForm, RuleForm
from app.participation.models import Certificate, Mark, Measure
from app.participation.paper import certificates_pdf
from app.participation.printed import Printed
from app.participation.refusals import AlreadyRevoked, NameErased, NotReady
from app.participation.rolls import take_ticks
from app.people.staff import Staff
from app.privacy.erase import erase_registration
from app.refusals import NotFound
from app.registrations.models import Registration
from app.registrations.seats import SeatRules
from app.reports.period import Period
from app.reports.values import figure_value
from app.settings import Settings
from tests.participation.people import Group, make_class, tick


def attend(database: Database, group: Group, *came: int) -> None:
    """Each of the people was at so many sessions; of the others they were absent."""
    with database.writing() as db:
        for person, times in zip(group.people, came, strict=True):
            for at, session in enumerate(group.sessions):
                mark = (Mark.PRESENT, Mark.PARTLY)[at % 2] if at < times else Mark.ABSENT
                take_ticks(db, group.teacher, session, [tick(person, mark)])


def reasons(database: Database, group: Group) -> list[str]:
    """Why each of the people gets no certificate, in Latvian; empty where nothing stands in the way."""
    with database.reading() as db:
        found = certificates_of(db, group.teacher, group.run, now(), named=False)
        by_person = {one.id: one.why_not for one in found.candidates}
    words = [by_person[person] for person in group.people]
    return [why.say(LANGUAGES["lv"]) if why else "" for why in words]


def all_certificates(database: Database) -> list[Certificate]:
    """Every certificate, in the order of issue."""
    with database.reading() as db:
        return list(db.scalars(select(Certificate).order_by(Certificate.id)))


def test_the_rule_is_a_share_of_sessions_or_of_hours_and_says_why_not(database: Database) -> None:
    group = make_class(database, sessions=5)
    assert reasons(database, group)[0].startswith("vēl nav atzīmētas 5 nodarbības")
    attend(database, group, 4, 3, 0)
    assert reasons(database, group) == [
        "",
        "apmeklēto nodarbību skaits ir 3 no 5",
        "apmeklēto nodarbību skaits ir 0 no 5",
    ]
    with database.writing() as db:
        set_rule(db, group.teacher, group.run, RuleForm(measure=Measure.HOURS, share=60))
        set_rule(db, group.teacher, group.run, RuleForm(measure=Measure.HOURS, share=60))
    assert reasons(database, group) == ["", "", "apmeklēto nodarbību skaits ir 0 no 5"]
    with database.writing() as db, pytest.raises(NotFound):
        set_rule(db, group.stranger, group.run, RuleForm(measure=Measure.HOURS, share=1))


@pytest.mark.parametrize(
    ("starts_in", "kind", "why"),
    [
        (-1, CertificateKind.CERTIFICATE, "kurss vēl nav beidzies"),
        (-30, CertificateKind.NONE, "kursā apliecības neizsniedz"),
    ],
)
def test_none_is_issued_before_the_end_or_where_none_are_given(
    database: Database, starts_in: int, kind: CertificateKind, why: str
) -> None:
    group = make_class(database, starts_in=starts_in, certificate=kind)
    assert set(reasons(database, group)) == {why}
    with database.writing() as db:
        assert issue(db, group.teacher, group.run) == 0
    with database.writing() as db, pytest.raises(NotReady):
        issue(db, group.teacher, group.run, group.people[0])


def test_many_who_issue_at_once_issue_each_certificate_once_with_numbers_of_one_series(database: Database) -> None:
    groups = [make_class(database, people=3, code="vb")]
    with database.writing() as db:
        course = db.scalars(select(Course).order_by(Course.id)).first()
        assert course is not None
    attend(database, groups[0], 4, 4, 4)

    def press(_time: int) -> int:
        with database.writing() as db:
            return issue(db, groups[0].teacher, groups[0].run)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(press, range(8))) == [0] * 7 + [3]
    found = all_certificates(database)
    assert [one.number for one in found] == [f"VB-{today().year}-000{at}" for at in (1, 2, 3)]
    assert all(re.fullmatch("[A-HJ-NP-Z2-9]{8}", one.code) for one in found)
    assert len({one.code for one in found}) == 3
    with database.reading() as db:
        messages = db.scalars(select(func.count()).where(Message.kind == "CertificateIssued")).one()
    assert messages == 3


def test_reissuing_keeps_the_old_one_on_record_and_the_figure_right(database: Database) -> None:
    group = make_class(database)
    attend(database, group, 4, 4, 1)
    year = Period(today().year)
    with database.writing() as db:
        assert issue(db, group.teacher, group.run) == 2
    with database.reading() as db:
        assert figure_value(db, "certificates_issued", year).amount == 2
    old = all_certificates(database)[0]
    with database.writing() as db:
        form = ReissueForm(name="Ilgvars Ābele-Kalns", reason="Kļūda uzvārdā")
        new = reissue(db, group.teacher, group.run, old.id, form)
        assert (new.replaces_id, new.name, new.registration_id) == (old.id, "Ilgvars Ābele-Kalns", old.registration_id)
        with pytest.raises(AlreadyRevoked):
            revoke(db, group.teacher, group.run, old.id, RevokeForm(reason="Vēlreiz"))
    with database.reading() as db:
        assert figure_value(db, "certificates_issued", year).amount == 2
    with database.writing() as db:
        revoke(db, group.teacher, group.run, new.id, RevokeForm(reason="Nav apmeklējis"))
    with database.reading() as db:
        assert figure_value(db, "certificates_issued", year).amount == 1
    assert len(all_certificates(database)) == 3
    with database.writing() as db:
        assert issue(db, group.teacher, group.run) == 0, "what was revoked is not issued anew along with others"
        assert issue(db, group.teacher, group.run, old.registration_id) == 1, "whoever has none now can get one again"
    for act in (revoke, reissue):
        with pytest.raises(NotFound), database.writing() as db:
            act(db, group.stranger, group.run, old.id, ReissueForm(name="Kāds Cits", reason="x"))  # type: ignore[operator]


def test_later_changes_of_the_course_do_not_change_what_was_issued(database: Database) -> None:
    group = make_class(database)
    attend(database, group, 4, 0, 0)
    with database.writing() as db:
        issue(db, group.teacher, group.run)
        run = queries.own_run(db, group.teacher, group.run)
        run.course.texts["lv"].title = "Cits nosaukums"
    with database.reading() as db:
        run = queries.own_run(db, group.teacher, group.run)
        kept = Printed.on(all_certificates(database)[0], run)
        assert (kept.title("lv"), kept.title("en"), kept.provider("lv")) == (
            "Keramika iesācējiem",
            "Pottery",
            "Ventspils bibliotēka",
        )
        old = all_certificates(database)[0]
        old.printed = None
        assert Printed.on(old, run).title("lv") == "Cits nosaukums"
    with database.writing() as db:
        form = ReissueForm(name="Ilgvars Ābele-Kalns", reason="Kļūda uzvārdā")
        new = reissue(db, group.teacher, group.run, all_certificates(database)[0].id, form)
        run = queries.own_run(db, group.teacher, group.run)
        assert Printed.on(new, run).title("lv") == "Keramika iesācējiem", "a corrected name certifies the same course"


def reissue_in_the_wrong_order(db: Session, who: Staff, run_id: int, certificate_id: int, asked: ReissueForm) -> None:
    """The control: the certificate is held before the group, as nobody else does."""
    queries.lock_certificate(db, run_id, certificate_id)
    lock_run(db, run_id)


@pytest.mark.postgres
@pytest.mark.parametrize(("act", "is_free"), [(reissue, True), (reissue_in_the_wrong_order, False)])
def test_whoever_waits_for_the_group_holds_no_certificate_meanwhile(
    postgres_database: Database, act: Callable[..., object], is_free: bool
) -> None:
    group = make_class(postgres_database)
    attend(postgres_database, group, 4, 0, 0)
    with postgres_database.writing() as db:
        issue(db, group.teacher, group.run)
    certificate = all_certificates(postgres_database)[0].id

    def other() -> None:
        with postgres_database.writing() as db:
            act(db, group.teacher, group.run, certificate, ReissueForm(name="Ilgvars Kalns", reason="Kļūda"))

    held = select(Certificate.id).where(Certificate.id == certificate).with_for_update(nowait=True)
    with ThreadPoolExecutor(1) as pool:
        with postgres_database.writing() as db:
            lock_run(db, group.run)
            waiting = pool.submit(other)
            while not db.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                time.sleep(0.02)
            with pytest.raises(OperationalError) if not is_free else nullcontext():
                db.execute(held)
        waiting.result()


@pytest.mark.promise("P24")
def test_erasing_a_person_leaves_the_certificate_checkable_and_nameless(database: Database, settings: Settings) -> None:
    group = make_class(database)
    attend(database, group, 4, 4, 4)
    with database.writing() as db:
        issue(db, group.teacher, group.run)
        old = db.scalars(select(Certificate).order_by(Certificate.id)).first()
        assert old is not None
        revoke(db, group.teacher, group.run, old.id, RevokeForm(reason="Ilgvars Ābele lūdza"))
        key = db.scalars(select(Registration.link_key).where(Registration.id == group.people[0])).one()
    with database.writing() as db:
        erase_registration(db, key, SeatRules.of(settings))
    with database.writing() as db:
        later = all_certificates(database)[1]
        erase_registration(db, db.get_one(Registration, later.registration_id).link_key, SeatRules.of(settings))
        revoke(db, group.teacher, group.run, later.id, RevokeForm(reason="Zigrīda Šteinberga lūdza"))
        with pytest.raises(NameErased):
            reissue(db, group.teacher, group.run, all_certificates(database)[1].id, ReissueForm(name="X Y", reason="z"))
    found = all_certificates(database)[0]
    assert (found.name, found.revoke_reason) == (None, "")
    assert all_certificates(database)[1].revoke_reason == "", "a reason given later would be erased by nobody"
    with database.reading() as db:
        assert queries.by_number_and_code(db, found.number, found.code) is not None
    erased = {found.registration_id, later.registration_id}
    expected = ["vārds ir izdzēsts" if person in erased else "" for person in group.people]
    assert reasons(database, group) == expected


@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_paper_is_tagged_for_screen_readers_and_takes_names_as_data(
    sqlite_database: Database, language: str
) -> None:
    group = make_class(sqlite_database, people=2)
    attend(sqlite_database, group, 4, 4)
    with sqlite_database.writing() as db:
        issue(db, group.teacher, group.run)
        run = db.get(CourseRun, group.run)
        assert run is not None
    found = all_certificates(sqlite_database)
    found[0].name = '#panic("x") $ķ$ *Žanis* \\ "Ā"'
    with sqlite_database.reading() as db:
        run = queries.own_run(db, group.teacher, group.run)
        pages = [(one, Printed.on(one, run)) for one in found]
    content = certificates_pdf(pages, "https://kursi.example.lv", LANGUAGES[language])
    reader = PdfReader(BytesIO(content))
    root = reader.trailer["/Root"]
    assert isinstance(root, DictionaryObject)
    assert len(reader.pages) == 2
    assert str(root["/Lang"]).startswith(language)
    assert "/StructTreeRoot" in root
    metadata = root["/Metadata"].get_object()
    assert isinstance(metadata, StreamObject)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata.get_data()
    text = reader.pages[0].extract_text()
    for words in (
        '#panic("x") $ķ$ *Žanis* \\ "Ā"',
        found[0].number,
        pages[0][1].provider(language),
        pages[0][1].title(language),
    ):
        assert words in text
    one = PdfReader(BytesIO(certificates_pdf(pages[1:], "https://kursi.example.lv", LANGUAGES[language])))
    assert one.metadata is not None
    assert one.metadata.title == f"{'Apliecība' if language == 'lv' else 'Certificate'} {found[1].number}"
