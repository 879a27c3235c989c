"""The audit trail over HTTP: who changed what, when and why, and who asked for it."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest

from tests.web.api import Api, refused
from tests.web.conftest import token
from tests.web.performance import Company, company, days_ago

Row = dict[str, Any]
HARD = [
    '=HYPERLINK("http://x","y")',
    "+1 -1 @SUM(A1)",
    "\u202eשם\u202c and name",
    "\uff1dna\u0131ve \uff26\uff55\uff4c\uff4c \uff11",
    "it's 100% 'quoted' \\ & | ! <-> :*",
]


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _found(api: Api, **query: Any) -> list[Row]:
    items: list[Row] = api.ask("/audit", limit=500, **query)["items"]
    return items


def _events(api: Api, **query: Any) -> list[tuple[str, str]]:
    """(action, title of the subject), the oldest first."""
    return [
        (row["action"], row["subject"]["title"])
        for row in _found(api, order="oldest", **query)
        if row["kind"] == "event"
    ]


def _target_changed(there: Company) -> None:
    body = {"target": "12", "reason": "the board asked for more", "effective_on": days_ago(30)}
    path = f"/objectives/{there.objective}/key-results/{there.key_result}/target"
    there.admin.done(path, body)


def test_it_says_who_changed_a_target_when_and_why(there: Company) -> None:
    _target_changed(there)
    (row,) = _found(there.auditor, subject=there.objective, q="field:target board", kind="event")
    head = there.admin.events()
    assert (row["position"], row["number"]) == (head, None)
    assert row["event_id"].startswith(f"{there.objective}:")
    assert (row["action"], row["reason"]) == ("objective.target_changed", "the board asked for more")
    assert row["effective_on"] == days_ago(30)
    assert (row["actor"].partition(":")[0], row["actor_name"]) == ("token", "a test's admin")
    assert row["subject"] == {"type": "objective", "id": there.objective, "title": "Grow"}
    changes = {change["field"]: (change["before"], change["after"]) for change in row["changes"]}
    assert changes[f"key_results.{there.key_result}.target"] == ("10", "12")
    assert row["role"] is row["outcome"] is row["path"] is row["digest"] is None


def test_it_accounts_for_every_position(there: Company) -> None:
    there.up_to("finalisation")
    head = there.admin.events()
    positions: list[int] = []
    asked: dict[str, Any] = {"kind": "event", "limit": 11}
    while asked:
        answer = there.auditor.get("/audit", **asked)
        assert answer.json is not None
        positions += [row["position"] for row in answer.json["items"]]
        link = answer.headers.get("Link", "")
        asked = dict(parse_qsl(urlsplit(link.partition(">")[0]).query))
    assert positions == list(range(head, 0, -1))


def test_a_read_is_a_row_with_the_person_it_was_of(there: Company) -> None:
    ana = there.ids["ana"]
    position = int(there.bo.get(f"/people/{ana}", as_of=days_ago(3)).headers["Throughline-Position"])
    (row,) = _found(there.auditor, kind="read", subject=ana)
    assert (row["actor"], row["actor_name"], row["role"]) == (f"person:{there.ids['bo']}", "Bo", "employee")
    assert row["subject"] == {"type": "person", "id": ana, "title": "Ana"}
    assert (row["action"], row["outcome"], row["path"]) == (
        "people.read",
        "answered",
        f"/api/v1/people/{ana}?as_of={days_ago(3)}",
    )
    assert (row["position"], row["seen_position"], row["changes"]) == (None, position, [])
    assert row["number"] is not None


def test_a_refusal_is_a_row_with_the_fields_that_were_wrong(there: Company) -> None:
    there.dan.post("/objectives", {"title": "", "level": "top"})
    (row,) = _found(there.auditor, kind="refusal")
    assert (row["action"], row["outcome"], row["subject"]) == (
        "objectives.define",
        "invalid-value",
        {"type": "objective", "id": None, "title": None},
    )
    assert row["detail"].startswith("/title, /level")
    assert _found(there.auditor, q='invalid "objectives define"') == [row]


@pytest.mark.parametrize("where", ["parameter", "search"])
def test_every_filter_asks_for_its_own(there: Company, where: str) -> None:
    review = there.review()
    there.dan.get(f"/reviews/{review}")
    names = ("ana", "bo", "cleo", "dan", "hr", "eva")
    titles = {name: name.title() for name in names}
    cases: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "subject": (there.ids["ana"], [("person.defined", "Ana")]),
        "subject_type": ("unit", [("unit.defined", "Sales")]),
        "action": (
            "person.*",
            [("person.defined", titles[name]) for name in ("cleo", "bo", "ana", "dan", "hr", "eva")],
        ),
        "actor": (there.ids["hr"], [("review.opened", "Ana, Long")]),
        "cycle": (
            there.cycle,
            [("cycle.defined", "Long"), ("cycle.activated", "Long")]
            + [
                (f"objective.{step}", "Grow")
                for step in ("defined", "committed", "submitted", "approved", "activated")
            ]
            + [("review.opened", "Ana, Long")],
        ),
        "effective_from": (days_ago(41), [("review.opened", "Ana, Long")]),
        "effective_to": ("2024-12-31", []),
        "to": (days_ago(1), []),
        "kind": ("export", []),
    }
    for name, (value, expected) in cases.items():
        query = {name: value} if where == "parameter" else {"q": f"{name}:{value}"}
        found = _events(there.auditor, **query)
        if name == "cycle":
            found = [row for row in found if row[0] != "objective.key_result_added"]
        assert found == expected, name
    (refused_read,) = _found(there.auditor, actor=f"person:{there.ids['dan']}")
    assert (refused_read["outcome"], refused_read["subject"]["id"]) == ("not-found", review)


def test_a_day_is_meant_whole_and_an_instant_to_the_microsecond(there: Company) -> None:
    rows = _found(there.auditor, kind="event", order="oldest")
    first, last = rows[0]["recorded_at"], rows[-1]["recorded_at"]
    today = first[:10]
    assert _found(there.auditor, kind="event", **{"from": today, "to": last[:10]}, order="oldest") == rows
    assert _found(there.auditor, kind="event", **{"from": first, "to": first}) == [rows[0]]
    later = _found(there.auditor, kind="event", **{"from": rows[1]["recorded_at"]}, order="oldest")
    assert later == [row for row in rows if row["recorded_at"] >= rows[1]["recorded_at"]]
    assert _found(there.auditor, kind="event", to="1900-01-01") == []
    assert _found(there.auditor, kind="event", **{"from": "2200-12-31"}) == []


def test_a_unit_has_what_belonged_to_it_and_to_those_below_it_then(api: Api) -> None:
    top, other = api.unit("Top"), api.unit("Other")
    below = api.unit("Below", top)
    ana = api.person(api.unit("Team", below), "Ana")
    api.done(
        f"/units/{below}/move", {"parent_id": other, "effective_on": "2025-03-01", "reason": "new order"}
    )
    for day, name in (("2025-02-01", "Ana Before"), ("2025-04-01", "Ana After")):
        api.done(f"/people/{ana}/renaming", {"name": name, "effective_on": day})
    of_top, of_other = _events(api, unit=top), _events(api, unit=other)
    assert ("person.renamed", "Ana Before") in of_top
    assert ("person.renamed", "Ana After") not in of_top
    assert ("person.defined", "Ana") in of_top
    assert of_other == [
        ("unit.defined", "Other"),
        ("unit.moved", "Below"),
        ("person.renamed", "Ana After"),
    ]
    assert _events(api, unit=below)[0] == ("unit.defined", "Below")


def test_words_are_found_wherever_an_entry_has_them(there: Company) -> None:
    _target_changed(there)
    found = {("objective.target_changed", "Grow")}
    for search in (
        "board",
        "BOA",
        '"board asked"',
        "reason:asked",
        'reason:"for more"',
        "target_changed board",
        "12",
    ):
        assert found <= set(_events(there.auditor, q=search)), search
    for search in ("oard", '"asked board"', "reason:grow", "reason:target", '"boar"', "field:title board"):
        assert not found & set(_events(there.auditor, q=search)), search


def test_personal_text_is_shown_and_not_found(there: Company) -> None:
    there.up_to("assessment")
    assert _events(there.auditor, q="markets action:review.*") == []
    (row,) = _found(there.auditor, action="review.assessed")
    assert "Two of three markets are open." in [change["after"] for change in row["changes"]]


@pytest.mark.parametrize("title", HARD, ids=range(len(HARD)))
def test_hard_texts_pass_unharmed_and_are_found(api: Api, title: str) -> None:
    unit, cycle = api.unit(), api.cycle()
    id = api.objective(cycle, {"unit_id": unit}, title=title, description=f"{title}\n\tsecond line")
    words = title.replace('"', " ")
    (row,) = _found(api, q=f'"{words}" subject_type:objective')
    assert row["subject"] == {"type": "objective", "id": id, "title": title}
    changes = {change["field"]: change["after"] for change in row["changes"]}
    assert (changes["title"], changes["description"]) == (title, f"{title}\n\tsecond line")


def test_it_is_for_those_who_read_all(there: Company) -> None:
    service = Api(there.admin.app, there.admin.dsn, token(there.admin.dsn, "service"))
    for who in (there.hr, there.auditor, there.admin):
        assert who.get("/audit").status_code == 200
        assert who.get("/audit/readers", subject=there.objective).status_code == 200
    for who in (there.ana, there.bo, service):
        refused(who.get("/audit"), 403, "forbidden")
        refused(who.get("/audit/readers", subject=there.objective), 403, "forbidden")


def test_it_waits_for_the_position_asked_for(there: Company) -> None:
    head = there.admin.events()
    refused(there.auditor.get("/audit", min_position=head + 1), 503, "not-yet-visible")
    answer = there.auditor.get("/audit", min_position=head)
    assert (answer.json or {})["position"] == head
    assert answer.headers["Throughline-Position"] == str(head)


def test_ids_are_known_whatever_their_case(there: Company) -> None:
    hr = there.ids["hr"]
    there.hr.ask("/people")
    expected = _found(there.auditor, actor=hr)
    assert expected
    for actor in (hr.upper(), f"person:{hr}"):
        assert _found(there.auditor, actor=actor) == expected
    assert UUID(expected[0]["actor"].partition(":")[2]) == UUID(hr)
