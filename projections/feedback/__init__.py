"""Remarks on objectives, at any day, as known at any instant."""

from projections.catalogue.events import FEEDBACK
from projections.keeping import Keeper, Kept
from projections.model import ReadModel

_KEEPER = Keeper(Kept("feedback", FEEDBACK, key=("objective_id", "id")))
READ_MODEL = ReadModel("feedback", revision=2, ddl=_KEEPER.ddl, topics=_KEEPER.topics, apply=_KEEPER.apply)

__all__ = ["READ_MODEL"]
