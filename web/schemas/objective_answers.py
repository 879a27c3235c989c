"""The shapes of answers about objectives and their alignment."""

from marshmallow import fields

from domain.objective.values import LEVELS, LINK_KINDS, OUTCOMES, VISIBILITIES
from web.schemas.answers import (
    Shown,
    day,
    day_or_null,
    each,
    identity,
    identity_or_null,
    number_or_null,
    of_type,
    one_of,
    one_of_or_null,
    text,
    text_or_null,
    whole,
)  # fmt: skip
from web.schemas.key_results import KINDS
from web.schemas.queries import CLASSES, STATUSES

ZONES = ("fail", "commit", "target", "stretch")
PACES = ("ahead", "on_track", "behind", "off_track")


class OwnerShown(Shown):
    """One of `unit_id` and `person_id`, and the name at the moment asked about, if there is one."""

    unit_id = fields.Raw(metadata={"type": "string", "format": "uuid"})
    person_id = fields.Raw(metadata={"type": "string", "format": "uuid"})
    name = text_or_null()


class Circumstances(Shown):
    as_of = day()
    known_at = text(format="date-time")
    position = whole()


class ObjectiveSummary(Shown):
    id = identity()
    external_id = text_or_null()
    title = text()
    level = one_of(*LEVELS)
    status = one_of(*STATUSES)
    amended = of_type("boolean")
    class_ = one_of_or_null(*CLASSES, data_key="class")
    owner = fields.Nested(OwnerShown(), required=True, allow_none=True)
    unit_id = identity_or_null()
    cycle_id = identity()
    starts_on = day_or_null()
    ends_on = day_or_null()
    visibility = one_of(*VISIBILITIES)
    progress = number_or_null()
    elapsed = number_or_null()
    pace = one_of_or_null(*PACES)
    confidence = of_type(["integer", "null"])
    stale = of_type("boolean")
    version = whole()


class CurrentReading(Shown):
    on = day()
    value = text()
    check_in_id = identity()
    position = whole()
    version = whole()


class KeyResultShown(Shown):
    id = identity()
    external_id = text_or_null()
    title = text()
    kind = one_of(*KINDS)
    unit_of_measure = text_or_null()
    baseline = text_or_null()
    target = text_or_null()
    weight = text()
    attainment = number_or_null()
    progress = number_or_null()
    reading = fields.Nested(CurrentReading(), required=True, allow_none=True)


class Linked(Shown):
    objective_id = identity()
    title = text_or_null()
    level = one_of_or_null(*LEVELS)
    status = one_of_or_null(*STATUSES)
    kind = one_of(*LINK_KINDS)
    weight = text()
    since = day()


class ObjectiveInFull(ObjectiveSummary):
    """`origin_id` and `successor_id`: what was carried over into it, and what it was carried over to."""

    description = text_or_null()
    origin_id = identity_or_null()
    successor_id = identity_or_null()
    outcome = one_of_or_null(*OUTCOMES)
    score = text_or_null()
    suggested_score = text_or_null()
    zone = one_of_or_null(*ZONES)
    note = text_or_null()
    last_check_in_on = day_or_null()
    last_reaffirmed_on = day_or_null()
    key_results = each(KeyResultShown())
    alignments = each(Linked())
    children = each(Linked())


class Objective(ObjectiveInFull):
    as_of = day()
    known_at = text(format="date-time")


class PathStep(Shown):
    id = identity()
    title = text()
    level = one_of(*LEVELS)


class Path(Shown):
    """From the objective up to a strategic one."""

    objectives = each(PathStep())


class Paths(Circumstances):
    objective_id = identity()
    paths = each(Path())
    truncated = of_type("boolean")


class ReadingShown(Shown):
    key_result_id = identity()
    on = day()
    value = text()
    check_in_id = identity()
    confidence = of_type(["integer", "null"])
    position = whole()
    version = whole()


class Explanation(Circumstances):
    """`items` is what was weighed: key results, and contributing objectives with items of their own."""

    objective_id = identity()
    progress = number_or_null()
    elapsed = number_or_null()
    pace = one_of_or_null(*PACES)
    items = of_type("array", items={"type": "object"})
    readings = each(ReadingShown())
    policy = text()


class PersonHere(Shown):
    id = identity()
    name = text_or_null()
    unit_id = identity_or_null()
    manager_id = identity_or_null()
    status = text()
    reports = of_type("array", items={"type": "string", "format": "uuid"})


class ObjectiveWithPaths(ObjectiveInFull):
    paths = each(Path())
    truncated = of_type("boolean")


class PersonAlignment(Circumstances):
    person = fields.Nested(PersonHere(), required=True)
    objectives = each(ObjectiveWithPaths())
    policy = text()


class GraphLink(Shown):
    from_ = identity(data_key="from")
    to = identity()
    kind = one_of(*LINK_KINDS)
    weight = text()
    since = day()


class Graph(Circumstances):
    nodes = each(ObjectiveSummary())
    links = each(GraphLink())
    policy = text()


class Figures(Shown):
    strategic = whole()
    aligned = whole()
    detached = whole()
    orphan = whole()
    coverage = number_or_null()
    silo_index = number_or_null()
    stale = whole()


class UnitFigures(Figures):
    unit_id = identity()
    name = text_or_null()


class Health(Circumstances):
    policy = text()
    total = fields.Nested(Figures(), required=True)
    units = each(UnitFigures())
