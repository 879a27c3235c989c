"""The assessment of one person in one cycle: the aggregate and what its commands are made of."""

from domain.review.review import Review
from domain.review.values import Evidence, KeyResultEvidence, Share

__all__ = ["Evidence", "KeyResultEvidence", "Review", "Share"]
