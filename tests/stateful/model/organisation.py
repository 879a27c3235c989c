"""Units and people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from application.act import Act
from domain.objective import Owner
from tests.stateful.model.facts import Facts, Part, a_year_after, refuse
from tests.stateful.model.in_cycle import OPEN
from tests.stateful.model.reviews import WITH_REVIEWER

HANDED_OVER = "handed over at the end of its holder"
ABOVE = {"unit": "parent_id", "person": "place"}


class Directory(Part):
    """What units and people have in common: they end and come back, and take along what hangs on them."""

    words: tuple[str, str, str]
    """Ended, resumed, and the end withdrawn."""
    looked_at: frozenset[date] = frozenset()
    people: "People"
    objectives: Any
    reviews: Any

    def rename(self, act: Act, id: UUID, *, name: str) -> None:
        self.subject(act, id)
        self.changeable(act, id)
        if self.facts.at(id, "name", act.by.effective_on) != name:
            self.say(act, id, "renamed", {"name": name})

    def changeable(self, act: Act, id: UUID) -> None:
        self.fact_date(act, id)
        refuse("forbidden-transition", not self.facts.active(id, act.by.effective_on))

    def end(self, act: Act, id: UUID, heir: UUID | None) -> None:
        self.subject(act, id)
        self.fact_date(act, id)
        ended, _, withdrawn = self.words
        self.looked_at = frozenset({act.by.effective_on, act.today})
        before, day = self._days_there(id), act.by.effective_on
        if self.facts.active(id, day):
            for on in [day, *self._idle(id, day)]:
                self.say(act, id, ended, {"ended": True}, on)
        else:
            self._move(act, id, ended, withdrawn)
        gone = before - self._days_there(id)
        if heir is None:
            refuse("still-in-use", any(self.left(act, id, gone)))
        else:
            refuse("invalid-value", heir == id)
            refuse("unknown-reference", not self.facts.there(self.kind, heir, day))
            since = self.facts.since(id, "ended", day)
            now = {on for on in self._days() if on >= since and self.facts.since(id, "ended", on) == since}
            self.give(act, id, heir, self.left(act, id, now))
        self.placed(id, self._days_there(id) - before)

    def resume(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        self.fact_date(act, id)
        ended, resumed, withdrawn = self.words
        self.looked_at = frozenset({act.by.effective_on, act.today})
        before, day = self._days_there(id), act.by.effective_on
        if not self.facts.active(id, day):
            refuse("reason-required", act.by.reason is None)
            idle = self._idle(id, day)
            self.say(act, id, resumed, {"ended": False}, day)
            for on in idle:
                self.say(act, id, withdrawn, {"ended": False}, on)
        else:
            refuse("forbidden-transition", self.facts.since(id, "ended", day) == self.facts.first_day(id))
            self._move(act, id, resumed, ended)
        refuse("still-in-use", any(self.left(act, id, before - self._days_there(id))))
        self.placed(id, self._days_there(id) - before)

    def withdraw_end(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        self.fact_date(act, id)
        withdrawn = self.words[2]
        self.looked_at = frozenset({act.by.effective_on, act.today})
        before, day = self._days_there(id), act.by.effective_on
        days = sorted({day, *(on for on in self.facts.days(id, ["ended"]) if on > day)})
        gone = next((on for on in days if not self.facts.active(id, on)), None)
        if gone is None:
            taken_back = any(fact.topic == f"{self.kind}.{withdrawn}" for fact in self.facts.of(id))
            refuse("forbidden-transition", not taken_back)
            return
        refuse("reason-required", act.by.reason is None)
        since = self.facts.since(id, "ended", gone)
        for on in [since, *self._idle(id, since)]:
            self.say(act, id, withdrawn, {"ended": False}, on)
        self.placed(id, self._days_there(id) - before)

    def _move(self, act: Act, id: UUID, word: str, against: str) -> None:
        """What holds is to hold since another day, or for another reason."""
        ended = word == self.words[0]
        since = self.facts.since(id, "ended", act.by.effective_on)
        day = act.by.effective_on if act.by.dated else since
        reason = [fact.reason for fact in self.facts.of(id) if "ended" in fact.sets and fact.on == since][-1]
        if day == since and act.by.reason in (None, reason):
            return
        refuse("reason-required", act.by.reason is None)
        for on in [since, *self._idle(id, since)]:
            if on < day:
                self.say(act, id, against, {"ended": not ended}, on)
        self.say(act, id, word, {"ended": ended}, day)

    def _idle(self, id: UUID, day: date) -> list[date]:
        """The later days of which was said what holds on that day, before anything else was."""
        idle = []
        for on in sorted(self.facts.days(id, ["ended"])):
            if on > day:
                if self.facts.active(id, on) != self.facts.active(id, day):
                    break
                idle.append(on)
        return idle

    def _days(self) -> list[date]:
        """Nothing changes between them."""
        return sorted({fact.on for fact in self.facts.all} | self.looked_at)

    def _days_there(self, id: UUID) -> set[date]:
        return {on for on in self._days() if self.facts.there(self.kind, id, on)}

    def left(self, act: Act, id: UUID, gone: set[date]) -> list[dict[UUID, list[date]]]:
        """What hangs on it on these days: id -> the first days of each time that it does."""
        raise NotImplementedError

    def give(self, act: Act, id: UUID, heir: UUID, left: list[dict[UUID, list[date]]]) -> None:
        raise NotImplementedError

    def placed(self, id: UUID, back: set[date]) -> None:
        """What it belongs to is there when it is back."""
        raise NotImplementedError

    def hanging(
        self, kind: str, name: str, hangs: Callable[[Any], bool], gone: set[date]
    ) -> dict[UUID, list[date]]:
        """Those of the kind that are there and of which the field says so on one of the days."""
        found = {}
        for id in sorted(self.facts.ids(kind)):
            days = [
                on
                for on in self._days()
                if on in gone and self.facts.there(kind, id, on) and hangs(self.facts.at(id, name, on))
            ]
            found[id] = self._firsts(days, partial(self.facts.at, id, name))
        return {id: days for id, days in found.items() if days}

    def owned(self, act: Act, owner: Owner, gone: set[date]) -> dict[UUID, list[date]]:
        """What is the owner's, has not ended, and lasts into one of the days."""
        found = {}
        for id in sorted(self.facts.ids("objective")):
            cycle = self.facts.last(id, "cycle_id")
            if self.facts.last(id, "status") not in OPEN or self.facts.last(cycle, "status") == "closed":
                continue
            whole = self.facts.at(cycle, "period", date.max)
            ends = [
                whole[1]
                if None in (days := [self.facts.at(id, name, on) for name in ("starts_on", "ends_on")])
                else days[1]
                for on in self._days()
                if on >= self.facts.first_day(id)
            ]
            days = [on for on in self._days() if on in gone and self.facts.at(id, "owner", on) == owner]
            last = max(act.today, *ends)
            found[id] = [on for on in self._firsts(days, lambda _: owner) if on <= last]
        return {id: days for id, days in found.items() if days}

    def _firsts(self, days: list[date], value: Callable[[date], Any]) -> list[date]:
        """The first of each stretch of neighbouring days with one value."""
        all, firsts = self._days(), []
        for on in days:
            before = all[all.index(on) - 1] if all.index(on) else None
            if before not in days or value(before) != value(on):
                firsts.append(on)
        return firsts

    def on(self, act: Act, day: date) -> Act:
        """As a part of the hand-over, on that day, of whatever version."""
        return replace(act, effective_on=day, reason=act.reason or HANDED_OVER, if_match=None)

    def give_objectives(self, act: Act, owner: Owner, left: dict[UUID, list[date]]) -> None:
        for objective, day in _each(left):
            self.objectives.transfer(self.on(act, day), objective, owner=owner)


