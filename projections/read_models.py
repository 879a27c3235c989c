"""The one list of the read models."""

from projections import alignment, directory

READ_MODELS = (directory.READ_MODEL, alignment.READ_MODEL)
