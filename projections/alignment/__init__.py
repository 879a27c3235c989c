"""This read model tells who is aligned with what, how far it is, and how healthy that is, at any (as_of,
known_at).
"""

from projections.alignment.tables import GUARDS, KEEPER
from projections.model import ReadModel

READ_MODEL = ReadModel(
    name="alignment",
    revision=4,
    ddl=KEEPER.ddl,
    topics=KEEPER.topics,
    apply=KEEPER.apply,
    reads=("directory", "audit"),
    guards=GUARDS,
)

__all__ = ["READ_MODEL"]
