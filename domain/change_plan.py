"""A change plan is a set of changes that are proposed and not recorded yet: discussed, approved by somebody
else, and then carried out all at once, or never.

What each change does is decided by the aggregates that it changes, when the plan is carried out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

from domain import aggregate
from domain.aggregate import Aggregate, Creation, check_day
from domain.checks import EARLIEST, NAME_LENGTH, one_of, weight
from domain.checks import text as text_of
from domain.objective.events import REPORTS_AND_REMARKS
from domain.objective.values import CONTRIBUTES, LINK_KINDS
from domain.payload import id_of, number_of, written
from domain.provenance import REASON_LENGTH, Provenance
from domain.refusals import AlreadyExists, ForbiddenTransition, InvalidValue, ReasonRequired
from domain.room import check_room

MOVE_UNIT, TRANSFER_PERSON, CANCEL, TRANSFER, ALIGN, REMOVE_ALIGNMENT = ACTIONS = (
    *("move_unit", "transfer_person", "cancel_objective", "transfer_objective"),
    *("align_objective", "remove_alignment"),
)
_NEEDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    MOVE_UNIT: (("unit_id",), ("parent_id",)),
    TRANSFER_PERSON: (("person_id", "unit_id"), ("manager_id",)),
    CANCEL: (("objective_id",), ()),
    TRANSFER: (("objective_id",), ("owner_unit_id", "owner_person_id")),
    ALIGN: (("objective_id", "parent_id"), ("kind", "weight")),
    REMOVE_ALIGNMENT: (("objective_id", "parent_id"), ()),
}
"""The fields that a change needs, and those that it may have."""
_SUBJECTS = {MOVE_UNIT: "unit_id", TRANSFER_PERSON: "person_id"}
OPEN, APPROVED, APPLIED, WITHDRAWN = STATUSES = ("open", "approved", "applied", "withdrawn")
ALLOWED: Mapping[str, tuple[str, ...]] = {
    OPEN: ("revise", "comment", "approve", "withdraw"),
    APPROVED: ("revise", "comment", "apply", "withdraw"),
    APPLIED: ("comment",),
    WITHDRAWN: ("revise", "comment"),
}
UNMINDED = frozenset(REPORTS_AND_REMARKS)
"""These take nothing from what was decided about structure."""
MOST_CHANGES = 100
COMMENT_LENGTH = 5_000
WHY_LENGTH = REASON_LENGTH - 100
"""The reason of a plan is that of all it records, with its id before it."""


@dataclass(frozen=True)
class Change:
    """One change; the fields that its action does not take are None. `parent_id` is a unit or an objective,
    and None sets a unit at the top.
    """

    action: str
    unit_id: UUID | None = None
    person_id: UUID | None = None
    objective_id: UUID | None = None
    parent_id: UUID | None = None
    manager_id: UUID | None = None
    owner_unit_id: UUID | None = None
    owner_person_id: UUID | None = None
    kind: str | None = None
    weight: Decimal | None = None

    @classmethod
    def checked(cls, given: Mapping[str, Any], pointer: str) -> Self:
        """The change that the fields describe. Raises InvalidValue."""
        action = one_of(given["action"], ACTIONS, f"{pointer}/action")
        needed, possible = _NEEDS[action]
        for name in IDS + MANNER:
            value = given.get(name)
            if value is None and name in needed:
                raise InvalidValue.at(f"{pointer}/{name}", f"is needed to {_words(action)}")
            if value is not None and name not in needed + possible:
                raise InvalidValue.at(
                    f"{pointer}/{name}", f"has no meaning where something is to {_words(action)}"
                )
        made = cls.of(given)
        if action == TRANSFER and (made.owner_unit_id is None) == (made.owner_person_id is None):
            raise InvalidValue.at(
                f"{pointer}/owner_unit_id", "a unit or a person is the owner: name one of them"
            )
        if action == ALIGN:
            kind = one_of(made.kind or CONTRIBUTES, LINK_KINDS, f"{pointer}/kind")
            heavy = weight(Decimal(1) if made.weight is None else made.weight, f"{pointer}/weight")
            made = replace(made, kind=kind, weight=heavy)
        return made

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Takes the fields as they are, unchecked."""
        return cls(given["action"], **{name: given.get(name) for name in IDS + MANNER})

    @classmethod
    def read(cls, payload: Mapping[str, Any]) -> Self:
        """As an event holds it."""
        ids = {name: id_of(payload.get(name)) for name in IDS}
        return cls(
            payload["action"], kind=payload.get("kind"), weight=number_of(payload.get("weight")), **ids
        )

    def payload(self) -> dict[str, str]:
        """As events hold it: without the fields that it does not have."""
        said = {each.name: written(getattr(self, each.name)) for each in fields(self)}
        return {name: value for name, value in said.items() if value is not None}

    @property
    def subject_id(self) -> UUID:
        """It changes this."""
        id = getattr(self, _SUBJECTS.get(self.action, "objective_id"))
        if not isinstance(id, UUID):
            raise LookupError(f"a change without a subject: {self.action}")
        return id

    @property
    def named(self) -> dict[str, UUID]:
        """All that it names, by field."""
        return {name: id for name in IDS if (id := getattr(self, name)) is not None}


IDS = ("unit_id", "person_id", "objective_id", "parent_id", "manager_id", "owner_unit_id", "owner_person_id")
MANNER = ("kind", "weight")


