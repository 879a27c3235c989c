"""Measures of impact and their readings, at any day, as known at any instant."""

from projections.measures.projector import TOPICS, apply
from projections.model import ReadModel, ddl_of

READ_MODEL = ReadModel(
    name="measures", version=1, ddl=ddl_of("projections.measures"), topics=TOPICS, apply=apply
)

__all__ = ["READ_MODEL"]
