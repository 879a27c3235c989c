"""Tokens: printed once, kept as a hash, good for what they say."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from application.act import Act
from application.people import People
from application.store import Command, Store
from application.units import Units
from tests.web.cli.conftest import Throughline
from tests.web.serve.processes import data_folder
from web.access.tokens import link_digest


def _kept(dsn: str) -> dict[str, Any]:
    with psycopg.connect(dsn, row_factory=dict_row) as conn:
        (row,) = conn.execute("select * from access.tokens").fetchall()
        return row


def somebody(dsn: str) -> UUID:
    store = Store(dsn)
    act = Act(actor="system:test", command=Command(uuid4(), b"", remember=False))
    unit = Units(store).define(act, name="Sales", kind="team", parent_id=None).id
    act = replace(act, command=Command(uuid4(), b"", remember=False))
    person = (
        People(store).define(act, name="Ana", email=None, job_title=None, unit_id=unit, manager_id=None).id
    )
    store.close()
    return person


def test_a_token_is_printed_and_only_its_hash_is_kept(throughline: Throughline, dsn: str) -> None:
    result = throughline("token", "--role", "auditor", "--name", "yearly audit")
    issued = result.stdout.strip()
    kept = _kept(dsn)
    assert (result.exit_code, issued[:3]) == (0, "tl_")
    assert (kept["roles"], kept["name"], kept["units"], kept["scopes"]) == (
        ["auditor"],
        "yearly audit",
        [],
        [],
    )
    assert abs(kept["expires_at"] - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=5)
    assert issued not in str(kept)


def test_a_token_that_never_ends_has_to_be_asked_for(throughline: Throughline, dsn: str) -> None:
    throughline("token", "--role", "admin", "--expires-in", "never")
    assert _kept(dsn)["expires_at"] is None


def test_a_token_has_several_roles_units_and_scopes(throughline: Throughline, dsn: str) -> None:
    unit = uuid4()
    given = ("--role", "hr", "--role", "auditor", "--unit", unit, "--scope", "objectives.check_in", "--json")
    assert json.loads(throughline("token", *given).stdout)["role"] == "auditor+hr"
    kept = _kept(dsn)
    assert (kept["roles"], kept["units"], kept["scopes"]) == (
        ["auditor", "hr"],
        [unit],
        ["objectives.check_in"],
    )


def test_a_link_is_printed_which_is_no_token_and_ends_soon(throughline: Throughline, dsn: str) -> None:
    for given, minutes in (((), 10), (("--expires-in", "12h"), 720)):
        with psycopg.connect(dsn) as conn:
            conn.execute("delete from access.tokens")
        result, start = throughline("token", "--role", "hr", "--link", *given), "/sign-in/link/"
        assert (result.exit_code, result.stdout.startswith(start)) == (0, True)
        kept, secret = _kept(dsn), result.stdout.strip().removeprefix(start)
        assert kept["hash"] == link_digest(secret)
        assert abs(kept["expires_at"] - datetime.now(UTC) - timedelta(minutes=minutes)) < timedelta(minutes=5)


def _listed(throughline: Throughline, *given: str) -> list[str]:
    return [each["id"] for each in json.loads(throughline("token", "list", "--json", *given).stdout)]


def test_tokens_are_listed_and_revoked_once(throughline: Throughline, dsn: str) -> None:
    throughline("token", "--role", "hr", "--name", "payroll")
    id = str(_kept(dsn)["id"])
    assert _listed(throughline) == [id]
    assert "payroll" in throughline("token", "list").stdout

    assert throughline("token", "revoke", id).stdout.strip() == f"revoked {id}"
    assert json.loads(throughline("token", "list", "--json").stdout) == []
    assert [each["id"] for each in json.loads(throughline("token", "list", "--ended", "--json").stdout)] == [
        id
    ]
    for unknown in (id, uuid4()):
        again = throughline("token", "revoke", unknown)
        assert (again.exit_code, again.stdout) == (1, "")
        assert "There is no token" in again.stderr
    with psycopg.connect(dsn) as conn:
        actions = conn.execute("select action from access.journal order by number").fetchall()
    assert actions == [("throughline.token",), ("throughline.token.revoke",)]


def test_a_token_for_nobody_is_refused(throughline: Throughline, dsn: str) -> None:
    result = throughline("token", "--role", "employee", "--person", uuid4())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "There is no person" in result.stderr
    with psycopg.connect(dsn) as conn:
        assert conn.execute("select from access.tokens").fetchall() == []


def test_a_token_can_be_a_persons_and_end(throughline: Throughline, dsn: str) -> None:
    person = somebody(dsn)
    result = throughline("token", "--role", "employee", "--person", person, "--expires-in", "12h", "--json")
    said, kept = json.loads(result.stdout), _kept(dsn)
    assert (said["role"], said["person_id"]) == ("employee", str(person))
    assert kept["person_id"] == person
    assert abs(kept["expires_at"] - datetime.now(UTC) - timedelta(hours=12)) < timedelta(minutes=5)


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("--role", "king"),
        ("--role", "hr", "--expires-in", "soon"),
        ("--role", "hr", "--expires-in", "0d"),
        ("--role", "hr", "--expires-in", "9999999d"),
        ("--role", "hr", "--person", "Ana"),
        ("--role", "service", "--scope", "objectives.*", "--link"),
        ("--role", "hr", "--link", "--expires-in", "never"),
    ],
)
def test_a_token_that_cannot_be_is_a_mistake(throughline: Throughline, given: tuple[str, ...]) -> None:
    result = throughline("token", *given)
    assert (result.exit_code, result.stdout) == (2, "")


def test_without_a_database_url_the_embedded_server_runs_for_the_duration(bare: Throughline) -> None:
    with data_folder() as data_dir:
        result = bare("token", "--role", "admin", "--data-dir", data_dir)
        assert (result.exit_code, result.stdout[:3]) == (0, "tl_"), result.output
        assert not (data_dir / "postgres" / "data" / "postmaster.pid").exists()
