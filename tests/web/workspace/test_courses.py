"""The pages on which courses are written and reviewed: for those whose they are, quick, and harmless."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.courses.authoring import begin_course
from app.courses.draft_models import CourseDraft
from app.courses.inputs import CourseForm
from app.courses.models import Course, CourseState
from app.courses.publishing import publish, submit
from app.db import Database
from app.people.models import Account, Role
from app.people.staff import Staff
from app.search.index import rebuild_index
from app.settings import Settings
from tests.counting import statements
from tests.courses.authors import make_author, make_reviewer, whole_form
from tests.make import make_course, make_provider, make_registrations, make_run, make_wish
from tests.protection.payloads import MARK, PAYLOADS
from tests.staff import sign_in

WHOLE = {
    "title": "Māla trauki",
    "summary": "Pirmie trauki no māla.",
    "description": "Mācāmies **virpot**.",
    "outcomes": "Virpo bļodu\r\nGlazē krūzi",
    "group": "crafts",
    "audiences": ["everyone", "seniors"],
    "format": "in_person",
    "academic_hours": "16",
    "price": "18,50",
    "funding": "self_paid",
    "certificate": "none",
    "contact_email": "kursi@example.lv",
    "title_en": "Clay dishes",
}


class Desk:
    """A browser at which members of staff take turns."""

    def __init__(self, client: TestClient, database: Database, settings: Settings) -> None:
        self.client, self.database, self.settings = client, database, settings
        with database.writing() as db:
            self.editor, self.board = make_author(db), make_reviewer(db)
            self.stranger = make_author(db, Role.MANAGER)
            make_wish(db, "Māla trauki iesācējiem", supporters=3)

    def come(self, who: Staff) -> None:
        """From here on they are at the desk."""
        with self.database.reading() as db:
            email = db.get_one(Account, who.account_id).email
        sign_in(self.client, self.database, self.settings, email)

    def hidden(self, address: str) -> dict[str, str]:
        """What the page's form says without being asked."""
        page = self.client.get(address)
        assert page.status_code == 200, address
        return dict(re.findall(r'<input type="hidden" name="(version|page)" value="([^"]*)"', page.text))

    def begin(self) -> str:
        """A new course of the editor's; its address."""
        self.come(self.editor)
        answer = self.client.post("/darbvieta/kursi/jauns", data={"title": "Māla trauki"})
        return answer.headers["location"].partition("/labot")[0]

    def send(self, url: str) -> None:
        """The editor fills everything in and sends it for review."""
        answer = self.client.post(f"{url}/labot", data={**self.hidden(f"{url}/labot"), **WHOLE, "then": "submit"})
        assert answer.headers["location"] == f"{url}?done=submitted", answer.text


@pytest.fixture
def desk(client: TestClient, database: Database, settings: Settings) -> Iterator[Desk]:
    """A provider's editor, the board, and a stranger."""
    return Desk(client, database, settings)  # type: ignore[return-value]


def text_of(page: str) -> str:
    """What a person reads."""
    body = HTMLParser(page).body
    assert body is not None
    return " ".join(body.text().split())


def test_a_course_is_written_returned_mended_and_published_without_scripts(desk: Desk) -> None:
    url = desk.begin()
    number = url.rpartition("/")[2]
    too_early = desk.client.post(
        f"{url}/labot", data={**desk.hidden(f"{url}/labot"), "title": "Māla trauki", "then": "submit"}
    )
    assert too_early.status_code == 422
    assert "#summary" in too_early.text
    assert "Kļūda:" in too_early.text
    desk.send(url)
    assert desk.client.get(f"{url}/labot").headers["location"] == url, "what waits is only looked at"
    desk.come(desk.board)
    assert "Māla trauki" in desk.client.get("/parvalde/kursi").text
    review = f"/parvalde/kursi/{number}"
    assert "To vēlas 3 cilvēki" in text_of(desk.client.get(review).text)
    silent = desk.client.post(f"{review}/atgriezt", data=desk.hidden(review))
    assert (silent.status_code, "Uzrakstiet, kas jāmaina." in silent.text) == (422, True)
    desk.client.post(f"{review}/atgriezt", data={**desk.hidden(review), "comment": "Pierakstiet, kā iekļūt."})
    desk.come(desk.editor)
    assert "„Pierakstiet, kā iekļūt.”" in text_of(desk.client.get(f"{url}/labot").text)
    desk.send(url)
    desk.come(desk.board)
    wrong_day = desk.client.post(f"{review}/publicet", data={**desk.hidden(review), "day": "vakar"})
    assert wrong_day.status_code == 422
    desk.client.post(f"{review}/publicet", data=desk.hidden(review))
    assert desk.client.get("/kursi/mala-trauki").status_code == 200
    with desk.database.reading() as db:
        assert db.scalars(select(Course.state)).all() == [CourseState.PUBLISHED]


