"""The database itself holds back reviews and private remarks, also from a query that forgot to ask whose they
are.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from projections.alignment.queries import Alignment
from projections.rebuild import rebuild
from tests.web.api import Api
from tests.web.performance import Company, company
from web.access.tokens import Caller
from web.freshness import ReadSnapshot, read_snapshot
from web.ops.database_roles import PROJECTOR, acting_as
from web.wiring import EXTENSION, Services, migrate

# A table that has one of these holds what is not everybody's.
TELLING = ("visibility", "reviewer_id", "review_id", "rating", "giver")
GUARDED = {
    "read_reviews.reviews",
    "read_reviews.steps",
    "read_feedback.feedback",
    "read_alignment.objectives",
    "read_alignment.key_results",
}
WORDLESS = {"read_alignment.told_objectives": "title", "read_alignment.told_key_results": "title"}
"""Figures are the same for everybody, and the graph has nameless nodes: that takes the rows of all. These
views have them, without the words; of each a column that always has words.
"""
TABLES = """
    select distinct c.oid::regclass::text, c.relkind::text from pg_class c
      join pg_namespace n on n.oid = c.relnamespace and n.nspname like 'read\\_%%'
      join pg_attribute a on a.attrelid = c.oid and a.attname = any(%s)
     where c.relkind in ('r', 'p', 'v', 'm')"""
UNGUARDED = "select count(*) from pg_class where oid = any(%s::regclass[]) and not relrowsecurity"
OF_ALL = {"as_of": None, "known_at": None, "min_position": None}


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


@pytest.fixture
def review(there: Company) -> str:
    """It was calibrated, and not shared; beside it there are a private remark and an open one by Bo on Ana's
    objective.
    """
    for visibility in ("private", "open"):
        remark = {"kind": "concern", "text": f"It is {visibility}.", "visibility": visibility}
        there.bo.post(f"/objectives/{there.objective}/feedback", remark)
    review = there.up_to("calibration")
    assert there.auditor.ask("/reviews")["items"]  # the rows are there
    return review


def seen(there: Company, roles: set[str], person: str | None, *, asking: bool = True) -> dict[str, Any]:
    """What queries without any predicate find in the snapshot of a caller, whether that asks about reviews
    and feedback or not.
    """
    with snapshot_of(there, roles, person) as snapshot:
        if asking:
            snapshot.sight.show_reviews()
            snapshot.sight.show_remarks()
        fetch = snapshot.connection.execute
        return {
            "reviews": {str(row["id"]) for row in fetch("select id from read_reviews.reviews").fetchall()},
            "steps": [
                row["topic"].removeprefix("review.")
                for row in fetch("select topic from read_reviews.steps order by position").fetchall()
            ],
            "remarks": {
                row["visibility"] for row in fetch("select visibility from read_feedback.feedback").fetchall()
            },
        }


@contextmanager
def snapshot_of(there: Company, roles: set[str], person: str | None) -> Iterator[ReadSnapshot]:
    services: Services = there.admin.app.extensions[EXTENSION]
    id = UUID(there.ids[person]) if person else None
    reader = Caller(UUID(int=1), frozenset(roles), id, None)
    with read_snapshot(services, OF_ALL, reader) as snapshot:
        yield snapshot


def test_a_table_with_what_is_not_everybodys_is_guarded(dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        found = conn.execute(TABLES, [list(TELLING)]).fetchall()
        (unguarded,) = conn.execute(UNGUARDED, [list(GUARDED)]).fetchall()
    assert unguarded == (0,)
    assert {name for name, kind in found if kind == "r"} == GUARDED - {"read_alignment.key_results"}
    assert {name for name, kind in found if kind != "r"} == WORDLESS.keys() - {
        "read_alignment.told_key_results"
    }


def test_a_query_without_its_predicate_finds_nothing_private(there: Company, review: str) -> None:
    nothing = {"reviews": set[str](), "steps": [], "remarks": {"open"}}
    for asking in (True, False):
        assert seen(there, {"employee"}, "dan", asking=asking) == nothing
        assert seen(there, {"admin"}, "dan", asking=asking) == nothing
        assert seen(there, {"employee"}, None, asking=asking) == nothing
        assert seen(there, {"service"}, None, asking=asking) == nothing


def test_whom_it_concerns_finds_what_is_theirs(there: Company, review: str) -> None:
    whole = ["opened", "self_assessed", "assessed", "calibrated"]
    both = {"private", "open"}
    for name in ("bo", "cleo"):
        assert seen(there, {"employee"}, name) == {"reviews": {review}, "steps": whole, "remarks": both}
    for role in ("hr", "auditor", "admin"):
        assert seen(there, {role}, None) == {"reviews": {review}, "steps": whole, "remarks": both}
    # Until it is shared, the person reviewed has their own words and the status, whatever their roles.
    for roles in ({"employee"}, {"hr"}, {"auditor"}):
        assert seen(there, roles, "ana") == {"reviews": {review}, "steps": whole[:2], "remarks": both}
    there.step(review, "sharing")
    there.auditor.ask("/reviews")
    assert seen(there, {"employee"}, "ana")["steps"] == [*whole, "shared"]


def test_what_one_reader_was_shown_the_next_one_is_not(there: Company, review: str) -> None:
    services: Services = there.admin.app.extensions[EXTENSION]
    for _ in range(8):  # on whichever connection of the pool
        assert seen(there, {"auditor"}, None)["reviews"] == {review}
        with services.queries.connection() as conn:
            assert conn.execute("select from read_reviews.reviews").rowcount == 0
            assert conn.execute("select from read_feedback.feedback where visibility <> 'open'").rowcount == 0


def test_a_rebuild_and_a_migration_leave_no_table_without_its_guard(there: Company, review: str) -> None:
    dsn = there.admin.dsn
    done = rebuild(acting_as(dsn, PROJECTOR), ["reviews", "feedback", "alignment"])
    assert [each.differences for each in done] == [(), (), ()]
    with snapshot_of(there, {"employee"}, None) as snapshot:
        assert words(snapshot)[0] > 0
    assert seen(there, {"employee"}, "dan")["reviews"] == set()
    with psycopg.connect(dsn) as conn:  # as it was before there were guards
        for view in WORDLESS:
            conn.execute(f"drop view {view}".encode())
        for table in GUARDED:
            conn.execute(f"drop policy shown on {table}".encode())
            conn.execute(f"alter table {table} disable row level security".encode())
        conn.execute("comment on schema read_reviews is null")
        conn.execute("comment on schema read_feedback is null")
        conn.execute("comment on schema read_alignment is null")
        assert [conn.execute(f"select from {table}".encode()).rowcount > 0 for table in GUARDED] == [True] * 5
    migrate(dsn)
    assert seen(there, {"employee"}, "dan") == {"reviews": set(), "steps": [], "remarks": {"open"}}
    with psycopg.connect(dsn) as conn:  # as by a version whose guards were others
        conn.execute("drop policy shown on read_feedback.feedback")
        conn.execute("create policy shown on read_feedback.feedback for select using (true)")
        conn.execute("comment on schema read_feedback is 'guards 1'")
    assert seen(there, {"employee"}, "dan")["remarks"] == {"private", "open"}
    migrate(dsn)
    assert seen(there, {"employee"}, "dan")["remarks"] == {"open"}


def test_a_reviewer_of_before_finds_nothing_more(there: Company) -> None:
    review = there.review(reviewer_id=there.ids["dan"])
    there.auditor.ask("/reviews")
    assert seen(there, {"employee"}, "dan")["reviews"] == {review}
    there.hr.done(f"/reviews/{review}/reassignment", {"reviewer_id": there.ids["bo"], "reason": "as agreed"})
    there.auditor.ask("/reviews")
    assert seen(there, {"employee"}, "dan") == {"reviews": set(), "steps": [], "remarks": set()}


@pytest.fixture
def hushed(there: Company) -> str:
    """A private objective of Ana's with a key result, below her open one."""
    given = {
        "title": "Hushed goal",
        "description": "Hushed words.",
        "external_id": "hushed-1",
        "visibility": "private",
        "key_results": [{"title": "Hushed result", "kind": "observe", "unit_of_measure": "hushed units"}],
        "alignments": [{"objective_id": there.objective, "kind": "contributes"}],
    }
    id = there.admin.active(there.cycle, {"person_id": there.ids["ana"]}, **given)
    there.admin.project()
    return id


