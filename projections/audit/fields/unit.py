"""What the events of a unit say."""

from projections.audit.fields.said import ABOUT, LIFE, Fields, both, payload

DEFINITION = ("name", "kind", "parent_id", "external_id")
NAMES = frozenset({*DEFINITION, "status"})

FIELDS: dict[str, Fields] = {
    "unit.defined": both(payload(ABOUT, *DEFINITION), payload(LIFE, status="active")),
    "unit.renamed": payload(ABOUT, "name"),
    "unit.moved": payload(ABOUT, "parent_id"),
    "unit.dissolved": payload(LIFE, status="dissolved"),
}
