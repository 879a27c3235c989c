"""The directory as an identity provider keeps it: that says how somebody is to be, and whatever of it is not
so yet is recorded as of today, all of it or nothing.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from application import people, placing, units
from application.act import Act
from application.claims import check_claims
from application.ids import new_id
from application.session import Session, decide
from application.store import Store
from domain.claims import claim, level
from domain.keep import KEEP, Keep
from domain.person import ACCOUNT_ID, EMAIL, USER_NAME, Person
from domain.refusals import AlreadyExists, InvalidValue, NotFound
from domain.unit import Unit

MEMBERS = "/members"


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A person as an identity provider knows them. `user_name` None: they have left, and have no account
    there any more. `unit_id` is where they belong, or where a newcomer is to belong.
    """

    id: UUID
    user_name: str | None
    account_id: str | None
    name: str
    email: str | None
    job_title: str | None
    unit_id: UUID | None
    manager_id: UUID | None
    there: bool

    @property
    def is_known(self) -> bool:
        """Returns whether there is an account: whoever is there has one, under the address if under no other
        name.
        """
        return self.there or self.user_name is not None


def seen(person: Person, day: date) -> Someone | None:
    """The person on that day; None if they have not begun by then."""
    place, name = person.place.at(day), person.name.at(day)
    if place is None or name is None:
        return None
    there, email = person.exists_on(day), person.email.at(day)
    user_name = person.user_name.at(day)
    return Someone(
        id=person.id,
        user_name=shown_name(person.id, user_name, email, person.external_id) if there else user_name,
        account_id=person.account_id.at(day),
        name=name,
        email=email,
        job_title=person.job_title.at(day),
        unit_id=place.unit_id,
        manager_id=place.manager_id,
        there=there,
    )


def shown_name(id: UUID | str, user_name: str | None, email: str | None, external_id: str | None) -> str:
    """Names somebody who is there, also where no account was ever named."""
    return user_name or email or external_id or str(id)


Wanted: TypeAlias = Callable[[Someone], Someone]
"""Makes of somebody as they are what they are to be."""
Entry: TypeAlias = Callable[[], UUID | None]
"""Gives the unit of those who come without one."""


