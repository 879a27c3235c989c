"""Whose ids these are: an import knows its source's things again, and creates nobody else's a second time."""

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from application.act import Act
from application.cycles import Cycles
from application.measures import Measures
from application.objectives import Objectives
from application.people import People
from application.plan import PlanInvalid, import_plan
from application.plan.ids import Identities
from application.store import Command, Store
from application.units import Units
from domain.objective import Owner, Revision
from projections.moment import Moment
from tests.application.plan.conftest import TODAY, Import, Recorded
from tests.plan_folders import PlanFolder
from web.plan.export import export_plan

NOW = datetime.now(UTC).date()


def act(reason: str | None = None, effective_on: date | None = None) -> Act:
    return Act("person:eve", Command(uuid4(), b"", remember=False), reason=reason, effective_on=effective_on)


def test_what_is_known_from_another_source_is_not_created_again(store: Store, plan: PlanFolder) -> None:
    import_plan(store, plan.write(), today=TODAY)
    with pytest.raises(PlanInvalid) as refused:
        import_plan(store, plan.path, source="haven", today=TODAY)
    (error,) = refused.value.errors
    assert error.detail.startswith("would create again what is known here by the same id: 2 of kind cycle, ")
    assert "7 of kind objective" in error.detail
    assert "recorded by import:harbour" in error.detail
    assert import_plan(store, plan.path, source="haven", today=TODAY, again=True).events["unit.defined"] == 4
    assert import_plan(store, plan.path, source="haven", today=TODAY).unchanged


def test_what_was_defined_by_hand_under_the_same_id_is_known_too(store: Store, plan: PlanFolder) -> None:
    Units(store).define(
        act(effective_on=date(2025, 1, 1)), name="Ops", kind="team", parent_id=None, external_id="OPS"
    )
    with pytest.raises(PlanInvalid, match="known here by the same id: 1 of kind unit, such as 'OPS'"):
        import_plan(store, plan.write(), today=TODAY)


@pytest.mark.parametrize(
    ("file", "id", "column"),
    [
        ("units.csv", "Größe", "unit_id"),
        ("people.csv", "josé", "person_id"),
        ("cycles.csv", "année", "cycle_id"),
    ],
)
def test_an_id_is_the_same_in_either_form_of_unicode(
    importing: Import, plan: PlanFolder, file: str, id: str, column: str
) -> None:
    row = dict(plan.files[file][0]) | {column: unicodedata.normalize("NFD", id)}
    plan.files[file].append(row)
    importing(plan)
    row[column] = unicodedata.normalize("NFC", id)
    assert importing(plan).unchanged
    plan.files[file].append(dict(row) | {column: unicodedata.normalize("NFD", id)})
    with pytest.raises(PlanInvalid, match="is there already"):
        importing(plan)


def test_things_may_be_named_by_their_ids_here(
    importing: Import, shared_store: Store, source: str, plan: PlanFolder
) -> None:
    importing(plan)
    ids = Identities(source)
    person = plan.row("people.csv", person_id="ben")
    person.update(person_id=str(ids.person("ben")), manager_id=str(ids.person("ana")), name="Ben O")
    del plan.files["objectives.csv"][4:], plan.files["alignments.csv"][3:], plan.files["reviews.csv"][:]
    del plan.files["feedback.csv"][1:]
    assert importing(plan).events == {"person.renamed": 1}


def exported(store: Store, dsn: str, path: Path) -> Path:
    export_plan(dsn, path, Moment(NOW, datetime.now(UTC)))
    return path


def lived_in(store: Store, plan: PlanFolder) -> Identities:
    """Imported, and changed by others in every way that a plan can say."""
    import_plan(store, plan.write(), today=TODAY)
    ids, objectives, lift = Identities("harbour"), Objectives(store), Identities("harbour").objective("LIFT")
    Units(store).rename(act(), ids.unit("FIN"), name="Finance and IT")
    begins, ends = date(2026, 1, 1), date(2026, 12, 31)
    Cycles(store).define(act(effective_on=begins), name="By hand", starts_on=begins, ends_on=ends)
    unit = Units(store).define(
        act(effective_on=date(2025, 3, 1)), name="Yard", kind="team", parent_id=ids.unit("OPS"),
        external_id="YARD",
    ).id  # fmt: skip
    People(store).define(
        act(effective_on=date(2025, 3, 1)), name="Zoe", email="zoe@example.org", job_title=None, unit_id=unit,
        manager_id=ids.person("ana"), external_id="zoe",
    )  # fmt: skip
    objectives.check_in(
        act(), lift, on=date(2025, 5, 31), readings={ids.key_result("K1"): Decimal("70.5")}, confidence=3,
        note="by hand",
    )  # fmt: skip
    objectives.transfer(act("moved"), ids.objective("BILLS"), owner=Owner(unit_id=unit))
    objectives.cancel(act("given up"), ids.objective("LATER"))
    Measures(store).record_reading(
        act(), ids.measure("M1"), on=date(2025, 6, 30), value=Decimal(66), source="by hand"
    )
    return ids


