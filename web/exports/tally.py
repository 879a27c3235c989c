"""The tally counts the rows that went by, and makes their SHA-256."""

from hashlib import sha256


class Tally:
    """Counts rows and digests their bytes in the order in which they come."""

    def __init__(self) -> None:
        self.rows = 0
        self._sha256 = sha256()

    def take(self, block: bytes, rows: int) -> bytes:
        """The block, which holds so many rows, after it was counted."""
        self._sha256.update(block)
        self.rows += rows
        return block

    @property
    def digest(self) -> str:
        """In hexadecimal."""
        return self._sha256.hexdigest()
