"""Tokens: printed once, kept as a hash, good for what they say."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.web.cli.conftest import Throughline
from tests.web.serve.processes import data_folder


def _kept(dsn: str) -> dict[str, Any]:
    with psycopg.connect(dsn, row_factory=dict_row) as conn:
        (row,) = conn.execute("select * from access.tokens").fetchall()
        return row


def test_a_token_is_printed_and_only_its_hash_is_kept(throughline: Throughline, dsn: str) -> None:
    result = throughline("token", "--role", "auditor", "--name", "yearly audit")
    issued = result.stdout.strip()
    kept = _kept(dsn)
    assert (result.exit_code, issued[:3]) == (0, "tl_")
    assert (kept["role"], kept["name"], kept["expires_at"]) == ("auditor", "yearly audit", None)
    assert issued not in str(kept)


def test_a_token_can_be_a_persons_and_end(throughline: Throughline, dsn: str) -> None:
    person = uuid4()
    result = throughline("token", "--role", "employee", "--person", person, "--expires-in", "12h", "--json")
    said, kept = json.loads(result.stdout), _kept(dsn)
    assert (said["role"], said["person_id"]) == ("employee", str(person))
    assert kept["person_id"] == person
    assert abs(kept["expires_at"] - datetime.now(UTC) - timedelta(hours=12)) < timedelta(minutes=5)


@pytest.mark.parametrize(
    "given",
    [
        ("--role", "king"),
        ("--role", "hr", "--expires-in", "soon"),
        ("--role", "hr", "--expires-in", "0d"),
        ("--role", "hr", "--expires-in", "9999999d"),
        ("--role", "hr", "--person", "Ana"),
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
