"""The rival of the benchmarks is given its due: it holds the rows that its library writes, and says what ours
says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks import as_of
from benchmarks.log import fill
from benchmarks.rival import beside
from benchmarks.rival.changes import Key, Rows, changes
from benchmarks.rival.loading import KEYS, engine_of, load, saves
from benchmarks.rival.models import MODELS, Base
from benchmarks.services import remembering
from tests.conftest import on_database

WITH_A_LINK_REMOVED = 1_400
"""Events: the shortest history, about, in which the library has to write a deletion."""
TABLES = sorted(Base.metadata.tables.keys() - {"transaction"})


@pytest.fixture
def databases(server: str) -> Iterator[tuple[str, str]]:
    """Two without tables."""
    names = [f"rival_{uuid4().hex}" for _ in range(2)]
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names:
            connection.execute(f"create database {name}".encode())
        try:
            yield on_database(server, names[0]), on_database(server, names[1])
        finally:
            for name in names:
                connection.execute(f"drop database {name} with (force)".encode())


@pytest.mark.long
def test_what_is_loaded_is_what_the_library_writes(dsn: str, databases: tuple[str, str]) -> None:
    fill(dsn, WITH_A_LINK_REMOVED)
    loaded, written = databases
    transactions = load(dsn, loaded)
    with _engine(written) as engine:
        _through_the_library(engine, dsn)
    for table in TABLES:
        assert _rows(loaded, table) == _rows(written, table), table
    assert _column(loaded, "select id from transaction") == _column(written, "select id from transaction")
    assert transactions == len(_column(loaded, "select id from transaction"))
    operations = "select distinct operation_type from alignment_version order by 1"
    assert _column(loaded, operations) == [0, 2]


def test_a_transaction_is_issued_when_the_save_was_recorded(dsn: str, databases: tuple[str, str]) -> None:
    fill(dsn, WITH_A_LINK_REMOVED)
    load(dsn, databases[0])
    recorded = {
        at.replace(tzinfo=None) for at in _column(dsn, "select distinct recorded_at from store.events")
    }
    issued = _column(databases[0], "select issued_at from transaction order by id")
    assert issued == sorted(issued)
    assert recorded > set(issued)


@pytest.mark.long
def test_ours_and_the_rivals_two_answers_agree_and_are_measured() -> None:
    with remembering(2_000) as (service, filled):
        asked = as_of.questions(service, filled)
        figures = beside.measure(service, asked.root, asked.person, as_of.two_years_back())
    assert [(figure.value > 0, figure.ratio is None) for figure in figures] == [
        (True, True), (True, False), (True, False),
        (True, True), (True, False), (True, False),
    ]  # fmt: skip
    assert [title.split(" objectives")[0] for title in asked.paths] == ["subtree of 222", "person with 3"]


NODE = {
    "id": "a", "title": "Grow", "level": "team", "status": "active", "progress": 0.25,
    "owner": {"name": "Ana"},
}  # fmt: skip
LINK = {"from": "a", "to": "b", "kind": "contributes"}
STEP = {"objectives": [{"id": "a"}, {"id": "b"}]}


@pytest.mark.parametrize(
    ("ours", "theirs", "apart"),
    [
        ({"nodes": [NODE], "links": [LINK]}, {"nodes": [NODE], "links": [LINK]}, []),
        ({"nodes": [NODE], "links": [LINK]}, {"nodes": [NODE], "links": []}, ["the links"]),
        ({"nodes": [NODE], "links": []}, {"nodes": [], "links": []}, ["a is in one only"]),
        (
            {"nodes": [NODE], "links": []},
            {"nodes": [{**NODE, "owner": {"name": "Bo"}, "progress": 0.250003}], "links": []},
            ["a: owner", "a: progress"],
        ),
        (
            {"objectives": [{**NODE, "paths": [STEP]}]},
            {"objectives": [{**NODE, "progress": None, "paths": []}]},
            ["a: progress", "a: paths"],
        ),
    ],
    ids=["same", "links", "ids", "figures", "paths"],
)
def test_answers_that_differ_are_told_apart(ours: object, theirs: object, apart: list[str]) -> None:
    assert beside.differences(orjson.dumps(ours), orjson.dumps(theirs)) == apart


class _Table:
    def __init__(self, session: Session, model: type[Base]) -> None:
        self._session, self._model = session, model

    def __getitem__(self, key: Key) -> dict[str, Any]:
        return vars(self._session.get_one(self._model, key))


def _through_the_library(engine: Engine, store: str) -> None:
    """Each save a transaction of the library's, in which objects are added, changed and deleted."""
    Base.metadata.create_all(engine)
    for _, events in saves(store):
        with Session(engine) as session:
            rows: Any = {model: _Table(session, model) for model in MODELS}
            for event in events:
                _change(session, rows, *event)
            session.commit()


def _change(session: Session, rows: Rows, topic: str, id: UUID, said: dict[str, Any]) -> None:
    for model, key, values in changes(topic, id, said, rows):
        row = session.get(model, key)
        if values is None:
            session.delete(row)
        elif row is None:
            session.add(model(**dict(zip(KEYS[model], key, strict=True)), **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)


@contextmanager
def _engine(dsn: str) -> Iterator[Engine]:
    engine = engine_of(dsn)
    yield engine
    engine.dispose()


def _rows(dsn: str, table: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(f"select * from {table} as t order by t::text".encode()).fetchall()


def _column(dsn: str, statement: str) -> list[Any]:
    with psycopg.connect(dsn) as connection:
        return [value for (value,) in connection.execute(statement.encode())]
