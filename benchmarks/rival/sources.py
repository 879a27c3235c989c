"""Two ways to ask the library for what was: version by version, as its documentation shows it, and in sets,
which is the best that can be asked of the same tables.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, any_, bindparam, or_, select
from sqlalchemy.orm import Session
from sqlalchemy_continuum import Operation

from benchmarks.rival.models import Alignments, KeyResults, Objectives, Transaction

Found: TypeAlias = Sequence[Any]
"""Versions, or rows with the same names."""


class Source(ABC):
    """What was after the last transaction up to an instant, in UTC and without a time zone."""

    def __init__(self, session: Session, at: datetime) -> None:
        self._session = session
        issued = select(Transaction.id).where(Transaction.issued_at <= at)
        self._transaction = session.scalar(issued.order_by(Transaction.issued_at.desc()).limit(1))

    @abstractmethod
    def objectives(self, ids: Collection[UUID]) -> Found: ...

    @abstractmethod
    def owned_by(self, person: UUID) -> Found: ...

    @abstractmethod
    def key_results(self, objectives: Collection[UUID]) -> Found: ...

    @abstractmethod
    def below(self, ids: Collection[UUID]) -> Found:
        """The links from these objectives downwards, to the end."""

    @abstractmethod
    def above(self, ids: Collection[UUID]) -> Found: ...

    @abstractmethod
    def names(self, versions: Any, ids: Collection[UUID]) -> dict[UUID, str]:
        """Of units or people, by their class of versions."""

    def _held(self, versions: Any) -> ColumnElement[bool]:
        """The condition of the documentation for the version that was there."""
        begun = versions.transaction_id <= self._transaction
        ended = or_(versions.end_transaction_id > self._transaction, versions.end_transaction_id.is_(None))
        return and_(begun, ended, versions.operation_type != Operation.DELETE)


class ByVersion(Source):
    """`version_at` for each, and for those that are not known by id the versions that held."""

    def objectives(self, ids: Collection[UUID]) -> Found:
        return [self._at(Objectives, id) for id in ids]

    def owned_by(self, person: UUID) -> Found:
        return self._holding(Objectives, Objectives.owner_person_id == person)

    def key_results(self, objectives: Collection[UUID]) -> Found:
        return [one for id in objectives for one in self._holding(KeyResults, KeyResults.objective_id == id)]

    def below(self, ids: Collection[UUID]) -> Found:
        return self._walk(ids, "parent_id", "child_id")

    def above(self, ids: Collection[UUID]) -> Found:
        return self._walk(ids, "child_id", "parent_id")

    def names(self, versions: Any, ids: Collection[UUID]) -> dict[UUID, str]:
        return {id: self._at(versions, id).name for id in ids}

    def _at(self, versions: Any, id: UUID) -> Any:
        return versions.version_at(self._session, {"id": id}, self._transaction)

    def _holding(self, versions: Any, condition: ColumnElement[bool]) -> Found:
        return self._session.scalars(select(versions).where(condition, self._held(versions))).all()

    def _walk(self, ids: Collection[UUID], near: str, far: str) -> Found:
        found, seen, edge = [], set(ids), list(ids)
        while edge:
            for link in self._holding(Alignments, getattr(Alignments, near) == edge.pop()):
                found.append(link)
                if (other := getattr(link, far)) not in seen:
                    seen.add(other)
                    edge.append(other)
        return found


class InSets(Source):
    """A query for each kind of thing, of the columns that are needed; links by a recursive query."""

    def objectives(self, ids: Collection[UUID]) -> Found:
        return self._all(self._objectives().where(Objectives.id == _among(ids)))

    def owned_by(self, person: UUID) -> Found:
        return self._all(self._objectives().where(Objectives.owner_person_id == person))

    def key_results(self, objectives: Collection[UUID]) -> Found:
        figures = (KeyResults.baseline, KeyResults.target, KeyResults.weight, KeyResults.value)
        wanted = select(KeyResults.objective_id, *figures).where(self._held(KeyResults))
        return self._all(wanted.where(KeyResults.objective_id == _among(objectives)))

    def below(self, ids: Collection[UUID]) -> Found:
        return self._walk(ids, Alignments.parent_id, "child_id")

    def above(self, ids: Collection[UUID]) -> Found:
        return self._walk(ids, Alignments.child_id, "parent_id")

    def names(self, versions: Any, ids: Collection[UUID]) -> dict[UUID, str]:
        wanted = select(versions.id, versions.name).where(versions.id == _among(ids), self._held(versions))
        return {id: name for id, name in self._all(wanted)}  # noqa: C416 - mypy: rows are no pairs

    def _all(self, wanted: Select[Any]) -> Found:
        return self._session.execute(wanted).all()

    def _objectives(self) -> Select[Any]:
        columns = ("id", "title", "level", "status", "owner_unit_id", "owner_person_id")
        return select(*(getattr(Objectives, name) for name in columns)).where(self._held(Objectives))

    def _walk(self, ids: Collection[UUID], near: Any, far: str) -> Found:
        columns = (Alignments.child_id, Alignments.parent_id, Alignments.kind, Alignments.weight)
        held = select(*columns).where(self._held(Alignments))
        links = held.where(near == _among(ids)).cte("links", recursive=True)
        return self._all(select(links.union(held.join(links, near == links.c[far]))))


def _among(ids: Collection[UUID]) -> ColumnElement[Any]:
    return any_(bindparam("ids", list(ids), type_=ARRAY(Uuid()), unique=True))
