"""A person stands to units, people and objectives in relations: those of today, as the aggregates of one
decision have them.

A decision that asks rests on what it asked: if that moves on meanwhile, the decision is made again. So nobody
acts by a right that a command has just taken from them.
"""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from application.session import Session
from domain.objective import Objective, Owner
from domain.person import Person
from domain.unit import Unit

PRIVATE = "private"


class Standing:
    """`person_id` None stands for nobody: then nothing holds. Somebody who has left is nothing to anybody."""

    def __init__(self, session: Session, person_id: UUID | None, today: date) -> None:
        self._session = session
        self._today = today
        found = None if person_id is None else session.find(Person, person_id)
        self._person = found if found is not None and found.exists_on(today) else None

    def is_person(self, person_id: UUID | None) -> bool:
        """Returns whether the person is this one."""
        return self._person is not None and self._person.id == person_id

    def owner_of(self, objective: Objective) -> Owner | None:
        """Gives the owner of today, or of its first day if that is ahead."""
        return objective.owner.at(max(self._today, objective.first_day))

    def owns(self, owner: Owner | None) -> bool:
        """Returns whether the owner is this person."""
        return owner is not None and self.is_person(owner.person_id)

    def leads(self, owner: Owner | None) -> bool:
        """Returns whether this person leads the unit that owns, or one above it."""
        return self._leads(self._up(owner))

    def leads_place(self, owner: Owner | None) -> bool:
        """Returns whether this person leads the unit that is or has the owner, or one above it."""
        if owner is None:
            return False
        unit_id = owner.unit_id if owner.person_id is None else self._unit_of(owner.person_id)
        return unit_id is not None and self._leads(self._units_up(unit_id))

    def leads_above(self, owner: Owner | None) -> bool:
        """Returns whether this person leads a unit above the one that owns; of a unit with none above it,
        whether they lead that.
        """
        units = list(self._up(owner))
        return self._leads(units[1:] or units)

    def manages(self, owner: Owner | None) -> bool:
        """Returns whether this person is in the chain of managers above the person who owns."""
        return owner is not None and owner.person_id is not None and self.manages_person(owner.person_id)

    def manages_person(self, person_id: UUID) -> bool:
        """Returns whether this person is in the chain of managers above that one."""
        return any(self.is_person(above) for above in self._above(person_id))

    def belongs_to(self, owner: Owner | None) -> bool:
        """Returns whether this person is of the unit that owns, or of one below it."""
        if self._person is None or owner is None or owner.unit_id is None:
            return False
        place = self._person.place.at(self._today)
        return place is not None and any(unit.id == owner.unit_id for unit in self._units_up(place.unit_id))

    def is_within(self, owner: Owner | None, units: frozenset[UUID]) -> bool:
        """Returns whether the unit of the owner is one of these or below one."""
        if owner is None:
            return False
        unit_id = owner.unit_id
        if owner.person_id is not None:
            unit_id = self._unit_of(owner.person_id)
        return unit_id is not None and any(unit.id in units for unit in self._units_up(unit_id))

    def sees(self, objective: Objective) -> bool:
        """Returns whether the objective is open, or private and this person's to see."""
        owner = self.owner_of(objective)
        return (
            not is_private(objective, self._today)
            or self.owns(owner)
            or self.leads(owner)
            or self.manages(owner)
            or self.belongs_to(owner)
        )

    def _leads(self, units: Iterator[Unit] | list[Unit]) -> bool:
        return any(self.is_person(unit.lead_person_id.at(self._today)) for unit in units)

    def _up(self, owner: Owner | None) -> Iterator[Unit]:
        if owner is not None and owner.unit_id is not None:
            yield from self._units_up(owner.unit_id)

    def _units_up(self, unit_id: UUID) -> Iterator[Unit]:
        seen: set[UUID] = set()
        above: UUID | None = unit_id
        while above is not None and above not in seen:
            seen.add(above)
            unit = self._session.find(Unit, above)
            if unit is None:
                return
            yield unit
            above = unit.parent_id.at(self._today)

    def _above(self, person_id: UUID) -> Iterator[UUID]:
        seen = {person_id}
        below: UUID | None = person_id
        while below is not None:
            person = self._session.find(Person, below)
            place = None if person is None else person.place.at(self._today)
            below = None if place is None else place.manager_id
            if below is None or below in seen:
                return
            seen.add(below)
            yield below

    def _unit_of(self, person_id: UUID) -> UUID | None:
        person = self._session.find(Person, person_id)
        place = None if person is None else person.place.at(max(self._today, person.first_day))
        return None if place is None else place.unit_id


def is_private(objective: Objective, today: date) -> bool:
    """Returns whether the objective is private today, or will be on its first day if that is ahead."""
    return objective.visibility.at(max(today, objective.first_day)) == PRIVATE
