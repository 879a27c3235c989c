"""`check` and `verify` say of a log that it is made up, and of any other log nothing."""

import json

import psycopg
import pytest

from tests.web.cli.conftest import Throughline


@pytest.mark.parametrize("command", ["check", "verify"])
def test_a_log_that_is_made_up_is_called_so(throughline: Throughline, dsn: str, command: str) -> None:
    assert "made up" not in throughline(command).stdout
    assert json.loads(throughline(command, "--json").stdout)["notes"] == []
    with psycopg.connect(dsn) as conn:
        conn.execute("insert into store.made_up default values")
    assert "note: position 0: the log is made up" in throughline(command).stdout
    assert "made up" in str(json.loads(throughline(command, "--json").stdout)["notes"])
