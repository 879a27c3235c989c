"""Plan folders for tests: made-up ones of the form of the real ones, and the real ones where they are."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from application.plan.rows import FILES

COLUMNS = {kind.FILE: tuple(each.name for each in kind.COLUMNS if not each.optional) for kind in FILES}
OPTIONAL = {kind.FILE: tuple(each.name for each in kind.COLUMNS if each.optional) for kind in FILES}
REAL = Path(__file__).parents[2] / "shared" / "data"
FEDERAL = REAL / "us-federal-plan"
DAMAGED = REAL / "us-federal-plan-dirty"

Row = dict[str, str]


class PlanFolder:
    """Rows by file name, ready to be changed and written again."""

    def __init__(self, path: Path, files: dict[str, list[Row]]) -> None:
        self.path = path
        self.files = files

    def row(self, file: str, **cells: str) -> Row:
        """The one row with these cells."""
        found = [row for row in self.files[file] if cells.items() <= row.items()]
        if len(found) != 1:
            raise LookupError(f"{len(found)} rows of {file} with {cells}")
        return found[0]

    def line(self, file: str, row: Row) -> int:
        """The physical line on which the row begins."""
        return self.line_of(file, self.files[file].index(row))

    def line_of(self, file: str, place: int) -> int:
        before = self.files[file][:place]
        return 2 + len(before) + sum(cell.count("\n") for other in before for cell in other.values())

    def add(self, file: str, *cells: str) -> Row:
        row = dict(zip(COLUMNS[file], cells, strict=True))
        self.files.setdefault(file, []).append(row)
        return row

    def write(self) -> Path:
        self.path.mkdir(exist_ok=True)
        for file, rows in self.files.items():
            with (self.path / file).open("w", encoding="utf-8", newline="") as handle:
                more = [name for name in OPTIONAL[file] if any(name in row for row in rows)]
                writer = csv.DictWriter(handle, [*COLUMNS[file], *more], "", lineterminator="\r\n")
                writer.writeheader()
                writer.writerows(rows)
        return self.path


def small_plan(path: Path) -> PlanFolder:
    """Every file, every kind of row.

    On 2025-03-31 two objectives are strategic, three aligned, one is an orphan, and one is a draft.
    """
    folder = PlanFolder(path, {})
    for file, lines in SMALL.items():
        for cells in csv.reader(StringIO(lines)):
            folder.add(file, *cells)
    return folder


def wide_plan(path: Path, objectives: int, *, fan_out: int = 10) -> PlanFolder:
    """One strategic goal and below it a tree of objectives, each with a key result and a reading."""
    folder = PlanFolder(path, {})
    folder.add("units.csv", "ORG", "The Organisation", "organisation", "", "2025-01-01")
    folder.add("cycles.csv", "C", "The year 2025", "2025-01-01", "2025-12-31")
    for i in range(objectives):
        level = "strategic" if i == 0 else "department"
        days = ("2025-01-01", "2025-12-31")
        folder.add(
            "objectives.csv", f"O{i}", f"Objective {i}", "", level, "C", "ORG", "", *days, "active", days[0]
        )
        folder.add("key_results.csv", f"K{i}", f"O{i}", f"Measure {i}", "increase", "", "0", "100", "1")
        folder.add("check_ins.csv", f"K{i}", "2025-03-31", str(i % 100), "", "")
        if i:
            folder.add("alignments.csv", f"O{i}", f"O{(i - 1) // fan_out}", "contributes", "1", days[0], "")
    return folder


def published_plan(path: Path, *, departments: int, goals: int, objectives: int) -> PlanFolder:
    """Of the form of the federal plan: each department has strategic goals, objectives below each, and one
    priority goal that names none, with key results of every kind and readings of the fiscal year 2022.
    """
    folder = PlanFolder(path, {})
    begin, end = "2021-10-01", "2026-09-30"
    folder.add("units.csv", "GOV", "The Government", "organisation", "", begin)
    folder.add("cycles.csv", "FY22-FY26", "Strategic plans", begin, end)
    for d in range(departments):
        folder.add("units.csv", f"D{d}", f"Department {d}", "department", "GOV", begin)
        rest = ("FY22-FY26", f"D{d}", "", begin, end, "active", begin)
        for g in range(goals):
            folder.add("objectives.csv", f"D{d}-G{g}", f"Goal {g} of department {d}", "", "strategic", *rest)
            for o in range(objectives):
                id = f"D{d}-G{g}-O{o}"
                folder.add(
                    "objectives.csv", id, f"Objective {o}\r\nof {g}", "How it is done", "department", *rest
                )
                folder.add("alignments.csv", id, f"D{d}-G{g}", "contributes", "1", begin, "strategic plan")
        folder.add("objectives.csv", f"D{d}-P", f"Priority of department {d}", "", "department", *rest)
        folder.add(
            "key_results.csv", f"D{d}-K", f"D{d}-P", "People served", "increase", "people", "10", "50", "1"
        )
        for day, value in (("2021-12-31", "12"), ("2022-03-31", "20"), ("2022-09-30", "30.5")):
            folder.add("check_ins.csv", f"D{d}-K", day, value, "", "")
        for k, (kind, baseline, target, values) in enumerate(PUBLISHED):
            id, about = f"D{d}-K{k}", (f"Figure {k}", kind, "")
            folder.add("key_results.csv", id, f"D{d}-P", *about, baseline, target, str(k + 1))
            for day, value in zip(QUARTERS, values, strict=True):
                if value:
                    folder.add("check_ins.csv", id, day, value, "", "")
    return folder


QUARTERS = ("2021-12-31", "2022-03-31", "2022-06-30", "2022-09-30")
# Kind, baseline, target and the readings of the quarters: every kind, each way a target can lie, values short
# of the baseline and beyond the target, fractions that end nowhere, quarters without a reading.
PUBLISHED = (
    ("increase", "41.7", "47.3", ("42", "", "48.1", "44.03")),
    ("increase", "12", "5", ("11", "9.5", "", "4")),
    ("increase", "-3", "4", ("-5", "0", "1", "")),
    ("decrease", "303.9", "273.5", ("310", "296.1", "", "270")),
    ("decrease", "0", "-2", ("0.1", "-0.7", "-1.9", "-3")),
    ("decrease", "580466", "494000", ("", "577777", "", "493999.5")),
    ("milestone", "0", "7", ("1", "2", "5", "7")),
    ("milestone", "3", "1", ("", "", "2", "1")),
    ("maintain_at_least", "99.2", "95", ("95", "94.999999", "96", "")),
    ("maintain_at_least", "", "0.5", ("0.4", "", "0.5", "0.50")),
    ("maintain_at_most", "3", "4.5", ("4.5", "4.500001", "", "0")),
    ("maintain_at_most", "9", "2", ("", "", "", "")),
    ("observe", "", "", ("17", "", "18", "19")),
    ("observe", "5", "", ("", "6", "", "")),
)


def real_folder(path: Path) -> PlanFolder:
    """A folder as it lies on the disk, to be changed and written elsewhere."""
    return PlanFolder(path, {file: list(_rows(path / file)) for file in COLUMNS if (path / file).exists()})


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


SMALL_PLAN_ROWS = {
    "units": 4,
    "people": 3,
    "cycles": 2,
    "objectives": 7,
    "alignments": 4,
    "key_results": 4,
    "check_ins": 5,
    "reaffirmations": 2,
    "reviews": 1,
    "feedback": 2,
    "measures": 3,
    "readings": 3,
}
SMALL = {
    "units.csv": """\
