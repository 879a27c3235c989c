"""A policy puts rules in force from a day on: the thresholds of zones, paces and confidence, and which
objectives and links count how. Each version is recorded once and never changes; another one follows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain import aggregate
from domain.aggregate import Aggregate, Creation
from domain.checks import EARLIEST
from domain.provenance import Provenance
from domain.refusals import InvalidValue, ReasonRequired
from domain.room import check_room
from domain.rules import VERSION_1, Rules


class Policy(Aggregate):
    TOPIC = "policy"

    class Event(aggregate.Event):
        pass

    class Adopted(Event, Creation):
        """In force from the effective date on, until that of a later one; `follows_id` is the version whose
        rules it began with. The scales have for each word but the last the lowest value.
        """

        TOPIC = "policy.adopted"
        MENTIONS: ClassVar[dict[str, str]] = {"follows_id": "followed"}
        name: str
        zones: dict[str, str]
        paces: dict[str, str]
        confidence_bands: dict[str, str]
        live: str
        stale: str
        crossing: str
        rounding: str
        follows_id: str | None

        def apply(self, aggregate: Policy) -> None:
            super().apply(aggregate)
            said = {name: getattr(self, name) for name in VERSION_1.payload()}
            aggregate.rules = Rules.of(said)

    def __init__(self) -> None:
        super().__init__()
        self.rules = VERSION_1

    @classmethod
    def adopt(
        cls, *, by: Provenance, id: UUID, before: Policy, others: Iterable[Policy], **given: Any
    ) -> Self:
        """A version with the rules of `before` but for those given; `others` are all there are.

        From 1900 to one year ahead, with a reason. Raises InvalidValue for a name that another has, and
        LimitReached if there is no room for another.
        """
        aggregate.check_day(by.effective_on, EARLIEST, aggregate.one_year_after(by.today))
        if by.reason is None:
            raise ReasonRequired.at("/reason", "a policy needs a reason")
        rules, others = before.rules.changed(given), list(others)
        check_room("policies", len(others))
        if any(other.rules.name == rules.name for other in others):
            raise InvalidValue.at("/name", "is that of another version already")
        return cls.begin(cls.Adopted, by, id, **rules.payload(), follows_id=str(before.id))


def built_in(*, by: Provenance, rules: Rules, before: Policy | None = None) -> Policy:
    """One of the versions that came with the service, under the id that it has everywhere."""
    follows = None if before is None else str(before.id)
    return Policy.begin(Policy.Adopted, by, built_in_id(rules.name), **rules.payload(), follows_id=follows)


def built_in_id(name: str) -> UUID:
    """The id of a version that came with the service."""
    return uuid5(NAMESPACE_URL, f"throughline:policy:{name}")


FIRST_ID = built_in_id(VERSION_1.name)


def in_force(policies: Iterable[Policy], day: date) -> Policy | None:
    """The one in force on the day, of all there are in the order of recording; None: version 1 is."""
    begun = [each for each in policies if each.exists_on(day)]
    return max(reversed(begun), key=lambda each: each.first_day, default=None)
