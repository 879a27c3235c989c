"""The read models of the performance cycle give the answers of the definition, at every moment."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.moment import Moment
from projections.reviews.queries import fairness
from tests.histories import histories, performing
from tests.histories.moves import MOVES
from tests.projections.alignment.test_against_the_oracle import moments
from tests.projections.reviews.agreement import assert_agrees
from tests.projections.tables import Project

PERFORMANCE = {**MOVES, **performing.MOVES}
SHORT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def every_group_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The groups of these histories are small; what is held back has tests of its own."""
    monkeypatch.setattr(fairness, "FEWEST", 1)


@pytest.mark.timeout(900)  # finding the smallest history that fails takes its time
@SHORT
@given(data=st.data())
def test_every_answer_at_any_moment_is_the_fold_of_the_log(project: Project, data: st.DataObject) -> None:
    telling = data.draw(histories(length=50, made_of=PERFORMANCE))
    connection = project(telling.log, data.draw(st.lists(st.integers(1, len(telling.log)), max_size=5)))
    for moment in [Moment(telling.today, telling.now), *data.draw(st.lists(moments(telling), max_size=2))]:
        assert_agrees(connection, telling, moment)


@pytest.mark.long
@pytest.mark.timeout(7_200)
@LONG
@given(data=st.data())
def test_every_answer_of_a_long_history_is_the_fold_of_the_log(project: Project, data: st.DataObject) -> None:
    telling = data.draw(histories(length=120, made_of=PERFORMANCE))
    connection = project(telling.log, data.draw(st.lists(st.integers(1, len(telling.log)), max_size=20)))
    for moment in [Moment(telling.today, telling.now), *data.draw(st.lists(moments(telling), max_size=5))]:
        assert_agrees(connection, telling, moment)
