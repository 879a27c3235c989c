"""Every aggregate, imported here so that the topics of all events are known to whoever reads the log."""

from domain.aggregate import Aggregate
from domain.change_plan import ChangePlan
from domain.cycle import Cycle
from domain.measure import Measure
from domain.objective import Objective
from domain.person import Person
from domain.policy import Policy
from domain.review import Review
from domain.unit import Unit

AGGREGATES: tuple[type[Aggregate], ...] = (
    ChangePlan, Cycle, Measure, Objective, Person, Policy, Review, Unit,
)  # fmt: skip
