"""A year of an organisation, day by day under a fake clock: each thing that is due is told once, none after
it was done, what stays late is told to the lead once; no restart is heard, and nobody has two mails a day.

What is expected comes from the answers of the API on the morning of each day, and from a plain record of what
was told; what arrives, from a real SMTP server.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

import pytest

from tests.web.api import BASE, Api
from tests.web.performance import _as as as_person
from tests.web.reminders.conftest import SENDER, URL, address
from tests.web.reminders.inbox import Inbox
from web.ops.database_roles import PROJECTOR, acting_as
from web.reminders.how import NONE, Reminding, Server
from web.reminders.reminder import Reminder
from web.reminders.words import OF_OTHERS, WORDS

SINCE = "2025-01-01"
ESCALATE_AFTER = 5
CADENCE = 14
LEAVES_IT = 0.6
"""How probable it is on a day that somebody leaves something that is due for another day."""
WAIVERS = [{"criterion": letter, "reason": "a test"} for letter in "SMART"]


class Thing(NamedTuple):
    """What is due, as it is known again."""

    kind: str
    type: str
    id: str
    due_on: str | None


@dataclass
class Told:
    on: date
    to_lead: bool = False


@dataclass
class Organisation:
    """Three teams below a top, each with a lead and two people; Hr is of personnel."""

    api: Api
    start: date
    people: dict[str, str] = field(default_factory=dict)
    leads: dict[str, str | None] = field(default_factory=dict)
    clients: dict[str, Api] = field(default_factory=dict)

    def __post_init__(self) -> None:
        api, begun = self.api, {"effective_on": SINCE}
        unit = api.unit("All")
        self.cycle = self._cycle("Long")
        self._person("top", unit, None)
        self._person("hr", unit, "top")
        for team in ("a", "b"):
            below = api.unit(f"Team {team}", unit)
            self._person(f"{team}0", below, "top")
            for number in (1, 2):
                self._person(f"{team}{number}", below, f"{team}0")
            api.done(f"/units/{below}/lead", {"person_id": self.people[f"{team}0"], **begun})
        self.top = api.active(self.cycle, {"person_id": self.people["top"]}, level="strategic")
        for name in ("a0", "a1", "b0", "b1"):
            self._objective(name)
        self.clients["hr"] = as_person(api, "hr", self.people["hr"])

    def _person(self, name: str, unit: str, manager: str | None) -> None:
        manager_id = None if manager is None else self.people[manager]
        body = {"name": name.title(), "unit_id": unit, "manager_id": manager_id, "effective_on": SINCE}
        self.people[name] = self.api.done("/people", {**body, "email": address(name)})
        self.leads[name] = manager
        self.clients[name] = as_person(self.api, "employee", self.people[name])

    def _objective(self, name: str) -> None:
        up = [{"objective_id": self.top, "kind": "contributes", "weight": "1"}]
        of = {"person_id": self.people[name]}
        self.api.active(self.cycle, of, level="individual", alignments=up)

    def owed(self, name: str, day: date) -> list[dict[str, Any]]:
        """By the API, as of the day."""
        path = f"{BASE}/people/{self.people[name]}/obligations"
        client = self.clients[name]
        asked = {"as_of": day.isoformat(), "limit": "200"}
        answer = client.app.test_client().get(path, query_string=asked, headers=client.headers({}))
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        items: list[dict[str, Any]] = answer.json["items"]
        return items

    def do(self, name: str, owed: dict[str, Any], day: date) -> None:
        """Does what is due, on the day."""
        kind, on = owed["kind"], {"effective_on": day.isoformat()}
        bodies: dict[str, dict[str, Any]] = {
            "check_in": {"on": day.isoformat(), "confidence": 5},
            "commitment": {"confidence": 5, **on},
            "submission": {"waivers": WAIVERS, **on},
            "activation": {"waivers": WAIVERS, **on},
            "closure": {"outcome": "not_achieved", "score": "0", **on},
            "orphan": {"objective_id": self.top, "kind": "supports", "reason": "agreed", **on},
            "self_assessment": {"text": "So.", **on},
            "assessment": {"rating": 3, "text": "So.", **on},
            "acknowledgement": {"agrees": False, **on},
            "appeal": {"grounds": "So.", **on},
            "appeal_decision": {"decision": "upheld", "comment": "So.", **on},
        }
        self.clients[name].done(owed["path"].removeprefix("/api/v1"), bodies.get(kind, on))

    def begin(self, random: Random, day: date) -> None:
        """Something new, now and then: a draft, one that nothing leads up from, a review."""
        on, name = {"effective_on": day.isoformat()}, random.choice(["a1", "a2", "b1", "b2"])
        if random.random() < 0.12:
            dates = {"starts_on": (day + timedelta(days=4)).isoformat()}
            dates["ends_on"] = (day + timedelta(days=40)).isoformat()
            up = [{"objective_id": self.top, "kind": "contributes", "weight": "1"}]
            links = {"alignments": up} if random.random() < 0.6 else {}
            measured = [{"title": "Done", "kind": "increase", "baseline": 0, "target": 1}]
            of, more = {"person_id": self.people[name]}, {"level": "individual", "key_results": measured}
            self.api.objective(self.cycle, of, **more, **dates, **links, **on)
        if random.random() < 0.05:
            self._review(name, day)

    def _review(self, name: str, day: date) -> None:
        """In a cycle of its own, of an objective of its own, which asks for check-ins as others do."""
        manager = self.leads[name]
        assert manager is not None
        cycle = self._cycle(f"Review of {name} on {day}")
        of = {"person_id": self.people[name]}
        weights = [{"objective_id": self.api.active(cycle, of, level="strategic"), "weight": "100"}]
        ids = {**of, "reviewer_id": self.people[manager], "cycle_id": cycle}
        self.clients["hr"].done("/reviews", {**ids, "objectives": weights, "effective_on": day.isoformat()})

    def _cycle(self, name: str) -> str:
        begun = {"effective_on": SINCE}
        body = {"name": name, "starts_on": SINCE, "ends_on": "2030-12-31", "cadence_days": CADENCE, **begun}
        cycle = self.api.done("/cycles", body)
        self.api.done(f"/cycles/{cycle}/activation", begun)
        return cycle


@dataclass
class Record:
    """What is expected to be told, said plainly."""

    told: dict[tuple[str, Thing], Told] = field(default_factory=dict)

    def morning(
        self, day: date, due: dict[str, set[Thing]], leads: dict[str, str | None]
    ) -> dict[str, Counter[str]]:
        """Gives the sentences that everybody has in their mail, and how often each."""
        for whose, thing in [*self.told]:
            if thing not in due[whose]:
                del self.told[whose, thing]
        mails: dict[str, Counter[str]] = {}
        for whose, things in due.items():
            for thing in things:
                before = self.told.get((whose, thing))
                lead = leads[whose]
                if before is None:
                    self.told[whose, thing] = Told(day)
                    mails.setdefault(whose, Counter())[said(WORDS, thing)] += 1
                elif lead is not None and not before.to_lead and is_late(thing, before, day):
                    before.to_lead = True
                    line = f"Late with somebody whom you lead: {said(OF_OTHERS, thing)}"
                    mails.setdefault(lead, Counter())[line] += 1
        return mails


def is_late(thing: Thing, told: Told, day: date) -> bool:
    """Whatever has a day, and nobody appeals by duty; what personnel is to do is no lead's to see."""
    if thing.due_on is None or thing.kind in ("appeal", "finalisation", "appeal_decision"):
        return False
    until = day - timedelta(days=ESCALATE_AFTER)
    return told.on <= until and date.fromisoformat(thing.due_on) <= until