def test_an_export_is_imported_back_without_a_change(
    store: Store, dsn: str, plan: PlanFolder, tmp_path: Path
) -> None:
    lived_in(store, plan)
    report = import_plan(store, exported(store, dsn, tmp_path / "out"), today=NOW)
    assert (report.events, report.source) == ({}, "harbour")


def test_a_cell_that_is_changed_in_an_export_is_its_only_change(
    store: Store, dsn: str, plan: PlanFolder, tmp_path: Path
) -> None:
    ids = lived_in(store, plan)
    folder = exported(store, dsn, tmp_path / "out")
    Objectives(store).revise(act("later"), ids.objective("LIFT"), changes=Revision(title="Renamed since"))
    units = folder / "units.csv"
    units.write_text(units.read_text().replace("Yard", "Ship yard"))
    readings = folder / "check_ins.csv"
    readings.write_text(readings.read_text().replace("70.5", "71"))
    report = import_plan(store, folder, today=NOW)
    assert report.events == {"unit.renamed": 1, "objective.check_in_corrected": 1}
    assert import_plan(store, folder, today=NOW).unchanged


def test_an_export_that_does_not_say_of_what_is_refused(store: Store, plan: PlanFolder) -> None:
    (plan.write() / "source.json").write_text('{"source": "harbour"}')
    with pytest.raises(PlanInvalid, match=r"harbour/source.json:0:-: does not say of which export this is"):
        import_plan(store, plan.path, today=TODAY)


def test_who_imports_and_why_is_recorded(importing: Import, plan: PlanFolder, recorded: Recorded) -> None:
    eve = f"person:{uuid4()}"
    plan.row("alignments.csv", objective_id="TRAIN")["reason"] = "of its own"
    importing(plan, source="signed", actor=eve, reason="July's folder")
    events = recorded("signed", "objective", "TRAIN")
    assert {event.actor for event in events} == {eve}
    reasons = {type(event).__name__: event.reason for event in events}
    assert (reasons["Defined"], reasons["Aligned"]) == ("July's folder", "of its own")
    assert importing(plan, source="signed").unchanged  # whoever imports it


Change = tuple[str, dict[str, str], dict[str, str], str, str]
DATED: list[Change] = [
    ("units.csv", {"unit_id": "OPS"}, {"name": "Quay Operations"}, "unit", "OPS"),
    ("people.csv", {"person_id": "ben"}, {"unit_id": "FIN"}, "person", "ben"),
    ("objectives.csv", {"objective_id": "LIFT"}, {"title": "Safer"}, "objective", "LIFT"),
    ("objectives.csv", {"objective_id": "LIFT"}, {"owner_unit_id": "FIN"}, "objective", "LIFT"),
    ("alignments.csv", {"objective_id": "TRAIN"}, {"weight": "3"}, "objective", "TRAIN"),
    ("key_results.csv", {"key_result_id": "K1"}, {"target": "99"}, "objective", "LIFT"),
]


@pytest.mark.parametrize("change", DATED)
def test_a_changed_cell_holds_from_today_unless_a_date_is_given(
    importing: Import, plan: PlanFolder, source: str, recorded: Recorded, change: Change
) -> None:
    file, where, cells, kind, id = change
    importing(plan)
    row = plan.row(file, **where)
    before = dict(row)
    row.update(cells)
    importing(plan)
    assert recorded(source, kind, id)[-1].effective_on == TODAY.isoformat()
    assert importing(plan).unchanged
    row.update(before)
    importing(plan, effective_on=date(2026, 12, 1))
    assert recorded(source, kind, id)[-1].effective_on == "2026-12-01"


@pytest.mark.parametrize("change", DATED)
def test_a_date_that_is_new_in_its_row_is_that_of_the_change(
    importing: Import, plan: PlanFolder, source: str, recorded: Recorded, change: Change
) -> None:
    file, where, cells, kind, id = change
    importing(plan)
    plan.row(file, **where).update(cells)
    dated = ("objectives.csv", {"objective_id": "LIFT"}) if file == "key_results.csv" else (file, where)
    plan.row(dated[0], **dated[1])["effective_on"] = "2026-02-03"
    importing(plan)
    assert recorded(source, kind, id)[-1].effective_on == "2026-02-03"
    assert importing(plan).unchanged


