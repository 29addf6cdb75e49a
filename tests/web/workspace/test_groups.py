"""A provider's groups in a browser without scripts: planned, looked at, changed with the consequences foreseen; walls."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from fastapi.testclient import TestClient
from httpx2 import Response
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.clock import now, today
from app.courses.models import Course, CourseRun, CourseSession
from app.courses.run_models import RunQuestion, RunSubstitute
from app.db import Database
from app.i18n import local
from app.people.models import Role
from app.providers.models import Provider
from app.registrations.models import Registration, State
from app.settings import Settings
from tests.counting import statements
from tests.make import make_account, make_course, make_provider, make_registrations, make_run, make_venue
from tests.staff import sign_in
from tests.world import World


class Desk:
    """A clerk at work: their provider, a course of theirs, and a browser that is signed in."""

    def __init__(self, world: World) -> None:
        self.world, self.database = world, world.database
        with self.database.writing() as db:
            provider = make_provider(db)
            account = make_account(db, Role.EDITOR, provider=provider)
            course = make_course(db, provider=provider, title="Aušana")
            foreign = make_course(db, title="Svešs kurss")
            self.foreign_run = make_run(db, foreign, sessions=2).id
            self.foreign_session = db.scalars(
                select(CourseSession.id).where(CourseSession.run_id == self.foreign_run)
            ).first()
            self.provider_id, self.course_id, self.foreign_course = provider.id, course.id, foreign.id
            self.account_id, self.email = account.id, account.email
        self.come(self.email)

    def come(self, email: str) -> None:
        sign_in(self.world.client, self.database, self.world.settings, email)

    def run(self, **facts: object) -> int:
        with self.database.writing() as db:
            return make_run(db, db.get_one(Course, self.course_id), **facts).id  # type: ignore[arg-type]

    def get(self, address: str) -> Response:
        return self.world.client.get(address)

    def post(self, address: str, **form: object) -> Response:
        return self.world.client.post(address, data=form)


@pytest.fixture
def desk(world: World) -> Desk:
    """The clerk."""
    return Desk(world)


def words(answer: Response) -> str:
    main = HTMLParser(answer.text).css_first("main")
    assert main is not None
    return re.sub(r"\s+", " ", main.text().replace("\N{NO-BREAK SPACE}", " "))


def rows_in(answer: Response) -> dict[str, object]:
    """What the form carries from one step to the next."""
    page = HTMLParser(answer.text)
    return {
        "row": [node.attributes["value"] for node in page.css("input[name=row]")],
        "held": [node.attributes["value"] for node in page.css("input[name=held][checked]")],
        "pattern": page.css_first("input[name=pattern]").attributes["value"],
    }


def pattern() -> dict[str, object]:
    """Mondays from next spring's first one, with one on Easter Monday."""
    return {
        "weekdays": ["0"],
        "begins": "18.00",
        "ends": "19.30",
        "first_day": "2028-03-27",
        "last_day": "2028-04-24",
        "seats": "12",
    }


@pytest.fixture
def _in_2027() -> Iterator[None]:
    with time_machine.travel("2027-09-01T09:00:00+03:00", tick=False):
        yield


