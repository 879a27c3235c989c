"""A unit or a person sets out to achieve it: the aggregate and the values of its commands."""

from domain.keep import KEEP, Keep
from domain.objective.objective import Objective
from domain.objective.values import Neighbour, Owner, Parent, Revision, Standing, Waiver

__all__ = ["KEEP", "Keep", "Neighbour", "Objective", "Owner", "Parent", "Revision", "Standing", "Waiver"]
