"""The provider's questions and what somebody needs, in the form without scripts."""

import re

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.courses.models import Course, CourseRun
from app.db import Database
from tests import make
from tests.registrations import acts
from tests.registrations.test_answers import QUESTIONS, ask
from tests.web.extras import BERTA, NEEDS, Asking, answers, asking_run, errors, open_and_send, shown, typed_in
from tests.web.test_registrations import ANNA, ON_SQLITE, fill, hidden, page, url, words
from tests.world import World


@pytest.fixture
def asking(database: Database) -> Asking:
    return asking_run(database)


def test_questions_stand_after_the_persons_own_fields(client: TestClient, asking: Asking) -> None:
    response = client.get(url(asking.run))
    assert "Īstenotāja jautājumi" in words(response)
    legend = page(response).css_first("#jautajumi fieldset legend")
    assert legend is not None and legend.text() == "Vai esat audis?"
    assert f"question-{asking.woven}" not in shown(response)
    assert [f"question-{one}" for one in shown(response)] == [asking.woven, asking.lunch]
    assert response.text.index('name="phone"') < response.text.index('name="asked"')


@ON_SQLITE
def test_a_run_without_questions_says_nothing_of_them(client: TestClient, database: Database) -> None:
    response = client.get(url(acts.new_run(database)))
    assert "Īstenotāja jautājumi" not in response.text
    assert shown(response) == []


def test_a_question_comes_with_the_answer_that_calls_for_it_and_everything_is_kept(
    client: TestClient, asking: Asking, database: Database
) -> None:
    typed = {asking.woven: "often", asking.lunch: "yes", **BERTA, **NEEDS}
    returned = open_and_send(client, asking.run, **typed)
    assert returned.status_code == 200
    assert "Īstenotājs uzdod vēl 1 jautājumu." in words(returned)
    assert [f"question-{one}" for one in shown(returned)] == [asking.woven, asking.loom, asking.lunch]
    kept = typed_in(returned)
    assert {**kept, "special_needs": re.sub(r"\r?\n", "\r\n", kept["special_needs"])} == {**ANNA, **typed}
    field = page(returned).css_first(f"textarea[name={asking.loom}]")
    assert field is not None and "autofocus" in field.attributes
    filled = {**hidden(returned), **ANNA, **typed, "run": asking.run, "step": "check", "asked": shown(returned)}
    missing = client.post(url(asking.run), data=filled)
    assert missing.status_code == 422
    assert errors(missing) == {asking.loom: "Aizpildiet šo lauku."}
    checked = client.post(url(asking.run), data=filled | {asking.loom: "Grīdas stelles"})
    assert checked.status_code == 200
    for said in ("Bieži", "Grīdas stelles", "Jā", "Berta Liepa", "berta@example.com", "bez pakāpieniem."):
        assert said in words(checked)
    sent = client.post(url(asking.run), data=hidden(checked) | {"step": "send"})
    assert sent.status_code == 303
    assert answers(database) == {asking.woven: "often", asking.loom: "Grīdas stelles", asking.lunch: "yes"}
    person = acts.latest(database, "anna@example.com")
    assert person.special_needs == "Vajadzīga iekļūšana\nbez pakāpieniem."
    assert acts.latest(database, "berta@example.com").party == person.party == person.id
    assert "Uzrakstījām arī uz adresi berta@example.com" in words(client.get(sent.headers["location"]))


def test_an_answer_nobody_asks_for_any_more_is_not_sent(client: TestClient, asking: Asking, database: Database) -> None:
    checked = open_and_send(client, asking.run, **{asking.woven: "never", asking.loom: "Grīdas stelles"})
    assert "Grīdas stelles" not in checked.text
    client.post(url(asking.run), data=hidden(checked) | {"step": "send"})
    assert answers(database) == {asking.woven: "never"}


