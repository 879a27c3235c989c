"""An archive, read from its first byte to its last, each of which has to be the one that `zipped` writes.

Only of the compressed streams another one may stand for the same content: they depend on the library.
"""

import re
import zlib
from collections.abc import Iterator
from typing import IO, Any

from web.exports.copies.copy import Altered, Incomplete, NotAnExport
from web.exports.zipped import END_BYTES, RAW, Member, directory

BLOCK = 1 << 16
MOST_PEEKED = 1 << 24
_CENTRAL = re.compile(rb"PK\x01\x02.{24}(..)\x00{12}(....)", re.DOTALL)


class Unzipped:
    """The members of an archive, to be read in the order in which they are written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._members: list[Member] = []
        self._listed = self._directory()

    def peek(self, name: str) -> str:
        """The content of a member as the list at the end tells where it is, before it is its turn. Raises
        `NotAnExport` if there is none.
        """
        if name not in self._listed:
            raise NotAnExport("is not an export of Throughline, or another program has saved it")
        member = Member(name, self._listed[name])
        self._file.seek(member.start)
        content = b""
        for block in self._content(member):
            content += block
            if len(content) > MOST_PEEKED:
                raise damaged()
        return _text(content)

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of the next member, which has to be this one."""
        member = Member(name, self._members[-1].end if self._members else 0)
        self._members.append(member)
        self._file.seek(member.start)
        yield from self._content(member)

    def expect(self, name: str, text: str) -> None:
        """Raises `Altered` unless the next member is this one and holds this."""
        wanted, at = text.encode(), 0
        for block in self.blocks(name):
            if wanted[at : at + len(block)] != block:
                raise Altered(f"does not have the {name} that is written for what is in it")
            at += len(block)
        if at != len(wanted):
            raise Altered(f"does not have the {name} that is written for what is in it")

    def end(self) -> None:
        """Raises `Altered` unless the list of these members follows, and nothing behind it."""
        self._file.seek(self._members[-1].end)
        wanted = directory(self._members)
        if self._file.read(len(wanted) + 1) != wanted:
            raise damaged()

    def _content(self, member: Member) -> Iterator[bytes]:
        """The content of the member that begins here, up to its end, in blocks that are not large."""
        if self._file.read(len(member.local)) != member.local:
            raise damaged()
        stream, left, ends = zlib.decompressobj(RAW), b"", False
        while not ends:
            given, before = left or self._file.read(BLOCK), stream.copy()
            if not given:
                raise damaged()
            content = stream.decompress(given, BLOCK)
            ends = stream.eof
            left = stream.unused_data if ends else stream.unconsumed_tail
            taken = given[: len(given) - len(left)]
            if ends:
                _refuse_padding(before, taken, content)
            member.compressed += len(taken)
            if content:
                yield member.take(content)
        self._file.seek(member.start + len(member.local) + member.compressed)
        if self._file.read(len(member.descriptor)) != member.descriptor:
            raise damaged()

    def _directory(self) -> dict[str, int]:
        """Tells where the members begin, as the list at the end has it."""
        size = self._file.seek(0, 2)
        self._file.seek(max(0, size - END_BYTES))
        end = self._file.read()
        if not end.startswith(b"PK\5\6") or len(end) != END_BYTES:
            self._file.seek(max(0, size - BLOCK))
            _, ends, behind = self._file.read().rpartition(b"PK\5\6")
            if ends and len(behind) > END_BYTES - len(ends):
                raise Altered("goes on behind its end")
            raise Incomplete("is incomplete: the end of the workbook is missing")
        self._file.seek(int.from_bytes(end[16:20], "little"))
        listed = self._file.read(min(size, MOST_PEEKED))
        starts: dict[str, int] = {}
        at = 0
        while entry := _CENTRAL.match(listed, at):
            length = int.from_bytes(entry[1], "little")
            at = entry.end() + length
            starts[listed[entry.end() : at].decode("ascii", "replace")] = int.from_bytes(entry[2], "little")
        return starts


def damaged() -> Altered:
    """The fault of a workbook of which the bytes are not those that are written."""
    return Altered("is damaged, or another program has saved it: it is not written as an export is")


def _refuse_padding(before: Any, last: bytes, content: bytes) -> None:
    """Raises `Altered` if a bit is set behind the end of the stream: from the highest bit of the last byte
    down, all are that make no difference.
    """
    for bit in (1 << place for place in range(7, -1, -1)):
        stream = before.copy()
        try:
            same = stream.decompress(last[:-1] + bytes([last[-1] ^ bit])) == content and stream.eof
        except zlib.error:
            return
        if not same:
            return
        if last[-1] & bit:
            raise damaged()


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise damaged() from error
