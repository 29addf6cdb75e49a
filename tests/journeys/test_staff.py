"""A new colleague, on a phone and by keyboard alone: from the invitation over the second step to the workspace, and out again."""

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from app.clock import now
from app.people.account_queries import by_address
from app.people.inputs import InvitationForm
from app.people.invitations import invite
from app.people.models import Role
from tests.journeys.test_keyboard import Walker
from tests.living import LivingCity
from tests.pages.account_samples import as_staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]
EMAIL, PASSWORD = "jauna@example.lv", "zaļš dīvāns peld"


@pytest.fixture
def walker(browser: Browser, living_city: LivingCity) -> Iterator[Walker]:
    """Somebody on a phone who reads Latvian."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield Walker(page, living_city, "lv")
    assert [text for text in complaints if "Content Security Policy" in text] == []
    context.close()


def test_a_new_colleague_comes_in_and_leaves(walker: Walker, living_city: LivingCity) -> None:
    page, city = walker.page, living_city
    with city.database.writing() as db:
        manager = by_address(db, "vadiba.vb@example.lv")
        assert manager is not None
        invite(db, as_staff(manager), InvitationForm(name="Jauna Kolēģe", email=EMAIL, role=Role.EDITOR), timedelta(7))
    walker.opens_letter(EMAIL, "Invitation to work in the catalogue")
    walker.sees("Welcome to the catalogue")
    walker.write("New password", "parole123")
    walker.press("Keep the password")
    walker.reads("This password is easy to guess. Choose another.")
    walker.write("New password", PASSWORD)
    walker.press("Keep the password")
    expect(walker.page.get_by_role("heading", level=2, name=walker.said("What to do now"))).to_be_visible()

    page.wait_for_load_state("networkidle")
    walker.press("Account")
    walker.sees("My account")
    walker.press("Set up the second step")
    walker.sees("Set up the second step of signing in")
    phone = pyotp.TOTP("".join(page.locator("code.key").inner_text().split()))
    walker.write("One-time code", phone.at(now()))
    walker.press("Turn on the second step")
    walker.sees("Recovery codes")
    walker.press("I have kept them, go on")
    expect(walker.page.get_by_role("heading", level=2, name=walker.said("What to do now"))).to_be_visible()

    walker.press("Sign out")
    walker.reads("You are signed out on this device.")
    page.go_back()
    walker.sees("Sign in")

    walker.write("E-mail address", EMAIL)
    walker.write("Password", PASSWORD)
    walker.press("Show the password")
    expect(page.locator("#password")).to_have_attribute("type", "text")
    walker.press("Sign in")
    walker.sees("One-time code")
    page.keyboard.type(phone.at(now(), counter_offset=1))  # The field has the focus already.
    page.keyboard.press("Enter")
    expect(walker.page.get_by_role("heading", level=2, name=walker.said("What to do now"))).to_be_visible()
