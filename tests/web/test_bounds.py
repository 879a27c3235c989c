"""Bounds on what one request may ask and leave behind, each with the problem that names it."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from psycopg.errors import LockNotAvailable, QueryCanceled

from application.session import Session
from application.store import Store, StoreUnavailable
from domain import room
from tests.abuse.stored import House
from tests.web.api import Api, refused
from web.errors import problem_of
from web.ops.bounds import REFUSALS, STATEMENT_SECONDS
from web.wiring import EXTENSION, Services

UNIT = {"name": "Sales", "kind": "department"}
OF_ANOTHER = "objectives of one owner aligned to one of somebody else"


def _statuses(api: Api, commands: list[dict[str, Any]]) -> list[int]:
    answer = api.post("/commands", {"commands": commands})
    assert answer.json is not None
    return [outcome["status"] for outcome in answer.json["outcomes"]]


def test_a_request_has_so_many_refusals_and_then_the_rest_is_not_tried(api: Api) -> None:
    bad = [{"path": "/units", "body": {"kind": "none"}}] * (REFUSALS + 20)
    good = [{"path": "/units", "body": UNIT}]
    assert _statuses(api, [*good, *bad, *good]) == [201] + [422] * REFUSALS + [429] * 21
    rows = api.ask("/audit", kind="refusal", limit=500)["items"]
    assert len(rows) == REFUSALS
    assert _statuses(api, good) == [201]


def test_a_request_has_so_many_events_and_then_the_rest_is_not_tried(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.api.batch.EVENTS", 3)
    before = api.events()
    assert _statuses(api, [{"path": "/units", "body": UNIT}] * 6) == [201] * 3 + [429] * 3
    assert api.events() == before + 3


def test_a_command_records_so_many_events_and_no_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    unit, cycle = api.unit(), api.cycle()
    monkeypatch.setattr(Session, "MOST_EVENTS", 3)
    key_result = {"title": "Share", "kind": "increase", "baseline": 0, "target": 1}
    body = {"title": "Answer", "level": "team", "cycle_id": cycle, "owner": {"unit_id": unit}}
    assert api.post("/objectives", {**body, "key_results": [key_result] * 2}).status_code == 201
    before = api.events()
    refused(api.post("/objectives", {**body, "key_results": [key_result] * 3}), 422, "too-many-events")
    assert api.events() == before


def test_one_owner_hangs_only_so_many_under_somebody_elses(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the past count, those of others do not; one's own are not bounded so."""
    monkeypatch.setattr(room, "MOST", {**room.MOST, OF_ANOTHER: 2})
    monkeypatch.setattr("application.alignment_checks.MOST", room.MOST)
    cycle, unit = api.cycle(), api.unit()
    ana, bo, cleo = ({"person_id": api.person(unit, name)} for name in ("Ana", "Bo", "Cleo"))
    top = api.objective(cycle, ana)

    def hang(owner: dict[str, str]) -> Any:
        below = api.objective(cycle, owner)
        link = {"objective_id": top, "kind": "contributes", "weight": "1"}
        return api.post(f"/objectives/{below}/alignments", link), below

    assert [hang(bo)[0].status_code for _ in range(1)] == [200]
    answer, below = hang(bo)
    assert answer.status_code == 200
    refused(hang(bo)[0], 409, "limit-reached")
    assert api.post(f"/objectives/{below}/alignments/{top}/removal", {"reason": "a test"}).status_code == 200
    refused(hang(bo)[0], 409, "limit-reached")
    assert hang(cleo)[0].status_code == 200
    assert [hang(ana)[0].status_code for _ in range(3)] == [200] * 3


