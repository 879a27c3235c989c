"""House rules about docstrings: sentences with a subject and a verb, never "What is believed now"."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FRAGMENT = re.compile(r"(What|Whose|Whom|Of|Which|How|Who|Where|Whether|Why|When)\b")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
LEFT = {"domain": 0, "application": 0, "projections": 0, "web": 0}
"""How many each package still has; the number may only fall."""


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of the docstrings of a module, its classes, functions and attributes."""
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", [])
        for place, statement in enumerate(body if isinstance(body, list) else []):
            if isinstance(statement, ast.Expr) and isinstance(text := statement.value, ast.Constant):
                first = place == 0 and isinstance(node, DOCUMENTED)
                after = place > 0 and isinstance(body[place - 1], ast.Assign | ast.AnnAssign)
                if isinstance(text.value, str) and (first or after):
                    yield statement.lineno, text.value.strip()


def fragments(source: str) -> list[int]:
    return [line for line, text in docstrings(source) if FRAGMENT.match(text)]


def test_a_fragment_is_found_wherever_it_stands() -> None:
    source = '''
"""What it is for."""
SIZE = 3
"""How many there are."""
class Thing:
    """Whose it is."""
    size: int
    """Of the thing, in bytes."""
    def of(self) -> None:
        """Whether it is."""
def fine() -> None:
    """Returns whether it is what it was."""
    "What is no docstring"
'''
    assert sorted(fragments(source)) == [2, 4, 6, 8, 10]


@pytest.mark.parametrize("package", LEFT)
def test_docstrings_are_sentences(package: str) -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sorted((ROOT / package).rglob("*.py"))
        if (lines := fragments(path.read_text()))
    }
    count = sum(map(len, found.values()))
    assert count <= LEFT[package], (
        f"{count} docstrings begin as fragments (What, Whose, Whether ...): {found}"
    )