@pytest.mark.parametrize("answer", ["woven", "lunch", "companion.name", "special_needs"])
def test_every_answer_can_be_changed_from_the_check(client: TestClient, asking: Asking, answer: str) -> None:
    name = getattr(asking, answer, answer)
    typed = {
        asking.woven: "never",
        asking.lunch: "yes",
        **BERTA,
        "special_needs": "Skaļi",
        "special_needs_consent": "yes",
    }
    checked = open_and_send(client, asking.run, **typed)
    button = page(checked).css_first(f'button[value="change:{name}"]')
    assert button is not None
    returned = client.post(url(asking.run), data=hidden(checked) | {"step": f"change:{name}"})
    kept = typed_in(returned)
    assert {one: kept[one] for one in typed} == typed
    focused = page(returned).css_first("[autofocus]")
    assert focused is not None and focused.attributes["name"] == name
    for box in page(returned).css("details[id]"):
        assert "open" in box.attributes


def test_what_is_wrong_is_said_in_the_order_of_the_form(client: TestClient, asking: Asking) -> None:
    typed = {
        "name": "",
        "companion.email": "berta",
        asking.woven: "rarely",
        "special_needs": "Man vajag tulku",
    }
    wrong = open_and_send(client, asking.run, **typed)
    assert wrong.status_code == 422
    assert list(errors(wrong).items()) == [
        ("name", "Ierakstiet vārdu un uzvārdu."),
        (asking.woven, "Šādas atbildes vairs nav. Izvēlieties citu."),
        ("companion.name", "Ierakstiet vārdu un uzvārdu."),
        ("companion.email", "E-pasta adresē trūkst zīmes @. Piemērs: vards@piemers.lv."),
        (
            "special_needs_consent",
            "Atzīmējiet piekrišanu, lai īstenotājs to varētu lasīt, vai izdzēsiet ierakstīto.",
        ),
    ]


@ON_SQLITE
@pytest.mark.parametrize("field", ["loom", "special_needs", "companion.name"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("mans kods 010190-12345", "Izskatās, ka te ir personas kods."),
        ("mans kods 32123412345", "Izskatās, ka te ir personas kods."),
        ("Anna\x00", "Tekstā ir zīmes, ko nevaram saglabāt."),
        ("A a" * 300, "Saīsiniet tekstu"),
    ],
)
def test_no_free_text_takes_a_personal_code_or_what_cannot_be_kept(
    client: TestClient, asking: Asking, field: str, typed: str, sentence: str
) -> None:
    name = getattr(asking, field, field)
    asked = [one.removeprefix("question-") for one in (asking.woven, asking.loom, asking.lunch)]
    more = {asking.woven: "often", asking.loom: "x", name: typed, "special_needs_consent": "yes", "asked": asked}
    wrong = open_and_send(client, asking.run, **more)
    assert wrong.status_code == 422
    if field != "companion.name" or "Saīsiniet" not in sentence:
        assert errors(wrong)[name].startswith(sentence)


def test_what_somebody_needs_stands_in_no_letter(world: World) -> None:
    run_id = acts.new_run(world.database)
    sent = world.client.post(url(run_id), data=hidden(fill(world.client, run_id, **NEEDS, **BERTA)) | {"step": "send"})
    assert sent.status_code == 303
    assert "pakāpieniem" not in world.client.get(sent.headers["location"]).text
    world.deliver()
    acts.confirm(world.database, "anna@example.com")
    world.deliver()
    letters = [*world.letters("anna@example.com"), *world.letters("berta@example.com")]
    assert len(letters) >= 3
    for letter in letters:
        for part in letter.walk():
            if not part.is_multipart():
                assert "pakāpieniem" not in str(part.get_content())


@ON_SQLITE
def test_the_consent_is_never_given_beforehand(client: TestClient, asking: Asking) -> None:
    opened = client.get(url(asking.run))
    box = page(opened).css_first("input[name=special_needs_consent]")
    assert box is not None and "checked" not in box.attributes
    assert "izdzēsīs līdz 7. dienai pēc kursa beigām" in words(opened)
    wrong = open_and_send(client, asking.run, **{asking.woven: "never", "special_needs": "Skaļi"})
    box = page(wrong).css_first("input[name=special_needs_consent]")
    assert box is not None and "checked" not in box.attributes


