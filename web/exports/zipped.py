"""Zip archives in the one form in which workbooks are written.

Members are deflated, and nothing about them depends on the day, the system or the library: whoever knows
their names, contents and compressed streams can write every other byte again.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

LEVEL = 3
MOST_BYTES = 2**32 - 1
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_DESCRIPTOR: Final = struct.Struct("<4s3I")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
VERSION, SIZES_FOLLOW, DEFLATED = 20, 1 << 3, 8
NO_TIME, NO_DAY = 0, (1 << 5) | 1  # midnight of 1 January 1980, with which the calendar of archives begins
END_BYTES = _END.size
RAW = -zlib.MAX_WBITS
"""A member has its stream without a header of its own."""


class TooLarge(Exception):
    """The archive would be one that not every program reads."""


@dataclass
class Member:
    """`start` is the place of its local header. What it holds is counted while it goes by."""

    name: str
    start: int
    checksum: int = 0
    compressed: int = 0
    size: int = 0

    def take(self, block: bytes) -> bytes:
        """The block, after it was counted."""
        self.checksum = zlib.crc32(block, self.checksum)
        self.size += len(block)
        return block

    @property
    def local(self) -> bytes:
        """Stands before the stream, and leaves open what is known only after it."""
        name = self.name.encode("ascii")
        fixed = (VERSION, SIZES_FOLLOW, DEFLATED, NO_TIME, NO_DAY)
        return _LOCAL.pack(b"PK\3\4", *fixed, 0, 0, 0, len(name), 0) + name

    @property
    def descriptor(self) -> bytes:
        """Stands behind the stream."""
        return _DESCRIPTOR.pack(b"PK\7\10", self.checksum, self.compressed, self.size)

    @property
    def end(self) -> int:
        return self.start + len(self.local) + self.compressed + len(self.descriptor)

    @property
    def central(self) -> bytes:
        name = self.name.encode("ascii")
        fixed = (VERSION, VERSION, SIZES_FOLLOW, DEFLATED, NO_TIME, NO_DAY)
        sizes = (self.checksum, self.compressed, self.size)
        return _CENTRAL.pack(b"PK\1\2", *fixed, *sizes, len(name), 0, 0, 0, 0, 0, self.start) + name


def directory(members: Iterable[Member]) -> bytes:
    """The end of an archive of these members, which lists them."""
    *_, last = members = list(members)
    listed = b"".join(member.central for member in members)
    count = len(members)
    return listed + _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), last.end, 0)


class Archive:
    """Makes the bytes of an archive in turn."""

    def __init__(self) -> None:
        self._members: list[Member] = []

    def add(self, name: str, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes of a member that holds these blocks; `TooLarge` if the archive would be."""
        member = Member(name, self._members[-1].end if self._members else 0)
        self._members.append(member)
        before = member.local
        stream = zlib.compressobj(LEVEL, zlib.DEFLATED, RAW)
        for block in blocks:
            yield before + self._counted(member, stream.compress(member.take(block)))
            before = b""
        yield before + self._counted(member, stream.flush()) + member.descriptor

    def end(self) -> bytes:
        """Makes what was given a whole archive."""
        return directory(self._members)

    def _counted(self, member: Member, block: bytes) -> bytes:
        member.compressed += len(block)
        if max(member.end, member.size) > MOST_BYTES:
            raise TooLarge("the workbook would have more than 4 GiB")
        return block