class Provisioning:
    """Commands of an identity provider."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def newcomer(self, act: Act, nobody: Someone, wanted: Wanted) -> Someone:
        """Somebody new, who is what `wanted` makes of nobody; or who had an account, has left and whose
        account was deleted: they are back then, under the same id. `AlreadyExists` for the name, id or
        address of an account that there is.
        """
        said = wanted(nobody)
        former = self._former(said, act.by.effective_on)
        if former is not None:
            return self._brought(act, former, wanted, entry=lambda: said.unit_id, anew=True)
        unit_id = said.unit_id
        if unit_id is None:
            raise InvalidValue.at(
                "/unit_id", "there is no unit for those who come: there must be one at the top, or a setting"
            )
        id, found = new_id(), [said]

        def decision(session: Session) -> None:
            person = Person.define(
                by=act.by,
                id=id,
                name=said.name,
                email=said.email,
                job_title=said.job_title,
                unit_id=unit_id,
                manager_id=said.manager_id,
            )
            placing.check_place(session, act.by, unit_id, said.manager_id)
            session.add(person)
            found[0] = _bring(session, act, person, said, entry=lambda: unit_id)

        decide(self._store, act, id, decision)
        return found[0]

    def change_person(self, act: Act, id: UUID, wanted: Wanted, *, entry: Entry) -> Someone:
        """Brings somebody to what `wanted` makes of how they are now; `NotFound` without an account."""
        return self._brought(act, id, wanted, entry=entry, anew=False)

    def new_group(
        self,
        act: Act,
        *,
        name: str,
        account_id: str | None,
        members: Collection[UUID],
        parent_id: UUID | None,
    ) -> UUID:
        """A team below the parent, and people who are transferred to it; its id."""
        id = new_id()

        def decision(session: Session) -> None:
            if parent_id is not None:
                session.existing(Unit, parent_id, act.by.effective_on, "/parent_id")
            unit = Unit.define(by=act.by, id=id, name=name, kind="team", parent_id=parent_id)
            session.add(unit)
            unit.name_account(by=act.by, account_id=account_id)
            check_claims(session, unit)
            _join(session, act, unit, members)

        decide(self._store, act, id, decision)
        return id

    def change_group(
        self,
        act: Act,
        id: UUID,
        *,
        name: str,
        account_id: str | Keep | None = KEEP,
        joining: Collection[UUID] = (),
        leaving: Collection[UUID] = (),
        entry: Entry,
    ) -> None:
        """Transfers those who join to it, and those who leave to the entry; their managers stay."""

        def decision(session: Session) -> None:
            unit = _group(session, act, id)
            unit.rename(by=act.by, name=name)
            if not isinstance(account_id, Keep):
                unit.name_account(by=act.by, account_id=account_id)
            check_claims(session, unit)
            _join(session, act, unit, joining)
            _leave(session, act, unit, leaving, entry)

        decide(self._store, act, id, decision)

    def delete_group(self, act: Act, id: UUID) -> None:
        """It is dissolved; `StillInUse` while anything belongs to it."""

        def decision(session: Session) -> None:
            unit = _group(session, act, id)
            unit.name_account(by=act.by, account_id=None)
            units.end(session, act, unit)

        decide(self._store, act, id, decision)

    def _brought(
        self,
        act: Act,
        id: UUID,
        wanted: Wanted,
        *,
        entry: Entry,
        anew: bool,
    ) -> Someone:
        found: list[Someone] = []

        def decision(session: Session) -> None:
            person = session.subject(Person, id, act)
            now = seen(person, act.by.effective_on)
            if now is None or (not now.is_known and not anew):
                raise NotFound(f"there is no {Person.TOPIC} {id}")
            if anew and now.is_known:
                raise AlreadyExists.at("/user_name", f"is that of the person {id} already")
            found[:] = [_bring(session, act, person, wanted(now), entry=entry)]

        decide(self._store, act, id, decision)
        return found[0]

    def _former(self, said: Someone, day: date) -> UUID | None:
        """Finds the person whose account this was before it was deleted, if that is beyond doubt."""
        while True:
            session = Session(self._store)
            found = {
                person.id
                for relation, text in _called(said)
                for person in session.mentioning(Person, claim(relation, text), relation)
                if _was(person, said, day)
            }
            if not session.catch_up():
                return found.pop() if len(found) == 1 else None


def _called(said: Someone) -> list[tuple[str, str]]:
    names = [(ACCOUNT_ID, said.account_id), (USER_NAME, said.user_name)]
    names += [(EMAIL, said.email), (EMAIL, said.user_name)]
    return [(relation, text) for relation, text in names if text]


def _was(person: Person, said: Someone, day: date) -> bool:
    """Returns whether this may be the person: without an account now, and never with another id of one."""
    now = seen(person, day)
    if now is None or now.is_known:
        return False
    ids = {level(each) for each in (now.account_id, said.account_id) if each}
    return len(ids) < 2


def _bring(session: Session, act: Act, person: Person, wanted: Someone, *, entry: Entry) -> Someone:
    """Records what is not yet as wanted. Who comes back does so before all else, who leaves after it."""
    by = act.by
    now = _now(person, by.effective_on)
    if wanted.there and not now.there:
        stays = now.unit_id is not None and session.get(Unit, now.unit_id).exists_on(by.effective_on)
        people.resume(session, act, person, None if stays else entry(), wanted.manager_id)
    if wanted.name != now.name:
        person.rename(by=by, name=wanted.name)
    changed = {
        name: getattr(wanted, name)
        for name in ("email", "job_title")
        if getattr(wanted, name) != getattr(now, name)
    }
    if changed:
        person.revise(by=by, **changed)
    if wanted.manager_id != now.manager_id and now.unit_id is not None:
        unit_id = _now(person, by.effective_on).unit_id or now.unit_id
        placing.transfer(session, by, person, unit_id=unit_id, manager_id=wanted.manager_id)
    leaves = now.there and not wanted.there
    if leaves or wanted.user_name != _now(person, by.effective_on).user_name:
        person.revise(by=by, user_name=wanted.user_name)
    if wanted.account_id != now.account_id:
        person.revise(by=by, account_id=wanted.account_id)
    if leaves:
        people.end(session, act, person)
    check_claims(session, person)
    _check_user_name(session, person, by.effective_on)
    return _now(person, by.effective_on)


def _now(person: Person, day: date) -> Someone:
    now = seen(person, day)
    if now is None:
        raise NotFound(f"there is no {Person.TOPIC} {person.id}")
    return now


def _check_user_name(session: Session, person: Person, day: date) -> None:
    """Raises `AlreadyExists` if somebody else goes by that name, and be it as their address."""
    name = _now(person, day).user_name
    if name is None or not person.pending_events:
        return
    for relation in (USER_NAME, EMAIL):
        for other in session.mentioning(Person, claim(relation, name), relation):
            theirs = None if other is person else seen(other, day)
            if theirs is not None and theirs.user_name and level(theirs.user_name) == level(name):
                raise AlreadyExists.at("/user_name", f"is that of the person {other.id} already")


def _group(session: Session, act: Act, id: UUID) -> Unit:
    unit = session.subject(Unit, id, act)
    if not unit.exists_on(act.by.effective_on):
        raise NotFound(f"there is no {Unit.TOPIC} {id}")
    return unit


def _join(session: Session, act: Act, unit: Unit, members: Collection[UUID]) -> None:
    for id in members:
        person = session.existing(Person, id, act.by.effective_on, MEMBERS)
        _place(session, act, person, unit.id)


def _leave(session: Session, act: Act, unit: Unit, members: Collection[UUID], entry: Entry) -> None:
    for id in members:
        person = session.referred(Person, id, MEMBERS)
        place = person.place.at(act.by.effective_on)
        if place is None or place.unit_id != unit.id or not person.exists_on(act.by.effective_on):
            continue
        other = entry()
        if other is None or other == unit.id:
            detail = f"the person {id} must belong to a unit: make them a member of another group instead"
            raise InvalidValue.at(MEMBERS, detail)
        _place(session, act, person, other)


def _place(session: Session, act: Act, person: Person, unit_id: UUID) -> None:
    place = person.place.at(act.by.effective_on)
    manager_id = None if place is None else place.manager_id
    placing.transfer(
        session, act.by, person, unit_id=unit_id, manager_id=manager_id, pointers=(MEMBERS, None)
    )