def test_questions_that_change_meanwhile_are_asked_with_everything_kept(
    client: TestClient, asking: Asking, database: Database
) -> None:
    checked = open_and_send(client, asking.run, **{asking.woven: "never", **BERTA})
    more: dict[str, object] = {"kind": "text", "words": {"lv": "Cik jums gadu?"}, "is_required": True}
    *_old, new = ask(database, asking.run, *({**one, "id": int(name[9:])} for one, name in
                     zip(QUESTIONS, asking[1:], strict=True)), more)  # fmt: skip
    returned = client.post(url(asking.run), data=hidden(checked) | {"step": "send"})
    assert returned.status_code == 422
    assert errors(returned) == {f"question-{new}": "Aizpildiet šo lauku."}
    assert typed_in(returned)[asking.woven] == "never"
    assert typed_in(returned)["companion.name"] == "Berta Liepa"
    assert acts.registrations(database, asking.run) == []


def test_another_run_asks_its_own_questions(client: TestClient, asking: Asking, database: Database) -> None:
    with database.writing() as db:
        course = db.get_one(Course, db.get_one(CourseRun, asking.run).course_id)
        other = make.make_run(db, course, seats=3, starts_in=30).id
    (diet,) = ask(database, other, {"kind": "text", "words": {"lv": "Ko neēdat?"}})
    chosen = open_and_send(client, asking.run, run=str(other), **{asking.woven: "never"})
    assert shown(chosen) == [str(diet)]
    part = client.get(url(asking.run), params={"run": other}, headers={"HX-Request": "true"})
    assert shown(part) == [str(diet)]


def test_words_that_are_not_translated_say_so_to_those_who_hear_them(client: TestClient, asking: Asking) -> None:
    response = client.get(url(asking.run), params={"lang": "en"})
    legend = page(response).css_first("#jautajumi legend span[lang=lv]")
    assert legend is not None and legend.text() == "Vai esat audis?"
    assert "Questions from the provider" in words(response)


@ON_SQLITE
@pytest.mark.promise("P20")
@pytest.mark.parametrize(
    "typed",
    [
        {"question-99999999999999999999": "x"},
        {"question-0": "x", "question-": "y", "question-x": "z"},
        {f"question-{number}": "x" for number in range(1, 150)},
        {"companion": "x", "answers": "y"},
        {"companion.name": ["A a", "B b"]},
        {"special_needs_consent": "perhaps"},
        {"asked": ["x", "", "9" * 400]},
        {"question-4711": "<script>"},
    ],
)
def test_strange_extras_are_answered_calmly(client: TestClient, asking: Asking, typed: dict[str, object]) -> None:
    for step in ("check", "send", "change:question-1"):
        response = open_and_send(client, asking.run, **typed, step=step)
        assert response.status_code < 500


@ON_SQLITE
@pytest.mark.promise("P12")
def test_what_a_provider_asks_and_a_person_answers_is_shown_as_text(client: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    evil = "<script>alert(1)</script>{{7*7}}"
    options = [{"code": "a", "words": {"lv": evil}}, {"code": "b", "words": {"lv": "B"}}]
    first, second = ask(
        database,
        run_id,
        {"kind": "choice", "words": {"lv": evil}, "options": options},
        {"kind": "text", "words": {"lv": evil}, "asked_when": {"question": 1, "answer": "a"}},
    )
    opened = open_and_send(
        client, run_id, **{f"question-{first}": "a", f"question-{second}": evil, "companion.name": evil}
    )
    checked = open_and_send(
        client, run_id, **{f"question-{first}": "a", f"question-{second}": evil, "asked": [str(first), str(second)]}
    )
    for response in (client.get(url(run_id)), opened, checked):
        assert "<script>alert" not in response.text
        assert HTMLParser(response.text).css("script:not([src])") == []
