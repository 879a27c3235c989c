"""The topics of all events, and how some of them are asked for: `objective.closed`, `objective.*` or `*`."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from application.store.topics import AGGREGATES
from domain.aggregate import Event

EVERYTHING = "*"
PRIVATE = ("review.", "objective.feedback_")
"""The topics of matters between people begin so."""
OWN_WORDS = ("review.opened", "review.self_assessed")
"""The person reviewed is told these of a review that was not shared yet, whatever their roles."""
OF_PRIVATE = frozenset({"reason", "rating", "rating_before", "evidence"})
NOTES = frozenset({"note"})
PROVENANCE = frozenset({"originator_topic", "actor", "effective_on", "command_id", "traceparent"})


@cache
def _kinds() -> Mapping[str, type[Event]]:
    """The event class of every topic."""
    homes = {kind.TOPIC for kind in AGGREGATES}
    classes = {str(vars(kind).get("TOPIC")): kind for kind in _below(Event)}
    return {topic: kind for topic, kind in classes.items() if topic.partition(".")[0] in homes}


def _below(kind: type[Event]) -> Iterator[type[Event]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def matching(pattern: str) -> frozenset[str]:
    """The topics that a pattern stands for; none if it is not one."""
    if pattern == EVERYTHING:
        return frozenset(_kinds())
    if pattern.endswith(".*"):
        return frozenset(topic for topic in _kinds() if topic.startswith(pattern[:-1]))
    return frozenset({pattern} & _kinds().keys())


def withheld(topic: str) -> frozenset[str]:
    """The fields of its events that leave the service only for those who ask for them: personal text, notes,
    and of reviews and feedback also ratings, reasons and the evidence.
    """
    private = topic.startswith(PRIVATE)
    return _kinds()[topic].PERSONAL | NOTES | (OF_PRIVATE if private else frozenset())


def versions() -> Mapping[str, int]:
    """The topics whose events have changed shape, each with the version that they have now."""
    numbers = {topic: getattr(kind, "class_version", 1) for topic, kind in _kinds().items()}
    return {topic: number for topic, number in numbers.items() if number > 1}


def without_withheld(
    topic: str, data: Mapping[str, Any], *, private: bool
) -> tuple[dict[str, Any], list[str]]:
    """The data of an event as they leave the service for those who may not read all, and the names of the
    fields that are left out; of a private objective, that is everything that is said.
    """
    names = {*data, *(name for value in data.values() if isinstance(value, dict) for name in value)}
    hidden = frozenset(names - PROVENANCE) if private else withheld(topic)
    shown = {name: _without(value, hidden) for name, value in data.items() if name not in hidden}
    return shown, sorted(hidden & names)


def _without(value: Any, hidden: frozenset[str]) -> Any:
    """A correction repeats in an object of its own what was said before it."""
    if not isinstance(value, dict):
        return value
    return {name: each for name, each in value.items() if name not in hidden}
