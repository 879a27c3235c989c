"""Kept answers are bounded, hold only as long as the API says so, and are nobody else's."""

from dataclasses import dataclass

import psycopg

from tests.web.api import Api
from tests.web.console.conftest import visitor
from web.console import kept
from web.console.asking import _answers
from web.console.kept import BESIDE_BYTES, LARGEST_BYTES, Answers, Kept


@dataclass(frozen=True)
class Sent:
    data: bytes


def test_the_memory_is_bounded_and_the_oldest_go_first() -> None:
    answers: Answers[Sent] = kept.answers(most_bytes=10 * (BESIDE_BYTES + 102))
    for number in range(50):
        answers.keep(number, Kept("tag", Sent(b"x" * 100)))
        answers.find(0)
    assert len(answers) == 10
    assert answers.find(0) is not None
    assert answers.find(1) is None
    for _ in range(50):
        answers.keep(0, Kept("tag", Sent(b"x" * 100)))
    assert len(answers) == 10
    for number in range(50):
        answers.keep(f"{number:09}" * 1_000, Kept("tag", Sent(b"")))
    assert len(answers) < 5, "long words by which an answer is found count, too"
    answers.keep("large", Kept("tag", Sent(b"x" * (LARGEST_BYTES + 1))))
    assert answers.find("large") is None


def test_what_was_kept_is_shown_only_while_it_holds_and_to_whom_it_was_told(api: Api) -> None:
    unit = api.unit("Harbour")
    hr, person = visitor(api, "hr"), api.person(unit, "Ana")
    ana = visitor(api, "employee", person)
    first = [each.get("/people").text for each in (hr, ana, hr, ana)]
    assert first[0] == first[2]
    assert first[1] == first[3]
    with api.app.app_context():
        assert len(_answers()) > 0
    api.done(f"/people/{person}/renaming", {"name": "Anna"})
    api.project()
    for each in (hr, ana):
        assert "Anna" in each.get("/people").text


def test_a_kept_answer_is_noted_each_time(api: Api) -> None:
    person = api.person(api.unit("Harbour"), "Ana")
    them = visitor(api, "hr")
    for _ in range(3):
        assert them.get(f"/people/{person}").status_code == 200
    with psycopg.connect(api.dsn) as conn:
        found = conn.execute(
            "select count(*) from access.journal where kind = 'read' and action = 'alignment.of_person'"
        ).fetchone()
    assert found == (3,)
