"""What every command does, said once more and as plainly as possible: a list of facts, and questions to it.

It has the methods of the use cases, and shares nothing with the domain but the values that callers pass in.
"""

from tests.stateful.model.cycles import Cycles
from tests.stateful.model.facts import Facts, Refused
from tests.stateful.model.key_results import KeyResults
from tests.stateful.model.links import Links
from tests.stateful.model.measures import Measures
from tests.stateful.model.organisation import People, Units
from tests.stateful.model.policies import Policies
from tests.stateful.model.reviews import Reviews
from tests.stateful.model.steps import Steps

__all__ = ["Facts", "Model", "Refused"]


class AllObjectives(Links, Steps, KeyResults):
    """Every command on objectives."""


class Model:
    """The parts, by the names that the use cases have."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.units, self.people = Units(self.facts), People(self.facts)
        self.cycles, self.objectives = Cycles(self.facts), AllObjectives(self.facts)
        self.reviews, self.measures = Reviews(self.facts), Measures(self.facts)
        self.policies = Policies(self.facts)
        self.cycles.objectives = self.objectives
        self.objectives.policies = self.policies
        for part in (self.units, self.people):
            part.people, part.objectives, part.reviews = self.people, self.objectives, self.reviews
