"""The way of a place by keyboard alone: on a phone in Latvian and on a desk in English, nothing is clicked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.test_own_data import kept
from tests.journeys.test_resident import one_seat
from tests.journeys.walker import Walker, walking
from tests.living import LivingCity

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.promise("P36"), pytest.mark.timeout(240)]


@pytest.fixture(params=[("lv", 390), ("en", 1280)], ids=["lv-phone", "en-desk"])
def walker(request: pytest.FixtureRequest, browser: Browser, living_city: LivingCity) -> Iterator[Walker]:
    """Somebody on a phone with a keyboard who reads Latvian, and somebody at a desk who reads English."""
    code, width = request.param
    with walking(browser, living_city, code, width, by=Walker) as walker:
        yield walker


def test_a_freed_seat_is_taken_by_whoever_waits(walker: Walker) -> None:
    first, second = (f"tastatura.{who}.{walker.language.code}@example.lv" for who in ("pirmais", "otrais"))
    run_id, _slug, _title = one_seat(walker.city)
    walker.registers(run_id, first, "Send the registration")
    walker.sees("Check your e-mail")
    walker.registers(run_id, second, "Join the waiting list")
    walker.sees("You are on the waiting list")
    walker.confirms(first)
    walker.cancels()
    walker.opens_letter(second, "A seat is free for you: %(course_title)s")
    walker.press("Take the seat")
    walker.sees("Your registration is confirmed")


def test_all_registrations_are_found_and_one_is_erased(walker: Walker) -> None:
    email = f"tastatura.visi.{walker.language.code}@example.lv"
    run_id, _slug, _title = one_seat(walker.city, seats=3)
    walker.registers(run_id, email, "Send the registration")
    walker.confirms(email)
    walker.page.goto(walker.city.url)
    walker.press("All my registrations")
    walker.sees("All my registrations")
    walker.write("E-mail address", email)
    walker.press("Send me the link")
    walker.sees("Check your e-mail")
    walker.opens_letter(email, "The link to your registrations")
    walker.press("Show my registrations")
    walker.reads("Registrations that stand")
    walker.opens_letter(email, "Confirm your registration: %(course_title)s")
    walker.sees("Your registration is confirmed")
    walker.press("Erase my data")
    walker.sees("Erase my data")
    walker.press("Erase my data now")
    walker.sees("The data are erased")
    assert kept(walker.city, email) == []
