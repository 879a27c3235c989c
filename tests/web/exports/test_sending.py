"""Exports on their way: of one moment, in the journal however they end, and not too many at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg.rows import dict_row
from werkzeug.test import TestResponse

from tests.web.api import BASE, UNKNOWN, Api, refused
from tests.web.conftest import token
from tests.web.exports.reading import READ, exported
from tests.web.performance import company
from web.app import create_app
from web.exports import as_xlsx, lists, rows
from web.exports.copies import examine
from web.exports.formats import FORMATS
from web.ops.settings import Settings
from web.wiring import EXTENSION

PAGE = 2
UNITS = 5


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """An export of five rows takes three questions, and is sent in as many pieces."""
    monkeypatch.setattr(lists, "ROWS_A_PAGE", PAGE)
    monkeypatch.setattr(rows, "ROWS_AT_ONCE", PAGE)
    monkeypatch.setattr(as_xlsx, "BATCH", PAGE)


@pytest.fixture
def units(api: Api) -> list[str]:
    ids = [api.unit(f"Unit {number}") for number in range(UNITS)]
    api.project()
    return ids


@contextmanager
def begun(api: Api, path: str) -> Iterator[tuple[TestResponse, Iterator[bytes]]]:
    """An export whose bytes are asked for one by one."""
    answer = api.app.test_client().get(BASE + path, headers=api.headers({}), buffered=False)
    try:
        yield answer, answer.iter_encoded()
    finally:
        answer.close()


def journal(api: Api) -> list[dict[str, Any]]:
    """What the journal says of exports, the oldest first."""
    with psycopg.connect(api.dsn, row_factory=dict_row) as conn:
        return conn.execute("select * from access.journal where kind = 'export' order by number").fetchall()


@pytest.mark.parametrize("format", FORMATS)
def test_all_pages_are_of_one_moment(api: Api, units: list[str], format: str) -> None:
    with begun(api, f"/units.{format}") as (_, chunks):
        begin = next(chunks)
        api.unit("Unit 1a")
        api.done(f"/units/{units[4]}/renaming", {"name": "Another", "effective_on": "2025-01-01"})
        api.project()
        file = READ[format](begin + b"".join(chunks))

    assert [row["name"] for row in file.rows] == [f"Unit {number}" for number in range(UNITS)]
    assert int(file.said["position"]) == UNITS


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_says_what_it_is(api: Api, units: list[str], format: str) -> None:
    person = api.person(units[0], 'Ruiz, "Ana" Maria')
    ana = Api(api.app, api.dsn, token(api.dsn, "hr", person_id=person))
    known_at = api.ask("/units")["known_at"]

    answer = ana.get(f"/people.{format}", as_of="2025-02-01", known_at=known_at, unit=units[0])

    said = exported(answer, format).said
    assert said.pop("asked_at") > known_at
    assert said.pop("name") == ("Ruiz Ana Maria" if format == "csv" else 'Ruiz, "Ana" Maria')
    columns = said.pop("columns")
    if format == "xlsx":
        assert columns.startswith(
            "external_id:text name:text email:text job_title:text user_name:text account_id:text unit:text "
            "manager:text "
        )
        assert columns.endswith(" id:text unit_id:text manager_id:text")
    else:
        assert columns.startswith("id:text external_id:text name:text email:text ")
    for of_the_end in ("rows", "sha256"):
        said.pop(of_the_end, None)
    assert {name: str(value) for name, value in said.items()} == {
        "throughline": "2",
        "what": f"/api/v1/people.{format}?as_of=2025-02-01&known_at={known_at.replace(':', '%3A')}"
        f"&unit={units[0]}",
        "as_of": "2025-02-01",
        "known_at": known_at,
        "position": str(UNITS + 1),
        "by": f"person:{person}",
        "role": "hr",
    }
    assert answer.headers["Throughline-Position"] == str(UNITS + 1)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    name = f"people-2025-02-01-at-{UNITS + 1}.{format}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("format", FORMATS)
def test_the_journal_has_the_digest_of_what_was_handed_out(api: Api, units: list[str], format: str) -> None:
    file = exported(api.get(f"/units.{format}", as_of="2025-02-01"), format)

    (row,) = journal(api)
    assert (row["outcome"], row["rows"], row["digest"]) == ("answered", UNITS, file.sha256)
    assert (row["actor"], row["role"]) == (file.said["by"], "admin")
    assert (row["action"], row["position"]) == ("units.list_all_export", UNITS)
    assert row["path"] == f"/api/v1/units.{format}?as_of=2025-02-01"
    assert row["detail"] == f"format={format} as_of=2025-02-01 known_at={file.said['known_at']}"


def test_the_journal_says_whom_an_export_was_about(api: Api) -> None:
    there = company(api)
    exported(api.get(f"/people/{there.ids['ana']}/alignment.csv"), "csv")

    (row,) = journal(api)
    assert (row["subject_type"], str(row["subject_id"])) == ("person", there.ids["ana"])


@pytest.mark.parametrize("format", FORMATS)
def test_what_broke_off_lacks_its_end_and_is_in_the_journal(
    api: Api, units: list[str], format: str, tmp_path: Path
) -> None:
    with begun(api, f"/units.{format}") as (_, chunks):
        (tmp_path / "begun").write_bytes(next(chunks))

    assert str(examine(tmp_path / "begun").fault).startswith("is incomplete")
    (row,) = journal(api)
    assert (row["outcome"], row["digest"]) == ("broken-off", None)
    assert row["rows"] < UNITS
    assert api.get("/units.csv").status_code == 200  # its connection is free again


def test_what_fails_on_the_way_is_in_the_journal(api: Api, units: list[str]) -> None:
    with begun(api, "/units.csv") as (_, chunks):
        next(chunks)
        _end_connections(api, "read_directory.units")
        with pytest.raises(psycopg.OperationalError):
            list(chunks)

    (row,) = journal(api)
    assert (row["outcome"], row["digest"]) == ("broken-off", None)
    assert api.get("/units.csv").status_code == 200


def _end_connections(api: Api, about: str) -> None:
    with psycopg.connect(api.dsn) as conn:
        ended = conn.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and strpos(query, %s) > 0 and pid <> pg_backend_pid()",
            [about],
        ).fetchone()
    assert ended == (1,)


def test_nothing_is_handed_out_whole_that_the_journal_did_not_take(api: Api, units: list[str]) -> None:
    with begun(api, "/units.jsonl") as (_, chunks):
        begin = next(chunks)
        with psycopg.connect(api.dsn) as conn:
            conn.execute("alter table access.journal add check (kind <> 'export') not valid")
        rest: list[bytes] = []
        with pytest.raises(psycopg.IntegrityError):
            rest.extend(chunks)

    assert b"sha256" not in begin + b"".join(rest)
    assert journal(api) == []


@pytest.fixture
def impatient(dsn: str) -> Iterator[Api]:
    """One export at a time, and not for long."""
    app: Flask = create_app(Settings(database_url=dsn, exports_at_once=1, export_seconds=0.5))
    yield Api(app, dsn, token(dsn, "admin"))
    app.extensions[EXTENSION].close()


def test_too_many_at_once_are_told_to_come_again(impatient: Api) -> None:
    impatient.unit()
    impatient.project()
    with begun(impatient, "/units.csv") as (_, chunks):
        next(chunks)
        answer = impatient.get("/units.csv", behind=True)
        refused(answer, 503, "too-busy")
        assert int(answer.headers["Retry-After"]) >= 1
        assert impatient.get("/units", behind=True).status_code == 200

    assert impatient.get("/units.csv").status_code == 200


def test_who_reads_too_slowly_does_not_hold_the_database(impatient: Api) -> None:
    for number in range(UNITS):
        impatient.unit(f"Unit {number}")
    impatient.project()
    with begun(impatient, "/units.csv") as (_, chunks):
        next(chunks)
        until = monotonic() + 10
        while _locks(impatient) and monotonic() < until:
            sleep(0.02)
        assert _locks(impatient) == 0
        with pytest.raises(psycopg.OperationalError):
            list(chunks)

    assert impatient.get("/units.csv").status_code == 200


def _locks(api: Api) -> int:
    """How many keep a rebuild from switching tables."""
    with psycopg.connect(api.dsn) as conn:
        row = conn.execute(
            "select count(*) from pg_locks where relation = 'projection.positions'::regclass"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_file_is_not_asked_for_by_head(api: Api) -> None:
    answer = api.app.test_client().head(f"{BASE}/units.csv", headers=api.headers({}))

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"
    assert journal(api) == []


def test_no_file_without_a_token(api: Api) -> None:
    for format in FORMATS:
        refused(Api(api.app, api.dsn, None).get(f"/units.{format}"), 401, "unauthenticated")


def test_filters_and_moments_hold_in_exports_too(api: Api, units: list[str]) -> None:
    api.person(units[0], "Ana")
    api.person(units[1], "Bo")

    people = exported(api.get("/people.jsonl", unit=units[1]), "jsonl").rows
    assert [row["name"] for row in people] == ["Bo"]
    assert exported(api.get("/people.csv", as_of="2024-12-31"), "csv").rows == []
    refused(api.get("/people.csv", colour="red"), 422, "invalid-value", "?colour")
    refused(api.get("/people.csv", as_of="soon"), 422, "invalid-value", "?as_of")
    refused(api.get("/units.csv", min_position=10**6), 503, "not-yet-visible")


def test_reviews_are_exported_for_those_who_see_them(api: Api) -> None:
    there = company(api)
    review = there.up_to("calibration")

    def ratings(name: str) -> list[Any]:
        answer = there.who(name).get("/reviews.jsonl")
        return [row["rating"] for row in exported(answer, "jsonl").rows]

    assert (ratings("hr"), ratings("bo"), ratings("ana"), ratings("dan")) == ([4], [4], [None], [])
    history = f"/reviews/{review}/history.csv"
    own = exported(there.ana.get(history), "csv").rows
    assert [row["action"] for row in own] == ["review.opened", "review.self_assessed"]
    refused(there.dan.get(history), 404, "not-found")
    refused(there.dan.get("/reviews/fairness.csv", cycle=there.cycle), 403, "forbidden")
    refused(there.dan.get("/events.csv"), 403, "forbidden")
    refused(there.dan.get("/audit.csv"), 403, "forbidden")


def test_privacy_holds_on_every_page(api: Api) -> None:
    """The later ones are made when the request is over: still for the same caller."""
    there = company(api)
    for kind in ("praise", "concern", "suggestion", "praise"):
        remark = {"kind": kind, "text": f"a {kind}", "visibility": "private"}
        there.admin.done(f"/objectives/{there.objective}/feedback", remark)
    path = f"/objectives/{there.objective}/history.jsonl"

    def told(name: str) -> str:
        changes = exported(there.who(name).get(path), "jsonl").rows
        assert len(changes) > 2 * PAGE
        return str(changes)

    assert "a suggestion" in told("hr")
    assert "a suggestion" not in told("dan")


def test_an_unknown_id_has_no_file(api: Api) -> None:
    refused(api.get(f"/objectives/{UNKNOWN}/history.xlsx"), 404, "not-found")
    refused(api.get("/objectives/5/history.xlsx"), 404, "not-found")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("path", ["/audit", "/events"])
def test_a_workbook_of_many_rows_asks_for_names_between_them(api: Api, units: list[str], path: str) -> None:
    """Of rows that are copied from the database, on the connection that is asked for the names."""
    rows = exported(api.get(f"{path}.xlsx"), "xlsx").rows
    assert len(rows) >= len(units) > as_xlsx.BATCH