def test_every_pause_saves_what_is_right_and_what_is_wrong(desk: Desk) -> None:
    url = desk.begin()
    typed = {
        **desk.hidden(f"{url}/labot"),
        "title": "Māla trauki",
        "level": "none",
        "language": "lv",
        "price": "daudz",
        "summary": "010190-12345",
        "description": "**Jā**",
    }
    answer = desk.client.post(f"{url}/labot", data=typed, headers={"HX-Request": "true"})
    part = HTMLParser(answer.text)
    faults = {one.attributes["data-fault"] for one in part.css("template[data-fault]")}
    assert faults == {"price", "summary"}
    assert "<strong>Jā</strong>" in answer.text
    assert part.css_first("#saglabats input").attributes["value"] == "2"
    with desk.database.reading() as db:
        kept = db.scalars(select(CourseDraft.fields)).one()
        acts = db.scalars(select(AuditEntry.facts).where(AuditEntry.act == "course_changed")).all()
    assert kept["price"] == ["daudz"]
    assert "010190" not in str(kept)
    assert acts == ['{"fields": "contact_email, contact_phone, description, price"}']
    desk.client.post(f"{url}/labot", data=typed | {"title": "Māla podi"}, headers={"HX-Request": "true"})
    shown = HTMLParser(desk.client.get(f"{url}/labot").text)
    assert shown.css_first("#title").attributes["value"] == "Māla podi", "its own page saves on, whatever it last heard"


def test_a_text_that_is_too_long_to_keep_is_told_and_not_called_saved(desk: Desk) -> None:
    url = desk.begin()
    typed = {**desk.hidden(f"{url}/labot"), **WHOLE, "description": "Māls. " * 4_000}
    part = HTMLParser(desk.client.post(f"{url}/labot", data=typed, headers={"HX-Request": "true"}).text)
    assert {one.attributes["data-fault"] for one in part.css("template[data-fault]")} == {"description"}
    whole = desk.client.post(f"{url}/labot", data=typed | {"then": "submit"})
    assert whole.status_code == 422
    assert typed["description"].strip() in HTMLParser(whole.text).css_first("#description").text()


def test_of_two_at_once_the_second_compares_and_decides(desk: Desk) -> None:
    url = desk.begin()
    mine, theirs = desk.hidden(f"{url}/labot"), desk.hidden(f"{url}/labot")
    desk.client.post(f"{url}/labot", data={**theirs, **WHOLE, "title": "Viņu trauki"}, headers={"HX-Request": "true"})
    typed = {**mine, **WHOLE, "title": "Manējie trauki"}
    part = desk.client.post(f"{url}/labot", data=typed, headers={"HX-Request": "true"})
    whole = desk.client.post(f"{url}/labot", data=typed)
    assert (part.status_code, whole.status_code) == (409, 409)
    for answer in (part, whole):
        seen = HTMLParser(answer.text)
        gone, come = seen.css_first("#salidzinat del").text(), seen.css_first("#salidzinat ins").text()
        assert (gone, come) == ("izņemts: Viņu", "pievienots: Manējie")
    assert HTMLParser(whole.text).css_first("#title").attributes["value"] == "Manējie trauki"
    instead = HTMLParser(whole.text).css_first("button[name=instead]").attributes["value"] or ""
    assert desk.client.post(f"{url}/labot", data={**typed, "instead": instead}).status_code == 303
    with desk.database.reading() as db:
        assert db.scalars(select(CourseDraft.fields)).one()["title"] == ["Manējie trauki"]


