"""axe finds nothing on any page, in any language, on a phone and on a desk, in light and in dark."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tests.living import LivingCity
from tests.pages.conftest import Visit
from tests.registrations.length import IS_LONG

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "EN-301-549"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
Look = tuple[int, Literal["light", "dark"]]
PHONE: Look = (360, "light")
DESK: Look = (1280, "dark")
LOOKS: list[tuple[str, tuple[Look, Look]]] = [("lv", (PHONE, DESK)), ("en", (DESK, PHONE))]
"""Every page in both languages: on a phone in light in the one, on a desk in dark in the other, page by page in turn."""
if IS_LONG:
    LOOKS += [("lv", ((1280, "light"), (360, "dark"))), ("en", ((360, "dark"), (1280, "light")))]
    LOOKS += [("lv", (DESK, PHONE)), ("en", (PHONE, DESK))]
NARROWEST: ViewportSize = {"width": 320, "height": 640}
ACROSS = "document.documentElement.scrollWidth"


def come_as(context: BrowserContext, city: LivingCity, visit: Visit) -> str:
    """Whoever opens the page is in the browser; its address."""
    context.clear_cookies(name="staff")
    if visit.token:
        context.add_cookies([{"name": "staff", "value": visit.token, "url": city.url}])
    return visit.address


@pytest.mark.parametrize(("language", "looks"), LOOKS)
def test_axe_finds_nothing(
    browser: Browser, living_city: LivingCity, visits: list[Visit], language: str, looks: tuple[Look, Look]
) -> None:
    """Nor does any of these pages ask for something elsewhere, or for what our policy forbids, or scroll sideways when
    its window is made as narrow as the narrowest phone.
    """
    context = browser.new_context(reduced_motion="reduce")
    context.add_cookies([{"name": "reading", "value": f"{language}-normal-normal", "url": living_city.url}])
    page = context.new_page()
    asked: set[str] = set()
    complaints: list[str] = []
    page.on("request", lambda request: asked.add(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    axe, found, wide = Axe(), {}, {}
    for number, visit in enumerate(visits):
        if visit.token and not IS_LONG and number // 2 % 2 != (language == "en"):
            continue  # Staff's pages by turns: one half in each language and look, all of them in the long form.
        address = come_as(context, living_city, visit)
        width, scheme = looks[number % 2]
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(living_city.url + address)
        violations = axe.run(page, options=OPTIONS).response["violations"]
        if violations:
            found[address] = [(one["id"], one["nodes"][0]["html"][:160]) for one in violations]
        page.set_viewport_size(NARROWEST)
        if (across := page.evaluate(ACROSS)) > NARROWEST["width"]:
            wide[address] = across
    context.close()
    assert found == {}
    assert wide == {}
    assert [url for url in asked if not url.startswith(living_city.url)] == []
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_nothing_scrolls_sideways_in_the_largest_letters(
    browser: Browser, living_city: LivingCity, visits: list[Visit]
) -> None:
    """On the narrowest phone; letters of normal size are looked at above."""
    context = browser.new_context(viewport=NARROWEST, reduced_motion="reduce")
    context.add_cookies([{"name": "reading", "value": "lv-largest-normal", "url": living_city.url}])
    page = context.new_page()
    wide = {}
    for number, visit in enumerate(visits):
        if visit.token and not IS_LONG and number % 2:
            continue
        address = come_as(context, living_city, visit)
        page.goto(living_city.url + address)
        if (across := page.evaluate(ACROSS)) > NARROWEST["width"]:
            wide[address] = across
    context.close()
    assert wide == {}
