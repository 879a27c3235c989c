"""The form of a plan folder: what is read as it is, and what is named as wrong."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from application.plan import PlanInvalid
from application.plan.errors import Complaints
from application.plan.handed_in import handed_in
from application.plan.importing import AS_HERE
from application.plan.reading import Plan, read_plan
from application.plan.writing import write_template
from tests.plan_folders import COLUMNS, OPTIONAL, SMALL_PLAN_ROWS, PlanFolder

UNITS = b"unit_id,name,kind,parent_unit_id,effective_on\n"
KEY_RESULTS = b"key_result_id,objective_id,title,kind,unit_of_measure,baseline,target,weight\n"


def read(folder: Path) -> tuple[Plan, list[str]]:
    with handed_in(folder) as files:
        complaints = Complaints(files.shown)
        plan = read_plan(files, AS_HERE, complaints)
    return plan, [str(error) for error in complaints.errors()]


def units(folder: Path, content: bytes) -> tuple[Plan, list[str]]:
    (folder / "units.csv").write_bytes(content)
    return read(folder)


def test_a_whole_folder_is_read_without_complaint(plan: PlanFolder) -> None:
    found, wrong = read(plan.write())
    assert wrong == []
    assert {name: len(table) for name, table in vars(found).items()} == SMALL_PLAN_ROWS


def test_text_keeps_the_dirt_of_its_source(tmp_path: Path) -> None:
    name = "“Work\r\nforce” \ufffd =1+1"
    found, wrong = units(tmp_path, UNITS + f'A,"{name}",team,,\n'.encode())
    assert wrong == []
    assert found.units.rows["A"].name == name


def test_a_byte_order_mark_blank_rows_and_outer_spaces_do_no_harm(tmp_path: Path) -> None:
    found, wrong = units(tmp_path, b"\xef\xbb\xbf" + UNITS + b" A , B , team ,, 2025-01-01 \r\n\r\n,,,,\n")
    assert wrong == []
    unit = found.units.rows["A"]
    assert (unit.name, unit.kind, unit.effective_on, unit.line) == ("B", "team", date(2025, 1, 1), 2)


def test_numbers_are_exact(tmp_path: Path) -> None:
    (tmp_path / "key_results.csv").write_bytes(KEY_RESULTS + b"K,O,t,increase,,0.10,1e2,\n")
    found, wrong = read(tmp_path)
    assert wrong == []
    row = found.key_results.rows["K"]
    assert (row.baseline, row.target, row.weight) == (Decimal("0.1"), Decimal(100), Decimal(1))


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    content = UNITS + b'A,"two\r\nlines",team,,\n\nB,"two\nmore",crew,,\nC,,team,,\n'
    _, wrong = units(tmp_path, content)
    assert [each.rsplit(":", 1)[0] for each in wrong] == ["units.csv:5:kind", "units.csv:7:name"]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "units.csv:1:-: is empty: a header row is needed"),
        (b"unit_id,name,kind,parent_unit_id\nA,B,team,\n", "units.csv:1:effective_on: missing column"),
        (UNITS.replace(b"\n", b",colour\n"), "units.csv:1:colour: unknown column"),
        (UNITS.replace(b"name", b"unit_id"), "units.csv:1:unit_id: the column is there twice"),
        (b"unit_id|name|kind\n", "units.csv:1:-: has none of its columns"),
        (UNITS.decode().encode("utf-16") + b"\0", "units.csv:0:-: is not utf-16"),
        (UNITS + b"A,B,team,,,x\n", "units.csv:2:cell 6: the row has more cells than the 5 columns"),
        (UNITS + b"A,B,team\n", "units.csv:2:parent_unit_id: missing: the row has 3 cells, not 5"),
        (UNITS + b'A,B,team,,\nC,"D,team,,\n', "units.csv:3:-: is not CSV: a quoted cell begins here"),
        (UNITS + b'A,"B"C,team,,\n', "units.csv:2:-: is not CSV"),
        (UNITS + b"A,M\xfcller,team,,\n", "units.csv:2:name: is not UTF-8"),
        (UNITS + b"A,B\0,team,,\n", "units.csv:2:name: holds a NUL character"),
        (UNITS + b"A," + b"x" * 200_000 + b",team,,\n", "units.csv:2:-: is not CSV: field larger"),
        (UNITS + b"A,  ,team,,\n", "units.csv:2:name: is missing"),
        (UNITS + b"A,B,crew,,\n", "units.csv:2:kind: 'crew' is none of organisation, division"),
        (UNITS + b"A,B,team,,20250101\n", "units.csv:2:effective_on: '20250101' is not a date"),
        (UNITS + b"A,B,team,,2025-02-29\n", "units.csv:2:effective_on: '2025-02-29' is not a date"),
        (UNITS + b"A,B,team,,\nA,C,team,,\n", "units.csv:3:unit_id: 'A' is there already, on line 2"),
    ],
)
def test_a_damaged_file_is_named_by_line_and_column(tmp_path: Path, content: bytes, wrong: str) -> None:
    _, found = units(tmp_path, content)
    assert [each for each in found if each.startswith(wrong)], found


def test_all_columns_that_are_wrong_are_named_at_once(tmp_path: Path) -> None:
    _, wrong = units(tmp_path, b"unit_id,Name,kind,parent\n")
    columns = {each.split(":")[2] for each in wrong}
    assert columns == {"Name", "name", "parent", "parent_unit_id", "effective_on"}


@pytest.mark.parametrize("cell", ["NaN", "Infinity", "1e400", "1,5", "n/a", "0x10", "1_000", "٣", "1" * 40])
def test_a_cell_that_is_no_decimal_is_refused(tmp_path: Path, cell: str) -> None:
    (tmp_path / "key_results.csv").write_bytes(KEY_RESULTS + f'K,O,t,increase,,0,"{cell}",1\n'.encode())
    _, wrong = read(tmp_path)
    assert [each for each in wrong if each.startswith("key_results.csv:2:target: ")]


@pytest.mark.parametrize("cell", ["-1", "0", "1000001"])
def test_a_weight_is_above_zero(tmp_path: Path, cell: str) -> None:
    (tmp_path / "key_results.csv").write_bytes(KEY_RESULTS + f"K,O,t,increase,,0,1,{cell}\n".encode())
    _, wrong = read(tmp_path)
    assert wrong == [f"key_results.csv:2:weight: {cell} must be above 0 and at most 1000000"]


def test_the_documentation_names_the_files_and_their_columns() -> None:
    page = (Path(__file__).parents[3] / "docs" / "plan-folder.md").read_text()
    table = [f"| `{file}` | `{','.join(columns)}` |" for file, columns in COLUMNS.items()]
    assert [line for line in page.splitlines() if line.startswith("| `")][: len(table)] == table
    for file, columns in OPTIONAL.items():
        if columns:
            names = " and ".join(f"`{name}`" for name in columns)
            assert f"`{file}` may also have {names}" in page.replace("\n", " ")


def test_a_template_is_a_folder_that_says_nothing(tmp_path: Path) -> None:
    write_template(tmp_path)
    found, wrong = read(tmp_path)
    assert wrong == []
    assert {len(table) for table in found.tables()} == {0}
    assert (tmp_path / "units.csv").read_bytes() == UNITS.replace(b"\n", b"\r\n")


def test_a_file_that_is_no_part_of_a_plan_is_named(plan: PlanFolder) -> None:
    folder = plan.write()
    (folder / "objective.csv").write_text("oops")
    (folder / "notes.txt").write_text("this one does not matter")
    _, wrong = read(folder)
    assert wrong == ["objective.csv:0:-: is no file of a plan folder"]


def test_what_is_no_plan_folder_is_refused_at_once(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere", Path(__file__)):
        with pytest.raises(PlanInvalid):
            read(folder)


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "units.csv").mkdir()
    _, wrong = read(tmp_path)
    assert wrong == ["units.csv:0:-: cannot be read: Is a directory"]