def test_what_is_anothers_looks_like_what_does_not_exist(desk: Desk) -> None:
    url = desk.begin()
    desk.send(url)
    number = url.rpartition("/")[2]
    desk.come(desk.stranger)
    posts = ("labot", "iesniegt", "atsaukt", "publicet", "arhivet", "kopet", "atmest", "iznemt")
    for method, path in [
        *(("GET", end) for end in ("", "/labot", "/prieksskats", "/atmest", "/iznemt")),
        *(("POST", f"/{end}") for end in posts),
    ]:
        answers = [
            desk.client.request(
                method, f"/darbvieta/kursi/{one}{path}", data={"version": "2", "title": "Cits"} if method == "POST" else None,
                headers={"HX-Request": swapped} if swapped else {},
            )
            for one in (number, "999999")
            for swapped in ("", "true")
        ]  # fmt: skip
        assert {answer.status_code for answer in answers} == {404}, path
        for mine, missing in zip(answers[:2], answers[2:], strict=True):
            assert mine.text.replace(f"/kursi/{number}", "/N") == missing.text.replace("/kursi/999999", "/N"), path
    listed = desk.client.get("/darbvieta/kursi")
    assert "Māla" not in listed.text
    assert "Kursu vēl nav" in listed.text
    assert desk.client.get("/parvalde/kursi").status_code == 403
    assert desk.client.post(f"/parvalde/kursi/{number}/publicet", data={"version": "3"}).status_code == 403
    desk.come(desk.editor)
    assert desk.client.post(f"{url}/publicet", data={"version": "3"}).status_code == 403


def test_the_list_asks_the_same_of_the_database_however_long_it_is(desk: Desk) -> None:
    with desk.database.writing() as db:
        provider = make_provider(db, in_register=False)
        who = make_author(db, Role.MANAGER, provider=provider)
        for number in range(3):
            make_run(db, make_course(db, title=f"Šķirsts {number}", provider=provider))
    desk.come(who)
    desk.client.get("/darbvieta/kursi")
    with statements(desk.database) as few:
        desk.client.get("/darbvieta/kursi")
    with desk.database.writing() as db:
        for number in range(57):
            make_run(db, make_course(db, title=f"Lādes {number}", provider=provider))
        begin_course(db, who, whole_form())
    with statements(desk.database) as many:
        page = desk.client.get("/darbvieta/kursi")
    assert len(many) == len(few) <= 6
    assert len(HTMLParser(page.text).css("tbody tr")) == 50
    assert len(HTMLParser(desk.client.get("/darbvieta/kursi?lapa=2").text).css("tbody tr")) == 11
    assert len(HTMLParser(desk.client.get("/darbvieta/kursi?q=skirsts").text).css("tbody tr")) == 3
    assert len(HTMLParser(desk.client.get("/darbvieta/kursi?stavoklis=melnraksti").text).css("tbody tr")) == 1


def test_who_plans_the_same_in_the_same_month_is_told_with_the_free_seats(desk: Desk) -> None:
    with desk.database.writing() as db:
        other = make_provider(db, name="Mākslas skola")
        theirs = make_course(db, title="Māla trauki iesācējiem", provider=other, summary="Trauki no māla.")
        make_run(db, theirs, starts_in=30, seats=9)
        make_registrations(db, make_run(db, theirs, starts_in=14, seats=9), 2)
        mine = begin_course(db, desk.editor, whole_form())
        make_run(db, mine, starts_in=14)
        rebuild_index(db)
    desk.come(desk.editor)
    told = text_of(desk.client.get(f"/darbvieta/kursi/{mine.id}").text)
    assert "Tajā pašā laikā līdzīgu kursu plāno Mākslas skola: „Māla trauki iesācējiem”" in told


def test_withdrawing_says_who_is_registered_and_where_to_go(desk: Desk) -> None:
    with desk.database.writing() as db:
        course = begin_course(db, desk.editor, whole_form())
        submit(db, desk.editor, course.id, course.edition)
        publish(db, desk.board, course.id, course.edition)
        run = make_run(db, course)
        taken = make_registrations(db, run, 2)
    desk.come(desk.editor)
    url = f"/darbvieta/kursi/{course.id}"
    asked = desk.client.get(f"{url}/iznemt").text
    assert "Šī kursa grupām ir pieteikti 2 cilvēki." in asked
    assert f"/darbvieta/grupas/{run.id}" in asked
    assert desk.client.post(f"{url}/iznemt", data=desk.hidden(url)).status_code == 409
    with desk.database.writing() as db:
        db.delete(db.merge(taken[0]))
        db.delete(db.merge(taken[1]))
    assert desk.client.post(f"{url}/iznemt", data=desk.hidden(url)).status_code == 303
    assert desk.client.get("/kursi/mala-trauki").status_code == 410


