"""The parts of a workbook in Office Open XML (ECMA-376), as far as an export needs them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape

from web.exports.typed import Cell

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORMATS = "http://schemas.openxmlformats.org"
_MAIN = f"{_FORMATS}/spreadsheetml/2006/main"
_OFFICE = f"{_FORMATS}/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PLAIN, _DAY, _INSTANT, _BOLD = range(4)
"""The places of cellXfs in _STYLES."""
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of spreadsheets, which know no zones
ONE_DAY = timedelta(days=1)
# What XML cannot hold, or would not give back, is written _xHHHH_; so is what looks like that already.
_TO_BE_WRITTEN = re.compile("[&<>]|[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN = re.compile("&amp;|&lt;|&gt;|_x([0-9A-F]{4})_")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
ROWS_BEGIN, ROW_ENDS = "<sheetData>", "</row>"
_ROW = re.compile(f'<row r="[0-9]+">(.*){ROW_ENDS}', re.DOTALL)
_CELL = re.compile(
    '<c r="(?P<letter>[A-Z]+)[0-9]+"(?: s="(?P<style>[0-3])")?(?: t="(?P<type>inlineStr|b)")?>'
    '(?:<is><t xml:space="preserve">(?P<text>[^<]+)</t></is>|<v>(?P<value>[-+.0-9e]+)</v>)</c>'
)
_SPAN, _FIXED = re.compile("([A-Z]+)([0-9]+)"), r"$\1$\2"

_STYLES = f"""{_DECLARATION}<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd&quot;T&quot;hh:mm:ss.000&quot;Z&quot;"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>
<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""
_PACKAGE = (
    f'{_DECLARATION}<Relationships xmlns="{_FORMATS}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
# What is not named is a sheet: how many there will be is not known at the beginning.
_TYPES = (
    f'{_DECLARATION}<Types xmlns="{_FORMATS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
WORKBOOK, RELATIONSHIPS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
PARTS: Mapping[str, str] = {
    "[Content_Types].xml": _TYPES,
    "_rels/.rels": _PACKAGE,
    "xl/styles.xml": _STYLES,
}
"""The parts that are the same in every workbook, by name, to be written first."""


def relationships(sheets: int) -> str:
    """Relates the workbook to its sheets and styles."""
    targets = [("worksheet", f"worksheets/sheet{number + 1}") for number in range(sheets)]
    return (
        f'{_DECLARATION}<Relationships xmlns="{_FORMATS}/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/{type_}" Target="{target}.xml"/>'
            for number, (type_, target) in enumerate([*targets, ("styles", "styles")], 1)
        )
        + "</Relationships>"
    )


def workbook(sheets: Sequence[tuple[str, str]]) -> str:
    """The names of the sheets in their order, each with the range that is filtered, or no range."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>'
        for number, (name, _) in enumerate(sheets, 1)
    )
    filtered = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{place}" hidden="1">'
        f"'{name}'!{_SPAN.sub(_FIXED, span)}</definedName>"
        for place, (name, span) in enumerate(sheets)
        if span
    )
    return (
        f'{_DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{names}</sheets><definedNames>{filtered}</definedNames></workbook>"
    )


def sheet_begins(widths: Sequence[int], *, heading: bool) -> str:
    """Up to the rows; with a heading, the first row stays where it is when the others are scrolled."""
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if heading else ""
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, 1)
    )
    return (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}">'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols>{ROWS_BEGIN}'
    )


def sheet_ends(span: str) -> str:
    """All after the rows; the span is filtered, if there is one."""
    filtered = f'<autoFilter ref="{span}"/>' if span else ""
    return f"</sheetData>{filtered}</worksheet>"


def row(number: int, letters: Sequence[str], cells: Iterable[Cell], *, bold: bool = False) -> str:
    """The row of this number, from 1; empty cells are left out."""
    style = _BOLD if bold else _PLAIN
    written = [
        _cell(f"{letter}{number}", cell, style)
        for letter, cell in zip(letters, cells, strict=True)
        if cell is not None
    ]
    return f'<row r="{number}">{"".join(written)}{ROW_ENDS}'


def cells_in(row: str, letters: Sequence[str]) -> list[Cell] | None:
    """The cells that `row` was made of, as far as they are written as it writes them."""
    whole = _ROW.fullmatch(row)
    if whole is None:
        return None
    try:
        there = {found["letter"]: _read(found) for found in _CELL.finditer(whole[1])}
    except (ValueError, OverflowError):  # no day of the calendar
        return None
    return [there.get(letter) for letter in letters]


def letters(count: int) -> list[str]:
    """The names of so many columns: A to Z, AA, AB and so on."""
    names = [""]
    for place in range(count):
        names.append(names[place // 26] + chr(ord("A") + place % 26))
    return names[1:]


def _cell(place: str, cell: Cell, style: int) -> str:
    if isinstance(cell, str):
        return (
            f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>'
        )
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{cell:d}</v></c>'
    if isinstance(cell, datetime):
        return f'<c r="{place}" s="{_INSTANT}"><v>{(cell - EPOCH) / ONE_DAY:.11f}</v></c>'
    if isinstance(cell, date):
        return f'<c r="{place}" s="{_DAY}"><v>{cell.toordinal() - EPOCH.toordinal()}</v></c>'
    return f'<c r="{place}"><v>{cell:.15g}</v></c>'


def _read(found: re.Match[str]) -> Cell:
    style, type_, text, value = found["style"], found["type"], found["text"], found["value"]
    if text is not None:
        return _WRITTEN.sub(_said, text)
    if type_ == "b":
        return value == "1"
    if style == str(_DAY):
        return date.fromordinal(int(value) + EPOCH.toordinal())
    if style == str(_INSTANT):
        return EPOCH + timedelta(milliseconds=round(float(value) * (ONE_DAY / timedelta(milliseconds=1))))
    return float(value)


def _said(found: re.Match[str]) -> str:
    return _ENTITIES[found[0]] if found[0] in _ENTITIES else chr(int(found[1], 16))


def _text(text: str) -> str:
    return _TO_BE_WRITTEN.sub(_written, text) if _TO_BE_WRITTEN.search(text) else text


def _written(found: re.Match[str]) -> str:
    character = found[0]
    return escape(character) if character in "&<>" else f"_x{ord(character):04X}_"
