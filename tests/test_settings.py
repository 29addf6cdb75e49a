"""Settings: unsafe ones do not start in production, and each is documented."""

import pytest
from pydantic import SecretStr, ValidationError

from app.settings import DEMO_SECRET, Settings

SAFE: dict[str, object] = {
    "environment": "production",
    "demonstration": False,
    "secret_key": SecretStr("k" * 40),
    "public_url": "https://muzizglitiba.example.lv",
    "database_url": "postgresql://city:secret@localhost/city",
    "mail_url": "smtps://mail.example.lv",
    "metrics_token": SecretStr("m" * 16),
}


def test_safe_settings_start_in_production() -> None:
    assert Settings(**SAFE).is_production


@pytest.mark.promise("P34")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"secret_key": SecretStr(DEMO_SECRET)}, "SECRET_KEY"),
        ({"secret_key": SecretStr("short")}, "SECRET_KEY"),
        ({"public_url": "http://muzizglitiba.example.lv"}, "PUBLIC_URL"),
        ({"public_url": "https://localhost"}, "PUBLIC_URL"),
        ({"public_url": "https://*"}, "PUBLIC_URL"),
        ({"public_url": ""}, "PUBLIC_URL"),
        ({"database_url": "sqlite:///city.sqlite"}, "SQLite"),
        ({"database_url": "postgresql://city:secret@db.example.lv/city"}, "verify-full"),
        ({"rate_limits": "off"}, "RATE_LIMITS"),
        ({"demonstration": True}, "DEMONSTRATION"),
        ({"metrics_token": SecretStr("")}, "METRICS_TOKEN"),
        ({"metrics_token": SecretStr("m" * 15)}, "METRICS_TOKEN"),
        ({"mail_url": ""}, "MAIL_URL"),
        ({"meili_url": "http://search:7700"}, "MEILI_API_KEY"),
        ({"meili_url": "search:7700", "meili_api_key": SecretStr("m" * 16)}, "MEILI_URL"),
    ],
)
def test_unsafe_settings_do_not_start_in_production(change: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Settings(**{**SAFE, **change})


def test_sqlite_in_production_is_allowed_when_it_is_meant() -> None:
    assert Settings(**{**SAFE, "database_url": "sqlite:///city.sqlite", "allow_sqlite_in_production": True})


def test_the_public_address_follows_the_port_when_none_is_given() -> None:
    assert Settings(port=9123, public_url="").public_url == "http://localhost:9123"


def test_settings_without_an_environment_are_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert Settings(_env_file=None).environment == "development"