class Units(Directory):
    kind = "unit"
    words = ("dissolved", "restored", "dissolution_withdrawn")

    def define(self, act: Act, *, id: UUID, name: str, kind: str, parent_id: UUID | None) -> None:
        self.free(id)
        day = act.by.effective_on
        refuse("unknown-reference", parent_id is not None and not self.facts.there("unit", parent_id, day))
        refuse("effective-date", day > a_year_after(act.today))
        self.say(act, id, "defined", {"name": name, "parent_id": parent_id, "ended": False})

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

    def dissolve(self, act: Act, id: UUID, *, hand_over_to: UUID | None = None) -> None:
        self.end(act, id, hand_over_to)

    def restore(self, act: Act, id: UUID) -> None:
        self.resume(act, id)

    def withdraw_dissolution(self, act: Act, id: UUID) -> None:
        self.withdraw_end(act, id)

    def left(self, act: Act, id: UUID, gone: set[date]) -> list[dict[UUID, list[date]]]:
        return [
            self.hanging("unit", "parent_id", lambda parent: parent == id, gone),
            self.hanging("person", "place", lambda place: place[0] == id, gone),
            self.owned(act, Owner(unit_id=id), gone),
        ]

    def give(self, act: Act, id: UUID, heir: UUID, left: list[dict[UUID, list[date]]]) -> None:
        units, people, objectives = left
        for part, day in _each(units):
            parent = self.facts.at(id, "parent_id", day) if part == heir else heir
            self.move(self.on(act, day), part, parent_id=parent)
        for person, day in _each(people):
            self.people.transfer(
                self.on(act, day),
                person,
                unit_id=heir,
                manager_id=self.facts.at(person, "place", day)[1],
                stays="manager",
            )
        self.give_objectives(act, Owner(unit_id=heir), objectives)

    def placed(self, id: UUID, back: set[date]) -> None:
        for day in back:
            parent = self.facts.at(id, "parent_id", day)
            refuse("unknown-reference", parent and not self.facts.there("unit", parent, day))


