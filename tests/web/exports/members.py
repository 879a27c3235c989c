"""Workbooks taken apart and put together again as the service does it."""

import io
from collections.abc import Mapping
from zipfile import ZipFile

from web.exports.zipped import Archive


def contents(workbook: bytes) -> dict[str, bytes]:
    """The members of a workbook, in their order."""
    with ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archived(members: Mapping[str, bytes]) -> bytes:
    archive = Archive()
    blocks = [block for name, content in members.items() for block in archive.add(name, [content])]
    return b"".join(blocks) + archive.end()
