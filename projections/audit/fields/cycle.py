"""What the events of a cycle say. Its seal is the last one made, also after a reopening."""

from projections.audit.fields.said import ABOUT, LIFE, Fields, both, payload

DEFINITION = (
    "name", "starts_on", "ends_on", "cadence_days", "appeal_days", "rating_scale", "external_id",
)  # fmt: skip
NAMES = frozenset({*DEFINITION, "status", "seal"})

FIELDS: dict[str, Fields] = {
    "cycle.defined": both(payload(ABOUT, *DEFINITION), payload(LIFE, status="preparation")),
    "cycle.activated": payload(LIFE, status="active"),
    "cycle.closed": payload(LIFE, "seal", status="closed"),
    "cycle.reopened": payload(LIFE, status="active"),
}
