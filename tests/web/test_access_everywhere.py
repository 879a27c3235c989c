"""Whatever somebody asks for, in organisations that were reorganised, left and planned at random: each answer
tells what the rule gives them and nothing else, wherever and for whichever day they look.
"""

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

import orjson
import pytest

from tests.web.api import Api
from tests.web.conftest import token
from tests.web.organisations import AHEAD, Organisation, Reader
from tests.web.webhooks.payloads import payloads
from web.access.tokens import Caller
from web.api.documents import document
from web.freshness import read_snapshot
from web.wiring import EXTENSION

TOGETHER = 5
"""Organisations in one database: whoever reads in one is asked about the others, too."""
MANY = int(os.environ.get("THROUGHLINE_ORGANISATIONS", "120"))
"""Organisations of the long form."""
ASKED = 4
"""Questions at random of each reader, beside those whose answers are known."""
PATHS = sorted(
    path.removeprefix("/api/v1") for path, item in orjson.loads(document())["paths"].items() if "get" in item
)
MOMENTS: tuple[dict[str, str], ...] = (
    {},
    {"as_of": "2025-02-01"},
    {"as_of": "2025-09-01"},
    {"as_of": AHEAD},
    {"as_of": "2031-12-31"},
)
WORD = re.compile(r"(?:hushed|whispered|owned|judged)\d+x\d")
WHOLE = {
    "list": ("/objectives", {"limit": "200"}),
    "graph": ("/alignment", {}),
    "export": ("/objectives.csv", {}),
    "search": ("/search", {"q": "hushed", "limit": "50"}),
    "key results": ("/key-results.jsonl", {}),
}
"""Questions about all objectives; each has the word of every one that it tells of."""
SERIES = {"from": "2025-01-01", "step": "month"}
GUARDED = ("read_reviews.reviews", "read_reviews.steps", "read_feedback.feedback")
TOLD = (
    "read_alignment.objectives",
    "read_alignment.told_objectives",
    "read_alignment.key_results",
    "read_alignment.told_key_results",
)
"""Each has a word of every objective; the views have the rows of all, and words for whom they concern."""


def words_in(text: str) -> set[str]:
    return set(WORD.findall(text))


def of_objectives(words: set[str]) -> set[str]:
    return {word for word in words if word.startswith("hushed")}


@dataclass
class Beside:
    """Some organisations in one database."""

    api: Api
    all: list[Organisation]

    def seen_by(self, reader: Reader) -> set[str]:
        """The words that are the reader's to meet."""
        return {word for there in self.all for word, may in there.words(reader).items() if may}

    @cached_property
    def words(self) -> set[str]:
        return {word for there in self.all for word in there.words(Reader("", "auditor"))}

    @cached_property
    def open(self) -> set[str]:
        return {each.word for there in self.all for each in there.objectives.values() if not each.private}

    @cached_property
    def figures(self) -> Any:
        return self.api.ask("/alignment-health/series", behind=True, **SERIES)["points"]

    def client(self, reader: Reader) -> Api:
        units = [UUID(reader.limit)] if reader.limit else []
        issued = token(self.api.dsn, reader.role, person_id=UUID(reader.person), units=units)
        return Api(self.api.app, self.api.dsn, issued)


def readers(there: Organisation, random: Random) -> list[Reader]:
    """Some of its people, and an office in one of its units."""
    here = [id for id, person in there.people.items() if not person.gone]
    office = Reader(random.choice(here), random.choice(["hr", "auditor"]), random.choice(list(there.units)))
    return [*map(Reader, random.sample(here, min(3, len(here)))), office]


def offices(beside: Beside, random: Random) -> list[Reader]:
    """Those whose roles reach everywhere."""
    return offices_of(beside.all, random)


def offices_of(all: list[Organisation], random: Random) -> list[Reader]:
    """The same, in one of these organisations."""
    there = random.choice(all)
    here = [id for id, person in there.people.items() if not person.gone]
    return [Reader(random.choice(here), role) for role in ("admin", "hr", "auditor")]


def questions(there: Organisation, random: Random) -> Iterator[tuple[str, dict[str, str]]]:
    for path in random.choices(PATHS, k=ASKED):
        ids = there.ids().get(path.split("/")[1], [])
        if "{id}" in path and not ids:
            continue
        filled = path.replace("{id}", str(random.choice(ids)) if ids else "")
        query = dict(random.choice(MOMENTS))
        if "change" in path:
            query |= {"from": "2025-01-15"}
        if "readers" in path:
            query |= {"subject": random.choice(list(there.objectives))}
        if "search" in path:
            query |= {"q": random.choice(["hushed", "unit", "1"])}
        if "fairness" in path:
            query |= {"cycle": there.cycle}
        yield filled.replace("{format}", random.choice(["csv", "jsonl"])), query


