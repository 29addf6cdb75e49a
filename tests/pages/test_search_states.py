"""axe finds nothing in what the search box opens: suggestions, a chosen one, latest searches, what can be taken back."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.living import LivingCity
from tests.pages.test_axe import OPTIONS
from tests.registrations.length import IS_LONG

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def wrong(page: Page) -> list[tuple[str, str]]:
    """What axe finds now."""
    violations = Axe().run(page, options=OPTIONS).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in violations]


LOOKS = [("lv", "light", 360), ("en", "dark", 1280), ("lv", "dark", 1280), ("en", "light", 360)]
if IS_LONG:
    LOOKS += [("lv", "light", 1280), ("en", "dark", 360), ("lv", "dark", 360), ("en", "light", 1280)]


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_in_what_the_box_opens(
    browser: Browser, living_city: LivingCity, language: str, scheme: str, width: int
) -> None:
    context = browser.new_context(
        reduced_motion="reduce",
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.add_cookies([{"name": "reading", "value": f"{language}-normal-normal", "url": living_city.url}])
    page, found = context.new_page(), {}
    page.goto(living_city.url)
    box = page.get_by_role("combobox")
    box.click()
    found["asks whether to remember"] = wrong(page)
    page.locator("[data-act=on]").click()
    page.goto(f"{living_city.url}/kursi?q=dator")
    page.wait_for_timeout(1200)
    found["marked words"] = wrong(page)
    page.goto(living_city.url)
    box.click()
    expect(page.locator(".recent li")).to_have_count(1)
    found["latest searches"] = wrong(page)
    page.locator("[data-act=remove]").click()
    found["can be taken back"] = wrong(page)
    box.press_sequentially("dator")
    expect(page.get_by_role("option").first).to_be_visible()
    found["suggestions"] = wrong(page)
    page.keyboard.press("ArrowDown")
    found["a chosen one"] = wrong(page)
    context.close()
    assert {state: what for state, what in found.items() if what} == {}
