"""A service that others reach does not start unsafely, and says in one sentence why."""

import signal
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.web.keys import KEY, KEYS
from tests.web.serve.processes import service
from web.app import create_app
from web.ops import heal
from web.ops.safety import is_of_this_machine, refuse_unsafe
from web.ops.settings import Settings, SettingsError, from_environment

DATABASE = "postgresql://throughline:Xq7-long-enough@db/throughline"
SAFE = {
    "DATABASE_URL": DATABASE,
    "THROUGHLINE_HOST": "0.0.0.0",
    "THROUGHLINE_TRUST_PROXY": "true",
    "THROUGHLINE_SECRET_KEY": KEY,
    "THROUGHLINE_OIDC_ISSUER": "https://id.example.org",
    "THROUGHLINE_OIDC_AUDIENCE": "https://objectives.example.org",
}
SIGNING_IN = {
    "THROUGHLINE_OIDC_CLIENT_ID": "objectives",
    "THROUGHLINE_PUBLIC_URL": "https://objectives.example.org",
}
EVERYWHERE, PROXY = "THROUGHLINE_HOST is", "THROUGHLINE_TRUST_PROXY"
REPEATED = b64encode(bytes(32)).decode()
UNSAFE = [
    ({"THROUGHLINE_TRUST_PROXY": None}, EVERYWHERE),
    ({"THROUGHLINE_TRUST_PROXY": "false"}, EVERYWHERE),
    ({"THROUGHLINE_TRUST_PROXY": "yes"}, PROXY),
    ({"THROUGHLINE_TRUST_PROXY": ""}, PROXY),
    ({"THROUGHLINE_TRUST_PROXY": None, "THROUGHLINE_HOST": "::"}, EVERYWHERE),
    ({"THROUGHLINE_TRUST_PROXY": None, "THROUGHLINE_HOST": "10.0.0.5"}, EVERYWHERE),
    ({"THROUGHLINE_TRUST_PROXY": None, "THROUGHLINE_HOST": "objectives.example.org"}, EVERYWHERE),
    ({"THROUGHLINE_TRUST_PROXY": None, "DATABASE_URL": None}, EVERYWHERE),
    ({"THROUGHLINE_LOG_LEVEL": "debug"}, "THROUGHLINE_LOG_LEVEL"),
    ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
    ({"FLASK_DEBUG": "true"}, "FLASK_DEBUG"),
    ({"FLASK_ENV": "development"}, "FLASK_ENV"),
    ({"PYTHONDEVMODE": "1"}, "PYTHONDEVMODE"),
    ({"PYTHONASYNCIODEBUG": "1"}, "PYTHONASYNCIODEBUG"),
    ({"THROUGHLINE_SECRET_KEY": None}, "THROUGHLINE_SECRET_KEY"),
    ({"THROUGHLINE_SECRET_KEY": "changeme"}, "THROUGHLINE_SECRET_KEY"),
    ({"THROUGHLINE_SECRET_KEY": REPEATED}, "THROUGHLINE_SECRET_KEY"),
    ({"THROUGHLINE_SECRET_KEY": f"{KEY},{REPEATED}"}, "THROUGHLINE_SECRET_KEY"),
    ({"DATABASE_URL": "postgresql://throughline:postgres@db/throughline"}, "The password in DATABASE_URL"),
    ({"DATABASE_URL": "postgresql://throughline:aaaaaaaaaaaaaaaa@db/t"}, "The password in DATABASE_URL"),
    ({"DATABASE_URL": "postgresql://throughline@db/t", "PGPASSWORD": "secret"}, "The password in PGPASSWORD"),
    ({"THROUGHLINE_OIDC_ISSUER": None, "THROUGHLINE_OIDC_AUDIENCE": None}, EVERYWHERE),
    ({"THROUGHLINE_OIDC_ISSUER": None}, "THROUGHLINE_OIDC_AUDIENCE is set"),
    ({"THROUGHLINE_OIDC_ISSUER": "none"}, "THROUGHLINE_OIDC_AUDIENCE is set"),
    ({"THROUGHLINE_OIDC_ISSUER": ""}, "THROUGHLINE_OIDC_ISSUER"),
    ({"THROUGHLINE_OIDC_ISSUER": "http://id.example.org"}, "THROUGHLINE_OIDC_ISSUER"),
    ({"THROUGHLINE_OIDC_ISSUER": "https://me:secret@id.example.org"}, "THROUGHLINE_OIDC_ISSUER"),
    ({"THROUGHLINE_OIDC_ISSUER": "id.example.org"}, "THROUGHLINE_OIDC_ISSUER"),
    ({"THROUGHLINE_OIDC_AUDIENCE": None}, "THROUGHLINE_OIDC_AUDIENCE"),
    ({"THROUGHLINE_OIDC_AUDIENCE": " "}, "THROUGHLINE_OIDC_AUDIENCE"),
    ({"THROUGHLINE_OIDC_MAPPING": "groups=hr"}, "THROUGHLINE_OIDC_MAPPING"),
    ({"THROUGHLINE_OIDC_MAPPING": '{"role": []}'}, "THROUGHLINE_OIDC_MAPPING"),
    ({"THROUGHLINE_OIDC_MAPPING": '{"person": {}}'}, "THROUGHLINE_OIDC_MAPPING"),
    (
        {"THROUGHLINE_OIDC_MAPPING": '{"roles": [{"claim": "a", "value": "b", "role": "service"}]}'},
        "THROUGHLINE_OIDC_MAPPING",
    ),
    ({"THROUGHLINE_OIDC_MAPPING": '{"programs": {"payroll": {}}}'}, "THROUGHLINE_OIDC_MAPPING"),
    ({"THROUGHLINE_OIDC_CLIENT_ID": "objectives"}, "THROUGHLINE_PUBLIC_URL"),
    ({"THROUGHLINE_OIDC_CLIENT_SECRET": "aaaaaaaaaaaaaaaa"}, "THROUGHLINE_OIDC_CLIENT_SECRET"),
    (
        {"THROUGHLINE_OIDC_CLIENT_ID": "a", "THROUGHLINE_OIDC_CLIENT_SECRET": ""},
        "THROUGHLINE_OIDC_CLIENT_SEC",
    ),
    ({**SIGNING_IN, "THROUGHLINE_PUBLIC_URL": "http://objectives.example.org"}, "THROUGHLINE_PUBLIC_URL"),
    ({**SIGNING_IN, "THROUGHLINE_PUBLIC_URL": "https://objectives.example.org/"}, "THROUGHLINE_PUBLIC_URL"),
    ({**SIGNING_IN, "THROUGHLINE_OIDC_SCOPE": "profile email"}, "THROUGHLINE_OIDC_SCOPE"),
    ({"THROUGHLINE_DEBUG": "1"}, "THROUGHLINE_DEBUG is not a setting"),
]


