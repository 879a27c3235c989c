"""Readings of key results, and their corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from domain.aggregate import check_day
from domain.checks import number, optional_text, whole
from domain.decimals import canonical
from domain.objective.check_ins import CheckIn
from domain.objective.events import measuring as events
from domain.objective.lifecycle import check_allowed, check_live_on
from domain.objective.values import NOTE_LENGTH
from domain.provenance import Provenance
from domain.refusals import AlreadyExists, InvalidValue, NotFound, ReasonRequired, UnknownReference

if TYPE_CHECKING:
    from domain.objective.objective import Objective


def check_in(
    self: Objective,
    *,
    by: Provenance,
    check_in_id: UUID,
    on: date,
    readings: Mapping[UUID, Decimal],
    confidence: int | None = None,
    note: str | None = None,
) -> None:
    """Readings on a day on which the objective was approved or active; effective on that day."""
    check_allowed("check_in", self.status)
    check_day(on, self.first_day, by.today, "/on")
    check_live_on("check_in", self.lifecycle.on(on))
    values = _readings(readings, {key_result.id for key_result in self.key_results.on(on)})
    given = CheckIn(on, values, _confidence(confidence), optional_text(note, "/note", NOTE_LENGTH))
    if not given.readings and given.confidence is None and given.note is None:
        raise InvalidValue.at("/readings", "a check-in says something: a reading, a confidence or a note")
    there = self.check_ins.all.get(check_in_id)
    if there is not None:
        if there != given:
            raise AlreadyExists(f"there is a check-in {check_in_id} already, and it is another one")
        return
    self.record(
        events.CheckedIn,
        by,
        on,
        check_in_id=str(check_in_id),
        readings=_payload(values),
        confidence=given.confidence,
        note=given.note,
    )


def correct_check_in(
    self: Objective,
    *,
    by: Provenance,
    check_in_id: UUID,
    readings: Mapping[UUID, Decimal | None],
    confidence: int | None = None,
    note: str | None = None,
) -> None:
    """Puts right what the check-in said, on its own day, also after closing; needs a reason. A value of None
    withdraws a reading; a confidence or note left out stays.
    """
    check_allowed("correct_check_in", self.status)
    there = self.check_ins.all.get(check_in_id)
    if there is None:
        raise NotFound(f"there is no check-in {check_in_id}")
    values = _readings(readings, there.readings)
    confidence, note = _confidence(confidence), optional_text(note, "/note", NOTE_LENGTH)
    if _says_the_same(there, values, confidence, note):
        return
    if by.reason is None:
        raise ReasonRequired.at("/reason", "a correction needs a reason")
    was = {id: there.readings[id] for id in values}
    self.record(
        events.CheckInCorrected,
        by,
        there.on,
        check_in_id=str(check_in_id),
        readings=_payload(values),
        confidence=confidence,
        note=note,
        before={"readings": _payload(was), "confidence": there.confidence, "note": there.note},
    )


def _says_the_same(
    there: CheckIn, values: Mapping[UUID, Decimal | None], confidence: int | None, note: str | None
) -> bool:
    same_readings = all(there.readings[id] == value for id, value in values.items())
    return same_readings and confidence in (None, there.confidence) and note in (None, there.note)


def _readings(given: Mapping[UUID, Decimal | None], known: Iterable[UUID]) -> dict[UUID, Decimal | None]:
    values: dict[UUID, Decimal | None] = {}
    for place, (id, value) in enumerate(given.items()):
        if id not in known:
            raise UnknownReference.at(f"/readings/{place}/key_result_id", "is no key result to read here")
        values[id] = None if value is None else number(value, f"/readings/{place}/value")
    return values


def _confidence(confidence: int | None) -> int | None:
    return None if confidence is None else whole(confidence, "/confidence", 0, 10)


def _payload(readings: Mapping[UUID, Decimal | None]) -> list[dict[str, str | None]]:
    return [{"key_result_id": str(id), "value": _written(value)} for id, value in readings.items()]


def _written(value: Decimal | None) -> str | None:
    return None if value is None else canonical(value)
