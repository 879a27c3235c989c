"""Refused sign-ins and refusals of access stand in the journal, and nobody fills it with them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row

from tests.web.api import BASE, UNKNOWN, Api, refused
from tests.web.conftest import token
from web.access.journal import Nobody, Note
from web.access.refusals import MOST_APART, OF_ONE_CALLER, Refusals
from web.access.tokens import listed, revoke
from web.wiring import EXTENSION, Services

Row = dict[str, Any]


def _rows(api: Api, kind: str = "refusal") -> list[Row]:
    with psycopg.connect(api.dsn, row_factory=dict_row) as conn:
        return conn.execute("select * from access.journal where kind = %s order by number", [kind]).fetchall()


def _flushed(api: Api) -> list[Row]:
    """The rows once the minute is over."""
    services: Services = api.app.extensions[EXTENSION]
    services.refusals.close()
    return _rows(api)


def _id_of(api: Api) -> UUID:
    """The id of the token that was issued last."""
    with psycopg.connect(api.dsn) as conn:
        return UUID(listed(conn, ended=True)[0]["id"])


def _with(api: Api, secret: str | None, path: str = "/units") -> Any:
    headers = {} if secret is None else {"Authorization": secret}
    return api.app.test_client().get(f"{BASE}{path}", headers=headers)


def test_each_cause_of_a_refused_sign_in_is_noted_with_address_and_token(api: Api) -> None:
    unit = api.unit()
    person = api.person(unit)
    api.project()
    expired = token(api.dsn, "hr", expires_at=datetime.now(UTC) - timedelta(seconds=1))
    of_expired = _id_of(api)
    revoked = token(api.dsn, "hr")
    of_revoked = _id_of(api)
    with psycopg.connect(api.dsn) as conn:
        assert revoke(conn, of_revoked)
    departed = token(api.dsn, "employee", person_id=UUID(person))
    of_departed = _id_of(api)
    api.done(f"/people/{person}/departure", {"effective_on": "2025-02-01"})
    api.project()
    shown: list[tuple[str | None, str, UUID | None]] = [
        (None, "no-token", None),
        ("Basic YTpi", "malformed", None),
        ("Bearer tl_guessed", "unknown", None),
        ("Bearer a.b.c", "not-believed", None),
        (f"Bearer {expired}", "expired", of_expired),
        (f"Bearer {revoked}", "revoked", of_revoked),
        (f"Bearer {departed}", "departed", of_departed),
    ]
    answers = [_with(api, secret) for secret, _, _ in shown]

    rows = _rows(api)
    assert [(row["detail"], row["subject_id"], row["token_id"]) for row in rows] == [
        (cause, id, id) for _, cause, id in shown
    ]
    for row, (_, _, id) in zip(rows, shown, strict=True):
        assert (row["actor"], row["role"], row["action"], row["outcome"]) == (
            *("nobody", None, "sign_in", "unauthenticated"),
        )
        assert (row["address"], row["path"], row["times"]) == ("127.0.0.1", f"{BASE}/units", None)
        assert row["subject_type"] == (None if id is None else "token")
    for secret in ("guessed", "YTpi", expired, revoked, departed):
        assert secret not in str(rows)
    for answer in answers:
        refused(answer, 401, "unauthenticated")
    told = [{**answer.json} for answer in answers[2:]]  # whoever asks is not told which it is
    assert told == [told[0]] * len(told)


def test_a_flood_of_refused_sign_ins_is_two_rows(api: Api) -> None:
    for number in range(40):
        refused(_with(api, f"Bearer tl_{number}"), 401, "unauthenticated")
        refused(_with(api, None), 401, "unauthenticated")
    assert [(row["detail"], row["times"]) for row in _rows(api)] == [("unknown", None), ("no-token", None)]

    counted = _flushed(api)[2:]
    assert [(row["detail"], row["times"], row["address"]) for row in counted] == [
        ("unknown", 39, "127.0.0.1"),
        ("no-token", 39, "127.0.0.1"),
    ]
    found = api.ask("/audit", action="sign_in", q="unknown")["items"]
    assert [(row["actor"], row["times"], row["address"]) for row in found] == [
        ("nobody", 39, "127.0.0.1"),
        ("nobody", None, "127.0.0.1"),
    ]


def test_a_question_that_is_refused_or_finds_nothing_is_noted(api: Api) -> None:
    employee = Api(api.app, api.dsn, token(api.dsn, "employee"))
    before = len(_rows(api))
    refused(employee.get("/webhooks"), 403, "forbidden")
    refused(employee.get(f"/objectives/{UNKNOWN}"), 404, "not-found")
    refused(employee.get(f"/objectives/{UNKNOWN}/progress"), 404, "not-found")
    employee.ask("/objectives")
    assert employee.get("/nowhere").status_code == 404
    rows = _rows(api)[before:]
    assert [(row["action"], row["outcome"], row["subject_type"], row["subject_id"]) for row in rows] == [
        ("webhooks.list_all", "forbidden", "webhook", None),
        ("objectives.read", "not-found", "objective", UUID(UNKNOWN)),
        ("objectives.progress", "not-found", "objective", UUID(UNKNOWN)),
    ]
    assert {(row["address"], row["actor"]) for row in rows} == {("127.0.0.1", f"token:{rows[0]['token_id']}")}


def test_a_flood_of_refusals_of_one_caller_is_counted(api: Api) -> None:
    employee = Api(api.app, api.dsn, token(api.dsn, "employee"))
    for _ in range(OF_ONE_CALLER):
        assert employee.get(f"/objectives/{uuid4()}", behind=True).status_code == 404
    for _ in range(7):
        assert employee.get(f"/objectives/{uuid4()}", behind=True).status_code == 404
        assert employee.post("/units", {"name": "secret", "kind": "team"}).status_code == 403
    refused(Api(api.app, api.dsn, token(api.dsn, "hr")).post("/units"), 403, "forbidden")
    assert len(_rows(api)) == OF_ONE_CALLER + 1

    counted = _flushed(api)[OF_ONE_CALLER + 1 :]
    assert [(row["action"], row["outcome"], row["subject_id"], row["times"]) for row in counted] == [
        ("objectives.read", "not-found", None, 7),
        ("units.define", "forbidden", None, 7),
    ]


class Written:
    """What a journal was given, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.now = 0.0
        self.refusals = Refusals(self.write, lambda: self.now)

    def write(self, notes: Sequence[Note]) -> None:
        self.notes += notes

    def refuse(self, address: str, cause: str = "unknown") -> None:
        note = {"kind": "refusal", "action": "sign_in", "path": "/", "outcome": "unauthenticated"}
        self.write(
            self.refusals.take(Note(caller=Nobody(), detail=cause, address=address, **note))  # type: ignore[arg-type]
        )


