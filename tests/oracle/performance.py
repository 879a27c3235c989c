"""Reviews, feedback, measures and seals as the fold leaves them: mostly the events themselves."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from tests.oracle.event import Event


@dataclass
class Review:
    """`steps`: the last event of each kind."""

    id: UUID
    version: int = 0
    position: int = 0
    steps: dict[str, Event] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    @property
    def status(self) -> str:
        beside = ("review.reassigned", "review.external_id_corrected")
        step = [event for event in self.events if event.topic not in beside][-1]
        what = step.topic.removeprefix("review.")
        return str(step.data["decision"]) if what == "appeal_decided" else what

    @property
    def reviewer_id(self) -> str:
        return str(self.steps.get("reassigned", self.steps["opened"]).data["reviewer_id"])

    @property
    def external_id(self) -> str | None:
        found: str | None = self.steps.get("external_id_corrected", self.steps["opened"]).data["external_id"]
        return found

    @property
    def rating(self) -> int | None:
        given = [event.data["rating"] for event in self.events if "rating" in event.data]
        return given[-1] if given else None


@dataclass
class Feedback:
    given: Event
    withdrawn: Event | None = None


@dataclass
class Reading:
    """`said` is the event that gave the value that stands."""

    on: date
    position: int
    said: Event


@dataclass
class Measure:
    """`said`: what it says of itself, last."""

    id: UUID
    said: dict[str, Any]
    version: int = 0
    position: int = 0
    readings: dict[str, Reading] = field(default_factory=dict)

    def read(self, event: Event) -> None:
        id = event.data["reading_id"]
        if event.topic == "measure.reading_recorded":
            self.readings[id] = Reading(event.effective_on, event.position, event)
        else:
            self.readings[id].said = event

    def in_order(self) -> list[tuple[str, Reading]]:
        standing = [item for item in self.readings.items() if "value" in item[1].said.data]
        return sorted(standing, key=lambda item: (item[1].on, item[1].position))


@dataclass
class Sealing:
    closed: Event
    reopened: Event | None = None


def remark(there: list[Feedback], event: Event) -> None:
    if event.topic == "objective.feedback_given":
        there.append(Feedback(event))
        return
    for each in there:
        if each.given.data["feedback_id"] == event.data["feedback_id"]:
            each.withdrawn = event


def seal(there: list[Sealing], event: Event) -> None:
    if event.topic == "cycle.closed":
        there.append(Sealing(event))
    else:
        there[-1].reopened = event
