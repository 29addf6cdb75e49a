"""Registering two with questions and needs in a real browser: at once with scripts, step by step without them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.db import Database
from app.registrations.models import GivenAnswer, State
from tests import make
from tests.living import LivingCity, living
from tests.registrations import acts
from tests.registrations.test_answers import ask

pytestmark = pytest.mark.browser
WOVEN, LOOM, LUNCH = "Vai esat audis?", "Kādas stelles jums ir?", "Ēdīšu pusdienas"


@pytest.fixture
def city(sqlite_database: Database, tmp_path: Path) -> Iterator[LivingCity]:
    """A course with two runs: number 1 asks three questions, number 2 another one."""
    with sqlite_database.writing() as db:
        course = make.make_course(db, title="Aušanas pamati")
        runs = [make.make_run(db, course, seats=4, starts_in=days).id for days in (14, 30)]
    ask(sqlite_database, runs[0])
    ask(sqlite_database, runs[1], {"kind": "text", "words": {"lv": "Ko neēdat?"}})
    with living(sqlite_database.url.render_as_string(hide_password=False), tmp_path / "mail") as served:
        yield served


@pytest.fixture(params=["scripts", "plain"])
def page(request: pytest.FixtureRequest, browser: Browser, city: LivingCity) -> Iterator[Page]:
    """The registration form, with scripts and without them; nothing may go wrong unseen."""
    context = browser.new_context(base_url=city.url, java_script_enabled=request.param == "scripts")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto("/norises/1/pieteikties")
    yield opened
    context.close()
    assert faults == []


only_with_scripts = pytest.mark.parametrize("page", ["scripts"], indirect=True)


def answers(city: LivingCity) -> list[str]:
    """The answers that are kept, in the order of the questions."""
    with city.database.reading() as db:
        return [*db.scalars(select(GivenAnswer.answer).order_by(GivenAnswer.question_id))]


def test_two_register_with_answers_and_needs_and_one_confirms_both(
    page: Page, city: LivingCity, request: pytest.FixtureRequest
) -> None:
    has_scripts = "scripts" in request.node.name
    page.get_by_label("Vārds un uzvārds").fill("Anna Ozola")
    page.get_by_label("E-pasta adrese").fill("anna@example.com")
    page.get_by_label("Bieži").check()
    if has_scripts:
        page.get_by_label(LOOM).fill("Grīdas stelles")
    page.get_by_label(LUNCH).check()
    page.get_by_text("Pieteikt arī otru cilvēku").click()
    page.get_by_label("Kas nāks kopā ar jums?").fill("Berta Liepa")
    page.get_by_label("Otra cilvēka e-pasts").fill("berta@example.com")
    page.get_by_text("Vai jums kas vajadzīgs, lai piedalītos?").click()
    page.get_by_label("Kas īstenotājam jāzina").fill("Vajadzīgs zīmju valodas tulks.")
    page.get_by_role("button", name="Tālāk").click()
    expect(page.get_by_role("alert")).to_contain_text("Atzīmējiet piekrišanu")
    expect(page.get_by_label("Piekrītu")).not_to_be_checked()
    if not has_scripts:
        expect(page.get_by_label("Kas nāks kopā ar jums?")).to_have_value("Berta Liepa")
        page.get_by_label(LOOM).fill("Grīdas stelles")
    page.get_by_label("Piekrītu").check()
    page.get_by_role("button", name="Tālāk").click()
    expect(page.get_by_role("heading", name="Pārbaudiet atbildes")).to_be_visible()
    page.get_by_role("button", name=f"Mainīt {LOOM}").click()
    expect(page.get_by_label(LOOM)).to_be_focused()
    page.get_by_label(LOOM).fill("Rāmis")
    page.get_by_role("button", name="Tālāk").click()
    page.get_by_role("button", name="Nosūtīt pieteikumu").click()
    expect(page.get_by_text("Uzrakstījām arī uz adresi berta@example.com")).to_be_visible()
    assert answers(city) == ["often", "Rāmis", "yes"]
    assert acts.latest(city.database, "anna@example.com").special_needs == "Vajadzīgs zīmju valodas tulks."
    page.goto(city.link("berta@example.com", "Apstipriniet pieteikumu"))
    page.get_by_role("button", name=re.compile("Apstiprināt")).click()
    expect(page.get_by_role("heading", name="Pieteikums ir apstiprināts")).to_be_visible()
    for email in ("anna@example.com", "berta@example.com"):
        assert acts.state(city.database, email) is State.CONFIRMED


@only_with_scripts
def test_a_further_question_appears_is_announced_and_goes_again(page: Page) -> None:
    expect(page.get_by_label(LOOM)).to_have_count(0)
    page.get_by_label("Bieži").check()
    expect(page.get_by_label(LOOM)).to_be_visible()
    expect(page.locator("#messages")).to_have_text(f"Vēl viens jautājums: {LOOM}")
    expect(page.get_by_label("Bieži")).to_be_focused()
    page.get_by_label(LOOM).fill("Rāmis")
    page.get_by_label("Nekad").check()
    expect(page.get_by_label(LOOM)).to_have_count(0)
    page.get_by_label("Bieži").check()
    expect(page.get_by_label(LOOM)).to_have_value("Rāmis")


@only_with_scripts
def test_by_keyboard_alone_the_further_question_is_the_next_stop(page: Page) -> None:
    page.get_by_label("Nekad").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_label(LOOM)).to_be_focused()


@only_with_scripts
def test_another_run_brings_its_own_questions_and_keeps_the_person(page: Page) -> None:
    page.get_by_label("Vārds un uzvārds").fill("Anna Ozola")
    page.get_by_label("Bieži").check()
    page.locator("input[name=run]").last.check()
    expect(page.get_by_label("Ko neēdat?")).to_be_visible()
    expect(page.get_by_text(WOVEN)).to_have_count(0)
    expect(page.get_by_label("Vārds un uzvārds")).to_have_value("Anna Ozola")


@only_with_scripts
def test_what_is_wrong_is_mended_where_the_summary_leads(page: Page, city: LivingCity) -> None:
    page.get_by_label("Vārds un uzvārds").fill("Anna Ozola")
    page.get_by_label("E-pasta adrese").fill("anna@example.com")
    page.get_by_text("Vai jums kas vajadzīgs, lai piedalītos?").click()
    page.get_by_label("Kas īstenotājam jāzina").fill("Vajadzīgs tulks.")
    page.get_by_role("button", name="Tālāk").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Izvēlieties vienu atbildi.").click()
    expect(page.get_by_label("Nekad")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_role("link", name="Atzīmējiet piekrišanu").click()
    expect(page.get_by_label("Piekrītu")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Tālāk").click()
    page.get_by_role("button", name="Nosūtīt pieteikumu").click()
    expect(page.get_by_role("heading", name="Pārbaudiet e-pastu")).to_be_visible()
    assert answers(city) == ["never"]
