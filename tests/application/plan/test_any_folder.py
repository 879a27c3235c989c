"""Whatever stands in a plan folder: it is imported, and then known, or every bad cell of it is named."""

from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.plan import CellError, PlanInvalid
from tests.application.plan.conftest import Import
from tests.folders import scratch
from tests.plan_folders import COLUMNS, PlanFolder, small_plan

TYPICAL = [
    *("", " ", "-1", "0", "1", "12.50", "1e3", "NaN", "2025-01-01", "2025-06-15", "2026-12-31", "2025-02-30"),
    *(
        "ORG",
        "OPS",
        "CRANES",
        "ana",
        "ben",
        "2025",
        "2026",
        "SAFE",
        "LIFT",
        "TRAIN",
        "BEN1",
        "BILLS",
        "K1",
        "K3",
    ),
    *("NOPE", "team", "strategic", "individual", "supports", "contributes", "observe", "increase"),
    *("draft", "active", "cancelled", "achieved", "postponed", "maintain_at_most", "#REF!", "=1+1"),
    *("a\r\nb", '"', "\ufffd", "\x07", "x" * 600),
]
CELLS = st.one_of(st.sampled_from(TYPICAL), st.text(st.characters(codec="utf-8"), max_size=20))
HARM = st.lists(
    st.tuples(st.sampled_from(sorted(COLUMNS)), st.integers(0, 9), st.integers(0, 10), CELLS),
    min_size=1,
    max_size=4,
)


Harm = list[tuple[str, int, int, str]]


def harmed(path: Path, harm: Harm) -> PlanFolder:
    plan = small_plan(path)
    for file, row, column, cell in harm:
        rows, columns = plan.files[file], COLUMNS[file]
        rows[row % len(rows)][columns[column % len(columns)]] = cell
    return plan


def campaign(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )


def import_or_refuse(importing: Import, folder: PlanFolder | Path, source: str) -> list[CellError]:
    """What is wrong; if nothing is, the folder is imported, and importing it again records nothing."""
    try:
        importing(folder, source=source)
    except PlanInvalid as refused:
        return refused.errors
    assert importing(folder, source=source).unchanged
    return []


def any_cells(importing: Import, first: Harm, second: Harm) -> None:
    source = uuid4().hex
    with scratch() as folder:
        for harm in (first, [], second):
            wrong = import_or_refuse(importing, harmed(folder / "plan", harm), source)
            assert all(error.line > 1 and error.column in COLUMNS[error.file] for error in wrong)


@campaign(20)
@given(first=HARM, second=HARM)
def test_a_folder_with_any_cells_is_imported_or_refused(importing: Import, first: Harm, second: Harm) -> None:
    any_cells(importing, first, second)


@pytest.mark.long
@pytest.mark.timeout(1800)
@campaign(1000)
@given(first=HARM, second=HARM)
def test_a_folder_with_any_cells_is_imported_or_refused_at_length(
    importing: Import, first: Harm, second: Harm
) -> None:
    any_cells(importing, first, second)


@campaign(40)
@given(file=st.sampled_from(sorted(COLUMNS)), content=st.binary(max_size=200), keep=st.integers(0, 400))
def test_a_folder_with_any_bytes_is_imported_or_refused(
    importing: Import, file: str, content: bytes, keep: int
) -> None:
    with scratch() as folder:
        path = small_plan(folder / "plan").write()
        (path / file).write_bytes((path / file).read_bytes()[:keep] + content)
        import_or_refuse(importing, path, uuid4().hex)
