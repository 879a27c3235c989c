"""Remarks on objectives, at any day, as known at any instant."""

from projections.feedback.projector import TOPICS, apply
from projections.model import ReadModel, ddl_of

READ_MODEL = ReadModel(
    name="feedback", version=1, ddl=ddl_of("projections.feedback"), topics=TOPICS, apply=apply
)

__all__ = ["READ_MODEL"]
