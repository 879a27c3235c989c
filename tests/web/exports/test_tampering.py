"""A program that tampers with copies in every way that we could think of: each is found in each format."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.exports.members import archived, contents
from web.exports.as_xlsx import part
from web.exports.columns import Column, described
from web.exports.copies import judged
from web.exports.formats import FORMATS
from web.exports.heading import Heading
from web.exports.rows import Items
from web.exports.tally import Tally
from web.schemas.fields import Shape, exact, line

Tamper = Callable[[bytes], bytes]


class Link(Shape):
    title = line()
    weight = exact()


COLUMNS = (
    Column(("name",), "text"),
    Column(("value",), "decimal"),
    Column(("on",), "day"),
    Column(("at",), "instant"),
    Column(("live",), "boolean"),
    Column(("links",), "json", nested=Link()),
)
ROWS = [
    {
        "name": name,
        "value": f"{place}2.50",
        "on": f"2026-03-0{place}",
        "at": f"2026-03-31T09:15:00.{place}00000Z",
        "live": place != 2,
        "links": [{"title": "Up", "weight": "1.5"}],
    }
    for place, name in enumerate(["Sales", "=1+1", "Service, north", "Sales"], 1)
]
HEADING = Heading(
    what="/api/v1/units.csv?q=a",
    asked_at="2026-03-31T09:15:00.123456Z",
    as_of="2026-03-31",
    known_at="2026-03-31T09:15:00.123456Z",
    position=7,
    by="person:1",
    role="hr",
    name="Ana Ruiz",
    columns=described(COLUMNS),
)


def written(format: str, rows: list[dict[str, Any]], heading: Heading = HEADING) -> bytes:
    return b"".join(FORMATS[format].write(heading, COLUMNS, Items(rows), Tally(), lambda: None))


def fault(data: bytes) -> str | None:
    return judged(io.BytesIO(data)).fault


def put(before: bytes, after: bytes) -> Tamper:
    """Writes something else in the place of what is there."""

    def tampered(data: bytes) -> bytes:
        assert before in data, before
        return data.replace(before, after, 1)

    return tampered


def rows_instead(rows: list[dict[str, Any]], heading: Heading = HEADING) -> Callable[[str], Tamper]:
    """Other rows or another heading, under the end of the true ones."""

    def of(format: str) -> Tamper:
        other = written(format, rows, heading)

        def tampered(data: bytes) -> bytes:
            if format == "xlsx":
                true, false = contents(data), contents(other)
                ends = re.compile(rb'<row r="[0-9]+"><c r="A[0-9]+"[^>]*><is><t[^>]*>rows<.*?</row>.*?</row>')
                end, instead = ends.search(true[part(1)]), ends.search(false[part(1)])
                assert end
                assert instead
                about = false[part(1)].replace(instead[0], end[0])
                return archived({**false, part(1): about})
            end_of = b"# rows" if format == "csv" else b'{"rows"'
            return other[: other.rindex(end_of)] + data[data.rindex(end_of) :]

        return tampered

    return of


def changed(place: int, **values: Any) -> list[dict[str, Any]]:
    return [{**row, **values} if place == number else row for number, row in enumerate(ROWS)]


EVERYWHERE: Mapping[str, Callable[[str], Tamper]] = {
    "a text": rows_instead(changed(0, name="Sold")),
    "a letter that looks the same": rows_instead(changed(0, name="S\N{CYRILLIC SMALL LETTER A}les")),
    "a space behind a text": rows_instead(changed(0, name="Sales ")),
    "an invisible character": rows_instead(changed(0, name="Sales\N{ZERO WIDTH SPACE}")),
    "a number": rows_instead(changed(0, value="12.51")),
    "a sign": rows_instead(changed(0, value="-12.50")),
    "a day": rows_instead(changed(0, on="2026-03-09")),
    "an instant": rows_instead(changed(0, at="2026-03-31T09:15:00.101000Z")),
    "a truth": rows_instead(changed(0, live=False)),
    "an absent value": rows_instead(changed(0, value=None)),
    "what is listed": rows_instead(changed(0, links=[{"title": "Up", "weight": "2.5"}])),
    "less that is listed": rows_instead(changed(0, links=[])),
    "a row less": rows_instead(ROWS[:-1]),
    "no rows": rows_instead([]),
    "a row twice": rows_instead([*ROWS, ROWS[0]]),
    "a row twice, for another": rows_instead([ROWS[0], *ROWS[:2], ROWS[3]]),
    "a row more in between": rows_instead([ROWS[0], {**ROWS[0], "name": "Ours"}, *ROWS[1:]]),
    "rows exchanged": rows_instead([ROWS[1], ROWS[0], *ROWS[2:]]),
    "rows the other way round": rows_instead(ROWS[::-1]),
    "another question": rows_instead(ROWS, replace(HEADING, what="/api/v1/units.csv")),
    "another moment of asking": rows_instead(ROWS, replace(HEADING, asked_at="2026-04-30T09:15:00.123456Z")),
    "another day": rows_instead(ROWS, replace(HEADING, as_of="2025-12-31")),
    "no day": rows_instead(ROWS, replace(HEADING, as_of=None)),
    "another instant": rows_instead(ROWS, replace(HEADING, known_at="2025-03-31T09:15:00.123456Z")),
    "another position": rows_instead(ROWS, replace(HEADING, position=8)),
    "somebody else": rows_instead(ROWS, replace(HEADING, by="person:2")),
    "another role": rows_instead(ROWS, replace(HEADING, role="auditor")),
    "another name": rows_instead(ROWS, replace(HEADING, name="Bo Diaz")),
    "no name": rows_instead(ROWS, replace(HEADING, name=None)),
    "a byte at the end": lambda _: lambda data: data + b"\n",
    "a nul at the end": lambda _: lambda data: data + b"\0",
    "a byte less": lambda _: lambda data: data[:-1],
    "the file twice": lambda _: lambda data: data + data,
    "a byte order mark": lambda _: lambda data: b"\xef\xbb\xbf" + data,
    "a byte before it": lambda _: lambda data: b"\n" + data,
    "half of it": lambda _: lambda data: data[: len(data) // 2],
}


def of_lines(change: Callable[[list[bytes]], list[bytes]]) -> Tamper:
    return lambda data: b"".join(change(data.splitlines(keepends=True)))


def ends_anew(tamper: Tamper) -> Tamper:
    """The digest is made again over what is there: only the form can tell."""

    def tampered(data: bytes) -> bytes:
        false = tamper(data)
        at = max(false.rfind(b"# rows"), false.rfind(b'{"rows"'))
        digest = sha256(false[:at]).hexdigest().encode()
        return false[:at] + re.sub(rb"[0-9a-f]{64}", digest, false[at:])

    return tampered


COMMENTS = len(HEADING.said())
LINES: Mapping[str, Tamper] = {
    "other kinds": put(b"value:decimal", b"value:text"),
    "the end twice": of_lines(lambda lines: [*lines, lines[-1]]),
    "an end before the end": of_lines(lambda lines: [*lines[:-2], lines[-1], *lines[-2:]]),
    "no end": of_lines(lambda lines: lines[:-1]),
    "spaces at an end": of_lines(lambda lines: [*lines[:-1], lines[-1].rstrip() + b" \r\n"]),
}
CSV: Mapping[str, Tamper] = {
    **LINES,
    "a count": put(b"# rows: 4", b"# rows: 5"),
    "a count with a nought": put(b"# rows: 4", b"# rows: 04"),
    "a row as a comment": of_lines(lambda all: [*all[:-1], b"# Ours,1,2026-03-01,,true,\r\n", all[-1]]),
    "a row as a comment, digested": ends_anew(
        of_lines(lambda all: [*all[:-1], b"# Ours,1,2026-03-01,,true,\r\n", all[-1]])
    ),
    "rows as comments before the columns": of_lines(
        lambda all: [*all[:COMMENTS], b"# Ours: 1\r\n", *all[COMMENTS:]]
    ),
    "rows as comments before the columns, digested": ends_anew(
        of_lines(lambda all: [*all[:COMMENTS], b"# Ours: 1\r\n", *all[COMMENTS:]])
    ),
    "a heading line twice": ends_anew(of_lines(lambda all: [*all[:6], b"# position: 9\r\n", *all[6:]])),
    "heading lines exchanged": ends_anew(of_lines(lambda all: [all[0], all[2], all[1], *all[3:]])),
    "a heading line padded": ends_anew(put(b"# role: hr\r\n", b"# role: hr,,,,\r\n")),
    "a position that is none": ends_anew(put(b"# position: 7", b"# position: 07")),
    "a day that is none": ends_anew(put(b"# as_of: 2026-03-31", b"# as_of: 2026-02-31")),
    "an empty heading": ends_anew(put(b"# role: hr", b"# role: ")),
    "a column renamed": ends_anew(put(b"\r\nname,value", b"\r\nname,worth")),
    "columns exchanged": ends_anew(put(b"\r\nname,value", b"\r\nvalue,name")),
    "a column more": ends_anew(put(b"Sales,12.50", b"Sales,ours,12.50")),
    "a cell less": ends_anew(put(b"Sales,12.50", b"Sales12.50")),
    "a formula": ends_anew(put(b"'=1+1", b"=1+1")),
    "a formula within": ends_anew(put(b'"Service, north"', b'"Service,=north()"')),
    "semicolons": ends_anew(lambda data: data.replace(b",12.50,", b";12.50;")),
    "line feeds": ends_anew(lambda data: data.replace(b"\r\n", b"\n")),
    "a line feed alone": ends_anew(put(b"12.50,2026-03-01", b"12.50\n2026-03-01")),
    "an empty line": ends_anew(of_lines(lambda all: [*all[:-1], b"\r\n", all[-1]])),
    "an open quote": put(b"Sales,", b'"Sales,'),
    "bytes that are no text": ends_anew(put(b"Sales", b"S\xff\xfe")),
    "quotes within": ends_anew(put(b"Sales", b'Sa"les')),
    "a space before a cell": ends_anew(put(b"Sales,", b" Sales,")),
    "upper case": put(b",true,", b",TRUE,"),
}
JSONL: Mapping[str, Tamper] = {
    **LINES,
    "a count": put(b'{"rows":4', b'{"rows":5'),
    "a name twice": ends_anew(put(b'"value":"12.50"', b'"value":"12.50","value":"99"')),
    "a name twice within": ends_anew(put(b'"weight":"1.5"', b'"weight":"1.5","weight":"9"')),
    "a row that is a list": ends_anew(of_lines(lambda all: [*all[:-1], b"[1]\n", all[-1]])),
    "a row that is a text": ends_anew(of_lines(lambda all: [*all[:-1], b'"Ours"\n', all[-1]])),
    "no JSON": ends_anew(of_lines(lambda all: [*all[:-1], b"{Ours}\n", all[-1]])),
    "a number that is none": ends_anew(put(b'"12.50"', b"NaN")),
    "an empty line": ends_anew(of_lines(lambda all: [*all[:-1], b"\n", all[-1]])),
    "a space before a row": ends_anew(put(b'\n{"name"', b'\n {"name"')),
    "a space behind a row": ends_anew(put(b"}\n{", b"} \n{")),
    "line ends": ends_anew(lambda data: data.replace(b"}\n{", b"}\r\n{")),
    "a heading that says more": ends_anew(put(b'{"export":{', b'{"export":{"signed":true,')),
    "a heading beside": ends_anew(put(b'{"export":{', b'{"by":1,"export":{')),
    "a heading twice": ends_anew(put(b'"position":7', b'"position":9,"position":7')),
    "a heading in another order": ends_anew(
        put(b'"position":7,"by":"person:1"', b'"by":"person:1","position":7')
    ),
    "a position in text": ends_anew(put(b'"position":7', b'"position":"7"')),
    "a heading with spaces": ends_anew(put(b'"position":7', b'"position": 7')),
    "a day that is none": ends_anew(put(b'"2026-03-31","known', b'"2026-02-31","known')),
    "bytes that are no text": ends_anew(put(b"Sales", b"S\xff\xfe")),
    "an escape for a letter": put(b"Sales", b"\\u0053ales"),
    "a form of its own": ends_anew(put(b'"throughline":2', b'"throughline":2.0')),
}


def within(name: str, before: bytes, after: bytes) -> Tamper:
    """Writes something else in a part of a workbook; the digest, which is of the values, stays true."""

    def tampered(data: bytes) -> bytes:
        members = contents(data)
        assert before in members[name], (name, members[name])
        return archived({**members, name: members[name].replace(before, after, 1)})

    return tampered


def of_members(change: Callable[[dict[str, bytes]], Mapping[str, bytes]]) -> Tamper:
    return lambda data: archived(change(contents(data)))


def zipped_by_another(**options: Any) -> Tamper:
    def tampered(data: bytes) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", **options) as archive:
            for name, content in contents(data).items():
                archive.writestr(name, content)
        return file.getvalue()

    return tampered


def padded(data: bytes) -> bytes:
    """The last byte of a stream with a bit that no reader looks at."""
    for end in re.finditer(rb"PK\x07\x08", data):
        last = data[end.start() - 1]
        if last < 0x40:
            return data[: end.start() - 1] + bytes([last | 0x80]) + data[end.start() :]
    raise AssertionError("every stream fills its last byte")


ROWS_PART, LINKS_PART, STYLES, BOOK = part(2), part(3), "xl/styles.xml", "xl/workbook.xml"
FIRST = b'<row r="2">'
SALES = b'<c r="A2" s="0" t="inlineStr"><is><t xml:space="preserve">Sales</t></is></c>'
VALUE = b'<c r="B2"><v>12.5</v></c>'
XLSX: Mapping[str, Tamper] = {
    "a row twice, of which the second is shown": within(
        ROWS_PART, FIRST, FIRST + b'<c r="B2"><v>99</v></c></row>' + FIRST
    ),
    "a cell twice, of which the second is shown": within(
        ROWS_PART, VALUE, VALUE + VALUE.replace(b"12", b"99")
    ),
    "a row hidden": within(ROWS_PART, FIRST, b'<row r="2" hidden="1">'),
    "a row without height": within(ROWS_PART, FIRST, b'<row r="2" ht="0" customHeight="1">'),
    "a column hidden": within(ROWS_PART, b'<col min="2"', b'<col hidden="1" min="2"'),
    "a column without width": within(ROWS_PART, b'customWidth="1"', b'customWidth="0"'),
    "a sheet hidden": within(BOOK, b'<sheet name="Rows"', b'<sheet state="hidden" name="Rows"'),
    "a sheet renamed": within(BOOK, b'<sheet name="Rows"', b'<sheet name="Rows "'),
    "sheets exchanged": within(BOOK, b'r:id="rId2"', b'r:id="rId3"'),
    "a format that shows another figure": within(
        STYLES, b'<cellXfs count="4"><xf numFmtId="0"', b'<cellXfs count="4"><xf numFmtId="164"'
    ),
    "a literal format": within(STYLES, b'formatCode="yyyy', b'formatCode="&quot;99&quot;yyyy'),
    "white letters": within(STYLES, b'<sz val="11"/>', b'<sz val="11"/><color rgb="FFFFFFFF"/>'),
    "another style of a cell": within(ROWS_PART, VALUE, VALUE.replace(b'r="B2"', b'r="B2" s="1"')),
    "a day as a number": within(ROWS_PART, b'<c r="C2" s="1">', b'<c r="C2">'),
    "a formula": within(ROWS_PART, b'<c r="B2"><v>', b'<c r="B2"><f>99</f><v>'),
    "a rich text": within(ROWS_PART, b"Sales</t></is>", b"Sales</t><r><t>!</t></r></is>"),
    "a text of spaces kept otherwise": within(ROWS_PART, b' xml:space="preserve">Sales', b">Sales"),
    "an entity": within(ROWS_PART, b"Sales", b"S&#97;les"),
    "an escape": within(ROWS_PART, b"Sales", b"S_x0061_les"),
    "a comment in XML": within(ROWS_PART, b"Sales", b"Sa<!-- -->les"),
    "marked text": within(ROWS_PART, b"Sales", b"<![CDATA[Sales]]>"),
    "an empty text": within(ROWS_PART, VALUE, VALUE + b'<c r="C9" s="0" t="inlineStr"><is><t/></is></c>'),
    "a number written otherwise": within(ROWS_PART, b"<v>12.5</v>", b"<v>12.50</v>"),
    "a cell beside the columns": within(
        ROWS_PART, b"</row></sheetData>", b'<c r="G5"><v>1</v></c></row></sheetData>'
    ),
    "cells exchanged": within(ROWS_PART, SALES + VALUE, VALUE + SALES),
    "rows exchanged": within(ROWS_PART, b'<row r="5">', b'<row r="7">'),
    "a row behind the end": within(ROWS_PART, b"</sheetData>", b'</sheetData><row r="6"/>'),
    "an empty row": within(ROWS_PART, b"</sheetData>", b'<row r="6"></row></sheetData>'),
    "spaces between": within(ROWS_PART, FIRST, b"\n" + FIRST),
    "merged cells": within(
        ROWS_PART, b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>'
    ),
    "another filter": within(ROWS_PART, b'<autoFilter ref="A1:E5"', b'<autoFilter ref="A1:E4"'),
    "a filter that hides": within(
        ROWS_PART, b'ref="A1:E5"/>', b'ref="A1:E5"><filterColumn colId="0"/></autoFilter>'
    ),
    "formats by condition": within(
        ROWS_PART, b"</worksheet>", b'<conditionalFormatting sqref="B2"/></worksheet>'
    ),
    "a drawing above": within(ROWS_PART, b"</worksheet>", b'<drawing r:id="rId1"/></worksheet>'),
    "another pane": within(ROWS_PART, b'ySplit="1"', b'ySplit="2"'),
    "a heading of a column": within(ROWS_PART, b">value<", b">worth<"),
    "what is listed elsewhere": within(LINKS_PART, b">Up<", b">Down<"),
    "a row moved to another sheet": of_members(
        lambda all: {
            **all,
            BOOK: all[BOOK].replace(b'name="Links"', b'name="Rows 2"'),
        }
    ),
    "a line of the heading twice": within(
        part(1), b'<row r="7">', b'<row r="7"><c r="A7"><v>1</v></c></row><row r="7">'
    ),
    "a line of the heading hidden": within(part(1), b'<row r="7">', b'<row r="7" hidden="1">'),
    "a line more of the heading": within(
        part(1),
        b"</sheetData>",
        b'<row r="20"><c r="A20" s="0" t="inlineStr"><is><t xml:space="preserve">signed</t></is></c>'
        b'<c r="B20" s="0" t="inlineStr"><is><t xml:space="preserve">yes</t></is></c></row></sheetData>',
    ),
    "a number of rows": within(part(1), b">8<", b">9<"),
    "other kinds": within(part(1), b"value:decimal", b"value:text"),
    "a name defined": within(BOOK, b"<definedNames>", b'<definedNames><definedName name="a">1</definedName>'),
    "a relation to elsewhere": within(
        "xl/_rels/workbook.xml.rels", b"</Relationships>", b'<Relationship Id="x"/></Relationships>'
    ),
    "another type": within("[Content_Types].xml", b'Extension="xml"', b'Extension="XML"'),
    "a sheet more": of_members(lambda all: {**all, part(4): all[part(2)]}),
    "a part more": of_members(lambda all: {**all, "xl/vbaProject.bin": b"x"}),
    "a part less": of_members(lambda all: {name: all[name] for name in all if name != LINKS_PART}),
    "parts in another order": of_members(lambda all: dict(sorted(all.items()))),
    "another program's archive": zipped_by_another(compression=zipfile.ZIP_DEFLATED),
    "an archive that is not compressed": zipped_by_another(),
    "another day of a part": put(b"\x21\x00", b"\x22\x00"),
    "a flag of a part": put(b"PK\3\4\x14\0\x08", b"PK\3\4\x14\0\x00"),
    "another name in the list": lambda data: data[:-600] + put(b"xl/styles", b"xl/Styles")(data[-600:]),
    "a checksum": lambda data: re.sub(rb"PK\x07\x08.", b"PK\7\10\0", data, count=1, flags=re.DOTALL),
    "a remark on the archive": lambda data: data[:-2] + b"\1\0!",
    "the end of a stream": padded,
}
BY_FORMAT: Mapping[str, Mapping[str, Tamper]] = {"csv": CSV, "jsonl": JSONL, "xlsx": XLSX}
KINDS = [
    pytest.param(format, tamper, id=f"{format}: {name}")
    for format in FORMATS
    for name, tamper in [
        *((name, of(format)) for name, of in EVERYWHERE.items()),
        *BY_FORMAT[format].items(),
    ]
]


def test_there_are_more_than_thirty_kinds_for_every_format() -> None:
    assert {format: len(EVERYWHERE) + len(BY_FORMAT[format]) > 30 for format in FORMATS} == dict.fromkeys(
        FORMATS, True
    )


@pytest.mark.parametrize("format", FORMATS)
def test_what_was_handed_out_is_not_refused(format: str) -> None:
    assert fault(written(format, ROWS)) is None
    assert fault(written(format, [])) is None
    assert fault(written(format, [{**row, "name": str(row)} for row in ROWS for _ in range(700)])) is None


@pytest.mark.parametrize(("format", "tamper"), KINDS)
def test_tampering_is_found(format: str, tamper: Tamper) -> None:
    data = written(format, ROWS)
    false = tamper(data)

    assert false != data
    assert fault(false) is not None


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["=1", "-1", "'=1", "a;=1", "# rows: 1", '"', "_x0041_", "\r", "\n", " ", "-1e5", "é\u0301", "\x00"]
)
VALUES = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str) | st.none()


@pytest.mark.parametrize("format", FORMATS)
@settings(suppress_health_check=[HealthCheck.too_slow])  # on a machine that does much else
@given(st.lists(st.tuples(TEXTS | st.none(), VALUES, st.lists(TEXTS, max_size=2)), max_size=4))
def test_no_untouched_copy_is_refused(
    format: str, told: list[tuple[str | None, str | None, list[str]]]
) -> None:
    rows = [
        {**ROWS[0], "name": name, "value": value, "links": [{"title": each, "weight": "1"} for each in links]}
        for name, value, links in told
    ]
    assert fault(written(format, rows)) is None
    if format == "jsonl":
        assert [json.loads(row) for row in written(format, rows).split(b"\n")[1:-2]] == rows