SPELLED = [
    ("people.csv", {"email": "EVE@Quay.example"}, "email", "is that of the person {id} (eve) already"),
    ("people.csv", {"person_id": "EVE"}, "person_id", "is that of the person {id} (eve) already"),
    ("units.csv", {"unit_id": "ops"}, "unit_id", "is that of the unit {id} already"),
    ("cycles.csv", {"cycle_id": "Fy26"}, "cycle_id", "is that of the cycle {id} already"),
    ("objectives.csv", {"objective_id": "later"}, "objective_id", "is that of the objective {id} already"),
    ("measures.csv", {"measure_id": "m2"}, "measure_id", "is that of the measure {id} already"),
    (
        "reviews.csv",
        {"review_id": "r1", "person_id": "eve", "objective_id": "BILLS"},
        "review_id",
        "is that of the review {id} already",
    ),
]
LIKE = {
    "people.csv": ("person", {"person_id": "eve"}),
    "units.csv": ("unit", {"unit_id": "OPS"}),
    "cycles.csv": ("cycle", {"cycle_id": "FY26"}),
    "objectives.csv": ("objective", {"objective_id": "LATER"}),
    "measures.csv": ("measure", {"measure_id": "M2"}),
    "reviews.csv": ("review", {"review_id": "R1"}),
}


@pytest.mark.parametrize("spelled", SPELLED)
@pytest.mark.parametrize("earlier", [True, False], ids=["recorded before", "in the same folder"])
def test_what_is_known_in_another_spelling_is_not_created_again(
    store: Store, plan: PlanFolder, spelled: tuple[str, dict[str, str], str, str], earlier: bool
) -> None:
    file, cells, column, detail = spelled
    plan.row("people.csv", person_id="eve")["email"] = "eve@quay.example"
    plan.row("objectives.csv", objective_id="BILLS").update(owner_unit_id="", owner_person_id="eve")
    plan.row("objectives.csv", objective_id="LATER")["cycle_id"] = "FY26"
    plan.row("cycles.csv", cycle_id="2026")["cycle_id"] = "FY26"
    if earlier:
        plan.write()
        import_plan(store, plan.path, source="haven", today=TODAY)
    kind, like = LIKE[file]
    row = {**plan.row(file, **like), "person_id": "new", "email": "new@quay.example"} | cells
    plan.files[file].append({name: cell for name, cell in row.items() if name in plan.row(file, **like)})
    plan.write()
    with pytest.raises(PlanInvalid) as refused:
        import_plan(store, plan.path, source="haven", today=TODAY)
    (like_id,) = like.values()
    known = Identities("haven").of(kind, like_id)
    found = [(error.file, error.line, error.column, error.detail) for error in refused.value.errors]
    line = plan.line_of(file, len(plan.files[file]) - 1)
    assert found == [(file, line, column, detail.format(id=known))]


def test_two_who_exchange_their_addresses_have_one_each(store: Store, plan: PlanFolder) -> None:
    eve, ben = (plan.row("people.csv", person_id=id) for id in ("eve", "ben"))
    eve["email"], ben["email"] = "eve@quay.example", "ben@quay.example"
    import_plan(store, plan.write(), source="haven", today=TODAY)
    eve["email"], ben["email"] = ben["email"], eve["email"]
    assert import_plan(store, plan.write(), source="haven", today=TODAY).events == {"person.revised": 2}


def test_what_was_given_the_right_id_is_known_by_it_and_no_longer_by_the_wrong_one(
    store: Store, plan: PlanFolder
) -> None:
    import_plan(store, plan.write(), today=TODAY)
    ids, objectives = Identities("harbour"), Objectives(store)
    lift, key_result = ids.objective("LIFT"), ids.key_result("K1")
    Units(store).correct_external_id(act("a slip"), ids.unit("OPS"), external_id="OPERATIONS")
    objectives.correct_external_id(act("a slip"), lift, external_id="QUAY")
    objectives.revise_key_result(act("a slip"), lift, key_result, external_id="K9")

    with pytest.raises(PlanInvalid) as refused:
        import_plan(store, plan.path, today=TODAY)
    (error,) = refused.value.errors
    now = "key_result 'K1' (now 'K9'), objective 'LIFT' (now 'QUAY'), unit 'OPS' (now 'OPERATIONS')"
    assert error.detail.startswith(f"has ids that were corrected here: {now}; ")
    right = {"OPS": "OPERATIONS", "LIFT": "QUAY", "K1": "K9"}
    for rows in plan.files.values():
        for row in rows:
            row.update({column: right.get(value, value) for column, value in row.items()})
    assert import_plan(store, plan.write(), today=TODAY).unchanged
