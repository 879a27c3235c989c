"""The page that maps lists of others to tests names every number, and tests that there are."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "security.md"
TOP_TEN = {f"API{number}" for number in range(1, 11)}
# How many requirements of levels 1 and 2 each section of version 5.0.0 has.
SECTIONS = {
    "V2.1": 3,
    "V2.2": 3,
    "V2.3": 4,
    "V2.4": 1,
    "V4.1": 3,
    "V4.2": 1,
    "V4.3": 2,
    "V4.4": 4,
    "V8.1": 2,
    "V8.2": 3,
    "V8.3": 1,
    "V8.4": 1,
    "V9.1": 3,
    "V9.2": 4,
    "V13.1": 1,
    "V13.2": 5,
    "V13.3": 2,
    "V13.4": 5,
    "V14.1": 2,
    "V14.2": 4,
    "V14.3": 3,
    "V16.1": 1,
    "V16.2": 5,
    "V16.3": 4,
    "V16.4": 3,
    "V16.5": 3,
}
ROWS = re.findall(r"^\| ((?:API|V)\d[\d.]*) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/.]+\.py)::(\w+)`")


@cache
def _defined(path: str) -> frozenset[str]:
    """The tests that a file defines; none if there is no such file."""
    if not (ROOT / path).is_file():
        return frozenset()
    parts = ast.walk(ast.parse((ROOT / path).read_text()))
    return frozenset(part.name for part in parts if isinstance(part, ast.FunctionDef))


def test_every_number_has_one_row() -> None:
    asked = {f"{section}.{one}" for section, most in SECTIONS.items() for one in range(1, most + 1)}
    assert sorted(number for number, _, _ in ROWS) == sorted(TOP_TEN | asked)


@pytest.mark.parametrize(("number", "held"), [(number, held) for number, _, held in ROWS])
def test_each_is_held_by_tests_that_there_are_or_has_a_reason(number: str, held: str) -> None:
    named = NAMED.findall(held)
    assert held.count("::") == len(named), "a test that is not named as file::function"
    assert all(name.startswith("test_") and name in _defined(path) for path, name in named), named
    assert named or (len(held.removeprefix("because ").split()) >= 4 and held.startswith("because "))
