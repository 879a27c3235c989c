"""House rules about the documentation: a map that names what is not there fails here."""

import re
from pathlib import Path

import pytest
from click import Context

from domain.aggregate import Event
from tests.event_classes import event_classes, fields_of, own_topic

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
CITING = [
    path
    for folder in ("domain", "application", "projections", "web", "tests", "benchmarks", "docs", ".")
    for path in sorted(ROOT.joinpath(folder).glob("*" if folder == "." else "**/*"))
    if path.suffix in {".py", ".sql", ".md", ".toml", ".yml"} or path.name in {"Makefile", "Dockerfile"}
]
PAGE_CITED = re.compile(r"(?<![\w/.*-])((?:[\w.-]+/)*[\w-]+\.md)(?:#([\w-]+))?(?![\w-])")
BY_NUMBER = re.compile(r"\b[Ss]ections? \d|§ ?\d|\bDESIGN\b")
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


def _anchors(page: Path) -> set[str]:
    """The anchors of the headings, as forges make them: lower case, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", page.read_text())
    targets = [((page.parent / path).resolve() if path else page, anchor) for path, anchor in links]
    assert [str(target) for target, _ in targets if not target.exists()] == []
    assert [
        f"{target.name}#{anchor}" for target, anchor in targets if anchor and anchor not in _anchors(target)
    ] == []


def _dead_citations(text: str, home: Path) -> list[str]:
    """The pages and sections that a text names and that are not there. A page is named by its path from the
    root or from the file that names it; one in docs/ may be named by its name alone.
    """
    dead = []
    for path, anchor in PAGE_CITED.findall(text):
        pages = [place / path for place in (ROOT, home.parent, ROOT / "docs") if (place / path).is_file()]
        if not pages or (anchor and anchor not in _anchors(pages[0])):
            dead.append(f"{path}#{anchor}" if anchor else path)
    return dead


def test_a_citation_that_leads_nowhere_is_found() -> None:
    here = Path(__file__)
    said = "as in docs/design.md#time and docs/gone.md, see docs/design.md#gone"
    assert _dead_citations(said, here) == ["docs/gone.md", "docs/design.md#gone"]
    assert BY_NUMBER.search("the design, section 4")
    assert BY_NUMBER.search("DESIGN section 4")


def test_what_is_cited_is_there() -> None:
    """Code and pages cite a section by its page and anchor, `docs/design.md#time`, never by a number."""
    cited = [path for path in CITING if path != Path(__file__)]
    dead = {_name(path): _dead_citations(path.read_text(), path) for path in cited}
    assert {name: found for name, found in dead.items() if found} == {}
    numbered = {_name(path): BY_NUMBER.findall(path.read_text()) for path in cited}
    assert {name: found for name, found in numbered.items() if found} == {}


def test_every_page_is_reached_from_the_readme() -> None:
    reached, ahead = set[Path](), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page not in reached:
            reached.add(page)
            links = re.findall(r"\]\((?!https?:|#)([^)#]+\.md)", page.read_text())
            ahead += [(page.parent / link).resolve() for link in links]
    assert [_name(page) for page in PAGES if page not in reached] == []


EVENTS = ROOT / "docs" / "events.md"


def test_the_page_of_events_lists_them_all() -> None:
    assert sorted(_table(EVENTS, "topic")) == sorted(str(own_topic(kind)) for kind in event_classes())


TOLD_OTHERWISE = {"amendment", "owner_unit_id", "owner_person_id", "objective_ids"}
"""Fields of payloads that the table of events has in other words: amendments, owners, objectives."""


@pytest.mark.parametrize("kind", event_classes(), ids=lambda kind: str(own_topic(kind)))
def test_the_page_of_events_says_which_fields_an_event_has(kind: type[Event]) -> None:
    said = dict(re.findall(r"^\| `([a-z_.]+)` \| (.*) \|$", EVENTS.read_text(), re.MULTILINE))
    own = fields_of(kind) - fields_of(Event) - TOLD_OTHERWISE
    fields = {name for name in own if not name.endswith(("_before", "_topic")) and name != "before"}
    left = {name for name in fields if not re.search(rf"\b{name}\b", said[str(own_topic(kind))])}
    assert not left, f"{_name(EVENTS)} does not say that {own_topic(kind)} has {left}"


def test_the_page_of_settings_lists_them_all() -> None:
    from web.ops.settings import NAMES, OF_COLLECTOR

    known = {*NAMES, *OF_COLLECTOR, "DATABASE_URL"}
    assert sorted(_table(ROOT / "docs/settings.md", "setting")) == sorted(known)


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


def _text_below(path: Path) -> str:
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    return "\n".join(file.read_text() for file in files)


def test_what_the_recipes_name_in_a_file_is_there() -> None:
    """They name it in parentheses after the file."""
    places = re.findall(r"`([\w./]+\.\w+)` \(([^)]*)\)", (ROOT / "CONTRIBUTING.md").read_text())
    assert len(places) > 10
    lost = {
        path: [name for name in re.findall(r"`([^`]+)`", names) if name not in _text_below(ROOT / path)]
        for path, names in places
    }
    assert {path: names for path, names in lost.items() if names} == {}


def test_the_glossary_says_where_a_term_lives() -> None:
    """The last column names files, each with what is in it that stands for the term."""
    lost = []
    for line in (ROOT / "docs/glossary.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 6 or cells[1] in ("term", "---"):
            continue
        places = re.findall(r"`([\w./]+)`(?: \(([^)]*)\))?", cells[4])
        assert places, f"{cells[1]} is nowhere"
        for path, names in places:
            text = _text_below(ROOT / path)
            lost += [
                f"{cells[1]}: {path}, {name}" for name in re.findall(r"`([^`]+)`", names) if name not in text
            ]
    assert lost == []
