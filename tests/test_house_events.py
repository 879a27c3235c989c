"""House rules about events: what is stored must be readable, and mean the same, for ever."""

from collections import Counter, defaultdict
from itertools import chain
from typing import Any

import pytest

from application.store.mapper import EventMapper
from tests import frozen_events
from tests.event_classes import aggregate_classes, event_classes, fields_of, own_topic, snake, version_of
from tests.frozen_events import Frozen

FROZEN = frozen_events.read_all()


def test_every_event_class_has_a_topic_of_its_own() -> None:
    kinds = [*aggregate_classes(), *event_classes()]

    without = [kind.__qualname__ for kind in kinds if own_topic(kind) is None]
    shared = [topic for topic, count in Counter(map(own_topic, kinds)).items() if count > 1]

    assert (without, shared) == ([], [])


def test_the_store_knows_every_aggregate() -> None:
    assert set(EventMapper.aggregates) == set(aggregate_classes())


def test_the_topic_of_an_event_is_its_name() -> None:
    """One stem names a thing everywhere: KeyResultAdded of an objective is objective.key_result_added."""
    aggregates = {own_topic(kind) for kind in aggregate_classes()}
    for kind in event_classes():
        aggregate, _, name = str(own_topic(kind)).partition(".")
        assert aggregate in aggregates
        assert name == snake(kind.__name__)


def test_what_an_event_class_says_about_its_fields_names_fields() -> None:
    for kind in event_classes():
        named = {name.partition(".")[0] for name in {*kind.MENTIONS, *kind.CLAIMS}}
        unknown = {*named, *kind.PERSONAL} - fields_of(kind)
        assert not unknown, f"{kind.__qualname__} has no {unknown}"


def test_every_event_version_has_a_frozen_file() -> None:
    frozen = {(event.topic, event.class_version) for event in FROZEN}
    for kind in event_classes():
        for version in range(1, version_of(kind) + 1):
            assert (own_topic(kind), version) in frozen, (
                f"make frozen writes {own_topic(kind)} version {version}"
            )


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda frozen: frozen.path.stem)
def test_a_frozen_event_still_loads_with_all_its_fields(frozen: Frozen) -> None:
    """A field added without a new class_version and an upcast is missing from the events recorded before."""
    event = frozen.load()

    assert own_topic(type(event)) == frozen.topic
    assert set(vars(event)) == fields_of(type(event))
    if frozen.class_version == version_of(type(event)):
        assert frozen_events.state_of(event) == frozen.state


def test_frozen_events_still_apply() -> None:
    """The files of one aggregate, in order, are a story that its class must be able to take."""
    stories: dict[str, list[Frozen]] = defaultdict(list)
    for frozen in sorted(FROZEN, key=lambda frozen: (frozen.originator_version, frozen.class_version)):
        stories[frozen.originator_id].append(frozen)

    for first, *rest in stories.values():
        aggregate: Any = first.load().mutate(None)
        for frozen in rest:
            frozen.load().apply(aggregate)
    assert len(list(chain(*stories.values()))) == len(FROZEN) > 0


def test_a_frozen_file_is_named_after_what_it_holds() -> None:
    for frozen in FROZEN:
        assert frozen.path.name == frozen_events.file_name(frozen.topic, frozen.class_version)
