"""The trail has no back door: what is done by the command line is in the journal, with who did it."""

import os
import pwd
import socket
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.web.api import Api
from tests.web.cli.conftest import Throughline
from tests.web.cli.test_token import somebody
from web.wiring import migrate

USER = f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"
PERSON = "5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a33"
SHOWN = ("kind", "action", "actor", "role", "token_id", "outcome", "rows", "position")


def rows(dsn: str, action: str) -> list[dict[str, Any]]:
    with psycopg.connect(dsn, row_factory=dict_row) as conn:
        found = conn.execute("select * from access.journal where action = %s order by number", [action])
        return found.fetchall()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    made = tmp_path / "plan"
    made.mkdir()
    (made / "units.csv").write_text(
        "unit_id,name,kind,parent_unit_id,effective_on\ntop,Top,organisation,,2026-01-01\n"
    )
    return made


@pytest.mark.parametrize(
    ("kind", "command", "options", "rows_", "position"),
    [
        ("administration", "import", ["{plan}"], 1, 1),
        ("administration", "import", ["{plan}", "--dry-run", "--source", "our plan"], 1, None),
        ("export", "export", ["{out}", "--as-of", "2026-02-01"], 0, None),
        ("administration", "rebuild", ["directory"], None, None),
        ("administration", "rebuild", ["--cancel"], None, None),
        ("administration", "verify", ["--json"], 0, 0),
    ],
)
@pytest.mark.parametrize("person", [None, PERSON])
def test_a_command_is_noted_when_it_begins_and_when_it_has_ended(
    throughline: Throughline,
    dsn: str,
    plan: Path,
    tmp_path: Path,
    *,
    person: str | None,
    kind: str,
    command: str,
    options: list[str],
    rows_: int | None,
    position: int | None,
) -> None:
    given = [each.format(plan=plan, out=tmp_path / "out") for each in options]
    result = throughline(command, *given, *(["--person", person] if person else []))
    assert result.exit_code == 0, result.output

    begun, ended = rows(dsn, f"throughline.{command}")
    actor = f"person:{person}" if person else f"system:{USER}"
    assert [begun[name] for name in SHOWN] == [
        *(kind, f"throughline.{command}", actor, None, None, "begun", None, None)
    ]
    assert [ended[name] for name in SHOWN] == [
        *(kind, f"throughline.{command}", actor, None, None, "answered", rows_, position)
    ]
    for row in (begun, ended):
        assert row["detail"] == f"by {USER}"
        assert row["path"].startswith(f"throughline {command}")
        for word in options:
            assert word.format(plan=plan, out=tmp_path / "out") in row["path"].replace("'", "")


@pytest.mark.parametrize("for_somebody", [False, True])
def test_a_token_is_noted_with_whoever_issued_it(
    throughline: Throughline, dsn: str, for_somebody: bool
) -> None:
    person = str(somebody(dsn)) if for_somebody else None
    whose = ["--person", person] if person else []
    issued = throughline("token", "--role", "employee", "--expires-in", "12h", *whose).stdout.strip()
    (row,) = rows(dsn, "throughline.token")
    assert (row["actor"], row["outcome"]) == (f"system:{USER}", "answered")
    assert row["detail"] == f"employee of {f'person:{person}' if person else 'nobody'}, by {USER}"
    assert row["path"].startswith("throughline token --role employee ")
    assert (person or "--expires-in") in row["path"]
    assert issued not in str(row)


def test_what_is_broken_off_says_so(throughline: Throughline, dsn: str, plan: Path) -> None:
    (plan / "units.csv").write_text("unit_id,name,kind\ntop,Top,empire\n")
    assert throughline("import", plan).exit_code == 1
    assert throughline("rebuild", "nothing").exit_code == 2
    for command in ("import", "rebuild"):
        assert [row["outcome"] for row in rows(dsn, f"throughline.{command}")] == ["begun", "broken-off"]


@pytest.mark.parametrize("command", [("export", "{out}"), ("token", "--role", "hr")])
def test_without_the_journal_nothing_is_handed_out(
    throughline: Throughline, dsn: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("alter table access.journal rename to elsewhere")
    result = throughline(*(each.format(out=tmp_path / "out") for each in command))
    assert result.exit_code != 0
    assert result.stdout == ""
    assert not (tmp_path / "out").exists()
    with psycopg.connect(dsn) as conn:
        assert conn.execute("select from access.tokens").rowcount == 0


def test_the_audit_trail_shows_it(throughline: Throughline, api: Api, tmp_path: Path) -> None:
    unit = api.unit()
    ana = api.person(unit, "Ana Ruiz")
    throughline("export", tmp_path / "out", "--person", ana)
    throughline("verify")
    found = api.ask("/audit", action="throughline.*", order="oldest")["items"]
    assert [(row["action"], row["outcome"], row["actor_name"]) for row in found] == [
        ("throughline.export", "begun", "Ana Ruiz"),
        ("throughline.export", "answered", "Ana Ruiz"),
        ("throughline.verify", "begun", None),
        ("throughline.verify", "answered", None),
    ]
    assert api.ask("/audit", actor=f"system:{USER}")["items"] == found[:1:-1]
    by_word = api.ask("/audit", q=f'"{USER.partition("@")[0]}"', kind="export")["items"]
    assert [row["number"] for row in by_word] == [found[1]["number"], found[0]["number"]]


def test_a_journal_of_before_takes_these_rows_after_it_was_migrated(
    throughline: Throughline, dsn: str
) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "alter table access.journal alter column role set not null, alter column token_id set not null"
        )
    assert throughline("verify").exit_code != 0
    migrate(dsn)
    assert throughline("verify").exit_code == 0
    assert [row["token_id"] for row in rows(dsn, "throughline.verify")] == [None, None]


def test_ids_of_people_are_checked(throughline: Throughline, dsn: str) -> None:
    assert throughline("verify", "--person", "Ana").exit_code == 2
    assert rows(dsn, "throughline.verify") == []


def test_another_time_zone_is_noted_and_a_question_for_it_is_not(throughline: Throughline, dsn: str) -> None:
    migrate(dsn)
    assert throughline("timezone", "Europe/Lisbon").exit_code == 0
    assert throughline("timezone").exit_code == 0
    (row,) = rows(dsn, "throughline.timezone")
    assert (row["kind"], row["actor"]) == ("administration", f"system:{USER}")
    assert row["path"] == "throughline timezone Europe/Lisbon"