class ChangePlan(Aggregate):
    """`position` is that of the log when its changes were last said: what has happened since to what they
    name, whoever approved it did not know.
    """

    TOPIC = "change_plan"

    class Event(aggregate.Event):
        pass

    class Drafted(Event, Creation):
        """The reason says why the changes are proposed."""

        TOPIC = "change_plan.drafted"
        title: str
        changes: list[dict[str, str]]
        position: int

        def apply(self, aggregate: ChangePlan) -> None:
            super().apply(aggregate)
            aggregate.say(self)

    class Revised(Event):
        """All of it anew; an approval is gone by that, and so is a withdrawal."""

        TOPIC = "change_plan.revised"
        title: str
        changes: list[dict[str, str]]
        position: int

        def apply(self, aggregate: ChangePlan) -> None:
            aggregate.say(self)
            aggregate.revisions += 1

    class Commented(Event):
        TOPIC = "change_plan.commented"
        PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})
        comment_id: str
        text: str

        def apply(self, aggregate: ChangePlan) -> None:
            aggregate.comments[UUID(self.comment_id)] = (self.actor, self.text)

    class Approved(Event):
        TOPIC = "change_plan.approved"

        def apply(self, aggregate: ChangePlan) -> None:
            aggregate.take(APPROVED, self.day)

    class Withdrawn(Event):
        TOPIC = "change_plan.withdrawn"

        def apply(self, aggregate: ChangePlan) -> None:
            aggregate.take(WITHDRAWN, self.day)

    class Applied(Event):
        """All its changes are recorded by the same command, effective on the same day."""

        TOPIC = "change_plan.applied"

        def apply(self, aggregate: ChangePlan) -> None:
            aggregate.take(APPLIED, self.day)

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.why = ""
        self.changes: list[Change] = []
        self.position = 0
        self.status = OPEN
        self.last_step = date.min
        self.drafted_by = ""
        self.awaiting: set[str] = set()
        self.revisions = 0
        self.comments: dict[UUID, tuple[str, str]] = {}

    def say(self, said: ChangePlan.Drafted | ChangePlan.Revised) -> None:
        """Takes over what an event says; whoever said it does not approve it."""
        self.title, self.why, self.position = said.title, said.reason or "", said.position
        self.changes = [Change.read(each) for each in said.changes]
        self.take(OPEN, said.day)
        self.drafted_by = self.drafted_by or said.actor
        self.awaiting.add(said.actor)

    def take(self, status: str, day: date) -> None:
        """Assigns the status."""
        self.status, self.last_step = status, day

    @property
    def named(self) -> dict[UUID, str]:
        """All that its changes name, each with the field that names it, and behind a slash the action."""
        return {id: f"{name}/{change.action}" for change in self.changes for name, id in change.named.items()}

    @classmethod
    def draft(cls, *, by: Provenance, id: UUID, title: str, changes: Sequence[Change], position: int) -> Self:
        """Today or late, never ahead; with a reason. That the changes could be carried out is the caller's
        to check.
        """
        check_day(by.effective_on, EARLIEST, by.today)
        return cls.begin(cls.Drafted, by, id, **_said(by, title, changes), position=position)

    def revise(
        self, by: Provenance, *, title: str, changes: Sequence[Change], position: int, moved: bool
    ) -> None:
        """Says all of it anew, with a reason. What stays the same is recorded only where what it names has
        `moved` on: then it counts from `position` on.
        """
        self._check_allowed("revise")
        said = _said(by, title, changes)
        same = (said["title"], list(changes), by.reason) == (self.title, self.changes, self.why)
        if same and not moved:
            return
        check_room("revisions of a change plan", self.revisions)
        self._check_step_date(by)
        self.record(self.Revised, by, **said, position=position)

    def comment(self, by: Provenance, *, comment_id: UUID, text: str) -> None:
        """Today or late, also when it is over."""
        self._check_allowed("comment")
        check_day(by.effective_on, self.first_day, by.today)
        said = text_of(text, "/text", COMMENT_LENGTH)
        there = self.comments.get(comment_id)
        if there is not None:
            if there != (by.actor, said):
                raise AlreadyExists(f"there is a comment {comment_id} already, and it is another one")
            return
        check_room("comments on a change plan", len(self.comments))
        self.record(self.Commented, by, comment_id=str(comment_id), text=said)

    def approve(self, by: Provenance) -> None:
        """That it is another person than who drafted or revised it is the caller's to check."""
        if self.status != APPROVED:
            self._check_allowed("approve")
            self._check_step_date(by)
            self.record(self.Approved, by)

    def withdraw(self, by: Provenance) -> None:
        """Needs a reason."""
        if self.status != WITHDRAWN:
            self._check_allowed("withdraw")
            self._check_step_date(by)
            if by.reason is None:
                raise ReasonRequired.at("/reason", "to withdraw a change plan needs a reason")
            self.record(self.Withdrawn, by)

    def apply(self, by: Provenance) -> None:
        """Carried out; once approved. That all its changes are recorded is the caller's to do."""
        if self.status != APPLIED:
            self._check_allowed("apply")
            self._check_step_date(by)
            self.record(self.Applied, by)

    def _check_allowed(self, action: str) -> None:
        if action not in ALLOWED[self.status]:
            raise ForbiddenTransition.of("a change plan", action, self.status, ALLOWED[self.status])

    def _check_step_date(self, by: Provenance) -> None:
        check_day(by.effective_on, self.last_step, by.today)


def _said(by: Provenance, title: str, changes: Sequence[Change]) -> dict[str, Any]:
    if by.reason is None:
        raise ReasonRequired.at("/reason", "a change plan needs a reason: why the changes are proposed")
    text_of(by.reason, "/reason", WHY_LENGTH)
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise InvalidValue.at("/changes", f"must be 1 to {MOST_CHANGES} changes")
    return {
        "title": text_of(title, "/title", NAME_LENGTH),
        "changes": [change.payload() for change in changes],
    }


def _words(action: str) -> str:
    verb, _, what = action.partition("_")
    return f"{verb} {'a' if what in ('unit', 'person') else 'an'} {what}"
