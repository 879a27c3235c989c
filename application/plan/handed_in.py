"""A plan as it was handed in: a folder of CSV files, a zip of them, or a workbook with a sheet for each."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile

from application.plan.csv_files import records_of
from application.plan.errors import WHOLE_FILE, CellError, Complaints, PlanInvalid
from application.plan.notation import Notation
from application.plan.table import Record, UnreadableTable
from application.plan.workbook import DAMAGED, Workbook

MOST_BYTES = 100 << 20  # of a workbook or a zip, unpacked
MOST_PARTS = 1_000
PART_OF_WORKBOOK = "xl/workbook.xml"
OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")


class PlanFiles(ABC):
    """`name`: that of the source, if nothing else is said. `shown`: file there is, as `units.csv` -> what
    complaints call it.
    """

    name: str
    shown: Mapping[str, str]

    @abstractmethod
    def records(
        self, file: str, known: Collection[str], notation: Notation, complaints: Complaints
    ) -> Iterator[Record]:
        """The rows; `known` are the columns that the file may have. Raises `UnreadableTable`."""


class Folder(PlanFiles):
    def __init__(self, path: Path) -> None:
        self.name = path.resolve().name
        self._path = path
        try:
            names = sorted(entry.name for entry in path.iterdir())
        except OSError as error:
            raise _no_plan(path.name, f"cannot be read as a folder: {error.strerror}") from error
        self.shown = _by_file((name.lower(), name) for name in names if name.lower().endswith(".csv"))

    def records(
        self, file: str, known: Collection[str], notation: Notation, complaints: Complaints
    ) -> Iterator[Record]:
        try:
            data = (self._path / self.shown[file]).read_bytes()
        except OSError as error:
            complaints.add(file, 0, WHOLE_FILE, f"cannot be read: {error.strerror}")
            raise UnreadableTable from error
        return records_of(file, data, known, notation, complaints)


class Zip(PlanFiles):
    def __init__(self, name: str, zip: ZipFile) -> None:
        self.name = name
        self._zip = zip
        paths = [PurePosixPath(part) for part in zip.namelist() if part.lower().endswith(".csv")]
        self.shown = _by_file(
            (path.name.lower(), str(path))
            for path in paths
            if not any(part.startswith(("__", ".")) for part in path.parts)  # of the system that packed it
        )

    def records(
        self, file: str, known: Collection[str], notation: Notation, complaints: Complaints
    ) -> Iterator[Record]:
        try:
            data = self._zip.read(self.shown[file])
        except DAMAGED as error:
            complaints.add(file, 0, WHOLE_FILE, f"cannot be unpacked: {error}")
            raise UnreadableTable from error
        return records_of(file, data, known, notation, complaints)


class Sheets(PlanFiles):
    def __init__(self, name: str, file: IO[bytes]) -> None:
        self.name = name
        try:
            self._workbook = Workbook(file)
        except DAMAGED as error:
            raise _no_plan(name, f"cannot be read as a workbook: {error}") from error
        self.shown = _by_file((f"{name}.csv", title) for title, name in self._workbook.sheets.items())

    def records(
        self,
        file: str,
        known: Collection[str],  # noqa: ARG002 - a sheet has no separators to tell
        notation: Notation,
        complaints: Complaints,
    ) -> Iterator[Record]:
        return self._workbook.records(file, self.shown[file], notation, complaints)


@contextmanager
def handed_in(path: Path) -> Iterator[PlanFiles]:
    """Gives what lies at the path. Raises `PlanInvalid` if that is nothing of the kind."""
    if path.is_file():
        with path.open("rb") as file:
            yield uploaded(path.resolve().stem, file)
    else:
        yield Folder(path)


def uploaded(name: str, file: IO[bytes]) -> PlanFiles:
    """A workbook or a zip of CSV files. Raises `PlanInvalid`, also if it is too large unpacked."""
    begins = file.read(len(OLD_WORKBOOK))
    file.seek(0)
    if begins == OLD_WORKBOOK:
        raise _no_plan(name, "is a workbook of the old form or with a password: save it as .xlsx without one")
    zip = None
    with suppress(BadZipFile, NotImplementedError, ValueError):
        zip = ZipFile(file)
    if zip is None:
        raise _no_plan(name, "is neither a workbook (.xlsx) nor a zip of CSV files")
    parts = zip.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise _no_plan(name, f"is larger than {MOST_BYTES >> 20} MB unpacked, or has over {MOST_PARTS} parts")
    return Sheets(name, file) if PART_OF_WORKBOOK in zip.namelist() else Zip(name, zip)


def _by_file(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    files: dict[str, str] = {}
    for file, shown in named:
        if file in files:
            raise _no_plan(shown, f"is there twice, as {files[file]} too")
        files[file] = shown
    return files


def _no_plan(name: str, detail: str) -> PlanInvalid:
    return PlanInvalid([CellError(name, 0, WHOLE_FILE, detail)])
