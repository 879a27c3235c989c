"""An address and the id of another system are one thing's alone, however they are spelled."""

from unicodedata import normalize
from uuid import UUID, uuid5

# Storage: claims that were recorded are found by this and by the spelling that makes no difference.
CLAIMS = UUID("0d0cf8a5-6a0f-5f43-9f57-3f1c2a6e8b11")


def level(text: str) -> str:
    """The text without what makes no difference: case, white space around it, and the form of Unicode."""
    return normalize("NFKC", normalize("NFKC", text).casefold()).strip()


def claim(relation: str, text: str) -> UUID:
    """The same id for the same text, to be mentioned by all that claim it; a digest, and not the text."""
    return uuid5(CLAIMS, f"{relation}:{level(text)}")
