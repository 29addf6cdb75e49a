"""The pages of rolls, attendance, certificates and activities, as staff meet them with a plain browser."""

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.courses.models import Course, CourseRun
from app.db import Database
from app.links import sign
from app.participation.certificates import issue
from app.participation.inputs import HeadCountForm
from app.participation.models import Attendance, Certificate, HeadCount, Mark
from app.participation.rolls import count_heads, take_ticks
from app.registrations.models import Registration
from app.settings import Settings
from tests.make import make_registration, make_run
from tests.participation.people import Group, make_class, tick
from tests.staff import sign_in
from tests.world import World

NAMES = ("Ābele", "Šteinberga", "Hončarenko")


@pytest.fixture
def group(client: TestClient, database: Database, settings: Settings) -> Group:
    """A group that is over; its teacher is signed in."""
    made = make_class(database)
    sign_in(client, database, settings, made.emails[0])
    return made


def marked(database: Database, session: int) -> dict[int, Mark]:
    """The marks of the session."""
    with database.reading() as db:
        rows = db.execute(select(Attendance.registration_id, Attendance.mark).where(Attendance.session_id == session))
        return {one.registration_id: one.mark for one in rows}


def openings(database: Database) -> list[str]:
    """What lists were opened for."""
    with database.reading() as db:
        facts = db.scalars(select(AuditEntry.facts).where(AuditEntry.act == "list_opened").order_by(AuditEntry.id))
        return [json.loads(one)["list"] for one in facts]


def copies(database: Database) -> list[dict[str, object]]:
    """What is on record about names that left the page on paper or in a file."""
    with database.reading() as db:
        facts = db.scalars(select(AuditEntry.facts).where(AuditEntry.act == "list_exported").order_by(AuditEntry.id))
        return [json.loads(one) for one in facts]


@pytest.mark.promise("P33")
def test_names_stand_on_no_page_before_the_list_is_opened_on_record(
    client: TestClient, database: Database, group: Group
) -> None:
    pages = [
        f"/darbvieta/nodarbibas/{group.sessions[0]}",
        f"/darbvieta/grupas/{group.run}/apmeklejums",
        f"/darbvieta/grupas/{group.run}/apliecibas",
    ]
    for page in pages:
        assert not any(name in client.get(page).text for name in NAMES)
    assert client.post(f"{pages[1]}/drukat").status_code == 303
    assert openings(database) == []
    assert client.post(f"{pages[0]}/atvert").headers["location"] == pages[0]
    for page in pages:
        assert all(name in client.get(page).text for name in NAMES)
    assert copies(database) == []
    printed = client.post(f"{pages[1]}/drukat").text
    assert all(name in printed for name in NAMES)
    assert copies(database) == [{"as": "print", "list": "attendance", "people": len(NAMES)}]
    client.post(f"{pages[2]}/atvert")
    client.post(f"{pages[1]}/atvert")
    assert openings(database) == ["roll", "certificates", "attendance"]


def test_the_whole_form_works_without_scripts(client: TestClient, database: Database, group: Group) -> None:
    url, (one, two, three) = f"/darbvieta/nodarbibas/{group.sessions[0]}", group.people
    client.post(f"{url}/atvert")
    page = HTMLParser(client.get(url).text)
    shown = page.css_first("input[name=shown]").attributes["value"] or ""
    assert sorted(shown.split()) == [f"{person}:" for person in group.people]
    fields = {
        "shown": shown,
        f"m{one}": "present",
        f"m{two}": "absent_excused",
        "people": "4",
        "counted_how": "estimated",
    }
    answer = client.post(url, data={**fields, "finish": "yes"})
    assert answer.status_code == 409
    assert "Vēl nav atzīmēts 1 dalībnieks" in answer.text
    assert marked(database, group.sessions[0]) == {one: Mark.PRESENT, two: Mark.ABSENT_EXCUSED}, (
        "what was marked is kept"
    )
    assert client.post(url, data={**fields, "rest": "yes"}).headers["location"] == f"{url}?done=rest"
    answer = client.post(url, data={**fields, f"m{three}": "present", "finish": "yes"})
    assert answer.headers["location"] == f"{url}?done=finished"
    assert "Atzīmēti 3 no 3" in HTMLParser(client.get(url).text).css_first("main").text()
    with database.reading() as db:
        assert db.execute(select(HeadCount.people, HeadCount.counted_how)).one() == (4, "estimated")
    wrong = client.post(url, data={**fields, "people": "daudz"})
    assert wrong.status_code == 422
    assert 'value="daudz"' in wrong.text
    assert client.post(url, data={**fields, "counted_how": "registered"}).status_code == 422


