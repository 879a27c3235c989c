"""The access table names every operation that there is, and nothing else; page and command say the same."""

from pathlib import Path

from click.testing import CliRunner

from web.access.table import OPEN, TABLE, operation_of, told
from web.app import create_app
from web.cli.access import access
from web.ops.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "access.md"


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    app = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/nothing"))
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - OPEN
    assert {operation_of(endpoint) for endpoint in endpoints} == set(TABLE)


def test_the_page_has_the_table() -> None:
    rows = [f"| `{row['operation']}` | {row['who']} | {row['and']} |" for row in told()]
    page = PAGE.read_text().splitlines()
    assert page[page.index("| operation | who | and |") + 2 :] == rows


def test_it_is_printed() -> None:
    whole, some = CliRunner().invoke(access), CliRunner().invoke(access, ["objectives.appr"])
    assert [row["operation"] in whole.stdout for row in told()] == [True] * len(TABLE)
    assert "objectives.approve" in some.stdout
    assert "four eyes" in some.stdout
    assert "units" not in some.stdout
    unknown = CliRunner().invoke(access, ["nothing"])
    assert (unknown.exit_code, "there is no operation nothing" in unknown.stderr) == (2, True)
