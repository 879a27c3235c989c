"""The history of everything is what the definition says, for every history."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from projections.audit.queries.history import History
from projections.moment import Moment
from tests.histories import Telling, histories, performing
from tests.histories.moves import MOVES
from tests.projections.alignment.test_against_the_oracle import moments
from tests.projections.audit.agreement import (
    assert_about,
    assert_adds_up,
    assert_approval,
    assert_chains_up,
    assert_compares,
    assert_tells,
    subjects_of,
    told,
)
from tests.projections.tables import Project

PERFORMANCE = {**MOVES, **performing.MOVES}
SHORT = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


def assert_agrees(project: Project, telling: Telling, data: st.DataObject, most: int) -> None:
    cuts = data.draw(st.lists(st.integers(1, len(telling.log)), max_size=most * 3))
    connection = project(telling.log, cuts)
    history, now = History(connection), Moment(telling.today, telling.now)
    asked = data.draw(st.lists(st.tuples(moments(telling), moments(telling)), min_size=1, max_size=most))
    for id, own in subjects_of(telling.log).items():
        items = told(history, own, now)
        assert_tells(items, own)
        assert_chains_up(items)
        for moment in (now, *(moment for pair in asked for moment in pair)):
            assert_adds_up(items, own, moment)
        for before, after in asked if own[0].topic == "objective.defined" else ():
            assert_compares(history.comparison(id, before, after)["changes"], own, before, after)
            assert_approval(history.approval(id, after), own, after)
    with connection.cursor(row_factory=dict_row) as cursor:
        entries = cursor.execute("select * from read_audit.entries order by position").fetchall()
    assert [entry["position"] for entry in entries] == [event.position for event in telling.log]
    for entry in data.draw(st.lists(st.sampled_from(entries), max_size=most * 3)):
        assert_about(entry, telling.log)


@pytest.mark.timeout(900)  # finding the smallest history that fails takes its time
@SHORT
@given(data=st.data())
def test_every_history_is_what_the_definition_says(project: Project, data: st.DataObject) -> None:
    assert_agrees(project, data.draw(histories(length=24, made_of=PERFORMANCE)), data, most=1)


@pytest.mark.long
@pytest.mark.timeout(7_200)
@LONG
@given(data=st.data())
def test_every_long_history_is_what_the_definition_says(project: Project, data: st.DataObject) -> None:
    assert_agrees(project, data.draw(histories(length=100, made_of=PERFORMANCE)), data, most=5)
