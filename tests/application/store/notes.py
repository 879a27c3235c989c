"""A small aggregate to fill the store with, and short ways to make and save one."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid4

from application.store import Answer, Command, Reads, Store
from domain import aggregate
from domain.aggregate import Aggregate, Creation
from domain.provenance import Provenance

TODAY = date(2026, 3, 31)


class Note(Aggregate):
    TOPIC = "test_note"

    class Event(aggregate.Event):
        pass

    class Opened(Event, Creation):
        TOPIC = "test_note.opened"
        MENTIONS: ClassVar[dict[str, str]] = {"about": "about"}
        about: str | None

    class Written(Event):
        TOPIC = "test_note.written"
        lines: list[str]

        def apply(self, aggregate: Any) -> None:
            aggregate.lines = [*aggregate.lines, *self.lines]

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    @classmethod
    def about(cls, target: UUID | None = None) -> "Note":
        return cls.begin(cls.Opened, by(), uuid4(), about=str(target) if target else None)

    def write(self, *lines: str) -> None:
        self.record(self.Written, by(), lines=list(lines))


class Page(Aggregate):
    TOPIC = "test_page"

    class Event(aggregate.Event):
        pass

    class Begun(Event, Creation):
        TOPIC = "test_page.begun"


def by() -> Provenance:
    return Provenance("person:test", uuid4(), today=TODAY, effective_on=TODAY)


def command(*, remember: bool = False, fingerprint: bytes = b"body") -> Command:
    return Command(uuid4(), fingerprint, remember)


def save(store: Store, *notes: Aggregate, reads: Reads | None = None, under: Command | None = None) -> Answer:
    """Records what is pending, about the first of them."""
    return store.record(notes, command=under or command(), subject=notes[0].id, reads=reads or Reads())


def saved_note(store: Store, about: UUID | None = None) -> Note:
    note = Note.about(about)
    save(store, note)
    return note
