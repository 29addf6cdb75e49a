"""A real browser for the journeys, with scripts and without."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without its own errands."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield started
        started.close()


@pytest.fixture(params=["scripts", "no-scripts"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A phone-sized window; every journey is walked with scripts and without."""
    context = browser.new_context(
        java_script_enabled=request.param == "scripts", viewport={"width": 390, "height": 844}, locale="lv-LV"
    )
    context.set_default_timeout(15_000)
    window = context.new_page()
    errors: list[str] = []
    window.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield window
    assert [text for text in errors if "Content Security Policy" in text] == []
    context.close()
