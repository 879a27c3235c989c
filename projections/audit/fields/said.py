"""What the modules of fields share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from projections.audit.timeline import Subject
from projections.events import Recorded

ABOUT = ""
"""The part of a subject that says what it is and whose it is."""
LIFE = "life"
"""The part of a subject that its steps set."""
Said: TypeAlias = dict[str, dict[str, Any]]
"""Part -> name -> value, from the event's day on."""


@dataclass(frozen=True, slots=True)
class Given:
    """An event, and its subject as known just before it; `id` is the subject's."""

    event: Recorded
    id: str
    subject: Subject

    @property
    def data(self) -> dict[str, Any]:
        return self.event.data

    @property
    def aggregate(self) -> str:
        """The type of the subject."""
        return self.event.topic.partition(".")[0]

    @property
    def on(self) -> date:
        return self.event.effective_on

    def before(self, part: str, name: str) -> Any:
        """What held of a field on the event's day."""
        return self.subject.at(part, name, self.event.effective_on)


Fields: TypeAlias = Callable[[Given], Said]


def payload(part: str, *names: str, **fixed: Any) -> Fields:
    """Sets these fields as the payload has them, and `fixed` ones."""
    return lambda given: {part: {**{name: given.data[name] for name in names}, **fixed}}


def both(first: Fields, second: Fields) -> Fields:
    """Sets what either sets; they are of different parts."""
    return lambda given: {**first(given), **second(given)}


def full_name(part: str, name: str) -> str:
    """The name of a field as answers have it."""
    return f"{part}.{name}" if "." in part else name
