"""The city served for page checks: every page in every language."""

from typing import NamedTuple

import pytest

from app.main import create_app
from app.people.queries import sign_in as found_by
from app.people.sign_ins import hash_of
from app.people.staff import Staff
from app.registrations.openings import open_group
from tests.living import LivingCity
from tests.pages.samples import page_routes, sample_addresses
from tests.pages.staff_samples import opened_lists, staff_samples
from tests.staff import new_token


class Visit(NamedTuple):
    """An address, and the cookie of whoever opens it; empty for residents."""

    address: str
    token: str = ""


@pytest.fixture(scope="module")
def visits(living_city: LivingCity) -> list[Visit]:
    """A visit to every page; a page without a sample fails here."""
    found = sample_addresses(living_city.database, living_city.settings)
    staff = staff_samples(living_city.database, living_city.settings)
    app = create_app(living_city.settings, quiet=True)
    missing = [path for path in page_routes(app) if path not in found and path not in staff]
    app.state.database.dispose()
    assert missing == [], "every page needs a sample in tests/pages/samples.py or staff_samples.py"
    accounts = {email for some in staff.values() for email, _address in some}
    tokens = {email: new_token(living_city.database, email) for email in accounts}
    with living_city.database.writing() as db:
        for email, run_id in opened_lists(staff):
            _sign_in, account = found_by(db, hash_of(tokens[email])) or (None, None)
            assert account is not None
            open_group(
                db, Staff(account.id, "", account.role, account.provider_id, hash_of(tokens[email])), run_id, "test"
            )
    return [
        *(Visit(address) for some in found.values() for address in some),
        *(Visit(address, tokens[email]) for some in staff.values() for email, address in some),
        Visit("/nav-tadas-lapas"),
        Visit("/pieteikumi/nav"),
    ]
