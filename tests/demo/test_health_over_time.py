"""The demo over its three cycles: a series says what health says of each day, and turns are explained."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from tests.demo.conftest import Demo

pytestmark = pytest.mark.xdist_group("demo")  # one demo, however many processes test
CLASSES = ("strategic", "aligned", "detached", "orphan")


@pytest.fixture(scope="module")
def quarters(demo: Demo) -> dict[str, Any]:
    """Of two years, per unit."""
    last = date.fromisoformat(demo.get("alignment-health")["as_of"])
    span = f"from={last - timedelta(days=730)}&to={last}"
    series: dict[str, Any] = demo.get(f"alignment-health/series?{span}&step=quarter&by=unit")
    return series


def test_every_point_is_the_health_of_its_day(demo: Demo, quarters: dict[str, Any]) -> None:
    for point in quarters["points"]:
        known = f"as_of={point['on']}&known_at={quarters['known_at']}"
        health = demo.get(f"alignment-health?{known}")
        assert point == {**{name: health["total"][name] for name in point if name != "on"}, "on": point["on"]}
        shown = {
            each["unit_id"]: at
            for each in quarters["units"]
            for at in each["points"]
            if at["on"] == point["on"]
        }
        assert shown.keys() == {unit["unit_id"] for unit in health["units"]}
        for unit in health["units"]:
            at = shown[unit["unit_id"]]
            assert at == {**{name: unit[name] for name in at if name != "on"}, "on": point["on"]}


def test_what_changed_from_quarter_to_quarter_adds_up_and_is_explained(
    demo: Demo, quarters: dict[str, Any]
) -> None:
    explained = 0
    for before, after in zip(quarters["points"], quarters["points"][1:], strict=False):
        span = f"from={before['on']}&to={after['on']}&known_at={quarters['known_at']}"
        change = demo.get(f"alignment-health/change?{span}")
        balance = Counter(each["after"] for each in change["objectives"])
        balance.subtract(each["before"] for each in change["objectives"])
        assert {name: after[name] - before[name] for name in CLASSES} == {
            name: balance[name] for name in CLASSES
        }
        assert all(each["events"] or each["days"] for each in change["objectives"])
        explained += len(change["objectives"])
    assert explained > 100


def test_there_is_a_list_behind_every_number(demo: Demo) -> None:
    health = demo.get("alignment-health")
    for name, path in health["lists"].items():
        first = demo.get(f"{path.removeprefix('/api/v1/')}&limit=500")
        assert len(first["items"]) == min(500, health["total"][name]), name
