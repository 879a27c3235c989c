"""How much has changed when: each event once, on the day since which it holds."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.audit.queries.counts import changes
from projections.moment import Moment
from tests.histories import histories
from tests.projections.tables import Project

SHORT = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
ZONES = ("UTC", "Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles")


@pytest.mark.timeout(900)
@SHORT
@given(data=st.data())
def test_every_event_is_counted_on_the_day_since_which_it_holds(
    project: Project, data: st.DataObject
) -> None:
    telling = data.draw(histories())
    connection = project(telling.log)
    zone = ZoneInfo(data.draw(st.sampled_from(ZONES)))
    known_at = data.draw(st.sampled_from([telling.now, *(event.recorded_at for event in telling.log)]))
    first = min(event.effective_on for event in telling.log) + timedelta(days=data.draw(st.integers(-9, 40)))
    lengths = data.draw(st.lists(st.integers(1, 60), min_size=1, max_size=9))
    ends = [first + timedelta(days=sum(lengths[: place + 1]) - 1) for place in range(len(lengths))]

    found = changes(connection, Moment(ends[-1], known_at), first, ends, zone)

    counted = [event for event in telling.log if event.recorded_at <= known_at]
    assert [(date.fromisoformat(step["from"]), date.fromisoformat(step["to"])) for step in found] == [
        (end - timedelta(days=length - 1), end) for end, length in zip(ends, lengths, strict=True)
    ]
    for step in found:
        of_step = [each for each in counted if step["from"] <= str(each.effective_on) <= step["to"]]
        late = [each for each in of_step if each.recorded_at.astimezone(zone).date() > each.effective_on]
        assert (step["changes"], step["late"]) == (len(of_step), len(late))
