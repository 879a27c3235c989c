"""The house's SQL: PostgreSQL in lower case, wherever it stands.

A string that is put together from parts is read with a name in the place of each. Only one that is whole
must parse, and in the tests none: theirs may be wrong on purpose. Whether tables and columns exist is for the
tests that run it to say.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlglot
from sqlglot.errors import SqlglotError

from tests.processes import ROOT

PACKAGES = ("application", "projections", "web", "tests", "benchmarks")
OBJECT = "table|view|index|schema|database|function|trigger|type|domain|sequence|system"
STATEMENT = re.compile(
    r"\s*(select\s|insert into|delete from|truncate \w|lock table|update [\w.]+( \w+)? set"
    rf"|(create|alter|drop) ((or replace|temporary|unlogged|unique) )?({OBJECT})\b"
    r"|with (recursive )?\w+( \([\w, ]+\))? as )",
    re.IGNORECASE,
)
PARAMETER = re.compile(r"%s|%b|%\(\w+\)[sb]")
PART = re.compile(r"\{\w*\}")
NOT_KNOWN_TO_SQLGLOT = " with (force)"
AS_WRITTEN = (sqlglot.TokenType.STRING, sqlglot.TokenType.IDENTIFIER, sqlglot.TokenType.BYTE_STRING)


@dataclass(frozen=True)
class Statement:
    file: str
    line: int
    text: str
    whole: bool = True


def in_files() -> Iterator[Statement]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.sql")):
            yield Statement(str(path.relative_to(ROOT)), 1, readable(path.read_text()))


def in_strings() -> Iterator[Statement]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield from statements(path.read_text(), str(path.relative_to(ROOT)))


def statements(code: str, file: str) -> Iterator[Statement]:
    """The SQL in the strings of a Python file."""
    waiting: list[tuple[ast.AST, bool]] = [(ast.parse(code), True)]
    while waiting:
        node, whole = waiting.pop()
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            added = isinstance(node, ast.BinOp)
            waiting += [(child, whole and not added) for child in ast.iter_child_nodes(node)]
            continue
        if STATEMENT.match(text):
            yield Statement(file, node.lineno, readable(text), whole and not PART.search(text))


def readable(text: str) -> str:
    """What the server gets: a value for each parameter, a name for each part."""
    return PART.sub("x", PARAMETER.sub("null", text)).replace("%%", "%").replace(NOT_KNOWN_TO_SQLGLOT, "")


def in_capitals(text: str, line: int = 1) -> Iterator[tuple[int, str]]:
    """Lines and words that are neither lower case nor values, those of functions included."""
    for token in sqlglot.tokenize(text, read="postgres"):
        word = text[token.start : token.end + 1]
        begins = line + text.count("\n", 0, token.start)
        if word.startswith("$$"):
            yield from in_capitals(word.strip("$"), begins)
        elif token.token_type not in AS_WRITTEN and word != word.lower():
            yield begins, word


@pytest.mark.parametrize("found", [in_files, in_strings])
def test_sql_is_in_lower_case(found: Callable[[], Iterator[Statement]]) -> None:
    wrong = [
        f"{each.file}:{line}: {word}" for each in found() for line, word in in_capitals(each.text, each.line)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("found", [in_files, in_strings])
def test_sql_parses(found: Callable[[], Iterator[Statement]]) -> None:
    wrong = [
        f"{each.file}:{each.line}: {error}"
        for each in found()
        if each.whole and not each.file.startswith("tests/") and (error := mistake(each.text))
    ]
    assert not wrong, "\n".join(wrong)


def mistake(text: str) -> str | None:
    try:
        sqlglot.parse(text, read="postgres")
    except SqlglotError as error:
        return str(error)
    return None


def test_what_is_wrong_is_found() -> None:
    """In a string, in one that is put together, in a function, and on which line."""
    code = 'a = "SELECT 1"\nb = f"select {a}\\n FROM t"\nc = "select select"\nd = "selected"'
    found = sorted(statements(code, "file.py"), key=lambda each: each.line)
    assert [[*in_capitals(each.text, each.line)] for each in found] == [[(1, "SELECT")], [(3, "FROM")], []]
    assert [each.line for each in found if each.whole and mistake(each.text)] == [3]
    function = "/* in it */ create function f() returns int language sql as $$\nselect 1\nFROM t $$"
    assert [*in_capitals(function)] == [(3, "FROM")]
    assert [*in_capitals("do $$ begin\nRETURN; end $$")] == [(2, "RETURN")]
