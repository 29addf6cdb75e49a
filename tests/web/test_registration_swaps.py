"""Registering in a real browser: what scripts swap, where the reader is led, and that nothing typed is lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.db import Database
from app.registrations.models import State
from tests import make
from tests.living import LivingCity, living
from tests.registrations import acts

pytestmark = pytest.mark.browser


@pytest.fixture
def city(sqlite_database: Database, tmp_path: Path) -> Iterator[LivingCity]:
    """A course with two runs, served with its worker: number 1 has seats, number 2 is full."""
    with sqlite_database.writing() as db:
        course = make.make_course(db, title="Aušanas pamati")
        make.make_run(db, course, seats=3, starts_in=14)
        make.make_registrations(db, make.make_run(db, course, seats=2, starts_in=30), 2)
    with living(sqlite_database.url.render_as_string(hide_password=False), tmp_path / "mail") as served:
        yield served


@pytest.fixture
def page(browser: Browser, city: LivingCity) -> Iterator[Page]:
    """The registration form, in which nothing may go wrong unseen."""
    context = browser.new_context(base_url=city.url)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto("/norises/1/pieteikties")
    yield opened
    context.close()
    assert faults == []


def fill(page: Page, email: str = "anna@example.com") -> None:
    """Type what the form asks for."""
    page.get_by_label("Vārds un uzvārds").fill("Anna Ozola")
    page.get_by_label("E-pasta adrese").fill(email)


def test_choosing_the_full_run_shows_its_list_and_keeps_what_was_typed(page: Page) -> None:
    fill(page)
    page.get_by_label("Vietu nav").check()
    expect(page.get_by_label("Izvēlētais kurss")).to_contain_text("Vietu nav")
    expect(page.get_by_text("Kā darbojas gaidīšanas saraksts")).to_be_visible()
    expect(page.get_by_label("Vārds un uzvārds")).to_have_value("Anna Ozola")
    expect(page.get_by_label("Vietu nav")).to_be_focused()
    page.get_by_role("button", name="Tālāk").click()
    expect(page.get_by_role("button", name="Pierakstīties gaidīšanas sarakstā")).to_be_visible()
    expect(page).to_have_url(re.compile("/norises/2/pieteikties$"))


def test_a_wrong_form_leads_to_what_is_wrong_with_it(page: Page) -> None:
    fill(page, "anna.example.com")
    page.get_by_role("button", name="Tālāk").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_title(re.compile("^Kļūda: "))
    page.get_by_role("link", name="E-pasta adresē trūkst zīmes @").click()
    expect(page.get_by_label("E-pasta adrese")).to_be_focused()
    expect(page.get_by_label("Vārds un uzvārds")).to_have_value("Anna Ozola")


def test_the_check_is_read_out_and_an_answer_is_changed(page: Page) -> None:
    fill(page)
    page.get_by_role("button", name="Tālāk").click()
    expect(page.get_by_role("heading", name="Pārbaudiet atbildes")).to_be_focused()
    expect(page).to_have_title(re.compile("^Pārbaudiet atbildes"))
    page.get_by_role("button", name="Mainīt E-pasta adrese").click()
    expect(page.get_by_label("E-pasta adrese")).to_be_focused()
    expect(page.get_by_label("E-pasta adrese")).to_have_value("anna@example.com")


def test_the_whole_way_with_scripts(page: Page, city: LivingCity) -> None:
    fill(page)
    page.get_by_role("button", name="Tālāk").click()
    page.get_by_role("button", name="Nosūtīt pieteikumu").click()
    expect(page).to_have_url(re.compile("/nosutits/"))
    page.goto(city.link("anna@example.com", "Apstipriniet pieteikumu"))
    page.get_by_role("button", name="Apstiprināt pieteikumu").click()
    expect(page.get_by_role("heading", name="Pieteikums ir apstiprināts")).to_be_focused()
    expect(page.get_by_text("Vieta ir jūsu.")).to_be_visible()
    assert acts.state(city.database, "anna@example.com") is State.CONFIRMED
    page.reload()
    expect(page.get_by_role("heading", name="Pieteikums ir apstiprināts")).to_be_visible()
    page.get_by_role("link", name="Atsaukt pieteikumu").click()
    page.get_by_label("Neder laiks").check()
    page.get_by_role("button", name="Atsaukt pieteikumu").click()
    expect(page.get_by_text("Šo pieteikumu atsaucāt")).to_be_visible()
    assert acts.state(city.database, "anna@example.com") is State.WITHDRAWN