@pytest.mark.usefixtures("_in_2027")
def test_a_group_is_looked_at_mended_and_saved_once(world: World) -> None:
    desk = Desk(world)
    url = f"/darbvieta/kursi/{desk.course_id}/grupas/jauna"
    assert desk.get(url).status_code == 200
    first = desk.post(url, **pattern(), step="save")
    assert first.status_code == 200, "nothing is saved before its sessions were seen"
    assert "Svētku diena: Otrās Lieldienas" in words(first)
    carried = rows_in(first)
    assert len(carried["row"]) == 5 and len(carried["held"]) == 4  # type: ignore[arg-type]
    assert desk.post(url, **pattern(), **carried, step="edit-1").text.count('name="edit_day"') == 1
    long = "9" * 5000
    assert desk.post(url, **pattern(), **carried, step=f"edit-{long}").status_code == 200
    assert desk.post(url, **pattern(), **carried, step="apply", edited=long).status_code == 200
    assert desk.post(url, **{**pattern(), "min_participants": long}, step="show").status_code in (200, 422)
    mended = desk.post(
        url, **pattern(), **carried, step="apply", edited="1",
        edit_day="04.04.2028.", edit_begins="10.00", edit_ends="11.30",
    )  # fmt: skip
    assert "4. aprīlis, 10.00–11.30" in words(mended)
    added = desk.post(
        url, **pattern(), **rows_in(mended), step="add", add_day="2028-05-02", add_begins="10:00", add_ends="12:00"
    )
    carried = rows_in(added)
    wrong = desk.post(url, **pattern(), **carried, step="save", min_participants="5")
    assert wrong.status_code == 422 and 'id="decision_day-e"' in wrong.text
    saved = desk.post(url, **pattern(), **carried, step="save")
    assert saved.status_code == 303
    again = desk.post(url, **pattern(), **carried, step="save")
    assert again.headers["location"] == saved.headers["location"], "a form sent twice makes one group"
    with desk.database.reading() as db:
        run = db.scalars(select(CourseRun).where(CourseRun.course_id == desk.course_id)).one()
        found = db.scalars(select(CourseSession).where(CourseSession.run_id == run.id).order_by("starts_at")).all()
        assert [local(one.starts_at).strftime("%d.%m. %H:%M") for one in found] == [
            "27.03. 18:00", "04.04. 10:00", "10.04. 18:00", "24.04. 18:00", "02.05. 10:00",
        ]  # fmt: skip
    assert "Grupa ir saglabāta" in words(desk.get(saved.headers["location"]))


