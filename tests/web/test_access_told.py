"""The access table names every operation that there is, and nothing else; page and command say the same."""

from pathlib import Path

import orjson
from click.testing import CliRunner

from tests.web.documented import operations
from web.access.table import OPEN, TABLE, is_page, operation_of, told
from web.api.documents import document
from web.api.openapi import ACCESS
from web.app import create_app
from web.cli.access import access
from web.ops.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "access.md"


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    app = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/nothing"))
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if not is_page(rule.endpoint)} - OPEN
    assert {operation_of(endpoint) for endpoint in endpoints} == set(TABLE)


def test_the_page_has_the_table() -> None:
    rows = [f"| `{row['operation']}` | {row['who']} | {row['and']} |" for row in told()]
    page = PAGE.read_text().splitlines()
    assert page[page.index("| operation | who | and |") + 2 :] == rows


def test_each_operation_of_the_document_names_its_row() -> None:
    rows = {row["operation"]: {name: said for name, said in row.items() if said} for row in told()}
    named = [operation[ACCESS] for _, _, operation in operations(orjson.loads(document()))]
    assert [rows[each["operation"]] for each in named] == named
    assert {each["operation"] for each in named} | _in_scim() == set(TABLE)
    paths = orjson.loads(document())["paths"]
    assert paths["/api/v1/objectives/{id}/approval"]["post"][ACCESS] == {
        "operation": "objectives.approve",
        "who": "a manager of its owner, a lead of a unit above the one that owns it or hr",
        "and": "four eyes",
    }
    files = paths["/api/v1/people.{format}"]["get"][ACCESS]
    assert files["operation"] == "people.list"


def _in_scim() -> set[str]:
    """The operations below /scim/v2, which is described by itself."""
    app = create_app(Settings(database_url="postgresql://127.0.0.1:9/nothing"))
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/scim/v2/")]
    return {operation_of(rule.endpoint) for rule in rules}


def test_it_is_printed() -> None:
    whole, some = CliRunner().invoke(access), CliRunner().invoke(access, ["objectives.appr"])
    assert [row["operation"] in whole.stdout for row in told()] == [True] * len(TABLE)
    assert "objectives.approve" in some.stdout
    assert "four eyes" in some.stdout
    assert "units" not in some.stdout
    unknown = CliRunner().invoke(access, ["nothing"])
    assert (unknown.exit_code, "there is no operation nothing" in unknown.stderr) == (2, True)
