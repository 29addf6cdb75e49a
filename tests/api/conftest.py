"""The API over the test's own database."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.main import create_app
from app.settings import Settings


@pytest.fixture
def api(database: Database) -> Iterator[TestClient]:
    """A client of the whole application; paths begin with /api/v1."""
    url = database.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, rate_limits="off", public_url="https://muz.example.lv"), quiet=True)
    with TestClient(app, base_url="http://localhost") as client:
        yield client
