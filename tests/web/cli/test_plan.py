"""Plan folders by the command line. What an import decides is tested with the import itself."""

import json
from pathlib import Path

import pytest

from application.store import Store
from tests.web.cli.conftest import Throughline

UNITS = "unit_id,name,kind,parent_unit_id,effective_on\n"
OBJECTIVES = (
    "objective_id,title,description,level,cycle_id,owner_unit_id,owner_person_id,starts_on,ends_on,status,"
    "effective_on\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "plan"
    made.mkdir()
    (made / "units.csv").write_text(f"{UNITS}top,Top,organisation,,2026-01-01\na,A,team,top,2026-01-01\n")
    return made


def test_an_import_says_what_it_recorded(throughline: Throughline, folder: Path) -> None:
    result = throughline("import", folder)
    assert result.exit_code == 0
    assert "unit.defined" in result.stdout
    assert result.stdout.endswith("2 events recorded from plan, up to position 2.\n")


def test_importing_again_records_nothing(throughline: Throughline, folder: Path) -> None:
    throughline("import", folder)
    again = json.loads(throughline("import", folder, "--json").stdout)
    assert (again["events"], again["position"]) == ({}, 2)


def test_a_dry_run_records_nothing(throughline: Throughline, folder: Path) -> None:
    assert "2 events would be recorded" in throughline("import", folder, "--dry-run").stdout
    assert json.loads(throughline("check", "--json").stdout)["head"] == 0


def test_another_source_is_another_organisation_if_that_is_said(
    throughline: Throughline, folder: Path
) -> None:
    throughline("import", folder)
    refused = throughline("import", folder, "--source", "other")
    assert "name their source with --source to change them, or say --again" in refused.stderr
    again = throughline("import", folder, "--source", "other", "--again", "--json")
    assert json.loads(again.stdout)["position"] == 4


def test_a_dry_run_tells_of_each_row(throughline: Throughline, folder: Path) -> None:
    throughline("import", folder)
    (folder / "units.csv").write_text(
        f"{UNITS}top,The top,organisation,,2026-01-01\nb,B,team,top,2026-01-01\n"
    )
    (folder / "cycles.csv").write_text("cycle_id,name,starts_on,ends_on\nc,C,2026-01-01,2026-12-31\n")
    (folder / "objectives.csv").write_text(
        f"{OBJECTIVES}o,Better,,strategic,c,top,,2026-01-01,2026-12-31,active,2026-01-01\n"
    )
    told = throughline("import", folder, "--dry-run").stdout.splitlines()
    assert told[:8] == [
        "units.csv:2: change top",
        "units.csv:3: create b",
        "cycles.csv:2: create c",
        "objectives.csv:2: create o (waives A, M, S of SMART)",
        "units.csv:-: gone a",
        "     1 change",
        "     3 create",
        "     1 gone",
    ]
    throughline("import", folder)
    again = json.loads(throughline("import", folder, "--dry-run", "--json").stdout)
    assert [row["outcome"] for row in again["outcomes"]] == ["skip"] * 4 + ["gone"]


def test_changes_are_recorded_as_of_who_imports_and_why(
    throughline: Throughline, folder: Path, store: Store
) -> None:
    eve = "5f0c5bd6-5d7c-4c5e-9a49-0d1f6f4f2f10"
    throughline("import", folder, "--person", eve, "--reason", "the yearly folder")
    events = [store.mapper.to_domain_event(each) for each in store.recorder.select_notifications(1, 10)]
    assert [(event.actor, event.reason) for event in events] == [  # type: ignore[attr-defined]
        (f"person:{eve}", "the yearly folder")
    ] * 2


def test_an_export_knows_its_source(throughline: Throughline, folder: Path, tmp_path: Path) -> None:
    throughline("import", folder)
    throughline("export", tmp_path / "out")
    report = json.loads(throughline("import", tmp_path / "out", "--json").stdout)
    assert (report["events"], report["source"]) == ({}, "plan")


def test_bad_cells_are_listed_and_nothing_is_recorded(throughline: Throughline, folder: Path) -> None:
    (folder / "units.csv").write_text(f"{UNITS}top,Top,empire,,2026-01-01\na,A,team,top,2026-01-32\n")
    result = throughline("import", folder)
    assert result.exit_code == 1
    assert [line.split(": ")[0] for line in result.stderr.splitlines()[:-1]] == [
        "units.csv:2:kind",
        "units.csv:3:effective_on",
    ]
    assert result.stderr.splitlines()[-1] == "throughline: Nothing was recorded: 2 cells are wrong."
    assert json.loads(throughline("check", "--json").stdout)["head"] == 0


def test_hundreds_of_bad_cells_are_summed_up(throughline: Throughline, folder: Path) -> None:
    rows = "".join(f"u{i},U,team,{'top' if i % 2 else 'nowhere'},31.03.2026\n" for i in range(200))
    (folder / "units.csv").write_text(f"{UNITS}top,Top,organisation,,2026-01-01\n{rows}")
    *listed, first, second, last = throughline("import", folder).stderr.splitlines()
    assert len(listed) == 300
    assert (first, second) == ("   200 in units.csv, effective_on", "   100 in units.csv, parent_unit_id")
    assert last == "throughline: Nothing was recorded: 300 cells are wrong."


def test_a_spreadsheet_of_another_country_is_read_as_declared(throughline: Throughline, folder: Path) -> None:
    text = (UNITS + "top,Größe,organisation,,31.01.2026\n").replace(",", ";")
    (folder / "units.csv").write_bytes(text.encode("cp1252"))
    declared = ("--dates", "DD.MM.YYYY", "--encoding", "cp1252", "--decimal-comma")
    refused = throughline("import", folder, "--dates", "yesterday")
    assert (refused.exit_code, refused.stderr) == (
        2,
        "throughline: --dates: 'yesterday' is not a form of dates such as DD.MM.YYYY or MM/DD/YYYY.\n",
    )
    report = json.loads(throughline("import", folder, *declared, "--json").stdout)
    assert report["events"] == {"unit.defined": 1}


@pytest.mark.parametrize("name", ["empty", "empty.xlsx", "new/empty.xlsx"])
def test_a_template_is_a_plan_to_fill_in(throughline: Throughline, tmp_path: Path, name: str) -> None:
    assert throughline("template", tmp_path / name).exit_code == 0
    assert "0 events would be recorded" in throughline("import", tmp_path / name, "--dry-run").stdout
    again = throughline("template", tmp_path / name)
    assert (again.exit_code, "overwrites nothing" in again.stderr) == (1, True)


def test_bad_cells_as_json(throughline: Throughline, folder: Path) -> None:
    (folder / "units.csv").write_text(f"{UNITS}top,Top,empire,,2026-01-01\n")
    (error,) = json.loads(throughline("import", folder, "--json").stdout)["errors"]
    assert (error["file"], error["line"], error["column"]) == ("units.csv", 2, "kind")


def test_what_was_imported_can_be_exported(throughline: Throughline, folder: Path, tmp_path: Path) -> None:
    throughline("import", folder)
    result = throughline("export", tmp_path / "out", "--json")
    said = json.loads(result.stdout)
    assert said["rows"]["units.csv"] == 2
    assert {"seals", "commitments", "policies"} <= set(said["not_carried"])
    assert "Top,organisation" in (tmp_path / "out" / "units.csv").read_text()


def test_before_anything_was_known_an_export_is_empty(
    throughline: Throughline, folder: Path, tmp_path: Path
) -> None:
    throughline("import", folder)
    result = throughline("export", tmp_path / "out", "--known-at", "2020-01-01T00:00:00Z", "--json")
    assert set(json.loads(result.stdout)["rows"].values()) == {0}


@pytest.mark.parametrize("day", ["0026-03-31", "1899-12-31", "2201-01-01"])
@pytest.mark.parametrize("option", ["--as-of", "--effective-on"])
def test_a_day_of_another_age_is_a_mistake(
    throughline: Throughline, folder: Path, tmp_path: Path, option: str, day: str
) -> None:
    command = ("export", tmp_path / "out") if option == "--as-of" else ("import", folder)
    result = throughline(*command, option, day)
    assert result.exit_code == 2
    assert f"{day} is not from 1900-01-01 to 2200-12-31" in " ".join(result.stderr.split())


def test_an_export_overwrites_nothing(throughline: Throughline, folder: Path) -> None:
    result = throughline("export", folder)
    assert (result.exit_code, "is not empty" in result.stderr) == (1, True)


@pytest.mark.parametrize("given", [("--as-of", "31 March"), ("--known-at", "2026-03-31")])
def test_a_moment_that_is_none_is_a_mistake(
    throughline: Throughline, tmp_path: Path, given: tuple[str, str]
) -> None:
    assert throughline("export", tmp_path / "out", *given).exit_code == 2
