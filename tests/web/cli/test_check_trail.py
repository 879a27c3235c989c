"""`check` counts what the audit trail and the journal have against what they should."""

import json
from uuid import uuid4

import psycopg
import pytest

from application.act import Act
from application.store import Command, Store
from tests.web.cli.conftest import Throughline
from web.wiring import Commands, follower


@pytest.fixture
def three_units(store: Store, dsn: str) -> None:
    use = Commands.over(store)
    for name in ("North", "South", "East"):
        act = Act(actor="token:test", command=Command(uuid4(), b"", remember=False))
        use.units.define(act, name=name, kind="team", parent_id=None)
    with psycopg.connect(dsn, autocommit=True) as conn:
        follower(dsn).catch_up(conn)


def _problems(throughline: Throughline) -> list[str]:
    result = throughline("check", "--json")
    assert result.exit_code == 1  # at least: no projector is running
    problems: list[str] = json.loads(result.stdout)["problems"]
    return problems


def test_a_trail_with_every_event_is_not_a_problem(throughline: Throughline, three_units: None) -> None:
    assert _problems(throughline) == ["no projector is running"]


def test_a_row_of_the_trail_that_is_gone_is_missed(
    throughline: Throughline, three_units: None, dsn: str
) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("delete from read_audit.entries where position = 2")
    assert "the audit trail has 2 entries for the events up to position 3" in _problems(throughline)


def test_a_row_of_the_journal_that_is_gone_is_missed(
    throughline: Throughline, three_units: None, dsn: str
) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("update access.journal_head set number = 5")
    assert "the journal has 0 rows and has given 5 numbers" in _problems(throughline)
