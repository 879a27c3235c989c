"""A part of the organisation. It keeps its identity through every reorganisation."""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import UUID

from domain import aggregate, external_id
from domain.aggregate import Creation
from domain.cascade import UpLink
from domain.checks import EARLIEST, NAME_LENGTH, one_of, optional_text, text
from domain.payload import id_of, written
from domain.presence import Presence, Words
from domain.provenance import Provenance
from domain.refusals import InvalidValue
from domain.timeline import Timeline

DISSOLVED = "dissolved"
KINDS = ("organisation", "division", "department", "team")


class Unit(Presence):
    TOPIC = "unit"
    THING = "a unit"
    GONE = DISSOLVED

    class Event(aggregate.Event):
        pass

    class Defined(Event, Creation):
        TOPIC = "unit.defined"
        MENTIONS: ClassVar[dict[str, str]] = {"parent_id": "unit_parent"}
        CLAIMS: ClassVar[dict[str, str]] = {"external_id": "unit_external_id"}
        name: str
        kind: str
        parent_id: str | None
        external_id: str | None

        def apply(self, aggregate: Unit) -> None:
            super().apply(aggregate)
            aggregate.speak(self, there=True)
            aggregate.kind = self.kind
            aggregate.external_id = self.external_id
            aggregate.name.set(self.day, self.name)
            aggregate.parent_id.set(self.day, id_of(self.parent_id))

    class Renamed(Event):
        TOPIC = "unit.renamed"
        name: str
        name_before: str

        def apply(self, aggregate: Unit) -> None:
            aggregate.name.set(self.day, self.name)

    class Moved(Event):
        TOPIC = "unit.moved"
        MENTIONS: ClassVar[dict[str, str]] = {"parent_id": "unit_parent"}
        parent_id: str | None
        parent_id_before: str | None

        def apply(self, aggregate: Unit) -> None:
            aggregate.parent_id.set(self.day, id_of(self.parent_id))

    class LeadNamed(Event):
        """Somebody leads it from that day on; None: nobody does, and whoever leads the unit above acts."""

        TOPIC = "unit.lead_named"
        MENTIONS: ClassVar[dict[str, str]] = {"lead_person_id": "leads"}
        lead_person_id: str | None
        lead_person_id_before: str | None

        def apply(self, aggregate: Unit) -> None:
            aggregate.lead_person_id.set(self.day, id_of(self.lead_person_id))

    class AccountNamed(Event):
        """The group at the identity provider that is this unit; None: there is none any more."""

        TOPIC = "unit.account_named"
        CLAIMS: ClassVar[dict[str, str]] = {"account_id": "unit_account_id"}
        account_id: str | None
        account_id_before: str | None

        def apply(self, aggregate: Unit) -> None:
            aggregate.account_id.set(self.day, self.account_id)

    class ExternalIdCorrected(external_id.Corrected, Event):
        TOPIC = "unit.external_id_corrected"
        CLAIMS: ClassVar[dict[str, str]] = {"external_id": "unit_external_id"}

    class Dissolved(Event):
        TOPIC = "unit.dissolved"

        def apply(self, aggregate: Unit) -> None:
            aggregate.speak(self, there=False)

    class Restored(Event):
        TOPIC = "unit.restored"

        def apply(self, aggregate: Unit) -> None:
            aggregate.speak(self, there=True)

    class DissolutionWithdrawn(Event):
        """The dissolution of that day was recorded by mistake."""

        TOPIC = "unit.dissolution_withdrawn"

        def apply(self, aggregate: Unit) -> None:
            aggregate.speak(self, there=True)

    WORDS = Words(Dissolved, Restored, DissolutionWithdrawn)

    def __init__(self) -> None:
        super().__init__()
        self.kind = ""
        self.name: Timeline[str] = Timeline()
        self.parent_id: Timeline[UUID | None] = Timeline()
        self.lead_person_id: Timeline[UUID | None] = Timeline()
        self.account_id: Timeline[str | None] = Timeline()

    def parents(self) -> list[UpLink]:
        """Its places in the tree, one after the other; gaps are times at the top."""
        return [UpLink(s.value, s.start, s.end) for s in self.parent_id.spans() if s.value is not None]

    @classmethod
    def define(
        cls,
        *,
        by: Provenance,
        id: UUID,
        name: str,
        kind: str,
        parent_id: UUID | None,
        external_id: str | None = None,
    ) -> Self:
        """A new unit, at most one year ahead. That the parent exists and no loop closes is the caller's to
        check.
        """
        aggregate.check_day(by.effective_on, EARLIEST, aggregate.one_year_after(by.today))
        _check_parent(id, parent_id)
        return cls.begin(
            cls.Defined,
            by,
            id,
            name=text(name, "/name", NAME_LENGTH),
            kind=one_of(kind, KINDS, "/kind"),
            parent_id=written(parent_id),
            external_id=optional_text(external_id, "/external_id", NAME_LENGTH),
        )

    def rename(self, by: Provenance, *, name: str) -> None:
        self._check_change("rename", by)
        name, before = text(name, "/name", NAME_LENGTH), self.name.at(by.effective_on)
        if name != before:
            self.record(self.Renamed, by, name=name, name_before=before)

    def move(self, by: Provenance, *, parent_id: UUID | None) -> None:
        """Under another parent, or to the top. Existence and loops are the caller's to check."""
        self._check_change("move", by)
        _check_parent(self.id, parent_id)
        before = self.parent_id.at(by.effective_on)
        if parent_id != before:
            self.record(self.Moved, by, parent_id=written(parent_id), parent_id_before=written(before))

    def name_lead(self, by: Provenance, *, person_id: UUID | None) -> None:
        """Somebody who is there, or nobody. That they are there is the caller's to check."""
        self._check_change("name the lead of", by)
        before = self.lead_person_id.at(by.effective_on)
        if person_id != before:
            self.record(
                self.LeadNamed,
                by,
                lead_person_id=written(person_id),
                lead_person_id_before=written(before),
            )

    def name_account(self, by: Provenance, *, account_id: str | None) -> None:
        """The id that the unit has at the identity provider. It may outlast the unit's days."""
        self.check_fact_date(by)
        named, before = (
            optional_text(account_id, "/account_id", NAME_LENGTH),
            self.account_id.at(by.effective_on),
        )
        if named != before:
            self.record(self.AccountNamed, by, account_id=named, account_id_before=before)

    def dissolve(self, by: Provenance) -> None:
        """From the effective date on; a dissolution known already moves to that day."""
        self._end(by)

    def restore(self, by: Provenance) -> None:
        """Set up again from the effective date on. That the parent is there then is the caller's to check."""
        self._resume(by)

    def withdraw_dissolution(self, by: Provenance) -> None:
        """The dissolution in force on the effective date, or else the next one, was recorded by mistake."""
        self._withdraw_end(by)


def _check_parent(id: UUID, parent_id: UUID | None) -> None:
    if parent_id == id:
        raise InvalidValue.at("/parent_id", "a unit is not a part of itself")
