"""Which fields each kind of event sets, by topic: one module for each kind of aggregate."""

from projections.audit.fields import cycle, measure, objective, person, review, unit
from projections.audit.fields.said import Fields
from projections.audit.words import is_id

FIELDS: dict[str, Fields] = {
    **objective.FIELDS,
    **review.FIELDS,
    **person.FIELDS,
    **unit.FIELDS,
    **cycle.FIELDS,
    **measure.FIELDS,
}
PERSONAL: dict[str, frozenset[str]] = {
    "objective": objective.PERSONAL,
    "review": review.PERSONAL,
    "person": person.PERSONAL,
}
"""By type of subject: the names of fields that hold personal text."""
NAMES: dict[str, frozenset[str]] = {
    "objective": objective.NAMES,
    "review": review.NAMES,
    "person": person.NAMES,
    "unit": unit.NAMES,
    "cycle": cycle.NAMES,
    "measure": measure.NAMES,
}
"""By type of subject: the words that the names of its fields are made of, beside ids."""


def is_field(kind: str, name: str) -> bool:
    """Whether it may be (a part of) the name of a field of this type of subject."""
    return all(word in NAMES[kind] or is_id(word) for word in name.split("."))
