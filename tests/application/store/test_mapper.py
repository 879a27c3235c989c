"""Payloads of every class version are read in the shape of the present one."""

from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent
from eventsourcing.utils import register_topic, resolve_topic

from application.store import decode
from application.store.mapper import EventMapper, PlainJson
from domain import aggregate
from tests.application.store.notes import Note


class Priced(aggregate.Event):
    """Version 1 had `price` in euros, version 2 `cents`, version 3 added `currency`."""

    TOPIC = "test_priced"
    class_version = 3
    cents: int
    currency: str

    @staticmethod
    def upcast_v1_v2(payload: dict[str, Any]) -> None:
        payload["cents"] = payload.pop("price") * 100

    @staticmethod
    def upcast_v2_v3(payload: dict[str, Any]) -> None:
        payload["currency"] = "EUR"


register_topic(Priced.TOPIC, Priced)


@pytest.mark.parametrize(
    "stored",
    [
        b'{"price": 3}',
        b'{"cents": 300, "class_version": 2}',
        b'{"cents": 300, "currency": "EUR", "class_version": 3}',
    ],
)
def test_old_versions_are_brought_up_to_date(stored: bytes) -> None:
    assert decode("test_priced", stored) == {"cents": 300, "currency": "EUR"}


def test_an_event_is_read_as_it_was_written() -> None:
    mapper = EventMapper(PlainJson())
    note = Note.about(uuid4())
    note.write("one")

    for event in note.pending_events:
        assert mapper.to_domain_event(mapper.to_stored_event(event)) == event


def test_the_version_of_the_class_is_stored() -> None:
    provenance = {"actor": "a", "reason": None, "effective_on": "2026-01-01", "command_id": "c"}
    payload: dict[str, Any] = {**provenance, "cents": 300, "currency": "EUR"}
    event = Priced(uuid4(), 1, Priced.create_timestamp(), **payload)
    mapper = EventMapper(PlainJson())

    stored = mapper.to_stored_event(event)

    assert PlainJson().decode(stored.state)["class_version"] == 3
    assert mapper.to_domain_event(stored) == event


@pytest.mark.parametrize("state", [b"", b"[]", b"{", b"\xff"])
def test_what_is_no_json_object_is_reported(state: bytes) -> None:
    with pytest.raises(MapperDeserialisationError, match=r"of a test_note\.opened"):
        EventMapper(PlainJson()).to_domain_event(StoredEvent(uuid4(), 1, "test_note.opened", state))


def test_topics_lead_to_classes() -> None:
    assert resolve_topic("test_note.written") is Note.Written
