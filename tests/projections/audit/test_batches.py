"""However the log is cut into batches, and whenever it is told again, the rows are the same."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from projections.audit import READ_MODEL
from projections.follower import Follower
from projections.rebuild import rebuild
from tests.histories import histories, performing
from tests.histories.moves import MOVES
from tests.projections.log import Log, rows_of
from tests.projections.tables import Project
from tests.projections.test_rebuild import history

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


_ACTIONS_OF_FIELDS = """
    select distinct word, action
      from read_audit.entries, jsonb_array_elements(changes) change,
           unnest(string_to_array(change ->> 'field', '.')) word
     where word !~ '^[0-9a-f-]{36}$' order by 1, 2"""


def rows(connection: Connection[Any]) -> list[Any]:
    return [
        connection.execute(f"select t::text from read_audit.{table} t order by 1").fetchall()
        for table in ("entries", "timeline", "actions_of_fields")
    ]


@FEW
@given(data=st.data())
def test_batches_cut_anywhere_give_the_same_rows(project: Project, data: st.DataObject) -> None:
    telling = data.draw(histories(length=30, made_of={**MOVES, **performing.MOVES}))
    whole = rows(project(telling.log))
    assert (
        rows(project(telling.log, data.draw(st.lists(st.integers(1, len(telling.log)), max_size=9)))) == whole
    )
    assert rows(project(telling.log, range(len(telling.log)))) == whole


@FEW
@given(data=st.data())
def test_the_actions_of_a_field_are_all_that_ever_changed_it(project: Project, data: st.DataObject) -> None:
    connection = project(data.draw(histories(length=30, made_of={**MOVES, **performing.MOVES})).log)
    kept = connection.execute(
        "select word, action from read_audit.actions_of_fields order by 1, 2"
    ).fetchall()
    assert kept
    assert kept == connection.execute(_ACTIONS_OF_FIELDS).fetchall()


def test_a_rebuild_gives_the_same_rows_as_following(dsn: str, log: Log, connection: Connection[Any]) -> None:
    position = log.saves(history(400))
    Follower(dsn, [READ_MODEL], batch=7).catch_up(connection)
    followed = rows_of(dsn, "read_audit")

    (rebuilt,) = rebuild(dsn, ["audit"])
    assert (rebuilt.position, rebuilt.differences, rebuilt.not_compared) == (position, (), None)

    assert rows_of(dsn, "read_audit") == followed
    assert len(followed["entries"]) == position
