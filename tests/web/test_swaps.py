"""Results in a real browser: what is typed and ticked swaps the list, nobody loses their place, and Back works."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.living import LivingCity

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, living_city: LivingCity) -> Iterator[Page]:
    """The page of results, with scripts; nothing may go wrong in it unseen (htmx tells of requests that newer ones replace)."""
    context = browser.new_context(base_url=living_city.url)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console", lambda said: faults.append(said.text) if said.type == "error" and "htmx:" not in said.text else None
    )
    opened.goto("/kursi")
    yield opened
    context.close()
    assert faults == []


def at(query: str) -> re.Pattern[str]:
    """The address of results with this query string, and nothing more."""
    return re.compile(r"/kursi\?" + re.escape(query) + "$")


def test_typing_swaps_the_list_in_one_address_and_the_words_stay_in_the_box(page: Page) -> None:
    page.locator("#q").press_sequentially("latviesu valoda vakaros", delay=30)
    expect(page).to_have_url(at("q=latviesu+valoda+vakaros"))
    expect(page.locator("#izvele .chip--on")).to_have_count(1)
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#messages")).to_have_text(re.compile(r"\d+$"))
    page.locator("#q").press("Control+a")
    page.locator("#q").press_sequentially("keramika", delay=30)
    expect(page).to_have_url(at("q=keramika"))
    expect(page.locator("#izvele .chip--on")).to_have_count(0)


def test_a_box_beside_understood_words_turns_them_into_boxes(page: Page) -> None:
    page.goto("/kursi?q=latviesu+valoda+vakaros")
    page.locator('input[name="time"][value="morning"]').check()
    expect(page).to_have_url(at("q=latviesu+valoda&time=morning&time=evening"))
    expect(page.locator("#q")).to_have_value("latviesu valoda")
    expect(page.locator('input[name="time"][value="morning"]')).to_be_focused()
    page.go_back()
    expect(page).to_have_url(at("q=latviesu+valoda+vakaros"))
    expect(page.locator("#q")).to_have_value("latviesu valoda vakaros")
    page.go_forward()
    expect(page.locator("#izvele .chip--on")).to_have_count(2)


def test_a_chip_goes_and_the_keyboard_stays_near_it(page: Page) -> None:
    page.goto("/kursi?group=digital&time=evening")
    page.locator("#izvele .chip--on").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(at("time=evening"))
    expect(page.locator("#izvele .chip--on")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/kursi$"))
    expect(page.locator("#rezultati")).to_be_focused()


def test_what_was_unfolded_stays_so(page: Page) -> None:
    page.locator("#vel-filtri > summary").click()
    page.locator('#vel-filtri input[name="language"]').first.check()
    expect(page.locator("#izvele .chip--on")).to_have_count(1)
    page.locator('input[name="open"]').check()
    expect(page.locator("#izvele .chip--on")).to_have_count(2)
    assert page.locator("#vel-filtri").evaluate("fold => fold.open")


def test_a_field_in_which_somebody_types_is_not_taken_away(page: Page) -> None:
    page.locator("#price").focus()
    page.locator("#price").evaluate("field => field.dataset.same = 'yes'")
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    expect(page).to_have_url(at("price=30"))
    expect(page.locator("#izvele .chip--on")).to_have_count(1)
    assert page.locator("#price").get_attribute("data-same") == "yes"


def test_sorting_and_turning_pages_are_steps_one_can_go_back(page: Page) -> None:
    page.select_option("#sort", "price")
    expect(page).to_have_url(at("sort=price"))
    page.locator('.pager a[rel="next"]').click()
    expect(page).to_have_url(at("sort=price&page=2"))
    expect(page.locator('.pager [aria-current="page"]')).to_have_text(re.compile("2"))
    expect(page.locator("#rezultati")).to_be_focused()
    page.go_back()
    expect(page).to_have_url(at("sort=price"))
    expect(page.locator("#sort")).to_have_value("price")


def test_without_scripts_one_button_sends_everything(browser: Browser, living_city: LivingCity) -> None:
    context = browser.new_context(base_url=living_city.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/kursi?q=latviesu+valoda+vakaros")
    page.locator('input[name="time"][value="morning"]').check()
    page.locator('button[name="picked"]').click()
    expect(page).to_have_url(at("q=latviesu+valoda&time=morning&time=evening"))
    page.locator("#izvele .chip--on").first.click()
    expect(page).to_have_url(at("q=latviesu+valoda&time=evening"))
    page.go_back()
    expect(page.locator("#izvele .chip--on")).to_have_count(2)
    context.close()
