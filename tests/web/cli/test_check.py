"""`check` says what is wrong, and exits 1 if anything is; `rebuild` puts read models right."""

import json
from collections.abc import Iterator
from datetime import date
from threading import Event, Thread
from uuid import uuid4

import psycopg
import pytest

from application.act import Act
from application.people import People
from application.store import Command, Store
from application.units import Units
from projections.read_models import READ_MODELS
from tests.web.cli.conftest import Throughline
from tests.web.serve.processes import wait_until
from web.wiring import follower


@pytest.fixture
def projector(dsn: str) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=follower(dsn).run, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def three_units(throughline: Throughline, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("plan")
    header = "unit_id,name,kind,parent_unit_id,effective_on\n"
    rows = "top,Top,organisation,,2026-01-01\na,A,team,top,2026-01-01\nb,B,team,top,2026-01-01\n"
    (folder / "units.csv").write_text(header + rows)
    assert throughline("import", folder).exit_code == 0


def test_nothing_is_wrong_with_a_projector_that_has_caught_up(
    throughline: Throughline, three_units: None, projector: None
) -> None:
    wait_until(lambda: throughline("check").exit_code == 0)
    assert throughline("check").stdout.endswith("The log ends at position 3.\nNothing is wrong.\n")


def test_no_projector_is_wrong(throughline: Throughline) -> None:
    result = throughline("check", "--json")
    said = json.loads(result.stdout)
    assert (result.exit_code, said["ok"], said["problems"]) == (1, False, ["no projector is running"])


def test_missing_events_are_named(throughline: Throughline, three_units: None, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "SET session_replication_role = replica"
        )  # whatever protects the log, it is gone behind it
        conn.execute("delete from store.events where position in (2, 3)")
    result = throughline("check")
    assert result.exit_code == 1
    assert "wrong: events 2 to 3 are missing at the end\n" in result.stdout


def test_a_gap_is_named(throughline: Throughline, three_units: None, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("delete from store.events where position = 2")
    said = json.loads(throughline("check", "--json").stdout)
    assert said["gaps"] == [{"first": 2, "last": 2}]
    assert "events 2 to 2 are missing" in said["problems"]


def test_what_was_recorded_twice_is_named(
    throughline: Throughline, dsn: str, projector: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.use_cases.check_claims", lambda *_: None)  # as before there were claims
    with Store(dsn) as store:
        north, south = (
            Units(store)
            .define(
                Act("token:test", Command(uuid4(), b"", remember=False)),
                name=name,
                kind="team",
                parent_id=None,
                external_id=name,
            )
            .id
            for name in ("Ω-1", "ω-1")
        )
    wrong = f"wrong: the unit ω-1 ({south}) has the external_id of Ω-1 ({north}), in some spelling\n"
    wait_until(lambda: wrong in throughline("check").stdout)
    assert throughline("check").exit_code == 1


def test_what_late_facts_leave_with_somebody_gone_is_named(
    throughline: Throughline, dsn: str, projector: None
) -> None:
    def act(month: int) -> Act:
        return Act("token:test", Command(uuid4(), b"", remember=False), effective_on=date(2026, month, 1))

    with Store(dsn) as store:
        units, people = Units(store), People(store)
        top, old = (
            units.define(act(1), name=name, kind="team", parent_id=None).id for name in ("Top", "Old")
        )
        facts = {"email": None, "job_title": None, "manager_id": None}
        ana = people.define(act(1), name="Ana", unit_id=top, **facts).id
        units.dissolve(act(3), old)
        people.transfer(act(2), ana, unit_id=old, manager_id=None)
    wrong = f"wrong: the person Ana ({ana}) is still with the unit Old ({old}), which is gone\n"
    wait_until(lambda: throughline("check").stdout.endswith(wrong))
    assert throughline("check").exit_code == 1


def test_a_parked_aggregate_is_named(throughline: Throughline, three_units: None, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "insert into projection.parked (read_model, originator_id, position, topic, error)"
            " select %s, originator_id, position, topic, 'it broke' from store.events where position = 2",
            [READ_MODELS[0].name],
        )
    result = throughline("check")
    assert result.exit_code == 1
    assert "has parked" in result.stdout
    assert "it broke" in result.stdout


def test_rebuild_fills_every_read_model(throughline: Throughline, three_units: None) -> None:
    result = throughline("rebuild", "--json")
    said = json.loads(result.stdout)["read_models"]
    assert result.exit_code == 0
    assert [(each["name"], each["position"]) for each in said] == [(model.name, 3) for model in READ_MODELS]


def test_rebuild_of_one_leaves_the_others(throughline: Throughline, three_units: None) -> None:
    name = READ_MODELS[0].name
    assert throughline("rebuild", name).stdout == f"{name} is rebuilt, up to position 3.\n"
    models = json.loads(throughline("check", "--json").stdout)["models"]
    assert [model["position"] for model in models] == [3, *(0 for _ in READ_MODELS[1:])]


def test_rebuild_of_an_unknown_read_model_is_a_mistake(throughline: Throughline) -> None:
    result = throughline("rebuild", "horoscope")
    assert result.exit_code == 2
    assert "horoscope" in result.stderr