def words(snapshot: ReadSnapshot) -> tuple[int, set[str]]:
    """How many rows the views have, and the words in them and in the tables, whatever is asked for."""
    fetch = snapshot.connection.execute
    rows, found = 0, set[str]()
    for name in (*WORDLESS, "read_alignment.objectives", "read_alignment.key_results"):
        every = fetch(f"select to_jsonb(t)::text as row from {name} t".encode()).fetchall()
        rows += len(every) if name in WORDLESS else 0
        found |= {
            word for row in every for word in re.findall(r"Grow|Markets|Hushed goal|[Hh]ushed", row["row"])
        }
    return rows, found


def test_a_query_without_its_predicate_has_no_words_of_a_hidden_objective(
    there: Company, hushed: str
) -> None:
    everything = {"Grow", "Markets", "Hushed goal", "hushed", "Hushed"}
    told: dict[str, tuple[int, set[str]]] = {}
    for roles, name in (("employee", "ana"), ("employee", "bo"), ("hr", None), ("auditor", "dan")):
        with snapshot_of(there, {roles}, name) as snapshot:
            told[f"{roles} {name}"] = words(snapshot)
    ((rows, _),) = {(count, len(found)) for count, found in told.values()}
    assert all(found == everything for _, found in told.values())
    for roles, name in (("employee", "dan"), ("admin", "dan"), ("employee", None), ("service", None)):
        with snapshot_of(there, {roles}, name) as snapshot:
            assert words(snapshot) == (rows, {"Grow", "Markets"})


