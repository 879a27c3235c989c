"""A plan folder that is written is one that can be read: exported and imported, the state is the same."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from application.act import Act
from application.cycles import Cycles
from application.measures import Measures
from application.objectives import Objectives
from application.people import People
from application.plan import PlanInvalid, import_plan
from application.plan.ids import Identities
from application.reviews import Reviews
from application.store import Command, Store
from application.units import Units
from domain.objective import Owner
from domain.refusals import Refusal
from projections.alignment.queries import Alignment
from projections.directory.queries import Directory
from projections.moment import Moment
from tests.conftest import copied, on_database
from tests.plan_folders import COLUMNS, FEDERAL, SMALL_PLAN_ROWS, PlanFolder, real_folder, small_plan
from web.plan.export import export_plan

TODAY = date(2026, 11, 23)


@pytest.fixture
def other_dsn(server: str) -> Iterator[str]:
    """A second fresh database."""
    name = f"other_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        copied(connection, name)
        yield on_database(server, name)
        connection.execute(f"drop database {name} with (force)".encode())


def exported(dsn: str, path: Path, as_of: date = TODAY, known_at: datetime | None = None) -> PlanFolder:
    export_plan(dsn, path, Moment(as_of, known_at or datetime.now(UTC)))
    return real_folder(path)


def contents(folder: PlanFolder) -> dict[str, bytes]:
    return {file: (folder.path / file).read_bytes() for file in COLUMNS}


def act(reason: str | None = None, effective_on: date | None = None) -> Act:
    command = Command(uuid4(), b"", remember=False)
    return Act("person:eve", command, reason=reason, effective_on=effective_on, today=TODAY)


def test_what_was_imported_is_exported_as_it_was(store: Store, dsn: str, tmp_path: Path) -> None:
    plan = small_plan(tmp_path / "plan")
    import_plan(store, plan.write(), today=TODAY)
    out = exported(dsn, tmp_path / "out")
    for row in plan.files["alignments.csv"]:
        row["reason"] = ""  # of a change, not of the state
    plan.row("check_ins.csv", key_result_id="K3")["value"] = "14"
    for row in plan.files["feedback.csv"]:
        row["feedback_id"] = str(Identities("plan").feedback(row["feedback_id"]))
    assert {file: sorted(map(str, rows)) for file, rows in out.files.items()} == {
        file: sorted(map(str, rows)) for file, rows in plan.files.items()
    }


@pytest.mark.parametrize("path", [path for path in (FEDERAL,) if path.exists()])
def test_the_federal_plan_comes_out_as_it_went_in(store: Store, dsn: str, path: Path, tmp_path: Path) -> None:
    import_plan(store, path, today=TODAY)
    exported(dsn, tmp_path / "out")
    assert import_plan(store, tmp_path / "out", source=path.name, today=TODAY).unchanged


@pytest.mark.parametrize(
    "status", ["draft", "submitted", "postponed", "cancelled", "achieved", "not_achieved", "carried_over"]
)
def test_an_export_imported_elsewhere_is_exported_alike(
    store: Store, dsn: str, other_dsn: str, tmp_path: Path, status: str
) -> None:
    plan = small_plan(tmp_path / "plan")
    plan.row("objectives.csv", objective_id="BEN1")["status"] = status
    if status == "carried_over":
        plan.row("objectives.csv", objective_id="LATER")["carried_from_id"] = "BEN1"
    plan.row("objectives.csv", objective_id="LATER")["visibility"] = "private"
    plan.row("objectives.csv", objective_id="SAFE")["title"] = 'A, "quoted"\r\ntitle\nof = several lines'
    import_plan(store, plan.write(), today=TODAY)
    reorganise(store, Identities("plan"))
    first = exported(dsn, tmp_path / "first")
    with Store(other_dsn) as other:
        import_plan(other, first.path, today=TODAY)
    second = exported(other_dsn, tmp_path / "second")
    assert contents(second) == contents(first)
    assert first.row("objectives.csv", objective_id="LATER")["visibility"] == "private"
    assert len(first.files["reviews.csv"]) == 1


def test_the_columns_that_nothing_is_said_in_are_left_out(store: Store, dsn: str, tmp_path: Path) -> None:
    import_plan(store, small_plan(tmp_path / "plan").write(), today=TODAY)
    header = exported(dsn, tmp_path / "out").path.joinpath("objectives.csv").read_text().splitlines()[0]
    assert header == ",".join(COLUMNS["objectives.csv"])


def test_what_was_withdrawn_or_is_no_more_the_persons_is_left_out(
    store: Store, dsn: str, tmp_path: Path
) -> None:
    import_plan(store, small_plan(tmp_path / "plan").write(), today=TODAY)
    ids, objectives = Identities("plan"), Objectives(store)
    objectives.withdraw_feedback(act("mistaken"), ids.objective("LIFT"), ids.feedback("F1"))
    reading = ids.reading("M1", date(2025, 2, 28))
    Measures(store).withdraw_reading(act("mistaken"), ids.of("measure", "M1"), reading)
    before = datetime.now(UTC)
    objectives.transfer(act("ben moved on"), ids.objective("BEN1"), owner=Owner(person_id=ids.person("ana")))
    out = exported(dsn, tmp_path / "out")
    assert [row["objective_id"] for row in out.files["feedback.csv"]] == ["BEN1"]
    assert [(row["measure_id"], row["value"]) for row in out.files["readings.csv"]] == [
        ("M1", "58.5"),
        ("M2", "38"),
    ]
    assert out.files["reviews.csv"] == []
    assert len(exported(dsn, tmp_path / "then", known_at=before).files["reviews.csv"]) == 1


def test_a_corrected_reading_is_exported_as_it_is_known(store: Store, dsn: str, tmp_path: Path) -> None:
    plan = small_plan(tmp_path / "plan")
    import_plan(store, plan.write(), today=TODAY)
    known = datetime.now(UTC)
    plan.row("readings.csv", measure_id="M2")["value"] = "37"
    import_plan(store, plan.write(), today=TODAY)
    values = [
        exported(dsn, tmp_path / name, known_at=at).row("readings.csv", measure_id="M2")["value"]
        for name, at in (("then", known), ("now", None))
    ]
    assert values == ["38", "37"]


def test_an_export_imported_again_into_its_source_changes_nothing(
    store: Store, dsn: str, tmp_path: Path
) -> None:
    import_plan(store, small_plan(tmp_path / "plan").write(), today=TODAY)
    out = exported(dsn, tmp_path / "out")
    assert import_plan(store, out.path, source="plan", today=TODAY).unchanged


def test_who_leads_units_is_exported_and_comes_back_alike(
    store: Store, dsn: str, other_dsn: str, tmp_path: Path
) -> None:
    plan = small_plan(tmp_path / "plan")
    plan.row("units.csv", unit_id="CRANES")["lead_person_id"] = "ben"
    plan.add("people.csv", "zoe", "Zoe Adams", "", "", "FIN", "", "2025-03-01")
    import_plan(store, plan.write(), today=TODAY)
    zoe, fin = Identities("plan").person("zoe"), Identities("plan").unit("FIN")
    Units(store).name_lead(act(effective_on=date(2026, 1, 1)), fin, person_id=zoe)
    first = exported(dsn, tmp_path / "first")
    leads = {row["unit_id"]: row["lead_person_id"] for row in first.files["units.csv"]}
    assert leads == {"ORG": "", "OPS": "", "FIN": "zoe", "CRANES": "ben"}
    assert import_plan(store, first.path, today=TODAY).unchanged
    with Store(other_dsn) as other:
        import_plan(other, first.path, today=TODAY)
    assert contents(exported(other_dsn, tmp_path / "second")) == contents(first)


def test_a_lead_who_has_left_is_exported_with_the_unit(store: Store, dsn: str, tmp_path: Path) -> None:
    plan = small_plan(tmp_path / "plan")
    import_plan(store, plan.write(), today=TODAY)
    ids = Identities("plan")
    People(store).depart(act(effective_on=date(2026, 3, 1)), ids.person("eve"))
    Units(store).name_lead(
        act(effective_on=date(2026, 1, 1)), ids.unit("CRANES"), person_id=ids.person("eve")
    )
    out = exported(dsn, tmp_path / "out")
    assert out.row("units.csv", unit_id="CRANES")["lead_person_id"] == "eve"
    assert out.row("people.csv", person_id="eve")["departs_on"] == "2026-03-01"
    assert import_plan(store, out.path, today=TODAY).unchanged


def test_a_key_result_that_was_corrected_and_came_back_is_known_by_its_export(
    store: Store, dsn: str, tmp_path: Path
) -> None:
    import_plan(store, small_plan(tmp_path / "plan").write(), today=TODAY)
    ids, use = Identities("plan"), Objectives(store)
    bills, days = ids.objective("BILLS"), ids.key_result("K3")
    use.revise_key_result(
        act("misread", date(2025, 3, 1)), bills, days, title="Days until paid", weight=Decimal("2.50")
    )
    use.remove_key_result(act("merged", date(2025, 4, 1)), bills, days)
    use.revise_key_result(act("late", date(2025, 2, 1)), bills, days, unit_of_measure="working days")
    use.reinstate_key_result(act("not merged", date(2025, 5, 1)), bills, days)
    out = exported(dsn, tmp_path / "out")
    row = out.row("key_results.csv", key_result_id="K3")
    assert (row["title"], row["unit_of_measure"], row["weight"]) == ("Days until paid", "working days", "2.5")
    assert import_plan(store, out.path, source="plan", today=TODAY).unchanged
    row.update(weight="4", target="5")
    out.write()
    changed = import_plan(store, out.path, source="plan", today=TODAY)
    assert changed.events == {"objective.key_result_revised": 1, "objective.target_changed": 1}
    assert import_plan(store, out.path, source="plan", today=TODAY).unchanged
    assert exported(dsn, tmp_path / "again").row("key_results.csv", key_result_id="K3")["weight"] == "4"


def test_a_revised_measure_and_a_review_in_other_hands_come_out_as_they_are(
    store: Store, dsn: str, other_dsn: str, tmp_path: Path
) -> None:
    import_plan(store, small_plan(tmp_path / "plan").write(), today=TODAY)
    ids, by = Identities("plan"), act("recounted", date(2025, 6, 1))
    Measures(store).revise(by, ids.measure("M2"), name="Days off", target=Decimal(10))
    late = act("misread", date(2025, 3, 1))
    Measures(store).revise(late, ids.measure("M2"), baseline=Decimal(45), target=Decimal(30))
    Measures(store).correct_external_id(act("a slip"), ids.measure("M1"), external_id="M9")
    Reviews(store).reassign(act("ana is away"), ids.review("R1"), reviewer_id=ids.person("eve"))
    out = exported(dsn, tmp_path / "out")
    row = out.row("measures.csv", measure_id="M2")
    assert [row[name] for name in ("name", "baseline", "target", "effective_on")] == [
        "Days off", "41", "10", "2025-02-01",
    ]  # fmt: skip
    assert {row["measure_id"] for row in out.files["measures.csv"]} == {"M9", "M2"}
    assert out.row("reviews.csv", review_id="R1")["reviewer_id"] == "eve"
    assert import_plan(store, out.path, today=TODAY).unchanged
    with Store(other_dsn) as other:
        import_plan(other, out.path, today=TODAY)
    assert contents(exported(other_dsn, tmp_path / "second")) == contents(out)


def test_the_days_of_a_cycle_come_out_and_go_in(
    store: Store, dsn: str, other_dsn: str, tmp_path: Path
) -> None:
    plan = small_plan(tmp_path / "plan")
    plan.row("cycles.csv", cycle_id="2025")["cadence_days"] = "90"
    import_plan(store, plan.write(), today=TODAY)
    Cycles(store).revise(act("more time"), Identities("plan").cycle("2026"), appeal_days=20)
    out = exported(dsn, tmp_path / "out")
    days = [(row["cycle_id"], row["cadence_days"], row["appeal_days"]) for row in out.files["cycles.csv"]]
    assert days == [("2025", "90", "10"), ("2026", "30", "20")]
    assert import_plan(store, out.path, today=TODAY).unchanged
    with Store(other_dsn) as other:
        import_plan(other, out.path, today=TODAY)
    assert contents(exported(other_dsn, tmp_path / "second")) == contents(out)


def test_who_left_is_taken_back_in_the_export_and_nobody_else(store: Store, dsn: str, tmp_path: Path) -> None:
    import_plan(store, small_plan(tmp_path / "plan").write(), today=TODAY)
    ids, people = Identities("plan"), People(store)
    eve, left = ids.person("eve"), date(2026, 3, 1)
    people.depart(act(effective_on=left), eve)
    out = exported(dsn, tmp_path / "out")
    early = exported(dsn, tmp_path / "early", as_of=date(2026, 2, 1))
    assert "departs_on" not in early.files["people.csv"][0]
    assert import_plan(store, early.path, today=TODAY).unchanged
    out.row("people.csv", person_id="eve")["departs_on"] = ""
    out.write()
    assert import_plan(store, out.path, today=TODAY).events == {"person.departure_withdrawn": 1}
    assert import_plan(store, out.path, today=TODAY).unchanged
    people.depart(act(effective_on=date(2026, 5, 1)), eve)
    assert import_plan(store, out.path, today=TODAY).unchanged  # the folder does not know of that


@pytest.mark.parametrize("seed", range(4))
def test_a_made_up_organisation_with_departures_and_returns_comes_out_and_goes_in_as_it_is(
    store: Store, dsn: str, other_dsn: str, tmp_path: Path, seed: int
) -> None:
    plan = small_plan(tmp_path / "plan")
    plan.row("objectives.csv", objective_id="BEN1").update(status="achieved", ends_on="2026-06-30")
    plan.row("cycles.csv", cycle_id="2025")["ends_on"] = "2026-12-31"
    import_plan(store, plan.write(), today=TODAY)
    upheaval(store, Identities("plan"), Random(seed))
    first = exported(dsn, tmp_path / "first")
    assert any(row["departs_on"] for row in first.files["people.csv"])
    assert any(row["dissolves_on"] for row in first.files["units.csv"])
    assert import_plan(store, first.path, today=TODAY).events == {}
    with Store(other_dsn) as other:
        import_plan(other, first.path, today=TODAY)
        assert import_plan(other, first.path, today=TODAY).events == {}
    assert contents(exported(other_dsn, tmp_path / "second")) == contents(first)
    here, there = (who_is_there(each) for each in (dsn, other_dsn))
    assert here == there


def upheaval(store: Store, ids: Identities, random: Random) -> None:
    """Sixty commands on units and people, each on a day of its own, of which many are refused."""
    units, people = [ids.unit(id) for id in ("ORG", "OPS", "FIN", "CRANES")], [ids.person("eve")]
    org, crew = Units(store), People(store)
    for turn in range(60):
        by = act("as it happens", date(2025, 2, 1) + timedelta(days=random.randrange(600)))
        unit, person, other = random.choice(units), random.choice(people), random.choice([*people, None])
        new: dict[str, Any] = {"name": f"N{turn}", "external_id": f"n{turn}"}
        born = partial(org.define, by, kind="team", parent_id=unit, **new)
        came = partial(crew.define, by, email=None, job_title=None, unit_id=unit, manager_id=other, **new)
        commands: list[Callable[[], Any]] = [
            partial(lambda born: units.append(born().id), born),
            partial(lambda came: people.append(came().id), came),
            partial(crew.transfer, by, person, unit_id=unit, manager_id=other),
            partial(crew.depart, by, person),
            partial(crew.depart, by, person, hand_over_to=other),
            partial(crew.return_, by, person),
            partial(crew.withdraw_departure, by, person),
            partial(org.dissolve, by, unit),
            partial(org.dissolve, by, unit, hand_over_to=units[0]),
            partial(org.restore, by, unit),
            partial(org.withdraw_dissolution, by, unit),
        ]
        with suppress(Refusal):
            random.choice(commands)()
    gone = crew.define(
        act(effective_on=date(2025, 3, 1)), name="Gone", email=None, job_title=None, manager_id=None,
        unit_id=ids.unit("OPS"),
    ).id  # fmt: skip
    crew.depart(act(effective_on=date(2026, 3, 1)), gone)
    team = org.define(act(effective_on=date(2025, 3, 1)), name="Team", kind="team", parent_id=None).id
    org.dissolve(act(effective_on=date(2026, 3, 1)), team)


def who_is_there(dsn: str) -> list[tuple[str, str]]:
    """Everybody and every unit, by name, with the status."""
    with psycopg.connect(dsn) as connection:
        directory, moment = Directory(connection), Moment(TODAY, datetime.now(UTC))
        items = [*directory.people(moment, 500).items, *directory.units(moment, 500).items]
    return sorted((each["name"], each["status"]) for each in items)


def reorganise(store: Store, ids: Identities) -> None:
    """By other hands: a new person, a transfer, a departure, a late link, a corrected reading."""
    people, objectives = People(store), Objectives(store)
    people.define(
        act(effective_on=date(2025, 6, 1)),
        name="Zoe Adeyemi",
        email=None,
        job_title=None,
        unit_id=ids.unit("OPS"),
        manager_id=None,
        id=ZOE,
    )
    people.transfer(
        act(effective_on=date(2025, 7, 1)), ids.person("ben"), unit_id=ids.unit("FIN"), manager_id=ZOE
    )
    people.depart(act(), ids.person("eve"))
    train = ids.objective("TRAIN")
    objectives.align(
        act("late", date(2025, 2, 1)),
        train,
        objective_id=ids.objective("RICH"),
        kind="supports",
        weight=Decimal("0.5"),
    )
    objectives.correct_check_in(
        act("miscounted"), train, ids.check_in("K2", date(2025, 3, 31)),
        readings={ids.key_result("K2"): Decimal(13)}, confidence=8, note="recounted",
    )  # fmt: skip


ZOE = UUID("5f0c5bd6-5d7c-4c5e-9a49-0d1f6f4f2f10")


def test_an_export_of_a_past_moment_knows_nothing_later(store: Store, dsn: str, tmp_path: Path) -> None:
    import_plan(store, small_plan(tmp_path / "plan").write(), today=TODAY)
    before = exported(dsn, tmp_path / "before", as_of=date(2025, 1, 31))
    assert len(before.files["objectives.csv"]) == 5
    assert [row["key_result_id"] for row in before.files["check_ins.csv"]] == ["K1"]
    unknown = exported(dsn, tmp_path / "unknown", known_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not any(unknown.files.values())


def test_an_export_does_not_need_a_projector(store: Store, dsn: str, tmp_path: Path) -> None:
    import_plan(store, small_plan(tmp_path / "plan").write(), today=TODAY)
    rows = export_plan(dsn, tmp_path / "out", Moment(TODAY, datetime.now(UTC)))
    assert rows == {f"{name}.csv": count for name, count in SMALL_PLAN_ROWS.items()}


def test_what_was_reaffirmed_is_stale_on_the_same_days_elsewhere(
    store: Store, dsn: str, other_dsn: str, tmp_path: Path
) -> None:
    """Of one that goes on, of one that was closed, and of one that was cancelled, each on two days."""
    plan, ids = small_plan(tmp_path / "plan"), Identities("plan")
    import_plan(store, plan.write(), today=TODAY)
    for objective in ("BILLS", "TRAIN", "LIFT"):
        for day in (date(2025, 4, 20), date(2025, 5, 30)):
            Objectives(store).reaffirm(act(effective_on=day), ids.objective(objective))
        mistaken = date(2025, 6, 10)
        Objectives(store).reaffirm(act(effective_on=mistaken), ids.objective(objective))
        Objectives(store).withdraw_reaffirmation(act("a slip"), ids.objective(objective), on=mistaken)
    plan.row("objectives.csv", objective_id="TRAIN")["status"] = "achieved"
    plan.row("objectives.csv", objective_id="LIFT")["status"] = "cancelled"
    import_plan(store, plan.write(), today=TODAY)
    out = exported(dsn, tmp_path / "out")
    assert len(out.files["reaffirmations.csv"]) == 8
    with Store(other_dsn) as other:
        import_plan(other, out.path, today=TODAY)
    exported(other_dsn, tmp_path / "again")
    for as_of in (date(2025, 4, 19), date(2025, 5, 5), date(2025, 6, 28), date(2025, 6, 30), TODAY):
        here, there = (signs(each, as_of, ids) for each in (dsn, other_dsn))
        assert here.pop("LIFT")[0] == there.pop("LIFT")[0]  # a folder does not say when it was cancelled
        assert here == there
    assert signs(dsn, date(2025, 6, 28), ids)["BILLS"] == ("2025-05-30", False)
    assert signs(dsn, date(2025, 6, 30), ids)["BILLS"] == ("2025-05-30", True)


def signs(dsn: str, as_of: date, ids: Identities) -> dict[str, tuple[str | None, bool]]:
    """When each was reaffirmed last, and whether it is stale."""
    moment, found = Moment(as_of, datetime.now(UTC)), {}
    with psycopg.connect(dsn) as connection:
        for name in ("BILLS", "TRAIN", "LIFT", "SAFE"):
            told = Alignment(connection).objective(moment, ids.objective(name))
            assert told is not None
            found[name] = (told["last_reaffirmed_on"], told["stale"])
    return found


@pytest.mark.parametrize(
    ("objective", "on"), [("LATER", "2025-05-05"), ("TRAIN", "2024-12-31"), ("NOBODY", "2025-05-05")]
)
def test_a_reaffirmation_that_cannot_be_is_a_bad_cell(
    store: Store, tmp_path: Path, objective: str, on: str
) -> None:
    plan = small_plan(tmp_path / "plan")
    plan.add("reaffirmations.csv", objective, on)
    with pytest.raises(PlanInvalid) as refused:
        import_plan(store, plan.write(), today=TODAY)
    assert [(error.file, error.line) for error in refused.value.errors] == [("reaffirmations.csv", 4)]


def test_a_reaffirmation_that_was_imported_is_not_recorded_again(store: Store, tmp_path: Path) -> None:
    plan = small_plan(tmp_path / "plan")
    import_plan(store, plan.write(), today=TODAY)
    Objectives(store).cancel(act("too late"), Identities("plan").objective("LIFT"))
    assert import_plan(store, plan.write(), today=TODAY).unchanged
    plan.add("reaffirmations.csv", "TRAIN", "2025-06-01")
    report = import_plan(store, plan.write(), today=TODAY)
    assert report.events == {"objective.reaffirmed": 1}
    outcomes = {(each.file, each.id): each.outcome for each in report.outcomes if each.outcome != "skip"}
    assert outcomes == {("reaffirmations.csv", "TRAIN 2025-06-01"): "create"}