def test_a_page_made_before_somebody_counted_heads_does_not_undo_the_count(
    client: TestClient, database: Database, group: Group
) -> None:
    url = f"/darbvieta/nodarbibas/{group.sessions[0]}"
    client.post(f"{url}/atvert")

    def page() -> dict[str, str]:
        """What an untouched page of the roll sends."""
        form = HTMLParser(client.get(url).text).css_first("#saraksts")
        value = {
            name: form.css_first(f"[name={name}]").attributes["value"] or "" for name in ("shown", "heads", "people")
        }
        return {**value, "counted_how": "on_the_spot"}

    old = page()
    with database.writing() as db:
        count_heads(db, group.teacher, group.sessions[0], HeadCountForm(people=5))
    client.post(url, data={**old, "rest": "yes"})
    with database.reading() as db:
        assert db.scalars(select(HeadCount.people)).all() == [5]
    client.post(url, data={**page(), "people": ""})
    with database.reading() as db:
        assert db.scalars(select(HeadCount.people)).all() == [], "who sees the count may take it away"


def test_ticks_are_taken_and_answered_with_how_far_the_roll_is(
    client: TestClient, database: Database, group: Group
) -> None:
    url = f"/darbvieta/nodarbibas/{group.sessions[0]}/atzimes"
    made = [tick(person, Mark.PARTLY) for person in group.people[:2]]
    sent = {"tick": [f"{one.tick},{one.registration},{one.mark.value},{one.made}" for one in made]}
    for _again in range(2):
        answer = client.post(url, data=sent)
        assert answer.status_code == 200
        assert "Atzīmēti 2 no 3" in answer.text
    assert set(marked(database, group.sessions[0])) == set(group.people[:2])
    for wrong in ("", "x,1,present,5", f"lot-lot-lot,{group.people[0]},late,5", "a,b,c,d,e"):
        assert client.post(url, data={"tick": wrong}).status_code == 422
    client.cookies.clear()
    assert client.post(url, data=sent).status_code == 401, "the page keeps its ticks and says so"


@pytest.mark.promise("P10")
def test_another_provider_and_a_substitute_elsewhere_find_nothing(
    client: TestClient, database: Database, settings: Settings, group: Group
) -> None:
    with database.writing() as db:
        take_ticks(db, group.teacher, group.sessions[0], [tick(group.people[0], Mark.PRESENT)])
        other = make_run(db, _course(db, group.run), starts_in=-30)
        foreign = other.sessions[0].id
        make_registration(db, other)
        other_id = other.id
    elsewhere = make_class(database, code="vdc")
    with database.writing() as db:
        _issue_first(db, elsewhere)
    with database.reading() as db:
        certificate = db.scalars(select(Certificate.id)).one()
    secret = settings.secret_key.get_secret_value()
    with database.reading() as db:
        key = db.scalars(select(Registration.link_key).where(Registration.id == elsewhere.people[0])).one()
    code = sign(secret, "check_in", key)
    theirs = [
        ("GET", "/darbvieta/nodarbibas/{}", elsewhere.sessions[0]),
        ("POST", "/darbvieta/nodarbibas/{}", elsewhere.sessions[0]),
        ("POST", "/darbvieta/nodarbibas/{}/atvert", elsewhere.sessions[0]),
        ("POST", "/darbvieta/nodarbibas/{}/atzimes", elsewhere.sessions[0]),
        ("GET", "/darbvieta/grupas/{}/apmeklejums", elsewhere.run),
        ("POST", "/darbvieta/grupas/{}/apmeklejums/drukat", elsewhere.run),
        ("POST", "/darbvieta/grupas/{}/apmeklejums/atvert", elsewhere.run),
        ("GET", "/darbvieta/grupas/{}/apliecibas", elsewhere.run),
        ("POST", "/darbvieta/grupas/{}/apliecibas/visas.pdf", elsewhere.run),
        ("POST", "/darbvieta/grupas/{}/apliecibas/atvert", elsewhere.run),
        ("POST", "/darbvieta/grupas/{}/apliecibas/izsniegt", elsewhere.run),
        ("POST", "/darbvieta/grupas/{}/apliecibas/nosacijums", elsewhere.run),
        ("POST", f"/darbvieta/grupas/{{}}/apliecibas/{certificate}.pdf", elsewhere.run),
        ("GET", f"/darbvieta/grupas/{{}}/apliecibas/{certificate}/atsaukt", elsewhere.run),
        ("POST", f"/darbvieta/grupas/{{}}/apliecibas/{certificate}/atsaukt", elsewhere.run),
        ("POST", f"/darbvieta/grupas/{{}}/apliecibas/{certificate}/labot", elsewhere.run),
        ("GET", f"/darbvieta/grupas/{group.run}/apliecibas/{{}}/atsaukt", certificate),
        ("POST", f"/darbvieta/grupas/{group.run}/apliecibas/{{}}/labot", certificate),
    ]
    form = {"reason": "x", "name": "Anna Ozola", "share": "50", "measure": "hours", "tick": "lot-lot-lot,1,present,5"}
    client.post(f"/darbvieta/grupas/{group.run}/apliecibas/atvert")
    before = _rows(database)
    for method, address, number in theirs:
        answers = []
        for one in (number, 987_654):
            url = address.format(one)
            answer = client.request(method, url, data=form if method == "POST" else None)
            answers.append((answer.status_code, answer.text.replace(url, "URL")))
        assert answers[0] == answers[1], address
        assert answers[0][0] == 404, address
    assert client.get(f"/darbvieta/ierasanas/{code}").status_code == 404
    assert client.post(f"/darbvieta/ierasanas/{code}").status_code == 404
    sign_in(client, database, settings, group.emails[1])
    assert client.get(f"/darbvieta/nodarbibas/{group.sessions[0]}").status_code == 200
    assert client.get(f"/darbvieta/nodarbibas/{foreign}").status_code == 404
    assert client.get(f"/darbvieta/grupas/{other_id}/apmeklejums").status_code == 404
    assert client.get(f"/darbvieta/grupas/{group.run}/apliecibas").status_code == 403
    assert client.get("/darbvieta/pasakumi").status_code == 403
    waiting = HTMLParser(client.get("/darbvieta/apmeklejums").text).css_first("main").text()
    assert "4 nodarbības bez apmeklējuma atzīmēm" in waiting
    assert _rows(database) == before


