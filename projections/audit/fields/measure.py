"""What the events of a measure say."""

from projections.audit.fields.said import ABOUT, Fields, Given, Said, payload

DEFINITION = ("name", "unit_of_measure", "direction", "baseline", "target", "objective_ids", "external_id")
NAMES = frozenset({*DEFINITION, "readings", "value", "source"})


def _read(given: Given) -> Said:
    return {f"readings.{given.data['reading_id']}": {name: given.data[name] for name in ("value", "source")}}


FIELDS: dict[str, Fields] = {
    "measure.defined": payload(ABOUT, *DEFINITION),
    "measure.reading_recorded": _read,
    "measure.reading_corrected": _read,
}
