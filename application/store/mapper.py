"""Events to stored bytes and back: the one place that knows how a payload lies in the database.

A payload is a plain JSON object of strings, integers, booleans, nulls, and lists and objects of these. All
that is written passes `to_stored_event`, all that is read passes `payload`: fields that an event class
names as PERSONAL are to be encrypted and decrypted there.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, MapperDeserialisationError, StoredEvent, Transcoder
from eventsourcing.utils import get_topic, resolve_topic

from application.store import topics

_STORED_BESIDE_THE_PAYLOAD = ("originator_id", "originator_version")
_OPTIONAL = ("traceparent",)
"""Left out where there is none: most events have it not, and older ones never had."""


class PlainJson(Transcoder):
    """JSON without type marks: what is read is what any JSON parser reads."""

    def encode(self, obj: Any) -> bytes:
        """`TypeError` for anything but str, int, bool, None and lists and str-keyed dicts of these."""
        _check_primitive(obj)
        return bytes(memoryview(orjson.dumps(obj)))  # a copy: orjson's own bytes keep 4 KB each

    def decode(self, data: bytes) -> Any:
        return orjson.loads(data)


class EventMapper(Mapper[UUID]):
    """Maps domain events; old payloads are brought up to date before anything reads them."""

    aggregates = topics.AGGREGATES  # what it can map, imported by being named

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        payload = {k: v for k, v in vars(domain_event).items() if k not in _STORED_BESIDE_THE_PAYLOAD}
        payload["timestamp"] = payload["timestamp"].isoformat()
        for name in _OPTIONAL:
            if payload.get(name) is None:
                payload.pop(name, None)
        class_version = getattr(type(domain_event), "class_version", 1)
        if class_version > 1:
            payload["class_version"] = class_version
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=get_topic(type(domain_event)),
            state=self.transcoder.encode(payload),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        payload = self.payload(stored_event.topic, stored_event.state)
        payload["timestamp"] = datetime.fromisoformat(payload["timestamp"])
        payload["originator_id"] = stored_event.originator_id
        payload["originator_version"] = stored_event.originator_version
        event: DomainEventProtocol[UUID] = object.__new__(resolve_topic(stored_event.topic))
        vars(event).update(payload)
        return event

    def payload(self, topic: str, state: bytes) -> dict[str, Any]:
        """The payload in the shape of the present event class, its `timestamp` as text.

        An event class that changed shape has a `class_version` and static methods `upcast_v1_v2(payload)` and
        so on, which change the payload in place. Raises `MapperDeserialisationError` if it is no JSON object.
        """
        try:
            payload = self.transcoder.decode(state)
        except ValueError as error:
            raise MapperDeserialisationError(f"the state of a {topic} is not JSON: {error}") from error
        if not isinstance(payload, dict):
            raise MapperDeserialisationError(f"the state of a {topic} is not a JSON object")
        event_class = resolve_topic(topic)
        for version in range(payload.pop("class_version", 1), getattr(event_class, "class_version", 1)):
            getattr(event_class, f"upcast_v{version}_v{version + 1}")(payload)
        return payload


def decode(topic: str, state: bytes) -> dict[str, Any]:
    """The payload of a stored event, as `EventMapper.payload` gives it, for readers of the log."""
    return _MAPPER.payload(topic, state)


def _check_primitive(value: Any) -> None:
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise TypeError(f"payload key {key!r} is not a str")
            _check_primitive(item)
    elif kind is list:
        for item in value:
            _check_primitive(item)
    elif value is not None and kind not in (str, int, bool):
        raise TypeError(f"a payload holds primitives, not {kind.__name__}: {value!r}")


_MAPPER = EventMapper(PlainJson())
