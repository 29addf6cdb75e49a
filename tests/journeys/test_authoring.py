"""A course from its title to the catalogue: written on a phone, returned, mended, published by the board; axe looks at each page."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.living import LivingCity
from tests.pages.staff_samples import BOARD, EDITOR
from tests.pages.test_axe import OPTIONS
from tests.staff import new_token

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


def sees_nothing_wrong(page: Page) -> None:
    """axe finds nothing, and nothing scrolls sideways."""
    violations = Axe().run(page, options=OPTIONS).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_course_is_written_on_a_phone_and_published_by_the_board(browser: Browser, living_city: LivingCity) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="lv-LV", reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None)

    def come(email: str) -> None:
        token = new_token(living_city.database, email)
        context.add_cookies([{"name": "staff", "value": token, "url": living_city.url}])

    come(EDITOR)
    page.goto(f"{living_city.url}/darbvieta/kursi")
    sees_nothing_wrong(page)
    page.get_by_role("link", name="Jauns kurss").click()
    page.get_by_label("Nosaukums").fill("Akmeņu slīpēšana")
    page.get_by_role("button", name="Sākt melnrakstu").click()
    missing, state = page.locator("#trukst"), page.locator("#saglabats")
    expect(missing).to_contain_text("Vēl trūkst 10 lietu")

    # What cannot be sent stays on the page, and is sent by itself when the connection is back.
    page.get_by_label("Kopsavilkums", exact=True).fill("Raupjš akmens kļūst gluds.")
    expect(missing).to_contain_text("Vēl trūkst 9 lietu")
    expect(state).to_contain_text("Saglabāts plkst.")
    expect(page.locator("[data-left-of=summary]")).to_contain_text("134")
    context.set_offline(True)
    page.get_by_label("Apraksts", exact=True).fill("Slīpējam **lēni**.\n\n- ahāts\n- jašma")
    expect(state).to_contain_text("Nav savienojuma. Ierakstītais nav zudis.")
    context.set_offline(False)
    expect(missing).to_contain_text("Vēl trūkst 8 lietu")
    expect(page.locator("#izskatas strong")).to_have_text("lēni")

    # A wrong field is told at once and keeps no other from being saved.
    page.get_by_label("Maksa").fill("daudz")
    page.get_by_label("Apjoms akadēmiskajās stundās").fill("12")
    page.get_by_label("Apjoms akadēmiskajās stundās").press("Tab")
    expect(page.locator("#price-e")).to_contain_text("Ierakstiet maksu šādi: 18,50.")
    sees_nothing_wrong(page)
    page.get_by_label("Maksa").fill("12,50")
    page.get_by_label("Ko iemācīsieties", exact=True).fill("Atšķir akmeņus\nSlīpē ahātu")
    page.get_by_label("Tematiskā grupa").select_option("personal")
    page.get_by_label("Visiem").check()
    page.get_by_label("Kā notiek").select_option("in_person")
    page.get_by_label("Kas maksā").select_option("self_paid")
    page.get_by_label("Ko saņemsiet").select_option("none")
    expect(missing).to_contain_text("Nekā netrūkst")
    expect(page.locator("#price-e")).to_have_count(0)
    page.get_by_role("button", name="Iesniegt izskatīšanai").click()
    expect(page.get_by_text("Gaida izskatīšanu")).to_be_visible()
    sees_nothing_wrong(page)

    come(BOARD)
    page.goto(f"{living_city.url}/parvalde/kursi")
    page.get_by_role("link", name="Akmeņu slīpēšana").click()
    sees_nothing_wrong(page)
    page.get_by_label("Kas jāmaina").fill("Pierakstiet, vai var nākt ar ratiņkrēslu.")
    page.get_by_role("button", name="Atgriezt ar komentāru").click()
    expect(page.get_by_text("Kurss ir atgriezts ar jūsu komentāru.")).to_be_visible()
    link = living_city.link(EDITOR, "Kurss ir atgriezts ar komentāru: Akmeņu slīpēšana")

    come(EDITOR)
    page.goto(link)
    expect(page.locator("#komentars")).to_contain_text("„Pierakstiet, vai var nākt ar ratiņkrēslu.”")
    page.get_by_label("Apraksts", exact=True).fill("Slīpējam **lēni**. Telpā var iebraukt ar ratiņkrēslu.")
    expect(page.locator("#izskatas")).to_contain_text("Telpā var iebraukt")
    page.get_by_role("link", name="Priekšskatīt").click()
    expect(page.locator("#melnraksts")).to_contain_text("Šis ir melnraksts")
    sees_nothing_wrong(page)
    page.get_by_role("link", name="Atpakaļ uz kursu").click()
    page.get_by_role("button", name="Iesniegt izskatīšanai").click()

    come(BOARD)
    page.goto(f"{living_city.url}/parvalde/kursi")
    page.get_by_role("link", name="Akmeņu slīpēšana").click()
    page.get_by_role("button", name="Publicēt").click()
    expect(page.get_by_text("Kurss ir publicēts.")).to_be_visible()
    context.clear_cookies(name="staff")
    page.goto(f"{living_city.url}/kursi/akmenu-slipesana")
    expect(page.get_by_role("heading", level=1)).to_have_text("Akmeņu slīpēšana")
    page.goto(f"{living_city.url}/kursi?q=akmenu+slipesana")
    expect(page.get_by_role("link", name=re.compile("Akmeņu slīpēšana"))).to_be_visible()
    assert problems == []
    context.close()
