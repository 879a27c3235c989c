"""Who is aligned with what, how far it is, and how healthy that is, at any (as_of, known_at)."""

from projections.alignment.projector import TOPICS, apply
from projections.model import ReadModel, ddl_of

READ_MODEL = ReadModel(
    name="alignment",
    version=3,
    ddl=ddl_of("projections.alignment"),
    topics=TOPICS,
    apply=apply,
    reads=("directory",),
)

__all__ = ["READ_MODEL"]
