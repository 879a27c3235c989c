"""The catalogue says of every event of the domain what it sets, and of nothing else."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from domain.aggregate import Event
from projections.audit.fields import NAMES
from projections.catalogue.declaring import DAY, UNSAID, Fact, Field, Part, Source, computed, says, when
from projections.catalogue.events import EVENTS, SETS_NOTHING
from projections.read_models import READ_MODELS
from tests.event_classes import event_classes, fields_of, own_topic

CLASSES = {topic: kind for kind in event_classes() if (topic := own_topic(kind)) is not None}
OF_EVERY_EVENT = {*fields_of(Event), "originator_topic"}


def sourced(fact: Fact) -> Iterator[tuple[str, set[str]]]:
    """The fields that a fact sets, each with the fields of the payload that it rests on."""
    yield from ((name, {name}) for name in fact.same)
    for name, source in fact.sources.items():
        yield name, set(source.mentions) if isinstance(source, Source) else set()


def parts() -> set[Part]:
    return {fact.part for facts in EVENTS.values() for fact in facts}


def test_every_event_is_declared() -> None:
    missing, unknown = CLASSES.keys() - EVENTS.keys(), EVENTS.keys() - CLASSES.keys()
    assert not missing, f"projections/catalogue/events.py does not say what {missing} set"
    assert not unknown, f"projections/catalogue/events.py says what {unknown} set, which no class records"


@pytest.mark.parametrize("topic", sorted(CLASSES))
def test_every_field_of_a_payload_sets_something_or_is_listed_as_setting_nothing(topic: str) -> None:
    fields = {name for name in fields_of(CLASSES[topic]) - OF_EVERY_EVENT if not is_before(name)}
    mentioned = {name for fact in EVENTS[topic] for name in fact.mentions}
    nothing = SETS_NOTHING.get(topic, set())

    assert not mentioned - fields, f"{topic} has no field {mentioned - fields} that its declaration looks at"
    left_out = fields - mentioned - nothing
    assert not left_out, f"no declaration of {topic} looks at {left_out}: let it, or list it in SETS_NOTHING"
    assert nothing <= fields - mentioned, (
        f"SETS_NOTHING lists {nothing - fields | nothing & mentioned} of {topic}"
    )


def is_before(name: str) -> bool:
    return name == "before" or name.endswith("_before")


@pytest.mark.parametrize("topic", sorted(CLASSES))
def test_what_is_personal_in_a_payload_sets_personal_fields_and_nothing_else_does(topic: str) -> None:
    personal = CLASSES[topic].PERSONAL
    for fact in EVENTS[topic]:
        for name, said in sourced(fact):
            assert fact.part.fields[name].personal == bool(said & personal), f"{topic} sets {name} by {said}"


def test_every_field_of_every_part_is_set_by_some_event() -> None:
    for part in parts():
        named = {
            name for facts in EVENTS.values() for fact in facts if fact.part is part for name in fact.names
        }
        assert named == part.fields.keys(), f"{part.name}: {part.fields.keys() - named} are set by nothing"


def test_every_part_is_kept_by_a_read_model() -> None:
    ddl = "".join(model.ddl for model in READ_MODELS)
    for part in parts():
        for name, field in part.fields.items():
            assert not field.kept or f" {name} {field.sql}" in ddl, f"no table has {name} of {part.name}"


def test_the_audit_trail_can_be_asked_about_every_aggregate() -> None:
    assert set(NAMES) == {topic.partition(".")[0] for topic in CLASSES}


def test_a_part_has_the_fields_that_facts_set() -> None:
    thing = Part("thing", name=Field("text"))
    with pytest.raises(ValueError, match="thing has no colour"):
        says(thing, "name", colour="red")


def test_a_fact_says_what_its_sources_make_of_the_event() -> None:
    text = Field("text")
    thing = Part("thing", name=text, state=text, since=text, last=text, kept=text)
    earlier = computed(lambda _event, before: before("name"))
    fact = says(thing, "name", state="new", since=DAY, last=earlier, kept=computed(lambda *_: UNSAID))
    event: Any = EventStub()

    patch = fact.patch(thing.fields)(event, event.data, lambda name: f"old {name}")
    assert patch == {"name": "New", "state": "new", "since": "today", "last": "old name"}
    assert fact.patch({"state"})(event, event.data, lambda _: None) == {"state": "new"}
    assert [*when("urgent", fact).about(event)] == []
    assert [*when("name", fact).about(event)] == [((7,), event.data)]


class EventStub:
    originator_id, effective_on = 7, "today"
    data: ClassVar[dict[str, str]] = {"name": "New"}
