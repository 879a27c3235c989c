"""House rules about the documentation: a map that names what is not there fails here."""

import re
from pathlib import Path

import pytest
from click import Context

from tests.event_classes import event_classes, own_topic

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
FOLDERS = (
    r"domain|application(?!/(?:problem\+)?json)|projections|web|tests|benchmarks|docs|\.ci"  # no media types
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _code(page: Path) -> str:
    """What stands in code: fenced blocks and `spans`."""
    text = page.read_text()
    fenced = re.findall(r"^```.*?\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join([*fenced, *re.findall(r"`([^`\n]+)`", prose)])


def _table(page: Path, first_heading: str) -> list[str]:
    """The first column, without backticks, of the table whose first heading this is."""
    lines = page.read_text().splitlines()
    starts = [i for i, line in enumerate(lines) if re.match(rf"\|\s*{first_heading}\s*\|", line)]
    assert starts, f"{_name(page)} has no table that begins with | {first_heading} |"
    rows = []
    for line in lines[starts[0] + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(line.split("|")[1].strip().strip("`"))
    return rows


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_make_command_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", _code(page))) <= targets


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_throughline_command_that_is_named_exists(page: Path) -> None:
    from web.cli import main

    named = re.findall(r"(?:^|[\s/])throughline ([a-z][a-z-]*)", _code(page), re.MULTILINE)
    assert set(named) <= set(main.list_commands(Context(main)))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    named = re.findall(rf"(?<![\w/.{{-])((?:{FOLDERS})/[\w./*-]*)", _code(page))
    missing = [path for path in named if not list(ROOT.glob(path.rstrip("./")))]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_readme_lists_every_event() -> None:
    assert sorted(_table(ROOT / "README.md", "topic")) == sorted(
        str(own_topic(kind)) for kind in event_classes()
    )


def test_the_readme_lists_every_setting() -> None:
    from web.ops.settings import NAMES

    assert sorted(_table(ROOT / "README.md", "setting")) == sorted({*NAMES, "DATABASE_URL"})


def test_every_problem_is_documented_with_its_status() -> None:
    from web.problems import CATALOGUE

    page = (ROOT / "docs" / "problems.md").read_text()
    documented = re.findall(r"^\|\s*`?([a-z-]+)`?\s*\|\s*(\d{3})\s*\|", page, re.MULTILINE)
    assert sorted(documented) == sorted((slug, str(kind.status)) for slug, kind in CATALOGUE.items())


@pytest.mark.parametrize("page", DECISIONS, ids=_name)
def test_a_decision_says_its_status_and_why_and_what_follows(page: Path) -> None:
    text = page.read_text()
    assert re.search(r"^Status: (accepted|replaced by \[.+\]\(.+\))$", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_list_of_decisions_names_them_all() -> None:
    listed = re.findall(
        r"^\d+\. \[.+\]\((.+)\)$", (ROOT / "docs/decisions/README.md").read_text(), re.MULTILINE
    )
    assert listed == [page.name for page in DECISIONS]


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert re.search(r"^## \[Unreleased\]$", text, re.MULTILINE)
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= kinds
