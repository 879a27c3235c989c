"""No page carries what its reader may not see, whoever looks at it and at whichever moment."""

from collections.abc import Iterator
from random import Random
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import tuple_row
from werkzeug.routing import Rule

from tests.web.api import Api
from tests.web.console.conftest import Visitor, visitor
from tests.web.organisations import AHEAD, Organisation, Reader
from tests.web.test_access_everywhere import offices_of, readers, words_in
from web.access.table import OPEN, is_page

SHORT, LONG = 1, 5
"""Organisations of each form."""
MOMENTS: tuple[dict[str, str], ...] = ({}, {"as_of": "2025-09-01", "known": "both"}, {"as_of": AHEAD})
PARAMETERS: dict[str, tuple[dict[str, str], ...]] = {
    "/search": ({"q": "hushed"},),
    "/trail": ({}, {"q": "kind:read"}),
    "/map": ({}, {"from": "2025-06-01"}, {"as": "table"}),
}
"""What else a page is asked with, each in turn."""
FOUND = (200, 302, 403, 404)


def _rules(api: Api) -> list[Rule]:
    return [
        rule
        for rule in api.app.url_map.iter_rules()
        if is_page(rule.endpoint) and rule.endpoint not in OPEN and "GET" in (rule.methods or ())
    ]


def _paths(api: Api, there: Organisation) -> Iterator[str]:
    """Every page, of every thing that there is."""
    ids = there.ids()
    for rule in _rules(api):
        if not rule.arguments:
            yield rule.rule
        elif rule.arguments == {"id"}:
            for id in ids.get(rule.rule.split("/")[1], ()):
                yield rule.rule.replace("<uuid:id>", id)
        elif rule.arguments == {"position"}:
            last = api.events()
            for position in (last // 2, last):
                yield rule.rule.replace("<int:position>", str(position))


def _asked(path: str, there: Organisation, random: Random) -> Iterator[dict[str, str]]:
    yield from PARAMETERS.get(path, ({},))
    if path == "/map":
        objectives = there.ids()["objectives"]
        yield {"root": random.choice(objectives), "open": ",".join(objectives[:90])}


def _as(api: Api, reader: Reader) -> Visitor:
    units = [UUID(reader.limit)] if reader.limit else []
    return visitor(api, reader.role, reader.person, units=units)


def _judged(there: Organisation, reader: Reader, path: str) -> set[str]:
    """What the evidence names was fixed with the judgement, and is told with it on the page of it."""
    review = there.reviews.get(path.rpartition("/")[2])
    return {review.named} if review is not None and there.reads_judgement(reader, review) else set()


def _walk(api: Api, random: Random, name: str = "0") -> None:
    there = Organisation(api, random, name)
    met: set[str] = set()
    for reader in [*readers(there, random), *offices_of([there], random)]:
        them, hidden = _as(api, reader), set(there.hidden(reader))
        for path in _paths(api, there):
            for asked in _asked(path, there, random):
                query = {**random.choice(MOMENTS), **asked}
                answer = them.get(path, **query)
                assert answer.status_code in FOUND, (path, query, answer.text[:2000])
                told = words_in(answer.text)
                assert not told & (hidden - _judged(there, reader, path)), (reader, path, query)
                met |= told
    assert met, "pages that tell nothing show nothing either"


def test_no_page_tells_what_is_not_its_readers(api: Api) -> None:
    for seed in range(SHORT):
        _walk(api, Random(seed), str(seed))


@pytest.mark.long
def test_no_page_tells_what_is_not_its_readers_in_many_organisations(api: Api) -> None:
    for seed in range(100, 100 + LONG):
        _walk(api, Random(seed), str(seed))


def test_what_a_page_reads_about_people_is_in_the_journal(api: Api) -> None:
    there = Organisation(api, Random(3))
    person = next(iter(there.people))
    them = visitor(api, "hr")
    assert them.get(f"/people/{person}").status_code == 200
    with psycopg.connect(api.dsn, row_factory=tuple_row) as conn:
        rows = conn.execute(
            "select action, subject_id::text from access.journal where kind = 'read' order by number"
        ).fetchall()
    assert ("alignment.of_person", person) in rows
