"""The API takes whatever comes: no input makes a 5xx, and every answer is the documented one."""

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck

from app.db import Database
from app.main import create_app
from app.settings import Settings

schemathesis.openapi.media_type  # noqa: B018  imported for its side effect on media types


@pytest.fixture(scope="session")
def api_schema(city_template, tmp_path_factory):  # type: ignore[no-untyped-def]
    import shutil

    path = tmp_path_factory.mktemp("fuzz") / "city.sqlite"
    shutil.copy(city_template, path)
    app = create_app(Settings(database_url=f"sqlite:///{path}", rate_limits="off"), quiet=True)
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


schema = schemathesis.pytest.from_fixture("api_schema")


@pytest.mark.slow
@pytest.mark.timeout(420)
@pytest.mark.promise("P20")
@schema.parametrize()
@hypothesis.settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_input_makes_a_fault(case: schemathesis.Case) -> None:
    case.call_and_validate()


def test_the_description_is_openapi_3_1_with_stable_operation_ids(city_database: Database) -> None:
    url = city_database.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, rate_limits="off"), quiet=True)
    from starlette.testclient import TestClient

    with TestClient(app) as client:
        described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    ids = [op["operationId"] for path in described["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids))
    assert all("example" in str(op) for path in described["paths"].values() for op in path.values())
