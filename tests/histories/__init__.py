"""Strategies for histories: what commands on the real aggregates leave, late ones and ahead ones too.

A history is what a store would hold afterwards: events with gap-free positions, versions per aggregate, and
instants that rise from save to save. Dates are drawn close together, so that facts meet, overtake and correct
one another.
"""

from tests.histories.strategies import histories
from tests.histories.telling import Telling

__all__ = ["Telling", "histories"]
