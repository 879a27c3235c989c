"""Every page of the demo is small, whoever looks at it, and none is forgotten."""

import pytest

from benchmarks.pages import OK, kilobytes, signed_in
from benchmarks.services import Service
from tests.demo.conftest import Demo
from tests.demo.places import places
from tests.web.conftest import app_over
from web.access.table import is_page
from web.ops.settings import Settings

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.long, pytest.mark.timeout(600)]
LARGEST = 60
"""So many kilobytes a page has at most, compressed."""
NO_PLACE = {"console.webhook", "console.plan", "console.static"}
"""The demo has no webhook and no plan; a file of the browser is no page."""


def test_every_page_is_small(demo: Demo) -> None:
    service = Service(demo.url, demo.data_dir, demo.token)
    ana = demo.get("people?q=Ana%20Oliveira")["items"][0]["id"]
    readers = {
        "HR": signed_in(service.as_("hr")),
        "admin": signed_in(service),
        "employee": signed_in(service.as_("employee", "--person", ana)),
    }
    found = {
        (who, name): reader.look(path)
        for who, reader in readers.items()
        for name, path in places(demo).items()
    }
    assert [each for each, (status, _) in found.items() if status >= 500] == []
    assert {who: sum(found[who, name][0] == OK for name in places(demo)) > 20 for who in readers} == (
        dict.fromkeys(readers, True)
    )
    sizes = {each: kilobytes(page) for each, (_, page) in found.items()}
    assert {each: size for each, size in sizes.items() if size >= LARGEST} == {}


def test_every_page_has_a_place(demo: Demo) -> None:
    rules = app_over(Settings(database_url="postgresql://nowhere")).url_map
    routes = rules.bind("")
    there = {routes.match(path.partition("?")[0], method="GET")[0] for path in places(demo).values()}
    asked = {rule.endpoint for rule in rules.iter_rules() if "GET" in (rule.methods or ())}
    pages = {endpoint for endpoint in asked if is_page(endpoint)}
    assert pages - there == NO_PLACE