class Asking:
    """What a reader is told beside the rule is in `wrong`."""

    def __init__(self, beside: Beside, reader: Reader, random: Random) -> None:
        self.beside, self.reader, self._random = beside, reader, random
        self.who = beside.client(reader)
        self.may = beside.seen_by(reader)
        self.judged = {
            each.named
            for there in beside.all
            for each in there.reviews.values()
            if there.reads_judgement(reader, each)
        }
        self.wrong: list[str] = []

    def of_all(self) -> None:
        """Whatever tells of all at once tells of the same ones."""
        seen = of_objectives(self.may)
        for name, (path, query) in WHOLE.items():
            self.agrees(name, of_objectives(self.text(path, **query)), seen)
        listed = self.who.ask("/objectives", limit=200, behind=True)
        self.agrees("count", len(listed["items"]) + listed["withheld"], len(of_objectives(self.beside.words)))
        told = {each["id"] for each in self.who.ask("/reviews", limit=200, behind=True)["items"]}
        theirs = {
            id
            for there in self.beside.all
            for id, each in there.reviews.items()
            if there.reads_review(self.reader, each)
        }
        self.agrees("reviews", told, theirs)
        series = self.who.ask("/alignment-health/series", behind=True, **SERIES)
        self.agrees("series", series["points"], self.beside.figures)
        everywhere = self.reader.role in ("hr", "auditor") and self.reader.limit is None
        self.agrees("trail", of_objectives(self.text("/audit.jsonl")), seen if everywhere else set())
        admits = self.reader.role == "admin"
        self.agrees("feed", self.text("/events.jsonl"), self.beside.open if admits else set())
        self.agrees("wall", self.behind_the_wall(GUARDED), self.walled())
        for each in TOLD:
            self.agrees(each, self.behind_the_wall((each,)), seen)

    def of_each(self, there: Organisation) -> None:
        """Whoever asks for one thing is told of it, or is told that there is none."""
        for id, objective in there.objectives.items():
            sees, path = objective.word in self.may, f"/objectives/{id}"
            for asked in (path, f"{path}/history") if objective.private else (f"{path}/history",):
                self.agrees(asked, objective.word in self.text(asked), sees)
        for more in ("/progress", "/paths", "/history.jsonl"):
            id, objective = self._random.choice(list(there.objectives.items()))
            answer = self.who.get(f"/objectives/{id}{more}", behind=True)
            self.agrees(f"{objective}{more}", answer.status_code == 200, objective.word in self.may)
        for remark in there.remarks:
            told = self.text(f"/objectives/{remark.on}/feedback")
            self.agrees(f"{remark}", remark.word in told, remark.word in self.may)
        for id, review in there.reviews.items():
            for path in (f"/reviews/{id}", f"/reviews/{id}/history"):
                told = self.text(path) & {review.said, review.judged}
                self.agrees(f"{path} {review}", told, self.may & {review.said, review.judged})
        for path, query in questions(there, self._random):
            self.text(path, **query)

    def agrees(self, what: str, told: object, should: object) -> None:
        if told != should:
            self.wrong.append(f"{self.reader}: {what} tells {told}, and should tell {should}")

    def text(self, path: str, **query: str) -> set[str]:
        """The words in an answer, all of which are the reader's to meet."""
        answer = self.who.get(path, behind=True, **query)
        body = answer.get_data().decode(errors="replace")
        told = words_in(body)
        of_reviews = self.judged if path.startswith(("/reviews", "/people")) else set()
        for word in told - self.may - of_reviews:
            at = body.index(word)
            self.wrong.append(f"{self.reader}: {path} {query} tells {body[max(0, at - 300) : at + 50]}")
        if answer.status_code >= 500:
            self.wrong.append(f"{self.reader}: {path} {query} answers {answer.status_code}: {body}")
        return told if answer.status_code == 200 else set()

    def behind_the_wall(self, tables: Collection[str]) -> set[str]:
        """What the database itself shows to the role of the web of the tables that it guards, whatever is
        asked for.
        """
        services = self.who.app.extensions[EXTENSION]
        units = frozenset({UUID(self.reader.limit)} if self.reader.limit else ())
        caller = Caller(
            UUID(int=1), frozenset({self.reader.role}), UUID(self.reader.person), None, units=units
        )
        times = {"as_of": None, "known_at": None, "min_position": None}
        with read_snapshot(services, times, caller) as snapshot:
            snapshot.sight.show_reviews()
            snapshot.sight.show_remarks()
            return words_in(
                "".join(
                    row["row"]
                    for table in tables
                    for row in snapshot.connection.execute(
                        f"select to_jsonb(t)::text as row from {table} t".encode()
                    )
                )
            )

    def walled(self) -> set[str]:
        """What it should show: the reader's, and what they wrote themselves; of objectives what the evidence
        of reviews names.
        """
        given = {
            each.word
            for there in self.beside.all
            for each in there.remarks
            if each.giver == self.reader.person
        }
        return (self.may - of_objectives(self.beside.words)) | given | self.judged


def say(there: Organisation, beside: Beside) -> None:
    """Whoever gives private feedback gives it themselves."""
    for remark in there.remarks:
        giver = beside.client(Reader(remark.giver))
        body = {"kind": "praise", "text": f"So {remark.word}.", "visibility": "private"}
        giver.done(f"/objectives/{remark.on}/feedback", body)


def check(api: Api, seed: int, together: int = TOGETHER) -> None:
    random = Random(seed)
    beside = Beside(api, [Organisation(api, random, str(number)) for number in range(together)])
    for there in beside.all:
        say(there, beside)
    api.project()
    wrong = []
    sent = {word for text in payloads(api.dsn) for word in words_in(text)}
    if sent != beside.open:
        wrong.append(f"webhooks are told {sent}, and should be told {beside.open}")
    for there in beside.all:
        everybody = readers(there, random)
        assert any(there.hidden(reader) for reader in everybody)
        for reader in everybody:
            asking = Asking(beside, reader, random)
            asking.of_all()
            asking.of_each(there)
            wrong += asking.wrong
    for reader in offices(beside, random):
        asking = Asking(beside, reader, random)
        asking.of_all()
        asking.of_each(random.choice(beside.all))
        wrong += asking.wrong
    assert not wrong, "\n".join(wrong)


def test_every_answer_tells_what_the_rule_gives_and_nothing_else(api: Api) -> None:
    check(api, seed=0, together=2)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 1 + -(-MANY // TOGETHER)))
def test_nor_more_nor_less_in_many_organisations(api: Api, seed: int) -> None:
    check(api, seed)
