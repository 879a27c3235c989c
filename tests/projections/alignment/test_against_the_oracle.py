"""The read model gives the answers of the definition, at every moment, for every history."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.moment import Moment
from tests.histories import Telling, histories
from tests.projections.alignment.agreement import assert_agrees, everything, one_of_each
from tests.projections.alignment.conftest import Project

SHORT = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
INSTANT = timedelta(microseconds=1)
NUMBERS = st.integers(0, 10_000)


def moments(telling: Telling) -> st.SearchStrategy[Moment]:
    """Days on which something changes and days around them; instants of saves and those just before."""
    days = sorted({event.effective_on for event in telling.log} | {telling.today})
    instants = sorted({event.recorded_at for event in telling.log})
    around = st.sampled_from([timedelta(days=days) for days in (0, 0, -1, 8)])
    before = st.sampled_from([0 * INSTANT, -INSTANT])
    return st.builds(
        lambda day, off, instant, back: Moment(day + off, instant + back),
        st.sampled_from(days),
        around,
        st.sampled_from(instants),
        before,
    )


@pytest.mark.timeout(900)  # finding the smallest history that fails takes its time
@SHORT
@given(data=st.data())
def test_every_answer_at_any_moment_is_the_fold_of_the_log(project: Project, data: st.DataObject) -> None:
    telling = data.draw(histories())
    connection = project(telling.log, data.draw(st.lists(st.integers(1, len(telling.log)), max_size=9)))
    for moment in [Moment(telling.today, telling.now), *data.draw(st.lists(moments(telling), max_size=3))]:
        assert_agrees(connection, telling.log, moment, one_of_each(data.draw(NUMBERS)))


@pytest.mark.long
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("part", range(4))
@LONG
@given(data=st.data())
def test_every_answer_about_everything_is_the_fold_of_the_log(
    project: Project, part: int, data: st.DataObject
) -> None:
    telling = data.draw(histories(length=80))
    connection = project(telling.log, data.draw(st.lists(st.integers(1, len(telling.log)), max_size=20)))
    for moment in [Moment(telling.today, telling.now), *data.draw(st.lists(moments(telling), max_size=6))]:
        assert_agrees(connection, telling.log, moment, everything)
