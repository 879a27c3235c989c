"""What an import records, and how it stands beside other commands."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from application.plan import import_plan
from application.plan.ids import Identities
from application.store import Answer, Command, Reads, Store
from domain.aggregate import Aggregate
from domain.cycle import Cycle
from domain.objective import Objective
from domain.provenance import Provenance
from domain.refusals import TooBusy
from domain.unit import Unit
from tests.application.plan.conftest import TODAY, Import, Recorded
from tests.plan_folders import FEDERAL, SMALL_PLAN_ROWS, PlanFolder, wide_plan

SMALL_PLAN = {
    "measure.defined": 2,
    "measure.reading_recorded": 3,
    "objective.feedback_given": 2,
    "review.opened": 1,
    "cycle.activated": 1,
    "cycle.defined": 2,
    "objective.activated": 5,
    "objective.aligned": 4,
    "objective.approved": 6,
    "objective.checked_in": 5,
    "objective.reaffirmed": 2,
    "objective.defined": 7,
    "objective.key_result_added": 4,
    "objective.submitted": 6,
    "person.defined": 3,
    "unit.defined": 4,
}


def test_an_import_records_the_whole_plan_in_one_save(store: Store, plan: PlanFolder) -> None:
    report = import_plan(store, plan.write(), today=TODAY)
    assert report.events == SMALL_PLAN
    assert report.rows == SMALL_PLAN_ROWS
    assert (report.source, report.position) == ("harbour", sum(SMALL_PLAN.values()))
    commands = {event.command_id for event in store_events(store)}
    assert len(commands) == 1


def store_events(store: Store) -> list[Any]:
    notifications = store.recorder.select_notifications(start=1, limit=10_000)
    return [store.mapper.to_domain_event(notification) for notification in notifications]


@pytest.mark.parametrize("folder", [folder for folder in (FEDERAL,) if folder.exists()])
def test_the_federal_plan(importing: Import, folder: Any) -> None:
    report = importing(folder)
    counts = {"unit": 25, "cycle": 2, "objective": 558}
    assert {topic: report.events[f"{topic}.defined"] for topic in counts} == counts
    assert report.events["objective.aligned"] == 351
    assert report.events["objective.key_result_added"] == 222
    assert report.events["objective.checked_in"] == 556
    assert importing(folder).unchanged


def test_a_dry_run_decides_the_same_and_records_nothing(store: Store, plan: PlanFolder) -> None:
    report = import_plan(store, plan.write(), today=TODAY, dry_run=True)
    assert (report.events, report.position, report.dry_run) == (SMALL_PLAN, None, True)
    assert store_events(store) == []


def test_parents_are_recorded_before_those_that_name_them(store: Store, plan: PlanFolder) -> None:
    for rows in plan.files.values():
        rows.reverse()
    import_plan(store, plan.write(), today=TODAY)
    places = {event.originator_id: place for place, event in reversed(list(enumerate(store_events(store))))}
    ids = Identities("harbour")
    chain = ["unit:ORG", "unit:OPS", "unit:CRANES", "person:ana", "person:ben", "objective:SAFE",
             "objective:LIFT", "objective:TRAIN", "objective:BEN1"]  # fmt: skip
    order = [places[ids.of(*each.split(":"))] for each in chain]
    assert order == sorted(order)


def test_only_what_is_not_smart_is_waived(recorded: Recorded, importing: Import, plan: PlanFolder) -> None:
    importing(plan, source="smart")
    waived = {
        id: {waiver["criterion"]: waiver["reason"] for waiver in event.waivers}
        for id in ("LIFT", "TRAIN", "BILLS", "SAFE")
        for event in recorded("smart", "objective", id)
        if isinstance(event, Objective.Submitted)
    }
    reason = "imported plan"
    assert waived == {
        "LIFT": {"A": reason},
        "TRAIN": {"A": reason, "S": reason},
        "BILLS": {"A": reason, "R": reason, "S": reason},
        "SAFE": {"A": reason},
    }


def test_a_cycle_starts_when_its_day_has_come_and_something_is_active(
    importing: Import, shared_store: Store, source: str, plan: PlanFolder
) -> None:
    importing(plan)
    status = {id: shared_store.load(Cycle, Identities(source).cycle(id)).status for id in ("2025", "2026")}
    assert status == {"2025": "active", "2026": "preparation"}


def test_rows_may_name_what_an_earlier_import_brought(importing: Import, plan: PlanFolder) -> None:
    importing(plan)
    check_ins = plan.files["check_ins.csv"]
    for file in list(plan.files):
        (plan.path / file).unlink()
    plan.files = {"check_ins.csv": check_ins}
    plan.add("check_ins.csv", "K3", "2025-04-30", "11", "", "")
    assert importing(plan).events == {"objective.checked_in": 1}


def test_sources_do_not_meet(importing: Import, plan: PlanFolder) -> None:
    assert importing(plan, source="one").events == importing(plan, source="two").events


def test_undated_units_are_there_from_the_first_day_of_the_plan(
    importing: Import, shared_store: Store, source: str, plan: PlanFolder
) -> None:
    for file in ("units.csv", "people.csv", "alignments.csv", "objectives.csv"):
        for row in plan.files[file]:
            row["effective_on"] = ""
    importing(plan)
    unit = shared_store.load(Unit, Identities(source).unit("CRANES"))
    objective = shared_store.load(Objective, Identities(source).objective("BEN1"))
    assert (unit.first_day, objective.first_day) == (date(2025, 1, 1), date(2025, 2, 1))
    assert importing(plan, today=date(2026, 12, 1)).unchanged


class Overtaken(Store):
    """A store on which somebody else renames a unit just before each of the first `times` saves."""

    times = 1
    unit = uuid4()

    def record(self, changed: Sequence[Aggregate], *, command: Command, subject: Any, reads: Reads) -> Answer:
        if self.times:
            self.times -= 1
            unit = self.load(Unit, self.unit)
            by = Provenance("person:eve", uuid4(), TODAY, TODAY)
            unit.rename(by=by, name=f"Finance {self.times}")
            super().record(
                [unit], command=Command(uuid4(), b"", remember=False), subject=unit.id, reads=Reads()
            )
        return super().record(changed, command=command, subject=subject, reads=reads)


def test_an_import_that_is_overtaken_decides_again(dsn: str, plan: PlanFolder) -> None:
    with Overtaken(dsn) as store:
        store.times = 0
        import_plan(store, plan.write(), today=TODAY)
        store.unit, store.times = Identities("harbour").unit("FIN"), 1
        plan.row("objectives.csv", objective_id="BILLS")["title"] = "Bills within five days"
        assert import_plan(store, plan.write(), today=TODAY).events == {"objective.revised": 1}
        assert store.load(Unit, store.unit).version == 2


def test_an_import_that_is_overtaken_again_and_again_gives_up(
    dsn: str, plan: PlanFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.session.LONGEST_PAUSE_SECONDS", 0)
    with Overtaken(dsn) as store:
        store.times = 0
        import_plan(store, plan.write(), today=TODAY)
        store.unit, store.times = Identities("harbour").unit("FIN"), 1_000
        plan.row("objectives.csv", objective_id="BILLS")["title"] = "Bills within five days"
        with pytest.raises(TooBusy):
            import_plan(store, plan.write(), today=TODAY)


def test_two_imports_at_once_record_the_plan_once(dsn: str, plan: PlanFolder) -> None:
    folder = plan.write()
    with Store(dsn) as one, Store(dsn) as other:
        late = import_before_record(other, lambda: import_plan(one, folder, today=TODAY))
        assert import_plan(late, folder, today=TODAY).unchanged


def import_before_record(store: Store, first: Any) -> Store:
    record, pending = store.record, [first]

    def overtaken(*args: Any, **kwargs: Any) -> Answer:
        if pending:
            pending.pop()()
        return record(*args, **kwargs)

    store.record = overtaken  # type: ignore[method-assign]  # the other import comes first, whatever the timing
    return store


@pytest.mark.parametrize(
    "objectives", [500, pytest.param(20_000, marks=[pytest.mark.long, pytest.mark.timeout(1800)])]
)
def test_a_large_plan_costs_about_as_much_per_row_as_a_small_one(
    importing: Import, tmp_path: Any, objectives: int
) -> None:
    plan = wide_plan(tmp_path / "wide", objectives)
    assert importing(plan).events["objective.aligned"] == objectives - 1
    assert importing(plan).unchanged