@pytest.mark.usefixtures("_in_2027")
def test_a_changed_pattern_makes_the_sessions_anew_before_anything_is_saved(world: World) -> None:
    desk = Desk(world)
    url = f"/darbvieta/kursi/{desk.course_id}/grupas/jauna"
    carried = rows_in(desk.post(url, **pattern(), step="show"))
    answer = desk.post(url, **{**pattern(), "weekdays": ["1"]}, **carried, step="save")
    assert answer.status_code == 200
    assert "izveidojām no jauna" in words(answer)
    assert desk.post(url, **{**pattern(), "weekdays": ["1"]}, **rows_in(answer), step="save").status_code == 303
    part = world.client.post(url, data={**pattern(), "step": "show"}, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith("<section") and "<html" not in part.text


def test_moving_a_session_tells_first_who_will_be_told_and_does_it_then(desk: Desk) -> None:
    run_id = desk.run(sessions=3)
    with desk.database.writing() as db:
        people = make_registrations(db, db.get_one(CourseRun, run_id), 3)
        people[0].email = people[0].email_key = None
        session = db.scalars(select(CourseSession).where(CourseSession.run_id == run_id).order_by("starts_at")).first()
        assert session is not None
        session_id, was = session.id, session.starts_at
        told = people[1].email
    url = f"/darbvieta/grupas/{run_id}/labot/parcelt"
    assert desk.get(f"{url}?nodarbiba={session_id}").status_code == 200
    day = (local(was) + timedelta(days=1)).date().isoformat()
    form = {"session": str(session_id), "day": day, "begins": "17.00", "ends": "18.30", "reason": "Telpas remonts"}
    foreseen = desk.post(url, **form)
    assert foreseen.status_code == 200
    assert "Vēstuli saņems 2 cilvēki." in words(foreseen)
    assert "1 cilvēkam nav e-pasta adreses" in words(foreseen)
    assert "Bija:" in words(foreseen) and "Tagad:" in words(foreseen)
    with desk.database.reading() as db:
        assert db.get_one(CourseSession, session_id).starts_at == was, "looking changes nothing"
        assert db.scalars(select(AuditEntry.act)).all() == []
    done = desk.post(url, **form, sure="yes")
    assert (done.status_code, done.headers["location"]) == (303, f"/darbvieta/grupas/{run_id}?done=parcelt")
    with desk.database.reading() as db:
        assert local(db.get_one(CourseSession, session_id).starts_at).hour == 17
        entry = db.scalars(select(AuditEntry)).one()
        assert (entry.act, entry.actor) == ("session_moved", f"account:{desk.account_id}")
    with time_machine.travel(now() + timedelta(minutes=20)):
        desk.world.deliver()
    assert [str(letter["Subject"]) for letter in desk.world.letters(told or "")] == ["Mainās laiks vai vieta: Aušana"]


def test_what_an_act_refuses_is_said_and_nothing_is_changed(desk: Desk) -> None:
    run_id = desk.run(sessions=1, seats=5)
    with desk.database.writing() as db:
        make_registrations(db, db.get_one(CourseRun, run_id), 3)
        session_id = db.scalars(select(CourseSession.id).where(CourseSession.run_id == run_id)).one()
    url = f"/darbvieta/grupas/{run_id}/labot"
    for sure in ({}, {"sure": "yes"}):
        fewer = desk.post(f"{url}/vietas", seats="2", **sure)
        assert fewer.status_code == 409 and "Jau aizņemtas vietas: 3" in words(fewer)
        last = desk.post(f"{url}/atcelt-nodarbibu", session=str(session_id), **sure)
        assert last.status_code == 409
        unknown = desk.post(f"{url}/parcelt", session=str(session_id), day="aizvakar", begins="1", ends="", **sure)
        assert unknown.status_code == 422 and "05.03.2026." in words(unknown)
        late = desk.post(f"{url}/pieteiksanas", opens="01.01.2020.", closes="2099-01-01T10:00", **sure)
        assert late.status_code == 422 and "pirms pirmās nodarbības" in words(late)
        assert desk.post(f"{url}/atcelt", **sure).status_code == 422
    with desk.database.reading() as db:
        assert db.scalars(select(AuditEntry.act)).all() == []


def test_a_taken_room_is_refused_when_a_session_moves_there(desk: Desk) -> None:
    with desk.database.writing() as db:
        room = make_venue(db)
        room.room = "12. kabinets"
        course = db.get_one(Course, desk.course_id)
        first, second = (
            make_run(db, course, sessions=1, venue=room),
            make_run(db, course, sessions=1, starts_in=15, venue=room),
        )
        session = db.scalars(select(CourseSession).where(CourseSession.run_id == second.id)).one()
        form = {
            "session": str(session.id),
            "day": local(first.starts_at).date().isoformat(),
            "begins": "18.30",
            "ends": "20.00",
        }
        run_id = second.id
    answer = desk.post(f"/darbvieta/grupas/{run_id}/labot/parcelt", **form)
    assert answer.status_code == 422 and "telpu aizņem" in words(answer)


def test_more_seats_go_to_the_queue_and_that_is_foreseen(desk: Desk) -> None:
    run_id = desk.run(seats=2)
    with desk.database.writing() as db:
        run = db.get_one(CourseRun, run_id)
        make_registrations(db, run, 2)
        make_registrations(db, run, 3, State.WAITLISTED)
    url = f"/darbvieta/grupas/{run_id}/labot/vietas"
    assert "Piedāvājumu uzreiz saņems 2 cilvēki" in words(desk.post(url, seats="4"))
    assert desk.post(url, seats="4", sure="yes").status_code == 303
    with desk.database.reading() as db:
        states = db.scalars(select(Registration.state).where(Registration.run_id == run_id)).all()
        assert sorted(states) == [State.CONFIRMED] * 2 + [State.OFFERED] * 2 + [State.WAITLISTED]


@pytest.mark.parametrize("act", ["sakt", "velak"])
def test_a_decision_is_told_to_those_with_a_seat_who_can_be_written_to(desk: Desk, act: str) -> None:
    run_id = desk.run(sessions=2)
    with desk.database.writing() as db:
        run = db.get_one(CourseRun, run_id)
        people = make_registrations(db, run, 3)
        people[0].email = people[0].email_key = None
        make_registrations(db, run, 1, State.WAITLISTED)
        run.min_participants, run.decision_at, run.minimum_asked_at = 10, now() - timedelta(hours=1), now()
    day = (today() + timedelta(days=3)).isoformat()
    looked = desk.post(f"/darbvieta/grupas/{run_id}/labot/{act}", day=day)
    assert "Vēstuli saņems 2 cilvēki." in words(looked)
    assert "1 cilvēkam nav e-pasta adreses" in words(looked)


def test_other_facts_change_without_a_letter(desk: Desk) -> None:
    run_id = desk.run(sessions=2)
    url = f"/darbvieta/grupas/{run_id}/labot"
    opens = local(now()).strftime("%Y-%m-%dT%H:%M")
    closes = (today() + timedelta(days=5)).isoformat()
    decision = (today() + timedelta(days=6)).isoformat()
    for act, form in (
        ("pasniedzejs", {"teacher": "Ieva Liepa"}),
        ("pieteiksanas", {"opens": opens, "closes": closes}),
        ("minimums", {"min_participants": "4", "decision_day": decision}),
    ):
        assert "Vēstuli nesaņems neviens." in words(desk.post(f"{url}/{act}", **form))
        assert desk.post(f"{url}/{act}", **form, sure="yes").status_code == 303
    with desk.database.reading() as db:
        run = db.get_one(CourseRun, run_id)
        assert (run.teacher, run.min_participants, run.has_waiting_list) == ("Ieva Liepa", 4, False)
        assert local(run.registration_closes_at).strftime("%H:%M:%S") == "23:59:59"
        entries = db.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [one.act for one in entries] == ["teacher_changed", "window_changed", "minimum_changed"]
        assert "Liepa" not in entries[0].facts
    cancelled = desk.post(f"{url}/atcelt", reason="Par maz dalībnieku", sure="yes")
    assert "Grupa ir atcelta" in words(desk.get(cancelled.headers["location"]))


def test_the_list_has_a_fixed_number_of_statements_and_finds_words_without_diacritics(desk: Desk) -> None:
    numbers = []
    for size in (3, 60):
        with desk.database.writing() as db:
            course = db.get_one(Course, desk.course_id)
            for place in range(size):
                make_registrations(db, make_run(db, course, starts_in=place + 2, sessions=1), 2)
        with statements(desk.database) as sent:
            page = desk.get("/darbvieta/grupas?q=ausana")
        numbers.append(len(sent))
        assert page.status_code == 200
    assert numbers[0] == numbers[1] <= 6
    assert len(HTMLParser(page.text).css("tbody tr")) == 50
    assert len(HTMLParser(desk.get("/darbvieta/grupas?page=2").text).css("tbody tr")) == 13
    assert "Šādu grupu nav" in words(desk.get("/darbvieta/grupas?q=svess"))
    assert desk.get("/darbvieta/grupas?tab=nekas&q=%00&page=1").status_code == 200


PAGES = ("", "/labot/vietas", "/labot/parcelt", "/jautajumi", "/kopet", "/briva-vieta", "/atsauksmes")
ACTS = (
    ("/labot/vietas", {"seats": "9"}),
    ("/labot/atcelt", {"reason": "Nav", "sure": "yes"}),
    ("/jautajumi", {"count": "0"}),
    ("/aizvietotaji", {"account": "1"}),
    ("/kopet", {"first_day": "2099-01-01"}),
    ("/briva-vieta/pirmais", {}),
    ("/briva-vieta/atstat", {}),
    ("/briva-vieta/atdot", {"registration": "1"}),
    ("/nonemt", {}),
    ("/notiek", {}),
    ("/atsauksmes", {}),
)


@pytest.mark.promise("P10")
def test_what_belongs_to_another_provider_is_not_found_byte_for_byte(desk: Desk) -> None:
    theirs, missing = desk.foreign_run, 999_999
    before = desk.world.everything()
    for page in PAGES:
        answers = [desk.get(f"/darbvieta/grupas/{one}{page}") for one in (theirs, missing)]
        assert {one.status_code for one in answers} == {404}, page
        assert answers[0].text.replace(f"grupas/{theirs}", "") == answers[1].text.replace(f"grupas/{missing}", ""), page
    for page, form in ACTS:
        answers = [desk.post(f"/darbvieta/grupas/{one}{page}", **form) for one in (theirs, missing)]
        assert {one.status_code for one in answers} == {404}, page
        assert answers[0].text.replace(f"grupas/{theirs}", "") == answers[1].text.replace(f"grupas/{missing}", ""), page
    for course in (desk.foreign_course, missing):
        assert desk.get(f"/darbvieta/kursi/{course}/grupas/jauna").status_code == 404
        assert desk.post(f"/darbvieta/kursi/{course}/grupas/jauna", **pattern(), step="save").status_code == 404
    own = desk.run(sessions=2)
    swapped = desk.post(
        f"/darbvieta/grupas/{own}/labot/atcelt-nodarbibu", session=str(desk.foreign_session), sure="yes"
    )
    assert swapped.status_code == 404
    many = desk.post("/darbvieta/grupas/kopet", run=[str(theirs)], first_day=(today() + timedelta(days=9)).isoformat())
    assert many.status_code == 404
    assert "Svešs kurss" not in desk.get("/darbvieta/grupas").text + desk.get("/darbvieta/").text
    after = desk.world.everything()
    assert {name for name in before if before[name] != after[name]} <= {"course_runs", "sessions", "sign_ins"}


def test_a_substitute_sees_only_their_run_and_changes_nothing(desk: Desk) -> None:
    run_id, other = desk.run(), desk.run(starts_in=20)
    with desk.database.writing() as db:
        account = make_account(db, Role.SUBSTITUTE, provider=db.get_one(Provider, desk.provider_id))
        stranger = make_account(db, Role.SUBSTITUTE, provider=make_provider(db)).id
        account_id, email = account.id, account.email
    assert desk.post(f"/darbvieta/grupas/{run_id}/aizvietotaji", account=str(stranger)).status_code == 404
    for _twice in range(2):
        assert desk.post(f"/darbvieta/grupas/{run_id}/aizvietotaji", account=str(account_id)).status_code == 303
    desk.come(email)
    assert desk.get(f"/darbvieta/grupas/{run_id}").status_code == 200
    assert desk.get(f"/darbvieta/grupas/{other}").status_code == 404
    assert len(HTMLParser(desk.get("/darbvieta/grupas").text).css("tbody tr")) == 1
    assert desk.get("/darbvieta/").status_code == 200
    assert desk.post(f"/darbvieta/grupas/{run_id}/labot/vietas", seats="3", sure="yes").status_code == 403
    assert desk.get(f"/darbvieta/kursi/{desk.course_id}/grupas/jauna").status_code == 403
    desk.come(desk.email)
    desk.post(f"/darbvieta/grupas/{run_id}/aizvietotaji", account=str(account_id), step="take")
    desk.come(email)
    assert desk.get(f"/darbvieta/grupas/{run_id}").status_code == 404
    with desk.database.reading() as db:
        assert db.scalars(select(RunSubstitute)).all() == []
        assert db.scalars(select(AuditEntry.act)).all() == ["substitute_given", "substitute_taken"]


def test_questions_are_added_ordered_asked_on_a_condition_and_removed(desk: Desk) -> None:
    run_id = desk.run()
    url = f"/darbvieta/grupas/{run_id}/jautajumi"
    form = {
        "count": "2",
        "q1_kind": "choice", "q1_lv": "Ko ēdat?", "q1_en": "What do you eat?", "q1_options": "Visu | Everything\nVeģetāri",
        "q2_kind": "text", "q2_lv": "Kādas alerģijas?", "q2_when": "1:vegetari", "q2_required": "yes",
    }  # fmt: skip
    assert HTMLParser(desk.post(url, **form, step="add").text).css_first("#q3_lv") is not None
    assert desk.post(url, **form, step="save").status_code == 303
    with desk.database.reading() as db:
        first, second = db.scalars(select(RunQuestion).order_by(RunQuestion.position)).all()
        assert first.options == [
            {"code": "visu", "lv": "Visu", "en": "Everything"},
            {"code": "vegetari", "lv": "Veģetāri"},
        ]
        assert (second.asked_when_id, second.asked_when_answer, second.is_required) == (first.id, "vegetari", True)
    kept = form | {"q1_id": str(first.id), "q2_id": str(second.id)}
    wrong = desk.post(url, **{**kept, "q1_options": "Visu", "q2_lv": ""}, step="save")
    assert wrong.status_code == 422
    assert {"q1_options-e", "q2_lv-e"} <= {node.attributes["id"] for node in HTMLParser(wrong.text).css(".err")}
    removed = HTMLParser(desk.post(url, **kept, step="remove-1").text)
    assert removed.css_first("#q1_lv").attributes["value"] == "Kādas alerģijas?"
    assert removed.css_first("#q2_lv") is None


def test_of_two_who_set_questions_neither_takes_away_what_the_other_has_added(desk: Desk) -> None:
    run_id = desk.run()
    url = f"/darbvieta/grupas/{run_id}/jautajumi"
    mine = HTMLParser(desk.get(url).text).css_first("input[name=seen]").attributes["value"] or ""
    form = {"count": "1", "q1_kind": "text", "q1_lv": "Ko ēdat?", "seen": mine}
    assert desk.post(url, **form | {"q1_lv": "Vai nākat ar suni?"}, step="save").status_code == 303
    late = desk.post(url, **form, step="save")
    assert late.status_code == 409
    assert "Jautājumus tikmēr mainījis kāds cits." in late.text
    assert HTMLParser(late.text).css_first("#q1_lv").attributes["value"] == "Ko ēdat?", "nothing typed is lost"
    with desk.database.reading() as db:
        (standing,) = db.scalars(select(RunQuestion).where(RunQuestion.withdrawn_at.is_(None)))
        assert standing.words["lv"] == "Vai nākat ar suni?"


def test_a_blank_question_changes_no_condition_and_no_number_is_too_long(desk: Desk) -> None:
    run_id = desk.run()
    url = f"/darbvieta/grupas/{run_id}/jautajumi"
    form = {
        "count": "4",
        "q1_kind": "text", "q1_lv": "",
        "q2_kind": "checkbox", "q2_lv": "Esmu vegāns",
        "q3_kind": "checkbox", "q3_lv": "Nākšu ar suni",
        "q4_kind": "text", "q4_lv": "Ko ēdat?", "q4_when": "2:yes",
    }  # fmt: skip
    assert desk.post(url, **form, step="save").status_code == 303
    with desk.database.reading() as db:
        first, _second, third = db.scalars(select(RunQuestion).order_by(RunQuestion.position)).all()
        assert (first.words["lv"], third.asked_when_id) == ("Esmu vegāns", first.id)
    long = "9" * 5000
    for odd in ({"q2_id": long}, {"q4_when": f"{long}:yes"}):
        assert desk.post(url, **form | odd, step="save").status_code in (303, 409, 422)
    assert desk.post(url, **form, step=f"remove-{long}").status_code == 200


def test_a_late_seat_is_given_to_the_first_and_both_looks_and_acts_are_on_record(desk: Desk) -> None:
    run_id = desk.run(seats=1, starts_in=timedelta(hours=20))
    with desk.database.writing() as db:
        first, _second = make_registrations(db, db.get_one(CourseRun, run_id), 2, State.WAITLISTED)
        first_id = first.id
    url = f"/darbvieta/grupas/{run_id}/briva-vieta"
    assert "Ir brīva vieta" in words(desk.get("/darbvieta/"))
    assert "Anna Bērziņa" not in desk.get(url).text
    assert "Anna Bērziņa" in desk.post(f"{url}/pirmais").text
    assert desk.post(f"{url}/atdot", registration=str(first_id)).headers["location"].endswith("done=given")
    with desk.database.reading() as db:
        assert db.get_one(Registration, first_id).state is State.CONFIRMED
        kept = db.execute(select(AuditEntry.act, AuditEntry.actor)).all()
        assert set(kept) == {
            ("list_opened", f"account:{desk.account_id}"),
            ("seat_given", f"account:{desk.account_id}"),
        }


def test_groups_of_a_past_term_are_copied_after_they_were_looked_at(desk: Desk) -> None:
    with desk.database.writing() as db:
        room = make_venue(db)
        room.room = "12. kabinets"
        course = db.get_one(Course, desk.course_id)
        good = make_run(db, course, starts_in=-30, sessions=2)
        clash = make_run(db, course, starts_in=-29, sessions=1, venue=room)
        again = make_run(db, course, starts_in=-29, sessions=1, venue=room)
        ids = [str(run.id) for run in (good, clash, again)]
    first = local(now()).date() + timedelta(days=14)
    looked = desk.post("/darbvieta/grupas/kopet", run=ids, first_day=first.isoformat())
    assert looked.status_code == 200
    with desk.database.reading() as db:
        assert len(db.scalars(select(CourseRun.id).where(CourseRun.course_id == desk.course_id)).all()) == 3
    saved = desk.post("/darbvieta/grupas/kopet", run=ids, all=ids, first_day=first.isoformat(), sure="yes")
    assert "Saglabātas: 2 no 3." in words(saved)
    assert "Nav saglabāta" in words(saved) and "telpu aizņem" in words(saved)
    one = desk.post(f"/darbvieta/grupas/{ids[0]}/kopet", first_day=(first + timedelta(days=70)).isoformat())
    assert one.status_code == 200 and 'name="row"' in one.text


def test_nobody_signed_in_comes_to_any_of_it(client: TestClient, database: Database, settings: Settings) -> None:
    del database, settings
    for address in ("/darbvieta/grupas", "/darbvieta/grupas/1", "/darbvieta/grupas/kopet"):
        assert client.get(address).status_code == 303