def _start(monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]) -> None:
    for name, value in {**SAFE, **given}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    refuse_unsafe(from_environment())


@pytest.mark.parametrize(("given", "begins"), UNSAFE)
def test_an_unsafe_start_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], begins: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        _start(monkeypatch, given)

    said = str(refused.value)
    assert said.startswith(begins)
    assert said.endswith(".")
    assert "\n" not in said
    for secret in (given.get("THROUGHLINE_SECRET_KEY"), "aaaaaaaaaaaaaaaa", ":postgres@"):
        assert not secret or secret not in said


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"DATABASE_URL": None, "THROUGHLINE_SECRET_KEY": None},
        {"DATABASE_URL": "postgresql://throughline@db/throughline"},
        {"FLASK_DEBUG": "0"},
        {**SIGNING_IN, "THROUGHLINE_OIDC_CLIENT_SECRET": "a secret"},
        {"THROUGHLINE_OIDC_ISSUER": "none", "THROUGHLINE_OIDC_AUDIENCE": None},
        {"THROUGHLINE_OIDC_MAPPING": '{"person": {"external_id": "employee_number"}}'},
        {"THROUGHLINE_HOST": "127.0.0.1", "THROUGHLINE_TRUST_PROXY": None, "THROUGHLINE_LOG_LEVEL": "debug"},
        {"THROUGHLINE_HOST": "::1", "THROUGHLINE_TRUST_PROXY": None, "THROUGHLINE_SECRET_KEY": None},
    ],
)
def test_a_safe_start_is_not(monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]) -> None:
    _start(monkeypatch, given)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "LOCALHOST."])
def test_loopback_is_of_this_machine(host: str) -> None:
    assert is_of_this_machine(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "localhost.example.org", "a", "127.0.0.1.example.org"]
)
def test_all_else_is_reached_by_others(host: str) -> None:
    assert not is_of_this_machine(host)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_the_command_says_so_and_ends(command: str, tmp_path: Path) -> None:
    options = (command, "--host", "0.0.0.0", "--port", "0", "--data-dir", str(tmp_path / "data"))
    with service(*options, log=tmp_path / "log") as refused:
        assert refused.process.wait(60) == 2
        assert refused.stdout.read() == ""
    (said,) = (tmp_path / "log").read_text().splitlines()
    assert said.startswith("throughline: THROUGHLINE_HOST is 0.0.0.0, which others reach")
    assert not (tmp_path / "data" / "postgres").exists()


@pytest.mark.parametrize(
    ("trusted", "proto", "sent"),
    [
        (False, None, False),
        (False, "https", False),
        (True, None, False),
        (True, "http", False),
        (True, "https", True),
        (True, "http, https", True),
        (True, "https, http", False),
    ],
)
def test_a_client_is_told_to_keep_to_tls_only_where_it_came_by_it(
    dsn: str, *, trusted: bool, proto: str | None, sent: bool
) -> None:
    client = create_app(Settings(database_url=dsn, trust_proxy=trusted, secret_keys=KEYS)).test_client()
    headers = {} if proto is None else {"X-Forwarded-Proto": proto}
    assert ("Strict-Transport-Security" in client.get("/livez", headers=headers).headers) == sent


def test_a_service_that_does_not_answer_is_ended_after_some_patience(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended: list[tuple[int, int]] = []
    monkeypatch.setattr("os.kill", lambda *given: ended.append(given))
    for count in range(1, 2 * heal.PATIENCE + 1):
        assert heal.main("http://127.0.0.1:9/livez", tmp_path / "failures") == 1
        assert len(ended) == count // heal.PATIENCE
    assert set(ended) == {(1, signal.SIGTERM)}
