"""The recipes of CONTRIBUTING.md, followed in a copy of the tree; and each of their edits left out."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.recipes import EVENT, FIELD, Edit

ROOT = Path(__file__).parent.parent
COPIED = ("domain", "application", "projections", "web", "tests", "docs", "benchmarks")
STORIES: Mapping[str, Mapping[str, Edit]] = {
    "event": {
        "tests/frozen_story.py": Edit(
            {"    unit.dissolve(": '    unit.relocate(by=by_(date(2026, 4, 1)), site="Oslo")\n'}, {}
        )
    },
    "field": {
        "tests/frozen_story.py": Edit({'        job_title="Team lead",': '        grade="senior",\n'}, {}),
    },
}
"""Tests follow beside the recipe: the story of all events has one event more, or one field more."""
RECIPES = {"event": EVENT, "field": FIELD}
HOLDING = (
    "tests/test_house_events.py",
    "tests/test_house_docs.py",
    "tests/test_house_words.py",
    "tests/projections/test_catalogue.py",
    "tests/web/test_declared_commands.py",
    "tests/web/test_access_told.py",
)
"""The tests that find an edit that was forgotten; none of them needs a database."""


def copy_of_the_tree(to: Path) -> Path:
    for name in COPIED:
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, to / file.name)
    return to


def run(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


def holds(tree: Path, name: str, left_out: str = "") -> subprocess.CompletedProcess[str]:
    """Follows a recipe, but for the file left out, freezes the events, and runs the tests of the house."""
    for path, edit in {**RECIPES[name], **STORIES[name]}.items():
        if path != left_out:
            edit.apply(tree / path)
    frozen = run(tree, "tests.frozen_events")
    done = run(tree, "pytest", "-q", "-n", "0", "-p", "no:randomly", *HOLDING)
    return frozen if frozen.returncode else done


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "most"), [("event", 8), ("field", 6)])
def test_a_recipe_leads_where_it_says(name: str, most: int, tmp_path: Path) -> None:
    done = holds(copy_of_the_tree(tmp_path), name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(RECIPES[name]) <= most


LEFT_OUT = {
    ("event", "domain/unit.py"): "has no attribute 'relocate'",
    ("event", "projections/catalogue/events.py"): "does not say what {'unit.relocated'} set",
    ("event", "web/schemas/directory.py"): "cannot import name 'UnitRelocation'",
    ("event", "web/api/units.py"): "web/api has no route for {'relocate'} of Unit",
    ("event", "web/access/table.py"): "web/access/table.py has no row for units.relocate",
    ("event", "docs/access.md"): "test_the_page_has_the_table",
    ("event", "web/schemas/words.md"): "/UnitRelocation.site",
    ("event", "docs/events.md"): "unit.relocated",
    ("field", "domain/person.py"): "unexpected keyword argument 'grade'",
    ("field", "application/people.py"): "{'grade'}",
    ("field", "projections/catalogue/events.py"): "no declaration of person.defined looks at {'grade'}",
    ("field", "web/schemas/directory.py"): "the body of People.define cannot give {'grade'}",
    ("field", "web/schemas/words.md"): "/PersonDefinition.grade",
    ("field", "docs/events.md"): "docs/events.md does not say that person.defined has {'grade'}",
}
"""Recipe and file -> what a test says when that edit is forgotten."""


@pytest.mark.long
@pytest.mark.parametrize(("name", "path"), LEFT_OUT, ids=lambda part: part.replace("/", "."))
def test_an_edit_that_is_forgotten_is_found(name: str, path: str, tmp_path: Path) -> None:
    done = holds(copy_of_the_tree(tmp_path), name, left_out=path)
    assert done.returncode != 0
    assert LEFT_OUT[name, path] in done.stdout + done.stderr