def test_a_code_marks_only_by_the_button_and_only_while_its_group_meets(
    client: TestClient, database: Database, settings: Settings, group: Group
) -> None:
    secret = settings.secret_key.get_secret_value()
    with database.writing() as db:
        course = _course(db, group.run)
        on = make_run(db, course, starts_in=timedelta(minutes=30))
        later = make_run(db, course, starts_in=3)
        here, early = make_registration(db, on, name="Ilgvars Ābele"), make_registration(db, later)
        session, person = on.sessions[0].id, here.id
        codes = [sign(secret, "check_in", one.link_key) for one in (here, early)]
        own = sign(secret, "registration", here.link_key)
    private = client.get(f"/pieteikumi/{own}").text
    assert 'class="qr"' in private
    page = client.get(f"/darbvieta/ierasanas/{codes[0]}").text
    assert "Atzīmēt: Ir" in page
    assert "Ābele" not in page
    assert marked(database, session) == {}
    assert "nav nodarbības" in client.get(f"/darbvieta/ierasanas/{codes[1]}").text
    assert client.post(f"/darbvieta/ierasanas/{codes[1]}").status_code == 409
    answer = client.post(f"/darbvieta/ierasanas/{codes[0]}", follow_redirects=True)
    assert "Atzīmēts: Ir" in answer.text
    assert marked(database, session) == {person: Mark.PRESENT}
    assert "Jau atzīmēts: Ir" in client.get(f"/darbvieta/ierasanas/{codes[0]}").text
    assert client.get(f"/darbvieta/ierasanas/{own}").status_code == 404, "a private link is no code"
    client.cookies.clear()
    assert client.get(f"/darbvieta/ierasanas/{codes[0]}").status_code == 303
    assert client.get(f"/pieteikumi/{codes[0]}").status_code == 404, "and a code is no private link"


