"""The words in which the catalogue is written: parts with fields, and events that set them.

A part is something that events are about: an aggregate as a whole, or what an aggregate has many of, such as
its key results. A fact says of one part which fields an event sets, from the event's day on:

    UNIT = Part("unit", name=Field("text"), status=Field("text"))
    says(UNIT, "name", status="active")     # `name` as the payload has it, and a fixed status

Beside fixed values there are sources: `payload(name)` is a field of the payload under another name, `given`
leaves the field as it is where the payload has null, DAY and its like are of the event itself, and `computed`
names a function for what rests on what held before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from projections.events import Recorded

Data: TypeAlias = Mapping[str, Any]
"""A payload, or an item of a list in it."""
Before: TypeAlias = Callable[[str], Any]
"""Gives what held of a field of the same part on the event's day, as known before the event."""
UNSAID = object()
"""A computed value that leaves the field as it is."""


@dataclass(frozen=True)
class Field:
    """`sql` is the type of its column; the other words say what is out of the ordinary.

    - `needed`: it is never null.
    - `facet`: under which name the audit trail keeps it with others that change together.
    - `personal`: it holds personal text.
    - `told`: the audit trail tells it as a change.
    - `kept`: read models that keep the part have a column for it.
    - `regardless`: it holds from the event's day on whatever was said of later days.
    """

    sql: str
    needed: bool = False
    facet: str = ""
    personal: bool = False
    told: bool = True
    kept: bool = True
    regardless: bool = False


class Part:
    """`name` is what the audit trail calls it; an aggregate as a whole has no `key`, and no name in fields.

    - `key`: the fields of the payload that say which one it is, beside the id of the aggregate.
    - `each`: the list in the payload that has an item for each; the first of the key is in the item.
    - `within`: the part in which the audit trail tells it, as one field a piece.
    """

    def __init__(
        self,
        name: str,
        /,
        key: tuple[str, ...] = (),
        each: str | None = None,
        within: "Part | None" = None,
        **fields: Field,
    ) -> None:
        self.name, self.key, self.each, self.within, self.fields = name, key, each, within, fields

    def __repr__(self) -> str:
        return f"Part({self.name!r}, {self.key}, {self.each!r}, {self.within}, {self.fields})"

    def keys(self, event: Recorded) -> Sequence[tuple[tuple[Any, ...], Data]]:
        """Gives the keys of those that an event is about, with what it says of each."""
        id, data = event.originator_id, event.data
        if self.each is None:
            return (((id, *[data[name] for name in self.key]), data),)
        first, *others = self.key
        rest = [data[name] for name in others]
        return [((id, item[first], *rest), item) for item in data[self.each]]


@dataclass(frozen=True)
class Source:
    """Here a value comes from. `mentions` are the fields of the payload it looks at, `name` tells it from
    others that look at the same.
    """

    name: str
    value: Callable[[Recorded, Data, Before], Any] = field(repr=False)
    mentions: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A fact is what an event says of a part: `same` as the payload has it, the others by their sources, and
    the fields that the payload has in the mapping `spread`. Without the flag `when` in the payload it says
    nothing. `fresh`: the event brings the part into being.
    """

    part: Part
    same: tuple[str, ...]
    sources: Mapping[str, Any]
    spread: Source | None = None
    when: str | None = None
    fresh: bool = False

    def __post_init__(self) -> None:
        unknown = set(self.names) - self.part.fields.keys()
        if unknown:
            raise ValueError(f"{self.part.name} has no {', '.join(sorted(unknown))}")

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that it may set."""
        return (*self.same, *self.sources, *(self.spread.sets if self.spread else ()))

    @property
    def mentions(self) -> set[str]:
        """The fields of the payload that it rests on."""
        sources = [source for source in (*self.sources.values(), self.spread) if isinstance(source, Source)]
        looked_at = {name for source in sources for name in source.mentions}
        if self.part.each:
            return {self.part.each, *self.part.key[1:]}
        return {*self.same, *self.part.key, *looked_at, *([self.when] if self.when else [])}

    def about(self, event: Recorded) -> Sequence[tuple[tuple[Any, ...], Data]]:
        """Gives the keys of the parts that it is about, with what the event says of each."""
        return () if self.when and not event.data.get(self.when) else self.part.keys(event)

    def patch(self, names: Iterable[str]) -> "Patch":
        """Makes the values of these fields, as far as it sets them."""
        return Patch(self, frozenset(names))


class Patch:
    """Makes the values of some fields that a fact sets; those that it leaves as they are are missing."""

    def __init__(self, fact: Fact, names: frozenset[str]) -> None:
        kept = {name: source for name, source in fact.sources.items() if name in names}
        self._same = tuple(name for name in fact.same if name in names)
        self._fixed = {name: value for name, value in kept.items() if not isinstance(value, Source)}
        self._sources = [(name, value.value) for name, value in kept.items() if isinstance(value, Source)]
        self._spread = fact.spread.value if fact.spread and names & {*fact.spread.sets} else None
        self.days = tuple(name for name, value in kept.items() if value is DAY)

    def __call__(self, event: Recorded, data: Data, before: Before) -> dict[str, Any]:
        found = {name: data[name] for name in self._same}
        if self._fixed:
            found |= self._fixed
        for name, value in self._sources:
            said = value(event, data, before)
            if said is not UNSAID:
                found[name] = said
        if self._spread is not None:
            found |= self._spread(event, data, before)
        return found


DAY = Source("day", lambda event, _data, _before: event.effective_on)
POSITION = Source("position", lambda event, _data, _before: event.position)
VERSION = Source("version", lambda event, _data, _before: event.version)
ACTOR = Source("actor", lambda event, _data, _before: event.data["actor"])
REASON = Source("reason", lambda event, _data, _before: event.data["reason"])


def payload(name: str) -> Source:
    """The field of the payload."""
    return Source("payload", lambda _event, data, _before: data[name], (name,))


def given(name: str) -> Source:
    """The field of the payload, unless it is null."""
    return Source(
        "given", lambda _event, data, _before: UNSAID if data[name] is None else data[name], (name,)
    )


def computed(function: Callable[[Recorded, Before], Any], *mentions: str) -> Source:
    """The function makes the value of the event and of what held before; UNSAID leaves the field as it is."""
    return Source(function.__qualname__, lambda event, _data, before: function(event, before), mentions)


def says(part: Part, /, *same: str, **sources: object) -> Fact:
    """The event sets these fields of the part."""
    return Fact(part, same, sources)


def begins(part: Part, /, *same: str, **sources: object) -> Fact:
    """The event brings the part into being, with these fields."""
    return Fact(part, same, sources, fresh=True)


def when(flag: str, fact: Fact) -> Fact:
    """The fact, if the field `flag` of the payload is true."""
    return replace(fact, when=flag)


def defines(part: Part, /, **sources: object) -> Fact:
    """The event says all that the part is (every told field without a facet that `sources` does not name)."""
    said = [name for name, field in part.fields.items() if field.told and not field.facet]
    return Fact(part, tuple(name for name in said if name not in sources), sources)


def spreads(part: Part, /, name: str, *sets: str) -> Fact:
    """The event sets those of the fields `sets` that the payload has in the mapping `name`."""
    return Fact(
        part, (), {}, spread=Source("spread", lambda _event, data, _before: data[name], (name,), sets)
    )