def test_a_transaction_that_says_nothing_has_no_words_at_all(there: Company, hushed: str) -> None:
    services: Services = there.admin.app.extensions[EXTENSION]
    for _ in range(8):  # on whichever connection of the pool, after others have said who they are
        there.ana.ask("/objectives", behind=True)
        with services.queries.connection() as conn:
            for view, word in WORDLESS.items():
                found = conn.execute(f"select {word} as word from {view}".encode()).fetchall()
                assert {row["word"] for row in found} == {""}
            assert conn.execute("select from read_alignment.objectives").rowcount == 0


def test_a_question_that_forgets_what_is_hidden_tells_no_word_of_it(
    there: Company, hushed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = (
        "/objectives", "/objectives.csv", "/key-results", "/key-results.jsonl", "/alignment",
        "/alignment-links",
        f"/objectives/{hushed}", f"/objectives/{hushed}/progress", f"/objectives/{hushed}/paths",
        f"/objectives/{there.objective}", f"/objectives/{there.objective}/progress",
        f"/people/{there.ids['ana']}/alignment", f"/units/{there.unit}/alignment", "/left-behind",
    )  # fmt: skip
    before = {path: there.dan.get(path) for path in paths}
    assert before[f"/objectives/{hushed}"].status_code == 404
    monkeypatch.setattr("web.freshness.Alignment", lambda connection, _hidden: Alignment(connection))
    after = {path: there.dan.get(path) for path in paths}
    assert after[f"/objectives/{hushed}"].status_code == 200  # the question has forgotten it
    assert hushed in after["/objectives"].text
    for answer in (*before.values(), *after.values()):
        assert "ushed" not in answer.text
    assert "Hushed goal" in there.ana.get(f"/objectives/{hushed}").text