class People(Directory):
    kind = "person"
    words = ("departed", "returned", "departure_withdrawn")

    def define(
        self, act: Act, *, id: UUID, name: str, unit_id: UUID, manager_id: UUID | None, **_: Any
    ) -> None:
        self.free(id)
        refuse("effective-date", act.by.effective_on > a_year_after(act.today))
        refuse("invalid-value", manager_id == id)
        self._placeable(act, unit_id, manager_id)
        self.say(act, id, "defined", {"name": name, "place": (unit_id, manager_id), "ended": False})

    def transfer(
        self,
        act: Act,
        id: UUID,
        *,
        unit_id: UUID,
        manager_id: UUID | None,
        stays: str = "",
    ) -> None:
        self.subject(act, id)
        self.changeable(act, id)
        refuse("invalid-value", manager_id == id)
        day = act.by.effective_on
        if self.facts.at(id, "place", day) == (unit_id, manager_id):
            return
        self._placeable(act, unit_id, manager_id, stays)
        if manager_id is not None:
            end = self.facts.next_after(id, "place", day)
            refuse("alignment-loop", _loops(self.facts, id, manager_id, (day, end)))
        self.say(act, id, "transferred", {"place": (unit_id, manager_id)})

    def revise(self, act: Act, id: UUID, **given: str | None) -> None:
        self.subject(act, id)
        self.changeable(act, id)
        refuse("invalid-value", given.get("email") == "nobody")
        sets = {
            name: value
            for name, value in given.items()
            if value != self.facts.at(id, name, act.by.effective_on)
        }
        if sets:
            self.say(act, id, "revised", sets)
        if email := sets.get("email"):
            refuse("already-exists", self._is_taken(id, email))

    def _is_taken(self, id: UUID, email: str) -> bool:
        """Whether somebody else has the address on a day on which this one has it, too."""
        days = {on for each in self.facts.ids("person") for on in self.facts.days(each, ["email"])}
        others = [each for each in self.facts.ids("person") if each != id]
        return any(
            self.facts.at(id, "email", on) == email == self.facts.at(other, "email", on)
            for other in others
            for on in days
        )

    def depart(self, act: Act, id: UUID, *, hand_over_to: UUID | None = None) -> None:
        self.end(act, id, hand_over_to)

    def return_(self, act: Act, id: UUID) -> None:
        self.resume(act, id)

    def withdraw_departure(self, act: Act, id: UUID) -> None:
        self.withdraw_end(act, id)

    def left(self, act: Act, id: UUID, gone: set[date]) -> list[dict[UUID, list[date]]]:
        reviews = [
            review
            for review in sorted(self.facts.ids("review"))
            if self.facts.last(review, "reviewer_id") == id
            and self.facts.last(review, "status") in WITH_REVIEWER
        ]
        days = [on for on in self._days() if on <= act.today]
        gone_now = days and days[-1] in gone
        since = self.facts.since(id, "ended", act.today)
        return [
            self.hanging("person", "place", lambda place: place[1] == id, gone),
            self.owned(act, Owner(person_id=id), gone),
            {review: [since] for review in reviews if gone_now},
        ]

    def give(self, act: Act, id: UUID, heir: UUID, left: list[dict[UUID, list[date]]]) -> None:
        people, objectives, reviews = left
        for report, day in _each(people):
            above = self.facts.at(id, "place", day)[1] if report == heir else heir
            unit_id = self.facts.at(report, "place", day)[0]
            self.transfer(self.on(act, day), report, unit_id=unit_id, manager_id=above, stays="unit")
        self.give_objectives(act, Owner(person_id=heir), objectives)
        for review, day in _each(reviews):
            steps = [fact.on for fact in self.facts.of(review) if fact.topic != "review.reassigned"]
            moved = [fact.on for fact in self.facts.of(review) if fact.topic == "review.reassigned"]
            on = self.on(act, max(day, steps[-1], *moved))
            self.reviews.reassign(on, review, reviewer_id=heir)

    def placed(self, id: UUID, back: set[date]) -> None:
        for day in back:
            unit, manager = self.facts.at(id, "place", day)
            refuse("unknown-reference", not self.facts.there("unit", unit, day))
            refuse("unknown-reference", manager and not self.facts.there("person", manager, day))

    def _placeable(self, act: Act, unit_id: UUID, manager_id: UUID | None, stays: str = "") -> None:
        """Both are there, but for the one that stays, which is not looked at."""
        day = act.by.effective_on
        refuse("unknown-reference", stays != "unit" and not self.facts.there("unit", unit_id, day))
        if manager_id is not None and stays != "manager":
            refuse("unknown-reference", not self.facts.there("person", manager_id, day))


def _each(left: dict[UUID, list[date]]) -> list[tuple[UUID, date]]:
    return [(id, day) for id, days in left.items() for day in days]


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
