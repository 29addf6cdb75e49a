"""At a provider's desk: somebody calls and is entered, a slip is printed, the list is opened, and everybody is written to."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.courses.models import Course, CourseText
from app.people.models import Account
from tests.living import LivingCity
from tests.make import make_registration, make_run
from tests.pages.staff_samples import MANAGER
from tests.pages.test_axe import OPTIONS
from tests.staff import new_token

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


def fits(page: Page) -> None:
    """axe finds nothing, and nothing scrolls sideways."""
    violations = Axe().run(page, options=OPTIONS).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def new_group(city: LivingCity) -> tuple[int, str]:
    """A group of the manager's institution, with somebody in it already, and the course's title."""
    with city.database.writing() as db:
        provider = db.scalars(select(Account.provider_id).where(Account.email == MANAGER)).one()
        course = db.scalars(select(Course).where(Course.provider_id == provider).order_by(Course.id).limit(1)).one()
        run = make_run(db, course, seats=4, starts_in=9)
        make_registration(db, run, "skaidrite@example.lv", name="Skaidrīte Brūvere")
        title = db.get_one(CourseText, (course.id, "lv")).title
        return run.id, title


def test_enter_a_person_by_phone_print_a_slip_open_the_list_and_write_to_all(
    browser: Browser, living_city: LivingCity
) -> None:
    city, (run, title) = living_city, new_group(living_city)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="lv-LV", reduced_motion="reduce")
    context.add_cookies([{"name": "staff", "value": new_token(city.database, MANAGER), "url": city.url}])
    page = context.new_page()
    page.goto(f"{city.url}/darbvieta/grupas/{run}/pieteikumi")
    expect(page.get_by_text("Šī saraksta atvēršanu reģistrējam.")).to_be_visible()
    expect(page.get_by_text("Skaidrīte Brūvere")).to_have_count(0)
    page.get_by_role("button", name="Atvērt sarakstu").click()
    expect(page.get_by_role("link", name="Skaidrīte Brūvere")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Pieteikt cilvēku, kas zvanīja").click()
    page.get_by_label("Vārds un uzvārds", exact=True).fill("Olga Bez-Pasta")
    page.get_by_label("Tālruņa numurs").fill("26 111 222")
    page.get_by_role("button", name="Pieteikt cilvēku").click()
    expect(page.locator(".toast")).to_contain_text("Cilvēks ir pieteikts.")
    fits(page)
    page.get_by_role("link", name="Drukāt lapiņu").click()
    expect(page.locator(".qr")).to_be_visible()
    fits(page)
    page.goto(f"{city.url}/darbvieta/grupas/{run}/pieteikumi")
    page.get_by_label("Vārds, e-pasts vai tālrunis").fill("bruvere")
    page.get_by_role("button", name="Meklēt").click()
    expect(page.get_by_role("link", name="Olga Bez-Pasta")).to_have_count(0)
    expect(page.get_by_role("link", name="Skaidrīte Brūvere")).to_be_visible()
    assert "bruvere" not in page.url
    page.get_by_role("button", name="Rādīt visus").click()
    expect(page.get_by_role("link", name="Olga Bez-Pasta")).to_be_visible()
    page.get_by_role("link", name="Rakstīt visiem dalībniekiem").click()
    fits(page)
    page.get_by_label("Temats").fill("Telpa mainās")
    page.get_by_label("Teksts").fill("Tiekamies **203.** telpā.")
    page.get_by_role("button", name="Tālāk").click()
    expect(page.get_by_text("Vēstuli saņems 1 cilvēks.")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Nosūtīt vēstuli").click()
    expect(page.get_by_text("Zvanāms saraksts")).to_be_visible()
    expect(page.get_by_text(re.compile("Olga Bez-Pasta"))).to_be_visible()
    fits(page)
    letter = city.letter("skaidrite@example.lv", f"{title}: Telpa mainās")
    assert letter["Reply-To"]
    context.close()
