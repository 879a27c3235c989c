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
from web.reminders.how import Reminding, Server
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


MAIL = {
    "THROUGHLINE_PUBLIC_URL": "https://objectives.example.org",
    "THROUGHLINE_SMTP_HOST": "smtp.example.org",
    "THROUGHLINE_MAIL_FROM": "throughline@example.org",
}


def test_mails_go_by_starttls_in_the_morning_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in MAIL.items():
        monkeypatch.setenv(name, value)
    server = Server("smtp.example.org", 587, "starttls", "throughline@example.org")
    assert from_environment().reminding == Reminding("https://objectives.example.org", server, 7, 7)
    more = {"TLS": "implicit", "USER": "me", "PASSWORD": "hidden"}
    for name, value in more.items():
        monkeypatch.setenv(f"THROUGHLINE_SMTP_{name}", value)
    monkeypatch.setenv("THROUGHLINE_REMIND_HOUR", "0")
    monkeypatch.setenv("THROUGHLINE_ESCALATE_AFTER_DAYS", "3")
    found = from_environment().reminding
    assert found is not None
    server = Server("smtp.example.org", 465, "implicit", "throughline@example.org", "me", "hidden")
    assert (found.server, found.hour, found.escalate_after) == (server, 0, 3)
    assert "hidden" not in repr(from_environment())


def test_channels_are_told_if_their_webhooks_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "PUBLIC_URL": "https://objectives.example.org",
        "SLACK_WEBHOOK": "https://hooks.slack.com/services/a/b/hidden",
        "TEAMS_WEBHOOK": "https://hooks.corp/hidden",
        "WEBHOOK_ALLOW": "hooks.corp",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"THROUGHLINE_{name}", value)
    found = from_environment().reminding
    assert found is not None
    assert {each.kind: each.url for each in found.channels} == {
        "slack": given["SLACK_WEBHOOK"], "teams": given["TEAMS_WEBHOOK"],
    }  # fmt: skip
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ({"PUBLIC_URL": ""}, "THROUGHLINE_PUBLIC_URL"),
        ({"PUBLIC_URL": "https://a.example.org/b"}, "THROUGHLINE_PUBLIC_URL"),
        ({"PUBLIC_URL": None}, "THROUGHLINE_PUBLIC_URL"),
        ({"MAIL_FROM": None}, "THROUGHLINE_MAIL_FROM"),
        ({"MAIL_FROM": "Us <us@example.org>"}, "THROUGHLINE_MAIL_FROM"),
        ({"MAIL_FROM": "us"}, "THROUGHLINE_MAIL_FROM"),
        ({"SMTP_HOST": None}, "THROUGHLINE_MAIL_FROM is set"),
        ({"SMTP_TLS": "none"}, "THROUGHLINE_SMTP_TLS"),
        ({"SMTP_TLS": "perhaps"}, "THROUGHLINE_SMTP_TLS"),
        ({"SMTP_PORT": "0"}, "THROUGHLINE_SMTP_PORT"),
        ({"SMTP_USER": "me"}, "THROUGHLINE_SMTP_USER"),
        ({"SMTP_PASSWORD": "aaaa-secret"}, "THROUGHLINE_SMTP_USER"),
        ({"SMTP_USER": "me", "SMTP_PASSWORD": "aaaa-secret\n"}, "THROUGHLINE_SMTP_PASSWORD"),
        ({"SLACK_WEBHOOK": "http://hooks.example.org/aaaa"}, "THROUGHLINE_SLACK_WEBHOOK"),
        ({"SLACK_WEBHOOK": "https://me:aaaa@hooks.example.org/"}, "THROUGHLINE_SLACK_WEBHOOK"),
        ({"TEAMS_WEBHOOK": "https://10.0.0.1/aaaa"}, "THROUGHLINE_TEAMS_WEBHOOK leads to the inside"),
        ({"TEAMS_WEBHOOK": "https://hooks.corp/aaaa"}, "THROUGHLINE_TEAMS_WEBHOOK leads to the inside"),
        (
            {
                "PUBLIC_URL": None,
                "SMTP_HOST": None,
                "MAIL_FROM": None,
                "SLACK_WEBHOOK": "https://a.example.org/aaaa",
            },
            "THROUGHLINE_PUBLIC_URL",
        ),
        ({"REMIND_HOUR": "24"}, "THROUGHLINE_REMIND_HOUR"),
        ({"ESCALATE_AFTER_DAYS": "0"}, "THROUGHLINE_ESCALATE_AFTER_DAYS"),
    ],
)
def test_a_bad_setting_of_mails_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str | None], begins: str
) -> None:
    for name, value in {**MAIL, **{f"THROUGHLINE_{name}": value for name, value in given.items()}}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        from_environment()
    assert str(refused.value).startswith(begins)
    assert str(refused.value).endswith(".")
    assert "aaaa" not in str(refused.value)


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
