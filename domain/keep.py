"""The mark of a field that stays as it is, where None is a value of its own."""

from enum import Enum


class Keep(Enum):
    KEEP = "keep"


KEEP = Keep.KEEP
