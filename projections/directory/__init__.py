"""The directory tells who is there: units, people and cycles with their seals, at any day, as known at any
instant.
"""

from projections.directory.projector import KEEPER, apply
from projections.model import ReadModel, ddl_of

READ_MODEL = ReadModel(
    name="directory",
    revision=4,
    ddl=KEEPER.ddl + ddl_of("projections.directory"),
    topics=KEEPER.topics,
    apply=apply,
)

__all__ = ["READ_MODEL"]