def test_what_was_counted_is_written_when_the_minute_is_over() -> None:
    written = Written()
    for _ in range(3):
        written.refuse("a")
    written.now = 59.9
    written.refuse("a")
    assert [note.times for note in written.notes] == [None]
    written.now = 60.1
    written.refuse("a")
    assert [note.times for note in written.notes] == [None, 3, None]
    written.refuse("a")
    written.refusals.close()
    assert [note.times for note in written.notes] == [None, 3, None, 1]


def test_it_is_written_though_nothing_comes_after() -> None:
    written, notes = Event(), list[Note]()

    def write(rows: Sequence[Note]) -> None:
        notes.extend(rows)
        written.set()

    refusals = Refusals(write, seconds=0.05)
    note = Note(
        caller=Nobody(),
        kind="refusal",
        action="sign_in",
        path="/",
        outcome="unauthenticated",
        detail="unknown",
    )
    while refusals.take(note):
        pass  # until one is counted: the minute may be over in between
    assert written.wait(20)
    assert [each.times for each in notes] == [1]


def test_so_many_addresses_are_told_apart_and_no_more() -> None:
    written, addresses = Written(), MOST_APART + 2_000
    for number in range(addresses):
        written.refuse(f"2001:db8::{number:x}")
        written.refuse(f"2001:db8::{number:x}")
    written.refusals.close()
    assert len(written.notes) == 2 * MOST_APART + 2
    assert sum(note.times or 1 for note in written.notes) == 2 * addresses
    assert [note.address for note in written.notes if note.times and note.times > 1] == [None]
