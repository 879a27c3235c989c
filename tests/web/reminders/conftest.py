"""A small organisation, whose mail a test receives, and whose morning it calls."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import pytest

from tests.web.api import Api, today
from tests.web.performance import Company, company
from tests.web.reminders.inbox import Inbox, Mail, receiving
from web.ops.database_roles import PROJECTOR, acting_as
from web.reminders.how import NONE, Reminding, Server
from web.reminders.reminder import Reminder

URL = "https://objectives.example.org"
SENDER = "throughline@example.org"


def address(name: str) -> str:
    return f"{name}@example.org"


@dataclass
class House:
    """Everybody has an address; the clock stands at eight in the morning of today until it is moved."""

    there: Company
    inbox: Inbox
    how: Reminding
    now: datetime = field(
        default_factory=lambda: datetime.combine(datetime.now(UTC).date(), time(8), tzinfo=UTC)
    )

    def __post_init__(self) -> None:
        self.reminder = self.another()

    def another(self) -> Reminder:
        """A process that has just been started."""
        return Reminder(acting_as(self.there.admin.dsn, PROJECTOR), self.how, lambda: self.now)

    def look(self) -> dict[str, Mail]:
        """Lets the reminder look at the clock; what arrived, by address."""
        self.there.admin.project()
        self.reminder.look()
        return self.inbox.take()

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with receiving() as inbox:
        yield inbox


@pytest.fixture
def how(inbox: Inbox) -> Reminding:
    return Reminding(URL, Server("127.0.0.1", inbox.port, NONE, SENDER))


@pytest.fixture
def house(api: Api, inbox: Inbox, how: Reminding) -> House:
    """Ana's one objective was checked in today."""
    there = company(api)
    for name, id in there.ids.items():
        api.done(f"/people/{id}/revision", {"email": address(name), "effective_on": "2025-01-01"})
    there.check_in(today(), "1")
    return House(there, inbox, how)
