"""The journal: numbered without a gap in the order of commits, never altered, all or nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from web.access.journal import Journal, Note, missing
from web.access.tokens import Caller

CALLER = Caller(uuid4(), frozenset({"hr"}), uuid4(), None)


@pytest.fixture
def journal(dsn: str) -> Iterator[Journal]:
    with ConnectionPool[psycopg.Connection[dict[str, Any]]](
        dsn, min_size=4, max_size=4, kwargs={"autocommit": True, "row_factory": dict_row}, open=True
    ) as pool:
        yield Journal(pool)


def _read(path: str = "/api/v1/people", **said: Any) -> Note:
    return Note(caller=CALLER, kind="read", action="people.list_all", path=path, **said)


def _rows(dsn: str) -> list[dict[str, Any]]:
    with psycopg.connect(dsn, row_factory=dict_row) as conn:
        return conn.execute("select * from access.journal order by number").fetchall()


def test_a_row_says_who_did_what(journal: Journal, dsn: str) -> None:
    id = uuid4()
    journal.note(_read(outcome="not-found", subject_type="person", subject_id=id, position=7))
    (row,) = _rows(dsn)
    assert (row["number"], row["actor"], row["role"], row["token_id"]) == (
        1,
        f"person:{CALLER.person_id}",
        "hr",
        CALLER.token_id,
    )
    assert (row["kind"], row["action"], row["path"], row["outcome"]) == (
        "read",
        "people.list_all",
        "/api/v1/people",
        "not-found",
    )
    assert (row["subject_type"], row["subject_id"], row["position"]) == ("person", id, 7)


def test_an_export_that_ended_says_how_many_rows_it_had(journal: Journal, dsn: str) -> None:
    journal.note(
        Note(
            caller=CALLER, kind="export", action="audit.list_all_export", path="/", rows=12, digest="ab" * 32
        )
    )
    (row,) = _rows(dsn)
    assert (row["kind"], row["rows"], row["digest"]) == ("export", 12, "ab" * 32)


def test_text_of_any_language_and_form_is_kept_as_it_is(journal: Journal, dsn: str) -> None:
    texts = ["=1+1", "line\none", "\u202eשם\u200f", 'quote " and \\ back', "emoji 🎯"]
    journal.note(*(_read(detail=text) for text in texts))
    assert [row["detail"] for row in _rows(dsn)] == texts


def test_several_rows_are_added_whole_or_not_at_all(journal: Journal, dsn: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        journal.note(_read(), Note(caller=CALLER, kind="gossip", action="x", path="/"))  # type: ignore[arg-type]  # what is refused
    journal.note()
    journal.note(_read("/1"), _read("/2"))
    assert [(row["number"], row["path"]) for row in _rows(dsn)] == [(1, "/1"), (2, "/2")]


def test_numbers_follow_the_commits_without_a_gap_whoever_writes(journal: Journal, dsn: str) -> None:
    """A reader that looks again and again never sees a number before all smaller ones."""
    done = Event()

    def write(writer: int) -> None:
        for number in range(25):
            if number % 5 == 4:
                with pytest.raises(psycopg.errors.NotNullViolation):
                    journal.note(_read(), _read(path=None))  # type: ignore[arg-type]  # turned down: no number
            journal.note(*[_read(f"/{writer}/{number}")] * (1 + number % 3))

    def watch() -> int:
        looks = 0
        with psycopg.connect(dsn, autocommit=True) as conn:
            while not done.is_set():
                seen = [number for (number,) in conn.execute("select number from access.journal order by 1")]
                assert seen == list(range(1, len(seen) + 1))
                looks += 1
        return looks

    with ThreadPoolExecutor() as threads:
        watching = threads.submit(watch)
        try:
            list(threads.map(write, range(4)))
        finally:
            done.set()
        assert watching.result() > 1

    rows = _rows(dsn)
    assert [row["number"] for row in rows] == list(range(1, 4 * 49 + 1))
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    for writer in range(4):
        own = [row["path"] for row in rows if row["path"].startswith(f"/{writer}/")]
        assert own == sorted(own, key=lambda path: int(path.rpartition("/")[2]))


def test_instants_never_run_backwards(journal: Journal, dsn: str) -> None:
    """Whatever the clock of the database does: here the last row is from the future."""
    with psycopg.connect(dsn) as conn:
        conn.execute("update access.journal_head set at = clock_timestamp() + interval '1 day'")
    journal.note(_read())
    journal.note(_read())
    first, second = (row["at"] for row in _rows(dsn))
    assert first == second


@pytest.mark.parametrize(
    "statement",
    ["update access.journal set path = '/'", "delete from access.journal", "truncate access.journal"],
    ids=["update", "delete", "truncate"],
)
def test_rows_are_never_altered(journal: Journal, dsn: str, statement: str) -> None:
    journal.note(_read())
    with (
        psycopg.connect(dsn) as conn,
        pytest.raises(psycopg.errors.RaiseException, match="the journal is never altered"),
    ):
        conn.execute(statement.encode())
    assert len(_rows(dsn)) == 1


def test_a_row_that_is_gone_is_missed(journal: Journal, dsn: str) -> None:
    journal.note(_read(), _read())
    with psycopg.connect(dsn) as conn:
        assert missing(conn) == []
        conn.execute("set session_replication_role = replica")
        conn.execute("delete from access.journal where number = 1")
        assert missing(conn) == ["the journal has 1 rows and has given 2 numbers"]
