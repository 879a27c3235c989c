"""The tables, mapped as the library's documentation shows, with the indexes that it makes or recommends, and
one for each way in which the questions come in.
"""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, configure_mappers, mapped_column
from sqlalchemy_continuum import make_versioned, transaction_class, version_class

make_versioned(user_cls=None)


class Base(DeclarativeBase):
    """Each class below has a table of versions, made by the library."""


def table_of(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


class Unit(Base):
    __tablename__ = "unit"
    __versioned__: ClassVar[dict[str, Any]] = {}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)


class Person(Base):
    __tablename__ = "person"
    __versioned__: ClassVar[dict[str, Any]] = {}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    manager_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)


class Objective(Base):
    __tablename__ = "objective"
    __versioned__: ClassVar[dict[str, Any]] = {}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    description: Mapped[str]
    level: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    owner_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
    owner_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)


class KeyResult(Base):
    """`value` is the reading of the latest day, `check_in_id` where it was said; all null without one."""

    __tablename__ = "key_result"
    __versioned__: ClassVar[dict[str, Any]] = {}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    objective_id: Mapped[UUID] = mapped_column(ForeignKey("objective.id"), index=True)
    title: Mapped[str]
    baseline: Mapped[float]
    target: Mapped[float]
    weight: Mapped[float]
    value: Mapped[float | None]
    read_on: Mapped[date | None]
    check_in_id: Mapped[UUID | None]


class Alignment(Base):
    __tablename__ = "alignment"
    __versioned__: ClassVar[dict[str, Any]] = {}

    child_id: Mapped[UUID] = mapped_column(ForeignKey("objective.id"), primary_key=True)
    parent_id: Mapped[UUID] = mapped_column(ForeignKey("objective.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    weight: Mapped[float]


MODELS: tuple[type[Base], ...] = (Unit, Person, Objective, KeyResult, Alignment)

configure_mappers()
Units, People, Objectives, KeyResults, Alignments = map(version_class, MODELS)
Transaction = transaction_class(Objective)

for _versions, _name in (
    (Objectives, "owner_person_id"),
    (KeyResults, "objective_id"),
    (Alignments, "child_id"),
    (Alignments, "parent_id"),
):
    _columns = (getattr(_versions, name) for name in (_name, "transaction_id", "end_transaction_id"))
    Index(f"ix_{_versions.__table__.name}_{_name}_validity", *_columns)
Index("ix_transaction_issued_at", Transaction.issued_at.desc())
