"""Every event of every aggregate as one row that says who changed what, when and why, field by field."""

from projections.audit.projector import TOPICS, apply
from projections.model import ReadModel, ddl_of

READ_MODEL = ReadModel(name="audit", revision=5, ddl=ddl_of("projections.audit"), topics=TOPICS, apply=apply)

__all__ = ["READ_MODEL"]
