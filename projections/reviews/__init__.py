"""Reviews, what they rest on and how ratings fall, at any day, as known at any instant."""

from importlib.resources import files

from projections.model import ReadModel, ddl_of
from projections.reviews.projector import KEEPER, apply

READ_MODEL = ReadModel(
    name="reviews",
    revision=4,
    ddl=KEEPER.ddl + ddl_of("projections.reviews"),
    topics=KEEPER.topics,
    apply=apply,
    reads=("directory", "alignment", "audit"),
    guards=files(__package__).joinpath("guards.sql").read_text(encoding="utf-8"),
)

__all__ = ["READ_MODEL"]
