"""Policies: which rules are in force on a day, as known at a position."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from application.act import Act
from application.store import Command
from domain.policy import built_in_id
from tests.stateful.model.facts import Part, a_year_after, refuse

NO_POLICY = {
    "live": "by_status", "stale": "from_last_sign", "crossing": "between_units", "rounding": "half_even"
}  # fmt: skip
EARLIEST = date(1900, 1, 1)


class Policies(Part):
    kind = "policy"

    def adopt(self, act: Act, *, id: UUID, name: str, follows_id: UUID | None, **given: Any) -> None:
        """The rules of the version that it follows, or of the one in force then, but for those given."""
        self.free(id)
        day = act.by.effective_on
        refuse("unknown-reference", follows_id is not None and not self.facts.exists(self.kind, follows_id))
        refuse("effective-date", not EARLIEST <= day <= a_year_after(act.today))
        refuse("reason-required", act.by.reason is None)
        refuse("invalid-value", name in [self.facts.last(each, "name") for each in self.facts.ids(self.kind)])
        before = self.in_force(day) if follows_id is None else self._said(follows_id)
        changed = {rule: choice for rule, choice in given.items() if choice is not None and rule in before}
        self.say(act, id, "adopted", {"name": name, "rules": {**before, **changed}})

    def came_along(self) -> None:
        """The two versions that are there in a fresh database, both in force on all days."""
        newer = {
            "live": "within_period",
            "stale": "from_first_day",
            "crossing": "between_lines",
            "rounding": "cut",
        }
        for name, rules in (("2026-1", NO_POLICY), ("2026-2", newer)):
            act = Act(
                "system:throughline",
                Command(uuid4(), b"", remember=False),
                effective_on=EARLIEST,
                today=EARLIEST,
            )
            self.say(act, built_in_id(name), "adopted", {"name": name, "rules": rules})

    def in_force(self, day: date, known: int | None = None) -> Mapping[str, str]:
        """Of those that have begun the one that began last; of several from one day on, the last recorded."""
        begun = [
            fact
            for id in self.facts.ids(self.kind)
            for fact in self.facts.of(id)
            if fact.on <= day and (known is None or fact.position <= known)
        ]
        last = max(begun, key=lambda fact: (fact.on, fact.position), default=None)
        return NO_POLICY if last is None else last.sets["rules"]

    def _said(self, id: UUID) -> Mapping[str, str]:
        said: Mapping[str, str] = self.facts.last(id, "rules")
        return said
