"""Measures of impact and their readings, at any day, as known at any instant."""

from projections.catalogue.events import MEASURE, MEASURE_READING
from projections.keeping import Keeper, Kept
from projections.model import ReadModel

_KEEPER = Keeper(
    Kept("measures", MEASURE, key=("id",)),
    Kept(
        "readings",
        MEASURE_READING,
        key=("measure_id", "id"),
        indexes=("(measure_id, valid_from desc, position desc)",),
    ),
    versions_of=("measure",),
)
READ_MODEL = ReadModel(
    "measures",
    revision=2,
    ddl=_KEEPER.ddl,
    topics=_KEEPER.topics,
    apply=_KEEPER.apply,
    reads=("directory",),
)

__all__ = ["READ_MODEL"]
