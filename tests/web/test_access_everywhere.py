"""Whatever somebody asks for, in organisations that were reorganised, left and planned at random: nothing
private is in the answer to whom it does not concern, wherever and for whichever day they look.
"""

import re
from random import Random
from uuid import UUID

import orjson
import pytest

from tests.web.api import Api
from tests.web.conftest import token
from tests.web.organisations import AHEAD, Organisation, Reader
from web.api.documents import document

ASKED = 60
"""Questions of each reader, beside those about each objective."""
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


def readers(there: Organisation, random: Random) -> list[Reader]:
    here = [id for id, person in there.people.items() if not person.gone]
    unit = random.choice(list(there.units))
    office = [("hr", unit), ("auditor", unit), ("admin", None), ("hr", None), ("auditor", None)]
    return [*map(Reader, here), *(Reader(random.choice(here), role, limit) for role, limit in office)]


def client(there: Organisation, reader: Reader) -> Api:
    units = [UUID(reader.limit)] if reader.limit else []
    api = there.api
    return Api(api.app, api.dsn, token(api.dsn, reader.role, person_id=UUID(reader.person), units=units))


def questions(there: Organisation, random: Random) -> list[tuple[str, dict[str, str]]]:
    found = []
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
        if "fairness" in path:
            query |= {"cycle": there.cycle}
        found.append((filled.replace("{format}", random.choice(["csv", "jsonl"])), query))
    return found


def leaks(there: Organisation, reader: Reader, random: Random) -> list[str]:
    """Says where an answer is not as the rule has it."""
    who, wrong = client(there, reader), []
    told, hidden = there.words(reader), there.hidden(reader)
    forbidden = re.compile("|".join(hidden)) if hidden else re.compile(r"(?!)")
    for path, query in questions(there, random):
        answer = who.get(path, behind=True, **query)
        body = answer.get_data().decode(errors="replace")
        if found := forbidden.search(body):
            wrong.append(f"{path} {query} tells {body[found.start() - 300 : found.end() + 50]}")
        if answer.status_code >= 500:
            wrong.append(f"{path} {query} answers {answer.status_code}")
    listed = {item["id"] for item in who.ask("/objectives", limit=200)["items"]}
    nodes = {node["id"]: node["title"] for node in who.ask("/alignment")["nodes"]}
    exported = who.get("/objectives.csv", behind=True).text
    for id, objective in there.objectives.items():
        sees = told[objective.word]
        answers = [who.get(f"/objectives/{id}{path}", behind=True) for path in ("", "/history", "/progress")]
        seen = [answer.status_code == 200 for answer in answers]
        seen += [id in listed, nodes.get(id) is not None, id in exported]
        if seen != [sees] * len(seen):
            wrong.append(f"{objective} should be seen: {sees}, and is {seen}")
        remarked = who.get(f"/objectives/{id}/feedback", behind=True).text
        wrong += [
            f"{remark} should be read: {told[remark.word]}, on {objective}"
            for remark in there.remarks
            if remark.on == id and (remark.word in remarked) != told[remark.word]
        ]
    return [f"{reader}: {each}" for each in wrong]


def say(there: Organisation) -> None:
    """Whoever gives private feedback gives it themselves."""
    for remark in there.remarks:
        giver = client(there, Reader(remark.giver))
        body = {"kind": "praise", "text": f"So {remark.word}.", "visibility": "private"}
        giver.done(f"/objectives/{remark.on}/feedback", body)
    there.api.project()


def check(api: Api, seed: int) -> None:
    random = Random(seed)
    there = Organisation(api, random)
    say(there)
    everybody = readers(there, random)
    assert [leak for reader in everybody for leak in leaks(there, reader, random)] == []
    assert any(there.hidden(reader) for reader in everybody)


@pytest.mark.parametrize("seed", range(2))
def test_nothing_private_is_in_any_answer_to_whom_it_does_not_concern(api: Api, seed: int) -> None:
    check(api, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 16))
def test_nor_in_many_organisations(api: Api, seed: int) -> None:
    check(api, seed)
