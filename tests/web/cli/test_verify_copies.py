"""`verify FILE`: what a copy of an export is, and what is wrong with it."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.web.api import Api
from tests.web.cli.conftest import Throughline
from tests.web.conftest import api, app  # noqa: F401 - fixtures
from web.exports.formats import FORMATS


@pytest.fixture
def folder(api: Api, tmp_path: Path) -> Path:  # noqa: F811
    """An export of three units in each format: units.csv and so on."""
    for name in ("Sales", "=1+1", "Service\N{NO-BREAK SPACE}"):
        api.unit(name)
    for format in FORMATS:
        (tmp_path / f"units.{format}").write_bytes(api.get(f"/units.{format}", as_of="2026-01-31").data)
    return tmp_path


@pytest.mark.parametrize("format", FORMATS)
def test_a_sound_copy_says_what_it_is_without_a_database(
    bare: Throughline, folder: Path, format: str
) -> None:
    file = folder / f"units.{format}"

    result = bare("verify", file)

    assert result.exit_code == 0, result.output
    said = json.loads(bare("verify", file, "--json").stdout)
    assert (said["ok"], said["format"], said["rows"], said["fault"], said["issued"]) == (
        True,
        format,
        3,
        None,
        None,
    )
    assert said["said"]["as_of"] == "2026-01-31"
    told = said["said"]
    assert result.stdout == (
        f"It says it is /api/v1/units.{format}?as_of=2026-01-31 for {told['by']}, as of 2026-01-31,"
        f" as known at {told['known_at']}, position 3, asked at {told['asked_at']}.\n"
        f"It has 3 rows; their digest is {said['sha256']}.\n"
        "It is whole and unaltered.\n"
    )


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_line_at_the_end_is_not_of_the_form(bare: Throughline, folder: Path, format: str) -> None:
    file = folder / f"units.{format}"
    file.write_bytes(file.read_bytes() + b"\n")

    result = bare("verify", file)
    assert (result.exit_code, result.stdout.split("\n")[0]) == (1, f"wrong: {file} goes on behind its end.")


def test_an_altered_copy_exits_1_and_says_what_is_wrong(bare: Throughline, folder: Path) -> None:
    file = folder / "units.csv"
    file.write_bytes(file.read_bytes().replace(b"Sales", b"Sold"))

    result = bare("verify", file)

    assert result.exit_code == 1
    assert result.stdout.startswith(
        f"wrong: {file} has as many rows as were exported, but they are not the same"
    )
    assert "whole and unaltered" not in result.stdout
    said = json.loads(bare("verify", file, "--json").stdout)
    assert (said["ok"], said["sha256"]) == (False, None)
    assert said["fault"].startswith("has as many rows")


def test_a_copy_that_was_cut_off_is_incomplete(bare: Throughline, folder: Path) -> None:
    for format in FORMATS:
        file = folder / f"units.{format}"
        file.write_bytes(file.read_bytes()[:-80])
        result = bare("verify", file)
        assert result.exit_code == 1
        assert result.stdout.startswith(f"wrong: {file} is incomplete: ")


def test_another_file_and_one_that_cannot_be_read(bare: Throughline, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all,")
    result = bare("verify", tmp_path / "letter.txt")
    assert result.exit_code == 1
    assert result.stdout == f"wrong: {tmp_path / 'letter.txt'} is not an export of Throughline.\n"

    for path in (tmp_path / "none.csv", tmp_path):
        result = bare("verify", path)
        assert result.exit_code == 1
        assert result.stderr.startswith(f"throughline: {path} cannot be read: ")


def test_the_journal_knows_what_was_handed_out(throughline: Throughline, folder: Path) -> None:
    for format in FORMATS:
        result = throughline("verify", folder / f"units.{format}", "--issued")
        assert result.exit_code == 0, result.output
        assert "It was handed out: number " in result.stdout
    said = json.loads(throughline("verify", folder / "units.csv", "--issued", "--json").stdout)
    assert (said["issued"]["position"], said["issued"]["rows"], said["issued"]["role"]) == (3, 3, "admin")


HEADINGS = [
    ("as_of", b"# as_of: 2026-01-31", b"# as_of: 2025-01-31"),
    ("position", b"# position: 3", b"# position: 4"),
    ("what", b"as_of=2026-01-31", b"as_of=2025-01-31"),
    ("by", b"# by: token:", b"# by: person:"),
]


@pytest.mark.parametrize(("name", "before", "after"), HEADINGS)
def test_a_heading_made_up_around_true_rows_is_found_out(
    throughline: Throughline, folder: Path, name: str, before: bytes, after: bytes
) -> None:
    """Without the journal, too, unless the digest was made anew over what is said."""
    file = folder / "units.csv"
    false = file.read_bytes().replace(before, after)
    file.write_bytes(false)
    assert throughline("verify", file).exit_code == 1, name

    rows = false[: false.rindex(b"# rows")]
    file.write_bytes(rows + b"# rows: 3, sha256: " + sha256(rows).hexdigest().encode() + b"\r\n")
    assert throughline("verify", file).exit_code == 0, name
    result = throughline("verify", file, "--issued")
    assert (result.exit_code, result.stdout.startswith(f"wrong: {file} was not handed out")) == (1, True)


def test_a_copy_made_anew_was_never_handed_out(throughline: Throughline, folder: Path, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("set session_replication_role = replica")
        conn.execute("delete from access.journal where kind = 'export'")

    result = throughline("verify", folder / "units.jsonl", "--issued")

    assert result.exit_code == 1
    assert "was not handed out by this service: its journal has no export with this digest" in result.stdout


def test_issued_takes_a_file(throughline: Throughline) -> None:
    result = throughline("verify", "--issued")
    assert result.exit_code == 2
    assert result.stderr == "throughline: --issued takes a FILE, the copy of an export.\n"


def test_an_altered_copy_is_not_looked_for_in_the_journal(bare: Throughline, folder: Path) -> None:
    """There is no database to ask, and it is not missed."""
    file = folder / "units.jsonl"
    file.write_bytes(file.read_bytes().replace(b"Sales", b"Sold"))
    result: Any = bare("verify", file, "--issued")
    assert (result.exit_code, result.stderr) == (1, "")