@pytest.mark.promise("P12")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # What a page makes of a text does not depend on it.
def test_what_is_typed_is_inert_in_the_editor_the_preview_and_the_review(
    client: TestClient, database: Database, settings: Settings
) -> None:
    desk = Desk(client, database, settings)
    url = desk.begin()
    number = url.rpartition("/")[2]
    for payload in PAYLOADS:
        desk.come(desk.editor)
        texts = dict.fromkeys(
            ("title", "summary", "description", "prerequisites", "keywords", "title_en", "description_en"), payload
        )
        typed = {
            **WHOLE,
            **{name: text[:60] for name, text in texts.items()},
            "description": payload,
            "outcomes": f"{payload}\n{payload}",
            "permit": payload[:50],
        }
        saved = desk.client.post(
            f"{url}/labot", data={**desk.hidden(f"{url}/labot"), **typed}, headers={"HX-Request": "true"}
        )
        pages = [saved.text, *(desk.client.get(f"{url}{end}").text for end in ("", "/labot", "/prieksskats"))]
        pages.append(desk.client.get("/darbvieta/kursi").text)
        desk.come(desk.board)
        pages += [desk.client.get(f"/parvalde/kursi/{number}{end}").text for end in ("", "/prieksskats")]
        for page in pages:
            seen = HTMLParser(page)
            assert not seen.css(
                f"{MARK}, [onerror], [onload], [onclick], [onfocus], iframe, object, embed, base, form[action^=http]"
            ), payload
            for link in seen.css("[href], [src]"):
                to = (link.attributes.get("href") or link.attributes.get("src") or "").strip().lower()
                assert not to.startswith(("javascript:", "data:", "vbscript:")), (payload, to)
            assert not [one for one in seen.css("script") if not one.attributes.get("src")], payload


def test_forbidden_fields_are_not_taken(desk: Desk) -> None:
    url = desk.begin()
    more = {
        "state": "published",
        "provider_id": "1",
        "code": "x",
        "slug": "x",
        "published_at": "2020-01-01",
        "no_permit_reason": "x",
    }
    desk.client.post(f"{url}/labot", data={**desk.hidden(f"{url}/labot"), **WHOLE, **more})
    with desk.database.reading() as db:
        course = db.scalars(select(Course)).one()
        fields = db.scalars(select(CourseDraft.fields)).one()
        assert (course.state, course.published_at, course.no_permit_reason) == (CourseState.DRAFT, None, "")
        assert not {*more} & {*fields}
        assert db.scalar(select(func.count()).select_from(Course)) == 1


def test_a_form_made_in_code_and_one_that_was_typed_say_the_same() -> None:
    assert CourseForm.model_validate({k: v for k, v in WHOLE.items() if k != "title_en"}).outcomes == [
        "Virpo bļodu",
        "Glazē krūzi",
    ]


def test_whoever_types_while_a_colleague_sends_the_course_is_told_and_loses_nothing(desk: Desk) -> None:
    url = desk.begin()
    mine, theirs = desk.hidden(f"{url}/labot"), desk.hidden(f"{url}/labot")
    sent = desk.client.post(f"{url}/labot", data={**theirs, **WHOLE, "then": "submit"})
    assert sent.headers["location"].endswith("done=submitted")
    typed = {**mine, **WHOLE, "title": "Manējie trauki"}
    part = desk.client.post(f"{url}/labot", data=typed, headers={"HX-Request": "true"})
    whole = desk.client.post(f"{url}/labot", data=typed)
    for answer in (part, whole):
        assert answer.status_code == 409
        seen = HTMLParser(answer.text)
        assert seen.css_first("#salidzinat ins") is not None
        assert seen.css_first("button[name=instead]") is None, "it waits: nothing can be saved instead"
    assert HTMLParser(whole.text).css_first("#title").attributes["value"] == "Manējie trauki"
