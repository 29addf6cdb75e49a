"""The demonstration city as one application, asked in process."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

HTTPS = "https://muzizglitiba.example.lv"


@pytest.fixture(scope="module")
def city_app(city_template: Path, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application on a demonstration city, with a public address over https."""
    folder = tmp_path_factory.mktemp("protected")
    shutil.copy(city_template, folder / "city.sqlite")
    return create_app(
        Settings(
            database_url=f"sqlite:///{folder / 'city.sqlite'}",
            mail_url=(folder / "mail").as_uri(),
            public_url=HTTPS,
            rate_limits="off",
        ),
        quiet=True,
    )


@pytest.fixture(scope="module")
def visitor(city_app: FastAPI) -> Iterator[TestClient]:
    """Somebody who asks over https; faults come back as answers."""
    with TestClient(city_app, base_url=HTTPS, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client
