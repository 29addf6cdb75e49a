"""A resident takes a cancellation back, reads and takes away the data, erases them, and finds all registrations again."""

import json
import re
from pathlib import Path
from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.registrations.models import Registration, State
from tests.journeys.test_resident import one_seat, register
from tests.living import LivingCity

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.promise("P36"), pytest.mark.timeout(240)]


def seated(page: Page, city: LivingCity, email: str) -> None:
    """Somebody with a confirmed seat, on the page of the registration."""
    run_id, _slug, _title = one_seat(city, seats=3)
    register(page, city, run_id, email)
    page.goto(city.link(email, "Apstipriniet pieteikumu"))
    page.get_by_role("button", name="Apstiprināt pieteikumu").click()
    expect(page.get_by_role("heading", name="Pieteikums ir apstiprināts")).to_be_visible()


def kept(city: LivingCity, email: str) -> list[Registration]:
    """What is kept under the address."""
    with city.database.reading() as db:
        return [*db.scalars(select(Registration).where(Registration.email == email))]


def test_a_cancellation_is_taken_back(page: Page, living_city: LivingCity) -> None:
    email = f"atgriezt.{token_hex(6)}@example.lv"
    seated(page, living_city, email)
    page.get_by_role("link", name="Atsaukt pieteikumu").click()
    page.get_by_role("button", name="Atsaukt pieteikumu").click()
    expect(page.get_by_text("Šo pieteikumu atsaucāt")).to_be_visible()
    page.get_by_role("button", name="Atgriezt, kā bija").click()
    expect(page.get_by_role("heading", name="Pieteikums ir apstiprināts")).to_be_visible()
    expect(page.get_by_text("Pieteikums atkal ir spēkā.")).to_be_visible()
    assert [one.state for one in kept(living_city, email)] == [State.CONFIRMED]


def test_the_data_are_read_and_taken_away(page: Page, living_city: LivingCity, tmp_path: Path) -> None:
    email = f"dati.{token_hex(6)}@example.lv"
    seated(page, living_city, email)
    page.get_by_role("link", name="Skatīt un lejupielādēt manus datus").click()
    expect(page.get_by_role("heading", level=1, name="Mani dati")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(email)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Lejupielādēt failā").click()
    waiting.value.save_as(tmp_path / "mine.json")
    told = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    assert [part["registration"][0]["email"] for part in told["kept"].values()] == [email]


def test_the_data_are_erased(page: Page, living_city: LivingCity) -> None:
    email = f"dzest.{token_hex(6)}@example.lv"
    seated(page, living_city, email)
    own = page.url
    page.goto(f"{own.split('?')[0]}?lang=en")
    page.get_by_role("link", name="Erase my data").click()
    expect(page.get_by_role("heading", level=1, name="Erase my data")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Your registration is cancelled too")
    assert len(kept(living_city, email)) == 1
    page.get_by_role("button", name="Erase my data now").click()
    expect(page.get_by_role("heading", level=1, name="The data are erased")).to_be_visible()
    page.goto(own)
    expect(page.get_by_role("heading", level=1, name="The data are erased")).to_be_visible()
    assert kept(living_city, email) == []


def test_all_registrations_are_found_again_with_the_address_alone(page: Page, living_city: LivingCity) -> None:
    email = f"visi.{token_hex(6)}@example.lv"
    seated(page, living_city, email)
    page.goto(living_city.url)
    page.get_by_role("contentinfo").get_by_role("link", name="Visi mani pieteikumi").click()
    page.get_by_label("E-pasta adrese").fill(email)
    page.get_by_role("button", name="Nosūtīt man saiti").click()
    expect(page.get_by_role("heading", name="Pārbaudiet e-pastu")).to_be_visible()
    link = living_city.link(email, "Saite uz jūsu pieteikumiem")
    page.goto(link)
    page.get_by_role("button", name="Rādīt manus pieteikumus").click()
    expect(page.get_by_role("heading", name="Spēkā esošie pieteikumi")).to_be_visible()
    expect(page.get_by_role("button", name="Lejupielādēt manus datus")).to_be_visible()
    page.get_by_role("main").get_by_role("heading", level=3).get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/pieteikumi/[\w-]{46}$"))
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("Šī saite vairs nedarbojas")
    expect(page.get_by_role("button", name="Nosūtīt man saiti")).to_be_visible()
