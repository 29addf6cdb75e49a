"""The API takes whatever comes: no input makes a 5xx, and every answer is the documented one."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from sqlalchemy import select
from starlette.testclient import TestClient

from app.api.router import ROUTES
from app.db import Database
from app.main import create_app
from app.people.keys import KeyForm, Scope, make_key
from app.people.models import Account, Role
from app.people.staff import Staff
from app.settings import Settings

CASES = 40
"""For each operation as many right questions as wrong ones."""
BEYOND_A_SCHEMA = {
    "too_many_dimensions",
    "choice_unknown",
    "consent",
    "companion_same",
    "unknown_field",
    "missing",
    "name_missing",
    "email_no_at",
    "email_invalid",
    "phone",
    "not_text",
    "too_short",
    "personal_code",
    "empty",
    "number",
    "range",
    "price",
    "date",
    "time",
    "too_long",
    "date_past",
    "date_far",
    "end_before_start",
    "closes_after_start",
    "decision_after_start",
    "minimum_above_seats",
    "no_sessions",
    "clock_change",
    "sessions_overlap",
    "venue_taken",
    "wrong_time",
    "publish_incomplete",
    "permit_needed",
}
"""Refusals of well formed questions: they depend on records, on two fields at once, or on what a text says."""

DESCRIPTION = get_openapi(title="Catalogue", version="1", routes=ROUTES)
OPERATIONS = {
    found.ok().definition.raw["operationId"]: found.ok()
    for found in schemathesis.openapi.from_dict(DESCRIPTION).get_all_operations()
}


@pytest.fixture(scope="module")
def api(city_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The application on a demonstration city."""
    path = tmp_path_factory.mktemp("fuzz") / "city.sqlite"
    shutil.copy(city_template, path)
    app = create_app(Settings(_env_file=None, database_url=f"sqlite:///{path}", rate_limits="off"), quiet=True)
    app.state.key = new_key(app.state.database)
    yield app
    app.state.database.dispose()


def new_key(database: Database) -> str:
    """A key of a provider's system that may do everything."""
    with database.writing() as db:
        account = db.scalars(select(Account).where(Account.role == Role.MANAGER).order_by(Account.id)).first()
        assert account is not None
        who = Staff(account.id, account.name, account.role, account.provider_id)
        return make_key(db, who, KeyForm(name="Fuzz", scopes=[*Scope]))[1]


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.promise("P20")
@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
def test_no_input_makes_a_fault(api: FastAPI, operation_id: str) -> None:
    operation, statuses = OPERATIONS[operation_id], Counter[int]()

    def ask(case: Case) -> None:
        if "/own/" in case.path:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {api.state.key}"}
        answer = case.call(app=api)
        statuses[answer.status_code] += 1
        needs_tag = answer.status_code in {412, 428}  # Whoever changes something says which version they saw.
        beyond = needs_tag or (answer.status_code == 422 and _codes(answer.text) <= BEYOND_A_SCHEMA)
        case.validate_response(answer, excluded_checks=[ignored_auth, *([positive_data_acceptance] if beyond else [])])

    for mode in GenerationMode:
        asked = given(case=operation.as_strategy(generation_mode=mode))(ask)
        seed(26)(
            settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))(asked)
        )()
    assert max(statuses) < 500
    assert sum(statuses.values()) >= CASES


def _codes(problem: str) -> set[str]:
    """What a problem complains of: the kinds of its fields, else its own kind."""
    return {*re.findall(r'"code":\s*"(\w+)"', problem)} or {*re.findall(r"urn:problem:(\w+)", problem)}


def test_the_description_is_openapi_3_1_with_stable_operation_ids_and_examples(api: FastAPI) -> None:
    with TestClient(api) as client:
        described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert {*OPERATIONS} == {one["operationId"] for path in described["paths"].values() for one in path.values()}
    for path in described["paths"].values():
        for one in path.values():
            assert "example" in _with_models(one, described), one["operationId"]


def _with_models(operation: dict[str, object], described: dict[str, dict[str, dict[str, object]]]) -> str:
    """The description of an operation with that of what it takes and gives."""
    text = str(operation)
    names = re.findall(r"#/components/schemas/([\w-]+)", text)
    return text + "".join(str(described["components"]["schemas"][name]) for name in names if name != "Problem")