def test_certificates_are_issued_mailed_downloaded_checked_and_revoked(
    world: World, database: Database, group: Group
) -> None:
    client, url = world.client, f"/darbvieta/grupas/{group.run}/apliecibas"
    with database.writing() as db:
        for session in group.sessions:
            take_ticks(db, group.teacher, session, [tick(person, Mark.PRESENT) for person in group.people[:2]])
        email = db.scalars(select(Registration.email).where(Registration.id == group.people[0])).one() or ""
    assert client.post(f"{url}/izsniegt").headers["location"] == f"{url}?done=issued&issued=2"
    assert client.post(f"{url}/visas.pdf").status_code == 303
    client.post(f"{url}/atvert")
    assert "Kāpēc ne: vēl nav atzīmētas 4 nodarbības" in client.get(url).text
    assert len(PdfReader(BytesIO(client.post(f"{url}/visas.pdf").content)).pages) == 2
    assert copies(database) == [{"as": "pdf", "list": "certificates", "people": 2}]
    world.deliver()
    letter = world.letters(email)[-1]
    assert letter["Subject"] == "Apliecība ir gatava: Keramika iesācējiem"
    own = world.link(group.people[0])
    assert "Lejupielādēt apliecību" in client.get(own).text
    with database.reading() as db:
        certificate = db.scalars(select(Certificate).order_by(Certificate.id)).first()
    assert certificate is not None
    client.cookies.clear()
    paper = client.get(f"{own}/aplieciba.pdf", headers={"Accept-Language": "lv"})
    assert (paper.headers["content-type"], paper.headers["cache-control"]) == ("application/pdf", "no-store")
    assert certificate.number in PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    typed = {"number": certificate.number.lower(), "code": f"{certificate.code[:4]} {certificate.code[4:].lower()}"}
    page = HTMLParser(client.post("/apliecibas", data=typed).text).css_first("main").text()
    assert "Apliecība ir īsta" in page
    assert "I. Ā." in page or "Z. Š." in page
    assert not any(name in page for name in (*NAMES, "Ilgvars", email))
    sign_in(client, database, world.settings, group.emails[0])
    answer = client.post(f"{url}/{certificate.id}/atsaukt", data={"reason": " "})
    assert answer.status_code == 422
    client.post(f"{url}/{certificate.id}/atsaukt", data={"reason": "Kļūda"})
    assert client.get(f"{own}/aplieciba.pdf").status_code == 404
    assert "nav derīga" in client.post("/apliecibas", data=typed).text
    assert client.post(f"{url}/{certificate.id}.pdf").status_code == 303, "the list is closed on a new device"
    client.post(f"{url}/atvert")
    assert client.post(f"{url}/{certificate.id}.pdf").status_code == 409


@pytest.mark.promise("P17")
def test_a_wrong_number_and_a_wrong_code_get_the_same_bytes(
    client: TestClient, database: Database, group: Group
) -> None:
    with database.writing() as db:
        _issue_first(db, group)
        number = db.scalars(select(Certificate.number)).one()
    answers = set()
    for typed in ((number, "AAAABBBB"), (f"{number[:-1]}9", "AAAABBBB")):
        answer = client.post("/apliecibas", data={"number": typed[0], "code": typed[1]})
        answers.add((answer.status_code, answer.text.replace(typed[0], "N")))
    assert len(answers) == 1
    assert "Apliecības ar šādu numuru un kodu nav." in answers.pop()[1]
    tries = [
        client.post("/apliecibas", data={"number": number, "code": f"AAAA{at:04}"}).status_code for at in range(40)
    ]
    assert tries.count(429) == 40 - 28


def test_an_activity_is_entered_mended_and_corrected(client: TestClient, database: Database, group: Group) -> None:
    form = {"title": "Lekcija", "held_on": "2026-01-05", "participants": "x", "academic_hours": "pieci", "group": ""}
    answer = client.post("/darbvieta/pasakumi/jauns", data={**form, "counted_how": "estimated"})
    assert answer.status_code == 422
    page = HTMLParser(answer.text)
    assert {one.attributes["href"] for one in page.css(".note--bad a")} == {
        "#group",
        "#participants",
        "#academic_hours",
    }
    assert page.css_first("#academic_hours").attributes["value"] == "pieci"
    code = re.findall(r'<option value="(group_\d+)"', answer.text)[0]
    right = {**form, "participants": "12", "academic_hours": "2,5", "group": code, "counted_how": "on_the_spot"}
    assert client.post("/darbvieta/pasakumi/jauns", data=right).headers["location"] == "/darbvieta/pasakumi?done=added"
    listed = HTMLParser(client.get("/darbvieta/pasakumi").text)
    link = listed.css_first("tbody a").attributes["href"] or ""
    assert HTMLParser(client.get(link).text).css_first("#academic_hours").attributes["value"] == "2,50"
    assert client.post(link, data={**right, "held_on": "2999-01-05"}).status_code == 422
    assert client.post(link, data={**right, "participants": "13"}).status_code == 303


def _course(db: Session, run_id: int) -> Course:
    return db.scalars(
        select(Course).join(CourseRun, CourseRun.course_id == Course.id).where(CourseRun.id == run_id)
    ).one()


def _issue_first(db: Session, group: Group) -> None:
    for session in group.sessions:
        take_ticks(db, group.teacher, session, [tick(group.people[0], Mark.PRESENT)])
    assert issue(db, group.teacher, group.run) == 1


def _rows(database: Database) -> tuple[int, ...]:
    with database.reading() as db:
        return tuple(
            db.scalars(select(func.count()).select_from(table)).one()
            for table in (Attendance, HeadCount, Certificate, AuditEntry)
        )
