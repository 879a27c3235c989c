"""Key results, check-ins and readings."""

from projections.alignment.folds.fold import Fold
from projections.alignment.tables import Rows
from projections.events import Recorded

KEY_RESULT = ("title", "kind", "unit_of_measure", "baseline", "target", "weight", "external_id")


def _key_result_added(rows: Rows, event: Recorded) -> None:
    _key_result(rows, event, present=True, **{name: event.data[name] for name in KEY_RESULT})


def _target_changed(rows: Rows, event: Recorded) -> None:
    _key_result(rows, event, **{name: event.data[name] for name in ("kind", "target", "baseline")})


def _key_result_removed(rows: Rows, event: Recorded) -> None:
    _key_result(rows, event, present=False)


def _key_result(rows: Rows, event: Recorded, **patch: object) -> None:
    key = (event.originator_id, event.data["key_result_id"])
    rows.key_results.set(key, event.effective_on, event.recorded_at, patch)


def _checked_in(rows: Rows, event: Recorded) -> None:
    _read(rows, event, {"position": event.position})


def _check_in_corrected(rows: Rows, event: Recorded) -> None:
    _read(rows, event, {})


def _read(rows: Rows, event: Recorded, place: dict[str, object]) -> None:
    objective_id, check_in_id = event.originator_id, event.data["check_in_id"]
    day, recorded_at = event.effective_on, event.recorded_at
    confidence = event.data["confidence"]
    felt = place if confidence is None else {**place, "confidence": confidence}
    if felt:
        rows.check_ins.set((objective_id, check_in_id), day, recorded_at, felt)
    said = {**place, "said_position": event.position, "said_version": event.version}
    for reading in event.data["readings"]:
        key = (objective_id, reading["key_result_id"], check_in_id)
        rows.readings.set(key, day, recorded_at, {**said, "value": reading["value"]})


FOLDS: dict[str, Fold] = {
    "objective.key_result_added": _key_result_added,
    "objective.target_changed": _target_changed,
    "objective.key_result_removed": _key_result_removed,
    "objective.checked_in": _checked_in,
    "objective.check_in_corrected": _check_in_corrected,
}