ORG,Harbour Works,organisation,,2025-01-01
OPS,Operations,department,ORG,2025-01-01
FIN,Finance,department,ORG,2025-01-01
CRANES,Cranes,team,OPS,2025-01-01
""",
    "people.csv": """\
ana,Ana Ruiz,ana@example.org,Director,OPS,,2025-01-01
ben,Ben Oyelaran,ben@example.org,Crane lead,CRANES,ana,2025-01-01
eve,Eve Lindqvist,,,FIN,,2025-01-01
""",
    "cycles.csv": """\
2025,The year 2025,2025-01-01,2025-12-31
2026,The year 2026,2026-01-01,2026-12-31
""",
    "objectives.csv": """\
SAFE,"A harbour where nobody
is hurt",Zero accidents “as usual”,strategic,2025,ORG,,2025-01-01,2025-12-31,active,2025-01-01
RICH,Margins that pay for new quays,,strategic,2025,ORG,,2025-01-01,2025-12-31,active,2025-01-01
LIFT,Safer lifts,Every lift is planned,department,2025,OPS,,2025-01-01,2025-12-31,active,2025-01-01
TRAIN,Everybody trained,,team,2025,CRANES,,2025-01-01,2025-06-30,active,2025-01-15
BEN1,Certify the crew,,individual,2025,,ben,2025-02-01,2025-11-30,approved,2025-02-01
BILLS,Bills out within a week,,department,2025,FIN,,2025-01-01,2025-12-31,active,2025-01-01
LATER,Think about drones,,department,2026,OPS,,2026-01-01,2026-12-31,draft,2025-03-01
""",
    "alignments.csv": """\
LIFT,SAFE,contributes,2,2025-01-01,annual plan
LIFT,RICH,supports,1,2025-01-01,
TRAIN,LIFT,contributes,1,2025-01-15,
BEN1,TRAIN,contributes,1,2025-02-01,
""",
    "key_results.csv": """\
K1,LIFT,"Lifts with a
plan",increase,%,40,95,2
K2,TRAIN,People trained,increase,people,0,40,1
K3,BILLS,Days to the bill,decrease,days,21,7,1
K4,BILLS,Complaints,observe,,,,1
""",
    "check_ins.csv": """\
K1,2025-01-31,44.5,7,a good start
K1,2025-03-31,61,,
K2,2025-03-31,12,6,
K3,2025-03-31,14.0,,
K4,2025-03-31,3,,
""",
    "reaffirmations.csv": """\
LIFT,2025-05-05
TRAIN,2025-04-01
""",
    "reviews.csv": """\
R1,ben,ana,2025,BEN1,100
""",
    "feedback.csv": """\
F1,LIFT,praise,"Calmer shifts,
thank you",open,2025-02-10
F2,BEN1,concern,Who covers the night shift?,private,2025-03-01
""",
    "measures.csv": """\
M1,Engagement,%,increase,58,70.5,SAFE,2025-01-01
M1,Engagement,%,increase,58,70.5,RICH,2025-01-01
M2,Days lost,days,decrease,41,20,SAFE,2025-02-01
""",
    "readings.csv": """\
M1,2025-01-31,58.5,Pulse survey
M1,2025-02-28,60,
M2,2025-02-28,38,Payroll
""",
}