def said(words: Any, thing: Thing) -> str:
    where = "reviews" if thing.type == "review" else "objectives"
    return f"{words[thing.kind]}|{thing.due_on}|{URL}/{where}/{thing.id}"


def things_of(items: list[dict[str, Any]]) -> set[Thing]:
    return {
        Thing(each["kind"], each["subject"]["type"], each["subject"]["id"], each["due_on"]) for each in items
    }


def hours(day: date) -> Iterator[datetime]:
    """The hours at which the reminding process looks."""
    for hour in (6, 7, 12):
        yield datetime.combine(day, time(hour), tzinfo=UTC)


def walked(api: Api, inbox: Inbox, days: int, seed: int) -> Counter[str]:
    """Walks over so many days up to today; counts what happened."""
    start = datetime.now(UTC).date() - timedelta(days=days)
    organisation, random, record = Organisation(api, start), Random(seed), Record()
    how = Reminding(URL, Server("127.0.0.1", inbox.port, NONE, SENDER), escalate_after=ESCALATE_AFTER)
    now, happened = datetime.combine(start, time(0), tzinfo=UTC), Counter[str]()

    def reminding() -> Reminder:
        return Reminder(acting_as(api.dsn, PROJECTOR), how, lambda: now)

    reminder = reminding()
    for number in range(days):
        day = start + timedelta(days=number)
        api.project()
        owed = {name: organisation.owed(name, day) for name in organisation.people}
        due = {name: things_of(items) for name, items in owed.items()}
        for hour in hours(day):
            now = hour
            if random.random() < 0.1:
                reminder = reminding()
                happened["restarts"] += 1
            reminder.look()
            mails = inbox.take()  # one a person, or it fails
            arrived = {
                name.partition("@")[0]: Counter(
                    f"{line.said}|{line.due_on}|{line.url}" for line in mail.lines
                )
                for name, mail in mails.items()
            }
            expected = record.morning(day, due, organisation.leads) if hour.hour == 7 else {}
            assert arrived == expected, f"on {hour}"
            happened["mails"] += len(mails)
            happened["lines"] += sum(each.total() for each in arrived.values())
            happened["escalated"] += sum("Late with" in mail.text for mail in mails.values())
        touched = set[str]()
        for name, items in owed.items():
            for each in items:
                id = each["subject"]["id"]
                if each["kind"] != "detached" and id not in touched and random.random() > LEAVES_IT:
                    organisation.do(name, each, day)
                    touched.add(id)
                    happened[each["kind"]] += 1
        organisation.begin(random, day)
    return happened


def test_some_weeks(api: Api, inbox: Inbox) -> None:
    happened = walked(api, inbox, 18, seed=1)
    assert happened["mails"] >= 10


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_year(api: Api, inbox: Inbox) -> None:
    happened = walked(api, inbox, 365, seed=2)
    assert happened["mails"] >= 365
    assert happened["escalated"] >= 20
    assert happened["restarts"] >= 50
    for kind in ("check_in", "approval", "activation", "closure", "orphan", "assessment", "appeal_decision"):
        assert happened[kind] >= 3, kind
