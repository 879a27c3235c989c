"""What the audit trail cannot be asked: every refusal names its parameter, and nothing is passed over."""

from base64 import urlsafe_b64encode
from typing import Any

import orjson
import pytest

from projections.page import cursor_after
from tests.web.api import UNKNOWN, Api, refused


def _cursor(*values: Any) -> str:
    return urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


@pytest.fixture(scope="module")
def trail(shared_api: Api) -> Api:
    for name in ("North", "South", "East"):
        shared_api.unit(name)
    shared_api.person(shared_api.unit("West"))
    return shared_api


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown filter": ({"colour": "red"}, "?colour"),
    "as_of": ({"as_of": "2026-01-01"}, "?as_of"),
    "known_at": ({"known_at": "2026-01-01T00:00:00Z"}, "?known_at"),
    "no kind": ({"kind": "rumour"}, "?kind"),
    "no type": ({"subject_type": "planet"}, "?subject_type"),
    "no id": ({"subject": "Ana"}, "?subject"),
    "no unit": ({"unit": "Sales"}, "?unit"),
    "no cycle": ({"cycle": "2026"}, "?cycle"),
    "no order": ({"order": "sideways"}, "?order"),
    "an action with a star within": ({"action": "obj*"}, "?action"),
    "an action of a star": ({"action": "*"}, "?action"),
    "an empty actor": ({"actor": " "}, "?actor"),
    "a limit of none": ({"limit": "0"}, "?limit"),
    "a limit beyond the most": ({"limit": "501"}, "?limit"),
    "the wrong way round": ({"from": "2026-02-02", "to": "2026-02-01"}, "?from"),
    "instants the wrong way round": (
        {"from": "2026-02-01T10:00:00Z", "to": "2026-02-01T09:59:59.999999Z"},
        "?from",
    ),
    "an instant after the day": ({"from": "2026-02-02T00:00:00Z", "to": "2026-02-01"}, "?from"),
    "effective the wrong way round": (
        {"effective_from": "2026-02-02", "effective_to": "2026-02-01"},
        "?effective_from",
    ),
    "a day that is not in February": ({"from": "2026-02-30"}, "?from"),
    "a year beyond the calendar": ({"to": "10000-01-01"}, "?to"),
    "the year naught": ({"effective_from": "0000-12-31"}, "?effective_from"),
    "an instant before the calendar": ({"to": "0001-01-01T00:00:00+02:00"}, "?to"),
    "an instant without an offset": ({"from": "2026-02-01T10:00:00"}, "?from"),
    "an instant as a day": ({"effective_to": "2026-02-01T10:00:00Z"}, "?effective_to"),
    "an unclosed quotation": ({"q": 'one "two'}, "?q"),
    "a quotation within a word": ({"q": 'o"ne"'}, "?q"),
    "a quotation that goes on": ({"q": '"one"two'}, "?q"),
    "an unknown key": ({"q": "colour:red"}, "?q"),
    "a key that is no filter": ({"q": "limit:5"}, "?q"),
    "no key before the colon": ({"q": ":red"}, "?q"),
    "nothing after the colon": ({"q": "actor:"}, "?q"),
    "an empty quotation": ({"q": '""'}, "?q"),
    "no word": ({"q": "&"}, "?q"),
    "a reason without a word": ({"q": 'reason:"-"'}, "?q"),
    "a field that nothing has": ({"q": "field:colour"}, "?q"),
    "a bad value in q": ({"q": "subject:Ana"}, "?q"),
    "a bad day in q": ({"q": "from:2026-02-30"}, "?q"),
    "the wrong way round in q": ({"q": "from:2026-02-02 to:2026-02-01"}, "?q"),
    "the wrong way round, the first in q": ({"q": "from:2026-02-02", "to": "2026-02-01"}, "?q"),
    "twice in q": ({"q": "kind:read kind:event"}, "?q"),
    "in q as well": ({"q": "kind:read", "kind": "read"}, "?q"),
    "an empty search": ({"q": ""}, "?q"),
    "a search of two lines": ({"q": "one\ntwo"}, "?q"),
    "a search that is too long": ({"q": "x" * 501}, "?q"),
    "control characters": ({"q": "one\x00"}, "?q"),
    "a cursor made up": ({"after": "5"}, "?after"),
    "a cursor of a list of people": ({"after": cursor_after("people", "Ana", UNKNOWN)}, "?after"),
    "a cursor of the other order": ({"after": _cursor("audit, oldest first", "1", "1")}, "?after"),
    "a cursor with too few places": ({"after": _cursor("audit, newest first", "1")}, "?after"),
    "a cursor with words for places": ({"after": _cursor("audit, newest first", "one", "1")}, "?after"),
    "a cursor with numbers for text": ({"after": _cursor("audit, newest first", 1, 1)}, "?after"),
    "a cursor beyond all places": ({"after": _cursor("audit, newest first", "9" * 30, "1")}, "?after"),
    "a cursor below all places": ({"after": _cursor("audit, newest first", "-1", "1")}, "?after"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_asked_is_refused(trail: Api, name: str) -> None:
    query, pointer = BAD[name]
    refused(trail.get("/audit", **query), 422, "invalid-value", pointer)


def test_a_parameter_is_given_once(trail: Api) -> None:
    path = "/api/v1/audit?late=true&late=false"
    answer = trail.app.test_client().get(path, headers=trail.headers({}))
    refused(answer, 422, "invalid-value", "?late")


def test_every_wrong_parameter_is_named(trail: Api) -> None:
    answer = trail.get("/audit", kind="rumour", colour="red", to="x")
    refused(answer, 422, "invalid-value", "?kind", "?to", "?colour")


def test_the_keys_of_a_search_are_named(trail: Api) -> None:
    answer = trail.get("/audit", q="colour:red")
    assert answer.json is not None
    (error,) = answer.json["errors"]
    assert '"colour" is not a key, as kind, position, actor, subject, subject_type, ' in error["detail"]
    assert "reason, field" in error["detail"]


def test_a_cursor_belongs_to_its_order(trail: Api) -> None:
    for order, other in (("newest", "oldest"), ("oldest", "newest")):
        link = trail.get("/audit", limit=1, order=order).headers["Link"]
        after = link.partition("after=")[2].partition(">")[0].partition("&")[0]
        assert trail.get("/audit", limit=1, order=order, after=after).status_code == 200
        refused(trail.get("/audit", limit=1, order=other, after=after), 422, "invalid-value", "?after")
        refused(trail.get("/people", after=after), 422, "invalid-value", "?after")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [({}, "?subject"), ({"subject": "Ana"}, "?subject"), ({"subject": UNKNOWN, "limit": 5}, "?limit")],
    ids=["nothing", "no id", "unknown"],
)
def test_readers_are_those_of_something(trail: Api, query: dict[str, Any], pointer: str) -> None:
    refused(trail.get("/audit/readers", **query), 422, "invalid-value", pointer)


def test_nothing_has_no_readers(trail: Api) -> None:
    refused(trail.get("/audit/readers", subject=UNKNOWN), 404, "not-found")
