"""What the events of a person say."""

from projections.audit.fields.said import ABOUT, LIFE, Fields, both, payload

DEFINITION = ("name", "email", "job_title", "unit_id", "manager_id", "external_id")
PERSONAL = frozenset({"name", "email", "job_title"})
NAMES = frozenset({*DEFINITION, "status"})

FIELDS: dict[str, Fields] = {
    "person.defined": both(payload(ABOUT, *DEFINITION), payload(LIFE, status="active")),
    "person.transferred": payload(ABOUT, "unit_id", "manager_id"),
    "person.renamed": payload(ABOUT, "name"),
    "person.departed": payload(LIFE, status="departed"),
}
