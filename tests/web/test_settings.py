"""Settings come from the environment; what is unknown or bad stops the start in one sentence."""

import json
import logging
from ipaddress import IPv4Network
from pathlib import Path
from uuid import UUID

import pytest
import structlog

from web import app
from web.ops.logging import configure
from web.ops.settings import Settings, SettingsError, from_environment
from web.webhooks.reach import Reach


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("THROUGHLINE_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


def test_an_empty_environment_gives_the_defaults() -> None:
    assert from_environment() == Settings()


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "DATABASE_URL": "postgresql://db/throughline",
        "THROUGHLINE_DATA_DIR": "/var/lib/throughline",
        "THROUGHLINE_HOST": "0.0.0.0",
        "THROUGHLINE_PORT": "80",
        "THROUGHLINE_WORKERS": "4",
        "THROUGHLINE_POOL_SIZE": "20",
        "THROUGHLINE_LOG_LEVEL": "debug",
        "THROUGHLINE_WEBHOOK_ALLOW": "hooks.corp, 10.1.0.0/16",
        "THROUGHLINE_SCIM_UNIT": "5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert from_environment() == Settings(
        database_url="postgresql://db/throughline",
        data_dir=Path("/var/lib/throughline"),
        host="0.0.0.0",
        port=80,
        workers=4,
        pool_size=20,
        log_level="debug",
        webhook_allow=Reach(frozenset({"hooks.corp"}), (IPv4Network("10.1.0.0/16"),)),
        scim_unit=UUID("5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11"),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THROUGHLINE_PROT", "80"),
        ("THROUGHLINE_PORT", "eighty"),
        ("THROUGHLINE_PORT", "65536"),
        ("THROUGHLINE_PORT", "-1"),
        ("THROUGHLINE_PORT", "8.0"),
        ("THROUGHLINE_WORKERS", "0"),
        ("THROUGHLINE_POOL_SIZE", ""),
        ("THROUGHLINE_WEBHOOK_ALLOW", "10.0.0.1/8"),
        ("THROUGHLINE_WEBHOOK_ALLOW", "hooks.corp;wiki.corp"),
        ("THROUGHLINE_LOG_LEVEL", "loud"),
        ("THROUGHLINE_SCIM_UNIT", "Harbour"),
        ("THROUGHLINE_SCIM_UNIT", ""),
        ("THROUGHLINE_HOST", ""),
        ("THROUGHLINE_DATA_DIR", ""),
        ("DATABASE_URL", "mysql://db"),
        ("DATABASE_URL", "postgresql://"),
    ],
)
def test_a_bad_setting_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as refused:
        from_environment()

    sentence = str(refused.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_bad_database_url_is_not_repeated_for_the_password_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://me:secret@db")

    with pytest.raises(SettingsError) as refused:
        from_environment()

    assert "secret" not in str(refused.value)


def test_an_app_is_made_without_touching_its_database() -> None:
    assert app.create_app(Settings(database_url="postgresql://127.0.0.1:9/nothing")).name == "throughline"


def test_an_app_needs_to_know_its_database() -> None:
    with pytest.raises(ValueError, match="database"):
        app.create_app(Settings())


def test_logs_are_json_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    handlers, level = logging.root.handlers[:], logging.root.level
    try:
        configure("info")
        structlog.get_logger("a").info("happened", number=1)
        structlog.get_logger("a").debug("unheard")
        logging.getLogger("b").warning("said")
    finally:
        structlog.reset_defaults()
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)

    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 2
    assert [json.loads(line)["event"] for line in lines] == ["happened", "said"]
