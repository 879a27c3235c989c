"""Somebody who belongs to a unit and may have a manager. Transfers are dated; the identity stays, also of
those who leave and come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self
from uuid import UUID

from domain import aggregate, external_id
from domain.aggregate import Creation
from domain.cascade import UpLink
from domain.checks import EARLIEST, NAME_LENGTH, optional_text, text
from domain.keep import KEEP, Keep
from domain.payload import id_of, written
from domain.presence import Presence, Words
from domain.provenance import Provenance
from domain.refusals import InvalidValue
from domain.timeline import Timeline

EMAIL_LENGTH = 320
DEPARTED = "departed"
EMAIL = "person_email"
USER_NAME, ACCOUNT_ID = "person_user_name", "person_account_id"


@dataclass(frozen=True)
class Place:
    """The unit that somebody belongs to, and whom they report to."""

    unit_id: UUID
    manager_id: UUID | None


class Person(Presence):
    TOPIC = "person"
    THING = "a person"
    GONE = DEPARTED

    class Event(aggregate.Event):
        pass

    class Defined(Event, Creation):
        TOPIC = "person.defined"
        MENTIONS: ClassVar[dict[str, str]] = {"unit_id": "member_of", "manager_id": "reports_to"}
        CLAIMS: ClassVar[dict[str, str]] = {"email": EMAIL, "external_id": "person_external_id"}
        PERSONAL: ClassVar[frozenset[str]] = frozenset({"name", "email", "job_title"})
        name: str
        email: str | None
        job_title: str | None
        unit_id: str
        manager_id: str | None
        external_id: str | None

        def apply(self, aggregate: Person) -> None:
            super().apply(aggregate)
            aggregate.speak(self, there=True)
            aggregate.email.set(self.day, self.email)
            aggregate.job_title.set(self.day, self.job_title)
            aggregate.external_id = self.external_id
            aggregate.name.set(self.day, self.name)
            aggregate.place.set(self.day, Place(UUID(self.unit_id), id_of(self.manager_id)))

    class Transferred(Event):
        TOPIC = "person.transferred"
        MENTIONS: ClassVar[dict[str, str]] = {"unit_id": "member_of", "manager_id": "reports_to"}
        unit_id: str
        manager_id: str | None
        unit_id_before: str
        manager_id_before: str | None

        def apply(self, aggregate: Person) -> None:
            aggregate.place.set(self.day, Place(UUID(self.unit_id), id_of(self.manager_id)))

    class Renamed(Event):
        TOPIC = "person.renamed"
        PERSONAL: ClassVar[frozenset[str]] = frozenset({"name", "name_before"})
        name: str
        name_before: str

        def apply(self, aggregate: Person) -> None:
            aggregate.name.set(self.day, self.name)

    class Revised(Event):
        """`after` and `before`: those of email, job_title, user_name and account_id that changed."""

        TOPIC = "person.revised"
        CLAIMS: ClassVar[dict[str, str]] = {
            "after.email": EMAIL,
            "after.user_name": USER_NAME,
            "after.account_id": ACCOUNT_ID,
        }
        PERSONAL: ClassVar[frozenset[str]] = frozenset({"after", "before"})
        after: dict[str, str | None]
        before: dict[str, str | None]

        def apply(self, aggregate: Person) -> None:
            for name, value in self.after.items():
                getattr(aggregate, name).set(self.day, value)

    class ExternalIdCorrected(external_id.Corrected, Event):
        TOPIC = "person.external_id_corrected"
        CLAIMS: ClassVar[dict[str, str]] = {"external_id": "person_external_id"}

    class Departed(Event):
        TOPIC = "person.departed"

        def apply(self, aggregate: Person) -> None:
            aggregate.speak(self, there=False)

    class Returned(Event):
        TOPIC = "person.returned"

        def apply(self, aggregate: Person) -> None:
            aggregate.speak(self, there=True)

    class DepartureWithdrawn(Event):
        """The departure of that day was recorded by mistake."""

        TOPIC = "person.departure_withdrawn"

        def apply(self, aggregate: Person) -> None:
            aggregate.speak(self, there=True)

    WORDS = Words(Departed, Returned, DepartureWithdrawn)

    def __init__(self) -> None:
        super().__init__()
        self.email: Timeline[str | None] = Timeline()
        self.job_title: Timeline[str | None] = Timeline()
        self.user_name: Timeline[str | None] = Timeline()
        self.account_id: Timeline[str | None] = Timeline()
        self.name: Timeline[str] = Timeline()
        self.place: Timeline[Place] = Timeline()

    def managers(self) -> list[UpLink]:
        """Their managers, one after the other; gaps are times without a manager."""
        return [
            UpLink(s.value.manager_id, s.start, s.end)
            for s in self.place.spans()
            if s.value.manager_id is not None
        ]

    @classmethod
    def define(
        cls,
        *,
        by: Provenance,
        id: UUID,
        name: str,
        email: str | None,
        job_title: str | None,
        unit_id: UUID,
        manager_id: UUID | None,
        external_id: str | None = None,
    ) -> Self:
        """A new person, at most one year ahead. Existence of unit and manager, and loops, are the caller's to
        check.
        """
        aggregate.check_day(by.effective_on, EARLIEST, aggregate.one_year_after(by.today))
        _check_manager(id, manager_id)
        return cls.begin(
            cls.Defined,
            by,
            id,
            name=text(name, "/name", NAME_LENGTH),
            email=_email(email),
            job_title=optional_text(job_title, "/job_title", NAME_LENGTH),
            unit_id=str(unit_id),
            manager_id=written(manager_id),
            external_id=optional_text(external_id, "/external_id", NAME_LENGTH),
        )

    def transfer(self, by: Provenance, *, unit_id: UUID, manager_id: UUID | None) -> None:
        """To another unit, another manager, or both. Existence and loops are the caller's to check."""
        self._check_change("transfer", by)
        _check_manager(self.id, manager_id)
        before = self.place.at(by.effective_on)
        if before is not None and before != Place(unit_id, manager_id):
            self.record(
                self.Transferred,
                by,
                unit_id=str(unit_id),
                manager_id=written(manager_id),
                unit_id_before=str(before.unit_id),
                manager_id_before=written(before.manager_id),
            )

    def rename(self, by: Provenance, *, name: str) -> None:
        self._check_change("rename", by)
        name, before = text(name, "/name", NAME_LENGTH), self.name.at(by.effective_on)
        if name != before:
            self.record(self.Renamed, by, name=name, name_before=before)

    def revise(
        self,
        by: Provenance,
        *,
        email: str | Keep | None = KEEP,
        job_title: str | Keep | None = KEEP,
        user_name: str | Keep | None = KEEP,
        account_id: str | Keep | None = KEEP,
    ) -> None:
        """Another address, another job title, another account (the user name and the id that the person has
        at the identity provider), or some of them. An account may outlast its person's days, and ends after
        them.
        """
        if email is job_title is KEEP:
            self.check_fact_date(by)
        else:
            self._check_change("revise", by)
        wanted: dict[str, str | None] = {}
        if not isinstance(email, Keep):
            wanted["email"] = _email(email)
        texts = {
            "job_title": (job_title, NAME_LENGTH),
            "user_name": (user_name, EMAIL_LENGTH),
            "account_id": (account_id, NAME_LENGTH),
        }
        for name, (said, length) in texts.items():
            if not isinstance(said, Keep):
                wanted[name] = optional_text(said, f"/{name}", length)
        now = {name: getattr(self, name).at(by.effective_on) for name in wanted}
        changed = [name for name, value in wanted.items() if value != now[name]]
        if changed:
            after, before = ({name: values[name] for name in changed} for values in (wanted, now))
            self.record(self.Revised, by, after=after, before=before)

    def depart(self, by: Provenance) -> None:
        """From the effective date on; a departure known already moves to that day."""
        self._end(by)

    def return_(self, by: Provenance) -> None:
        """Back from the effective date on. That unit and manager are there then is the caller's to check."""
        self._resume(by)

    def withdraw_departure(self, by: Provenance) -> None:
        """The departure in force on the effective date, or else the next one, was recorded by mistake."""
        self._withdraw_end(by)


def _check_manager(id: UUID, manager_id: UUID | None) -> None:
    if manager_id == id:
        raise InvalidValue.at("/manager_id", "a person does not report to themselves")


def _email(email: str | None) -> str | None:
    checked = optional_text(email, "/email", EMAIL_LENGTH)
    if checked is not None and (checked.count("@") != 1 or not all(checked.split("@")) or " " in checked):
        raise InvalidValue.at("/email", "must be an address such as ana@example.org")
    return checked
