"""Copies of exports: whether one is whole and as it was handed out."""

from web.exports.copies.copy import Copy
from web.exports.copies.examination import examine, judged

__all__ = ["Copy", "examine", "judged"]
