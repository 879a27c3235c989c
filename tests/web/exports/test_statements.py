"""The lines that PostgreSQL makes say what those say that Python makes of the same items."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.types.json import Jsonb

from tests.web.exports.test_workbooks import HEADING
from web.exports import cells
from web.exports.columns import Column
from web.exports.formats import FORMATS
from web.exports.rows import Items, Rows, Statement
from web.exports.tally import Tally

COLUMNS = (
    Column(("position",), "integer"),
    Column(("text",), "text"),
    Column(("on",), "day"),
    Column(("at",), "instant"),
    Column(("yes",), "boolean"),
    Column(("more",), "json"),
    Column(("of", "text"), "text"),
    Column(("of", "number"), "integer"),
)
QUERY = "select * from told order by position"
TEXT = st.text(
    st.one_of(
        st.sampled_from(cells.RISKY + "'\",;|\\#{0"), st.characters(codec="utf-8", exclude_categories=["Cc"])
    ),
    max_size=6,
)
DAYS = st.dates().map(str)
INSTANTS = st.datetimes().map(lambda at: at.isoformat(timespec="microseconds") + "Z")
JSON = st.recursive(st.none() | TEXT | st.booleans(), lambda inner: st.lists(inner, max_size=2), max_leaves=3)
NESTED = st.fixed_dictionaries({"text": st.none() | TEXT, "number": st.integers(0, 2**63 - 1)})
ITEMS = st.fixed_dictionaries(
    {
        "text": st.none() | TEXT,
        "on": st.none() | DAYS,
        "at": st.none() | INSTANTS,
        "yes": st.none() | st.booleans(),
        "more": st.lists(JSON, max_size=2),
        "of": st.none() | NESTED,
    }
)


@pytest.fixture(scope="module")
def connection(server: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(server) as conn:
        conn.execute("set timezone to 'Asia/Kathmandu'")
        conn.execute("set datestyle to 'German'")
        conn.execute(
            'create temp table told (position bigint, text text, "on" date, at timestamptz, yes boolean,'
            " more jsonb, of_text text, of_number bigint, raw text)"
        )
        yield conn


def _tell(connection: Connection[Any], items: list[dict[str, Any]], **raw: str) -> None:
    connection.execute("truncate told")
    with connection.cursor().copy("copy told from stdin") as copy:
        for item in items:
            of = item["of"] or {"text": None, "number": None}
            plain = [item[name] for name in ("position", "text", "on", "at", "yes")]
            told = raw.get(f"at_{item['position']}")
            copy.write_row([*plain, Jsonb(item["more"]), of["text"], of["number"], told])


def _csv(rows: Rows) -> list[list[Any]]:
    blocks = list(rows.csv(COLUMNS))
    text = b"".join(block for block, _ in blocks).decode()
    found = [list(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    assert len(found) == sum(count for _, count in blocks)
    return [[json.loads(cell) if place == 5 else cell for place, cell in enumerate(row)] for row in found]


def _jsonl(rows: Rows) -> list[Any]:
    blocks = list(rows.jsonl())
    found = [json.loads(line) for line in b"".join(block for block, _ in blocks).splitlines()]
    assert len(found) == sum(count for _, count in blocks)
    return found


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(told=st.lists(ITEMS, max_size=4))
def test_both_say_the_same(connection: Connection[Any], told: list[dict[str, Any]]) -> None:
    items = [{"position": position, **item} for position, item in enumerate(told)]
    _tell(connection, items)
    statement = Statement(connection, QUERY, {}, COLUMNS)

    assert _csv(statement) == _csv(Items(items))
    assert _jsonl(statement) == _jsonl(Items(items)) == list(statement.items())


@pytest.mark.parametrize("text", ["issue #42", "a;b", "a|b", "a\tb", "plain"])
def test_every_text_is_quoted_by_postgresql(connection: Connection[Any], text: str) -> None:
    some: dict[str, Any] = {"on": None, "at": None, "yes": None, "more": [text], "of": None}
    _tell(connection, [{"position": 0, "text": text, **some}])
    ((block, _),) = Statement(connection, QUERY, {}, COLUMNS).csv(COLUMNS)
    assert f',"{text}",' in block.decode()
    assert f'"[""{json.dumps(text)[1:-1]}""]"' in block.decode()


def test_a_raw_row_is_made_by_python_in_its_place(connection: Connection[Any]) -> None:
    some: dict[str, Any] = {"text": "=1", "on": None, "at": None, "yes": None, "more": [], "of": None}
    items = [{"position": position, **some} for position in range(3)]
    _tell(connection, items, at_1=json.dumps({"said": '"x", y\n'}))

    def mend(raw: Any) -> dict[str, Any]:
        return {**items[1], "text": raw["said"]}

    statement = Statement(connection, QUERY, {}, COLUMNS, mend)
    mended = [items[0], {**items[1], "text": '"x", y\n'}, items[2]]
    assert _csv(statement) == _csv(Items(mended))
    assert _jsonl(statement) == mended == list(statement.items())


@pytest.mark.parametrize("format", FORMATS)
def test_memory_does_not_grow_with_the_rows(connection: Connection[Any], format: str) -> None:
    query = "select n as position, repeat('x', 200) as text from generate_series(1, 30000) n"
    columns = COLUMNS[:2]
    tally = Tally()
    chunks = FORMATS[format].write(HEADING, columns, Statement(connection, query, {}, columns), tally, list)

    tracemalloc.start()
    try:
        longest = max(len(chunk) for chunk in chunks)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert tally.rows == 30_000
    assert longest < 2**18
    assert peak < 2**21


def test_parameters_are_given_as_values(connection: Connection[Any]) -> None:
    _tell(connection, [])
    query = "select t.*, %(said)s as said from told t right join (select 1) one on true"
    columns = (Column(("said",), "text"),)

    statement = Statement(connection, query, {"said": "'; drop table told --%s"}, columns)

    assert list(statement.items()) == [{"said": "'; drop table told --%s"}]
