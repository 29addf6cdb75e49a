"""The city served for page checks: every page in every language."""

import pytest

from app.main import create_app
from tests.living import LivingCity
from tests.pages.samples import page_routes, sample_addresses


@pytest.fixture(scope="module")
def addresses(living_city: LivingCity) -> list[str]:
    """Addresses of all pages; a page without a sample fails here."""
    found = sample_addresses(living_city.database, living_city.settings)
    app = create_app(living_city.settings, quiet=True)
    missing = [path for path in page_routes(app) if path not in found]
    app.state.database.dispose()
    assert missing == [], "every page needs a sample in tests/pages/samples.py"
    return [address for some in found.values() for address in some] + ["/nav-tadas-lapas", "/pieteikumi/nav"]
