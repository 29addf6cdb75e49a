"""A phone-sized window for the journeys, with scripts and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page


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
