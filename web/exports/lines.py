"""Statements whose rows PostgreSQL writes as the lines of a file: what cells.py and orjson would write."""

from collections.abc import Mapping, Sequence

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from web.exports.cells import APOSTROPHE, ESCAPED, PLAIN_NUMBER, RISKY, WITHIN, WITHIN_JSON
from web.exports.columns import BOOLEAN, DAY, INSTANT, JSON, TEXT, Column

RAW = "raw"
MARK = "\x03"
"""Stands before a row that Python has to make: neither JSON nor a cell begins with it."""
_CSV = SQL("copy (select {cells} from {rows}) to stdout (format csv, force_quote ({quoted}))")
QUOTED = (TEXT, JSON)
"""Cells of these kinds may have in them what some reader takes for a comment or a separator."""
# Each line is one value; its delimiter and quote occur nowhere in JSON, so that nothing is quoted.
_JSON = SQL("copy ({lines}) to stdout (format csv, delimiter e'\\x01', quote e'\\x02')")
_LINES = SQL("select {line} from {rows} cross join lateral (select {fields}) item")
_ROWS = SQL("(select * from ({query}) q offset 0) r")  # offset 0: nothing is computed more than once
_DEFUSED = SQL(
    "case when {value} ~ {number} then {value} else"
    " case when ascii(ltrim({value}, {apostrophe})) in ({risky}) then {apostrophe} else '' end"
    " || regexp_replace({value}, {within}, {put}, 'g') end"
)
_ESCAPED = SQL("regexp_replace({value}, {separator}, {escaped}, 'g')")
_FORMS: Mapping[str, str] = {
    INSTANT: """to_char({value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    DAY: "to_char({value}, 'YYYY-MM-DD')",
}


def csv_statement(columns: Sequence[Column], query: str, *, raw: bool) -> Composed:
    """COPY of one CSV row for each row of the query; the first cell of a raw one is the mark and its JSON."""
    first, *rest = (_cell(column) for column in columns)
    if raw:
        first = SQL("coalesce({}, {}::text)").format(_marked(), first)
    names = [Identifier(column.name) for column in columns]
    named = (SQL("{} as {}").format(*each) for each in zip([first, *rest], names, strict=True))
    quoted = [name for name, column in zip(names, columns, strict=True) if column.kind in QUOTED]
    return _CSV.format(
        cells=SQL(", ").join(named),
        rows=_ROWS.format(query=SQL(query)),
        quoted=SQL(", ").join(quoted or names),
    )


def json_statement(columns: Sequence[Column], query: str, *, raw: bool) -> Composed:
    """COPY of what `json_lines` selects."""
    return _JSON.format(lines=json_lines(columns, query, raw=raw))


def json_lines(columns: Sequence[Column], query: str, *, raw: bool) -> Composed:
    """One JSON object as text for each row of the query; a raw one is the mark and its JSON."""
    line: Composable = SQL("to_json(item)::text")
    if raw:
        line = SQL("coalesce({}, {})").format(_marked(), line)
    fields = (SQL("{} as {}").format(value, Identifier(name)) for name, value in _tree(columns, 0).items())
    return _LINES.format(line=line, fields=SQL(", ").join(fields), rows=_ROWS.format(query=SQL(query)))


def _tree(columns: Sequence[Column], depth: int) -> dict[str, Composable]:
    """JSON values by name; an object of which every part is absent is null."""
    under: dict[str, list[Column]] = {}
    for column in columns:
        under.setdefault(column.path[depth], []).append(column)
    return {
        name: _value(found[0]) if len(found[0].path) == depth + 1 else _object(found, depth + 1)
        for name, found in under.items()
    }


def _object(columns: Sequence[Column], depth: int) -> Composable:
    parts = (SQL("{}, {}").format(Literal(name), value) for name, value in _tree(columns, depth).items())
    return SQL("case when num_nonnulls({}) > 0 then json_build_object({}) end").format(
        SQL(", ").join(map(_named, columns)), SQL(", ").join(parts)
    )


def _cell(column: Column) -> Composable:
    value = _value(column)
    if column.kind == TEXT:
        return _DEFUSED.format(
            value=value,
            apostrophe=Literal(APOSTROPHE),
            number=Literal(PLAIN_NUMBER),
            risky=SQL(", ").join(Literal(ord(character)) for character in RISKY),
            within=Literal(WITHIN),
            put=Literal(rf"\1{APOSTROPHE}"),
        )
    if column.kind == JSON:
        text: Composable = SQL("{}::text").format(value)
        for separator, escaped in ESCAPED.items():
            pattern, put = Literal(f"[{separator}]{WITHIN_JSON}"), Literal(escaped.replace("\\", r"\\"))
            text = _ESCAPED.format(value=text, separator=pattern, escaped=put)
        return text
    return SQL("{}::text").format(value) if column.kind == BOOLEAN else value


def _value(column: Column) -> Composable:
    form = _FORMS.get(column.kind)
    return SQL(form).format(value=_named(column)) if form else _named(column)


def _named(column: Column) -> Composable:
    return SQL("r.{}").format(Identifier("_".join(column.path)))


def _marked() -> Composable:
    return SQL("{} || r.{}").format(Literal(MARK), Identifier(RAW))
