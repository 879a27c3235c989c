"""House rules about tables: SQL names those of its own layer; what reaches into another's says why, here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from projections.read_models import READ_MODELS

ROOT = Path(__file__).parent.parent
FILES = sorted(
    path
    for folder in ("domain", "application", "projections", "web")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".sql")
)
OWNERS = {
    "store": {"application"},
    "projection": {"projections"},
    "access": {"web/access"},
    "webhooks": {"web/webhooks"},
    "reminders": {"web/reminders"},
    **{
        model.schema: {
            f"projections/{other.name}" for other in READ_MODELS if model.name in (other.name, *other.reads)
        }
        for model in READ_MODELS
    },
}
"""Schema -> the folders that may name its tables: a read model's own, and those that say they read it."""
REACHING = {
    ("projections/feed.py", "store"): "projectors follow the log",
    ("projections/freshness.py", "store"): "how fresh an answer is, is told by the log",
    ("projections/status.py", "store"): "how far the log is ahead of the rows is told by the log",
    ("projections/log.py", "store"): "the feed is the log as it is",
    ("projections/whole_log.py", "store"): "so is an export of it",
    (
        "projections/audit/queries/trail.py",
        "access",
    ): "readings and refusals stand in the trail beside events",
    **{
        ("projections/duplicates.py", schema): "what is recorded twice is asked of all that has an id"
        for schema in ("read_directory", "read_alignment", "read_measures", "read_reviews")
    },
    **{
        ("projections/searching.py", schema): "one search is over all that has a name"
        for schema in ("read_directory", "read_alignment")
    },
    ("web/access/tokens.py", "store"): "a token is for a person who was recorded, whoever has taken that in",
    ("web/access/tokens.py", "read_directory"): "one question for each request: whether its person is there",
    (
        "web/signin/finding.py",
        "store",
    ): "whose an external id or an address is, claims of the log tell at once",
    (
        "web/signin/finding.py",
        "read_directory",
    ): "one question for each sign-in: who is there of these claims",
    ("web/cli/check.py", "store"): "whether the log is whole is asked of the log",
    ("web/plan/export.py", "store"): "an export of a plan is of what was recorded, as it was recorded",
    ("web/webhooks", "store"): "deliveries are of events, in the order of the log",
    ("web/ops/database_grants.sql", "store"): "what a role of the database may is said in one place",
    ("web/ops/database_grants.sql", "access"): "and so of the journal and the tokens",
    (
        "web/exports/issuing.py",
        "access",
    ): "an export is noted in the journal in the transaction that it reads in",
}
"""(file or folder, schema) -> why it may name tables of a schema that is not its own."""
MADE = re.compile(
    r"\b(?:table|function|aggregate|view)(?: if not exists| if exists)? (\w+)\.(\w+)", re.IGNORECASE
)
NAMED = re.compile(r"(?<![\w.`/])(\w+)\.(\w+)")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def texts(path: Path) -> Iterator[str]:
    """The SQL in a file; of Python every text but docstrings."""
    if path.suffix == ".sql":
        yield path.read_text()
        return
    for node in ast.walk(ast.parse(path.read_text())):
        for child in ast.iter_child_nodes(node):
            is_docstring = isinstance(node, ast.Expr)
            if isinstance(child, ast.Constant) and isinstance(child.value, str) and not is_docstring:
                yield child.value


TEXTS = {name_of(path): [*texts(path)] for path in FILES}
MADE_HERE = {
    tuple(map(str.lower, made)) for found in TEXTS.values() for text in found for made in MADE.findall(text)
}


def schemas_named(name: str) -> set[str]:
    """The schemas of which a file names something that is made there."""
    named = {tuple(map(str.lower, found)) for text in TEXTS[name] for found in NAMED.findall(text)}
    return {schema for schema, what in named if (schema, what) in MADE_HERE or schema.startswith("read_")}


def within(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}/")


def reaching(name: str) -> set[str]:
    """The schemas of others that a file names."""
    return {
        schema
        for schema in schemas_named(name)
        if not any(within(name, owner) for owner in OWNERS.get(schema, ()))
    }


def test_every_schema_that_is_made_has_an_owner() -> None:
    assert {schema for schema, _ in MADE_HERE} <= OWNERS.keys()


@pytest.mark.parametrize("name", [name for name in TEXTS if reaching(name)])
def test_sql_that_reaches_into_another_layer_is_listed_with_its_reason(name: str) -> None:
    for schema in reaching(name):
        listed = any(within(name, place) and schema == of for place, of in REACHING)
        assert listed, f"{name} names tables of {schema}: ask their owner, or say in REACHING why not"


@pytest.mark.parametrize(("place", "schema"), REACHING)
def test_what_is_listed_is_still_so(place: str, schema: str) -> None:
    reaches = any(schema in reaching(name) for name in TEXTS if within(name, place))
    assert reaches, f"{place} names no table of {schema} any more: take it off the list"


def test_tables_are_found_in_sql_and_in_python_but_not_in_docstrings(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""of store.head"""\nTABLE = "u"\nQUERY = f"select from store.events {TABLE}"\n')
    assert [*texts(module)] == ["u", "select from store.events "]
    assert MADE.findall("create table if not exists store.events (") == [("store", "events")]
    assert NAMED.findall("from store.events e join application.store.x") == [
        ("store", "events"),
        ("application", "store"),
    ]
