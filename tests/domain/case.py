"""Given events, when a command, then events or a refusal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TypeVar
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import pytest

from domain.aggregate import Aggregate
from domain.provenance import Provenance
from domain.refusals import Refusal

A = TypeVar("A", bound=Aggregate)
R = TypeVar("R", bound=Refusal)
TODAY = date(2026, 6, 15)


def by(on: date | None = None, reason: str | None = None) -> Provenance:
    """Ana acts on 15 June 2026; effective on that day, which she does not say, unless told otherwise."""
    return Provenance("person:ana", uuid4(), TODAY, on or TODAY, reason, dated=on is not None)


def id_of(name: str) -> UUID:
    """The same id for the same name in every test."""
    return uuid5(NAMESPACE_OID, name)


def given(aggregate: A, *commands: Callable[[A], object]) -> A:
    """The aggregate after these commands, with nothing pending."""
    for command in commands:
        command(aggregate)
    aggregate.collect_events()
    return aggregate


def recorded(aggregate: Aggregate) -> list[object]:
    """The topics of what the command recorded, in order."""
    return [vars(type(event))["TOPIC"] for event in aggregate.pending_events]


@contextmanager
def refused(aggregate: Aggregate, kind: type[R]) -> Iterator[pytest.ExceptionInfo[R]]:
    """What happens inside is refused so, and nothing is recorded."""
    with pytest.raises(kind) as refusal:
        yield refusal
    assert recorded(aggregate) == []
