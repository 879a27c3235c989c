"""The shapes of answers about objectives and their alignment."""

from marshmallow import fields

from domain.health import CLASSES, PHASES
from domain.objective.values import LEVELS, LINK_KINDS, OUTCOMES, VISIBILITIES
from domain.progress import KINDS
from domain.rules import CONFIDENCE_BANDS, PACES, ZONES
from web.schemas.answers import (
    Circumstances,
    Shown,
    at_times,
    day,
    day_or_null,
    decimal,
    decimal_or_null,
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
from web.schemas.queries import STATUSES


class OwnerShown(Shown):
    """One of `unit_id` and `person_id`, and the name at the moment asked about, if there is one."""

    unit_id = fields.Raw(metadata={"type": "string", "format": "uuid"})
    person_id = fields.Raw(metadata={"type": "string", "format": "uuid"})
    name = text_or_null()


class ObjectiveSummary(Shown):
    id = identity()
    external_id = text_or_null()
    title = text()
    level = one_of(*LEVELS)
    status = one_of(*STATUSES)
    phase = at_times(one_of_or_null(*PHASES))
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
    confidence = of_type("integer", allow_none=True)
    confidence_band = one_of_or_null(*CONFIDENCE_BANDS)
    stale = of_type("boolean")
    version = whole()


class PageOfObjectiveSummary(Circumstances):
    """`withheld`: how many that meet the filters are not told; null where the filters would tell of them."""

    items = each(ObjectiveSummary())
    withheld = of_type("integer", allow_none=True)


class CurrentReading(Shown):
    on = day()
    value = decimal()
    check_in_id = identity()
    position = whole()
    version = whole()


class KeyResultShown(Shown):
    id = identity()
    external_id = text_or_null()
    title = text()
    kind = one_of(*KINDS)
    unit_of_measure = text_or_null()
    baseline = decimal_or_null()
    target = decimal_or_null()
    weight = decimal()
    attainment = number_or_null()
    progress = number_or_null()
    reading = fields.Nested(CurrentReading(), required=True, allow_none=True)


class MeasuredObjective(Shown):
    """The objective that a key result measures."""

    id = identity()
    title = text()
    level = one_of(*LEVELS)
    status = one_of(*STATUSES)


class KeyResultOfObjective(KeyResultShown):
    objective = fields.Nested(MeasuredObjective(), required=True)
    owner = fields.Nested(OwnerShown(), required=True, allow_none=True)
    unit_id = identity_or_null()
    cycle_id = identity()


class Linked(Shown):
    objective_id = identity()
    title = text_or_null()
    level = one_of_or_null(*LEVELS)
    status = one_of_or_null(*STATUSES)
    kind = one_of(*LINK_KINDS)
    weight = decimal()
    since = day()


class ObjectiveInFull(ObjectiveSummary):
    """`origin_id` and `successor_id`: what was carried over into it, and what it was carried over to."""

    description = text_or_null()
    origin_id = identity_or_null()
    successor_id = identity_or_null()
    outcome = one_of_or_null(*OUTCOMES)
    score = decimal_or_null()
    suggested_score = decimal_or_null()
    zone = one_of_or_null(*ZONES)
    note = text_or_null()
    last_check_in_on = day_or_null()
    last_reaffirmed_on = day_or_null()
    key_results = each(KeyResultShown())
    alignments = each(Linked())
    children = each(Linked())


class ObjectiveSchema(ObjectiveInFull):
    as_of = day()
    known_at = text(format="date-time")
    policy = text()


class PathStep(Shown):
    id = identity()
    title = text_or_null()
    level = one_of(*LEVELS)


class Path(Shown):
    """From the objective up to a strategic one."""

    objectives = each(PathStep())


class Paths(Circumstances):
    objective_id = identity()
    paths = each(Path())
    truncated = of_type("boolean")
    policy = text()


class ReadingShown(Shown):
    key_result_id = identity()
    on = day()
    value = decimal()
    check_in_id = identity()
    confidence = of_type("integer", allow_none=True)
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


class GraphLink(Shown):
    from_ = identity(data_key="from")
    to = identity()
    kind = one_of(*LINK_KINDS)
    weight = decimal()
    since = day()


class ObjectiveInGraph(ObjectiveSummary):
    """Nameless, where it is `withheld`."""

    title = text_or_null()
    withheld = at_times(of_type("boolean"))


class Graph(Circumstances):
    nodes = each(ObjectiveInGraph())
    links = each(GraphLink())
    policy = text()


class PaceCounts(Shown):
    off_track = whole()
    behind = whole()
    on_track = whole()
    ahead = whole()
    no_progress = whole()


class BranchNode(Shown):
    """Nameless, where it is `withheld`."""

    id = identity()
    title = text_or_null()
    level = one_of(*LEVELS)
    class_ = one_of_or_null(*CLASSES, data_key="class")
    owner = fields.Nested(OwnerShown(), required=True, allow_none=True)
    unit_id = identity_or_null()
    progress = number_or_null()
    elapsed = number_or_null()
    pace = one_of_or_null(*PACES)
    parents = whole()
    children = whole()
    children_left_out = of_type("integer", allow_none=True)
    below = whole()
    below_paces = fields.Nested(PaceCounts(), required=True)
    withheld = at_times(of_type("boolean"))


class Branch(Circumstances):
    nodes = each(BranchNode())
    links = each(GraphLink())
    policy = text()


class LinkUp(Shown):
    """`objective_id` is the one above."""

    objective_id = identity()
    kind = one_of(*LINK_KINDS)
    weight = decimal()
    since = day()


class NodeInRows(ObjectiveInGraph):
    links = each(LinkUp())


class GraphInRows(Shown):
    """The graph as an export has it: a row has the links up from its objective."""

    nodes = each(NodeInRows())
