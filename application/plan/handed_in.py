"""A plan as it was handed in: a folder of CSV files, a zip of them, or a workbook with a sheet for each."""

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import IO
from uuid import UUID
from zipfile import BadZipFile, ZipFile

from application.plan.csv_files import records_of
from application.plan.errors import WHOLE_FILE, CellError, Complaints, PlanInvalid
from application.plan.notation import Notation
from application.plan.table import Record, UnreadableTable
from application.plan.workbook import DAMAGED, Workbook

MOST_BYTES = 100 << 20  # of a workbook or a zip, unpacked
MOST_PARTS = 1_000
EXPORTED = "source.json"
PART_OF_WORKBOOK = "xl/workbook.xml"
OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True)
class Exported:
    """An export says what it is: the state of a store as of a day, as known at an instant, under the ids of a
    source (as `Identities` has it) that is called `name`.
    """

    source: UUID
    name: str
    as_of: date
    known_at: datetime

    def written(self) -> str:
        return json.dumps({name: str(value) for name, value in vars(self).items()}, indent=1) + "\n"

    @classmethod
    def read(cls, name: str, data: bytes) -> "Exported":
        """Raises `PlanInvalid` if it is no such file."""
        try:
            said = json.loads(data)
            as_of, known_at = date.fromisoformat(said["as_of"]), datetime.fromisoformat(said["known_at"])
            if known_at.tzinfo is None:
                raise ValueError("known_at has no offset")
            return cls(UUID(said["source"]), str(said["name"]), as_of, known_at)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise _no_plan(f"{name}/{EXPORTED}", f"does not say of which export this is: {error}") from error


class PlanFiles(ABC):
    """`name`: that of the source, if nothing else is said. `shown`: file there is, as `units.csv` -> what
    complaints call it. `exported`: if it is an export.
    """

    name: str
    exported: Exported | None = None
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
        if EXPORTED in names:
            self.exported = Exported.read(self.name, (path / EXPORTED).read_bytes())
            self.name = self.exported.name

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
        for part in zip.namelist():
            if PurePosixPath(part).name == EXPORTED:
                self.exported = Exported.read(name, zip.read(part))
                self.name = self.exported.name

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
def handed_in(plan: Path | PlanFiles) -> Iterator[PlanFiles]:
    """Gives what lies at the path, or is open already. Raises `PlanInvalid` if that is no plan."""
    if isinstance(plan, PlanFiles):
        yield plan
    elif plan.is_file():
        with plan.open("rb") as file:
            yield uploaded(plan.resolve().stem, file)
    else:
        yield Folder(plan)


def uploaded(name: str, file: IO[bytes]) -> PlanFiles:
    """A workbook or a zip of CSV files. Raises `PlanInvalid`, also if it is too large unpacked."""
    begins = file.read(len(OLD_WORKBOOK))
    file.seek(0)
    if begins == OLD_WORKBOOK:
        raise _no_plan(name, "is a workbook of the old form or with a password: save it as .xlsx without one")
    try:
        zip = ZipFile(file)
    except (BadZipFile, NotImplementedError, ValueError) as error:
        raise _no_plan(name, "is neither a workbook (.xlsx) nor a zip of CSV files") from error
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
