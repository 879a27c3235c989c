"""Everything that was ever said, in order: the whole state of the model."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from application.act import Act


class Refused(Exception):
    """`slug` is that of the refusal."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def refuse(slug: str, when: object = True) -> None:
    """Raises Refused if `when` holds."""
    if when:
        raise Refused(slug)


@dataclass(frozen=True)
class Fact:
    """From `on`, each field of `sets` has that value; `by` acted, for this reason."""

    position: int
    id: UUID
    topic: str
    on: date
    sets: dict[Any, Any]
    by: str = ""
    reason: str | None = None


@dataclass
class Facts:
    """`all` in order of recording; `by_id` the same, aggregate by aggregate."""

    all: list[Fact] = field(default_factory=list)
    by_id: dict[UUID, list[Fact]] = field(default_factory=dict)

    def say(self, id: UUID, topic: str, act: Act, sets: dict[Any, Any], on: date | None = None) -> None:
        fact = Fact(len(self.all) + 1, id, topic, on or act.by.effective_on, sets, act.actor, act.reason)
        self.all.append(fact)
        self.by_id.setdefault(id, []).append(fact)

    def forget(self, position: int) -> None:
        """Everything said after that position."""
        while len(self.all) > position:
            fact = self.all.pop()
            self.by_id[fact.id].pop()
            if not self.by_id[fact.id]:
                del self.by_id[fact.id]

    def of(self, id: UUID) -> list[Fact]:
        return self.by_id.get(id, [])

    def ids(self, kind: str) -> list[UUID]:
        """In the order of their definition."""
        return [id for id, facts in self.by_id.items() if facts[0].topic.startswith(f"{kind}.")]

    def exists(self, kind: str, id: UUID) -> bool:
        return id in self.by_id and self.by_id[id][0].topic.startswith(f"{kind}.")

    def version(self, id: UUID) -> int:
        return len(self.of(id))

    def first_day(self, id: UUID) -> date:
        return self.of(id)[0].on

    def at(self, id: UUID, name: Any, day: date, known: int | None = None) -> Any:
        """What a field is on a day, as known at a position: the last writer by (day, position)."""
        best: Fact | None = None
        for fact in self.of(id):
            if name not in fact.sets or fact.on > day or (known is not None and fact.position > known):
                continue
            if best is None or fact.on >= best.on:
                best = fact
        return None if best is None else best.sets[name]

    def last(self, id: UUID, name: Any) -> Any:
        """The value given last, whatever its day."""
        given = [fact.sets[name] for fact in self.of(id) if name in fact.sets]
        return given[-1] if given else None

    def days(self, id: UUID, names: Iterable[Any]) -> set[date]:
        """On which one of the fields was set."""
        wanted = set(names)
        return {fact.on for fact in self.of(id) if wanted & fact.sets.keys()}

    def since(self, id: UUID, name: Any, day: date) -> date:
        """The first day of the unbroken stretch in which the field is what it is on that day."""
        value, since = self.at(id, name, day), day
        for on in sorted((on for on in self.days(id, [name]) if on <= day), reverse=True):
            if self.at(id, name, on) != value:
                break
            since = on
        return since

    def next_after(self, id: UUID, name: Any, day: date) -> date:
        """The first day after this one on which the field was set; `date.max` if there is none."""
        return min((on for on in self.days(id, [name]) if on > day), default=date.max)

    def active(self, id: UUID, day: date) -> bool:
        """It has not ended by that day; units and people end, and nothing else does."""
        return not self.at(id, "ended", day)

    def there(self, kind: str, id: UUID, day: date) -> bool:
        return self.exists(kind, id) and self.first_day(id) <= day and self.active(id, day)


class Part:
    """The commands on one kind of aggregate."""

    kind: str

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def free(self, id: UUID) -> None:
        refuse("already-exists", self.facts.exists(self.kind, id))

    def subject(self, act: Act, id: UUID) -> None:
        refuse("not-found", not self.facts.exists(self.kind, id))
        refuse("stale-version", act.if_match is not None and self.facts.version(id) not in act.if_match)

    def say(self, act: Act, id: UUID, what: str, sets: dict[Any, Any], on: date | None = None) -> None:
        self.facts.say(id, f"{self.kind}.{what}", act, sets, on)

    def fact_date(self, act: Act, id: UUID) -> None:
        day = act.by.effective_on
        refuse("effective-date", not self.facts.first_day(id) <= day <= a_year_after(act.today))

    def own_day(self, act: Act, day: date) -> None:
        refuse("effective-date", act.effective_on not in (None, day))

    def again(self, act: Act, id: UUID, what: str, **said: Any) -> None:
        """A step that was taken already is given again: as it was, or what is left out is any."""
        last = next(fact for fact in reversed(self.facts.of(id)) if fact.topic == f"{self.kind}.{what}")
        same = act.effective_on in (None, last.on) and act.reason in (None, last.reason)
        refuse("forbidden-transition", not same or any(last.sets[name] != said[name] for name in said))

    def open_cycle(self, id: UUID, missing: str = "unknown-reference") -> None:
        refuse(missing, not self.facts.exists("cycle", id))
        refuse("cycle-sealed", self.facts.last(id, "status") == "closed")


def a_year_after(day: date) -> date:
    return day.replace(year=day.year + 1)