def test_only_so_many_are_ever_aligned_to_one(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST", {**room.MOST, "objectives aligned to one": 2})
    cycle, owner = api.cycle(), {"unit_id": api.unit()}
    top = api.objective(cycle, owner)
    link = [{"objective_id": top, "kind": "contributes", "weight": "1"}]
    made = [api.objective(cycle, owner, alignments=link) for _ in range(2)]
    body = {"title": "One more", "level": "team", "cycle_id": cycle, "owner": owner, "alignments": link}
    refused(api.post("/objectives", body), 409, "limit-reached")
    weight = {"weight": "2", "reason": "a test"}
    assert api.post(f"/objectives/{made[0]}/alignments/{top}/weight", weight).status_code == 200


def test_a_lattice_of_ones_own_objectives_has_a_bounded_answer(api: Api, dsn: str) -> None:
    """62 in 31 layers, each aligned to both above it: two thousand million paths."""
    with Store(dsn) as store:
        house = House.on(store)
        layer = [house.objective(house.ana, level="strategic", title="Goal") for _ in range(2)]
        made = list(layer)
        for number in range(30):
            layer = [house.objective(house.ana, layer, title=f"Level {number}") for _ in range(2)]
            made += layer
        house.record(made)
    api.project()
    for path in (f"/people/{house.ana}/alignment", f"/units/{house.unit}/alignment", "/alignment"):
        begun = time.monotonic()
        answer = api.get(path, behind=True)
        assert (answer.status_code, time.monotonic() - begun < 2) == (200, True), path
        assert len(answer.data) < 8_000_000, path
    paths = api.ask(f"/objectives/{made[-1].id}/paths")
    assert (len(paths["paths"]), paths["truncated"]) == (1_000, True)
    assert len(api.ask(f"/objectives/{made[5].id}/paths")["paths"]) == 4


def test_a_chain_of_exact_fractions_is_answered_in_time(api: Api, dsn: str) -> None:
    """161 of them with ten key results each, of which no two share a denominator."""
    with Store(dsn) as store:
        house = House.on(store)
        chain = [house.objective(house.ana, level="strategic")]
        for number in range(160):
            aims = [(Decimal(10**27 + 20 * number + place), Decimal(10**26)) for place in range(10)]
            chain.append(house.objective(house.ana, chain[-1:], aims=aims))
        house.record(chain)
    api.project()
    for path in ("/alignment", "/objectives", "/alignment-health", f"/objectives/{chain[0].id}/progress"):
        begun = time.monotonic()
        assert api.get(path, behind=True).status_code == 200
        assert time.monotonic() - begun < 2, path


def test_an_answer_has_so_many_bytes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.api.routes.ANSWER_BYTES", 50)
    for path in ("/units", "/alignment"):
        refused(api.get(path), 422, "answer-too-large")


def test_a_position_ahead_of_the_log_is_not_waited_for(dsn: str, app: Flask, api: Api) -> None:
    begun = time.monotonic()
    for position in (api.events() + 5, 10**15):
        refused(api.get("/units", behind=True, min_position=position), 503, "not-yet-visible")
    assert time.monotonic() - begun < 3


def test_statements_have_an_end(app: Flask) -> None:
    services: Services = app.extensions[EXTENSION]
    for pool in (services.queries, services.administration, services.exports):
        with pool.connection() as conn:
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
                (row,) = conn.execute(f"show {name}".encode()).fetchall()
                assert row[name] != "0", name
    with services.queries.connection() as conn:
        assert conn.execute("show statement_timeout").fetchall() == [
            {"statement_timeout": f"{STATEMENT_SECONDS}s"}
        ]


def test_a_statement_that_took_too_long_says_so() -> None:
    behind = StoreUnavailable("the database cannot serve this now")
    behind.__cause__ = QueryCanceled("canceling statement due to statement timeout")
    errors = (QueryCanceled("statement timeout"), behind, LockNotAvailable("lock timeout"))
    slugs = [problem_of(error, "/api/v1/units").slug for error in errors]
    assert slugs == ["took-too-long", "took-too-long", "too-busy"]


def test_labels_of_metrics_are_not_made_up_by_clients(app: Flask, tmp_path: Path) -> None:
    client = app.test_client()
    for word in ("BREW", "TWIST", "GET"):
        client.open(f"/made-up-{word}", method=word)
    said = client.get("/metrics").text
    assert 'method="other"' in said
    assert not [word for word in ("BREW", "TWIST", "made-up") if word in said]
