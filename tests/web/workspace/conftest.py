"""An office on the test's database."""

import pytest

from app.settings import Settings
from tests.web.workspace.staff_city import CHEAP, Office
from tests.world import World


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Hashing costs next to nothing."""
    return settings.model_copy(update={"password_memory": CHEAP.memory, "password_rounds": CHEAP.rounds})


@pytest.fixture
def office(world: World) -> Office:
    """The office."""
    return Office(world)
