"""Units and people."""

from datetime import date
from typing import Any
from uuid import UUID

from application.act import Act
from tests.stateful.model.facts import Facts, Part, a_year_after, refuse

ABOVE = {"unit": "parent_id", "person": "place"}


class Directory(Part):
    """What units and people have in common."""

    def rename(self, act: Act, id: UUID, *, name: str) -> None:
        self.subject(act, id)
        self.changeable(act, id)
        if self.facts.at(id, "name", act.by.effective_on) != name:
            self.say(act, id, "renamed", {"name": name})

    def changeable(self, act: Act, id: UUID) -> None:
        self.fact_date(act, id)
        refuse("forbidden-transition", not self.facts.active(id, act.by.effective_on))

    def ends(self, act: Act, id: UUID) -> bool:
        """Whether there is an end to record."""
        self.subject(act, id)
        self.fact_date(act, id)
        return self.facts.active(id, act.by.effective_on)


class Units(Directory):
    kind = "unit"

    def define(self, act: Act, *, id: UUID, name: str, kind: str, parent_id: UUID | None) -> None:
        self.free(id)
        day = act.by.effective_on
        refuse("unknown-reference", parent_id is not None and not self.facts.there("unit", parent_id, day))
        refuse("effective-date", day > a_year_after(act.today))
        self.say(act, id, "defined", {"name": name, "parent_id": parent_id})

    def move(self, act: Act, id: UUID, *, parent_id: UUID | None) -> None:
        self.subject(act, id)
        self.changeable(act, id)
        refuse("invalid-value", parent_id == id)
        day = act.by.effective_on
        if self.facts.at(id, "parent_id", day) == parent_id:
            return
        if parent_id is not None:
            refuse("unknown-reference", not self.facts.there("unit", parent_id, day))
            end = self.facts.next_after(id, "parent_id", day)
            refuse("alignment-loop", _loops(self.facts, id, parent_id, (day, end)))
        self.say(act, id, "moved", {"parent_id": parent_id})

    def dissolve(self, act: Act, id: UUID) -> None:
        if self.ends(act, id):
            day = act.by.effective_on
            inside = [*self._belonging("unit", "parent_id", id, day)]
            inside += self._belonging("person", "place", id, day)
            refuse("still-in-use", inside)
            self.say(act, id, "dissolved", {"ended": True})

    def _belonging(self, kind: str, name: str, unit: UUID, day: date) -> list[UUID]:
        """To the unit, on that day or a later one."""
        found = []
        for id in self.facts.ids(kind):
            days = {day, *(on for on in self.facts.days(id, [name]) if on > day)}
            places = {self.facts.at(id, name, each) for each in days}
            units = {place[0] if isinstance(place, tuple) else place for place in places}
            if self.facts.active(id, day) and unit in units:
                found.append(id)
        return found


class People(Directory):
    kind = "person"

    def define(
        self, act: Act, *, id: UUID, name: str, unit_id: UUID, manager_id: UUID | None, **_: Any
    ) -> None:
        self.free(id)
        refuse("effective-date", act.by.effective_on > a_year_after(act.today))
        refuse("invalid-value", manager_id == id)
        self._placeable(act, unit_id, manager_id)
        self.say(act, id, "defined", {"name": name, "place": (unit_id, manager_id)})

    def transfer(self, act: Act, id: UUID, *, unit_id: UUID, manager_id: UUID | None) -> None:
        self.subject(act, id)
        self.changeable(act, id)
        refuse("invalid-value", manager_id == id)
        day = act.by.effective_on
        if self.facts.at(id, "place", day) == (unit_id, manager_id):
            return
        self._placeable(act, unit_id, manager_id)
        if manager_id is not None:
            end = self.facts.next_after(id, "place", day)
            refuse("alignment-loop", _loops(self.facts, id, manager_id, (day, end)))
        self.say(act, id, "transferred", {"place": (unit_id, manager_id)})

    def depart(self, act: Act, id: UUID) -> None:
        if self.ends(act, id):
            self.say(act, id, "departed", {"ended": True})

    def _placeable(self, act: Act, unit_id: UUID, manager_id: UUID | None) -> None:
        day = act.by.effective_on
        refuse("unknown-reference", not self.facts.there("unit", unit_id, day))
        refuse(
            "unknown-reference", manager_id is not None and not self.facts.there("person", manager_id, day)
        )


def _loops(facts: Facts, id: UUID, parent: UUID, window: tuple[date, date]) -> bool:
    """Whether on any day of the window (the last one excluded) a way leads from `parent` up to `id`."""
    kind = facts.of(id)[0].topic.partition(".")[0]
    start, end = window
    days = {on for each in facts.ids(kind) for on in facts.days(each, [ABOVE[kind]]) if start < on < end}
    for day in {start, *days}:
        here: UUID | None = parent
        seen = set()
        while here is not None and here not in seen:
            if here == id:
                return True
            seen.add(here)
            above = facts.at(here, ABOVE[kind], day)
            here = above[1] if isinstance(above, tuple) else above
    return False
