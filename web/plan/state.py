"""What an export writes: the whole state at one moment, loaded at once."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import args_row, dict_row

from application.store import decode
from projections.alignment.queries import Alignment, listing, statements
from projections.alignment.queries.cascade import array, fetch
from projections.alignment.queries.rows import KeyResult
from projections.directory.queries import Directory
from projections.moment import Moment, holds
from projections.page import Page
from web.plan.performance import Performance

Item = dict[str, Any]

AT_ONCE = 500
DEFINED = ("unit.defined", "person.defined", "objective.defined")
NOTED = ("objective.checked_in", "objective.check_in_corrected")

LOGGED = """
    select originator_id::text as id, topic, state from store.events
    where topic = any(%(topics)s) and recorded_at <= %(known_at)s order by position
"""
READINGS = f"""
    select r.key_result_id::text, r.valid_from, r.value, r.check_in_id::text, i.confidence
    from {statements.SCHEMA}.readings r
    join {statements.SCHEMA}.check_ins i
        on i.objective_id = r.objective_id and i.id = r.check_in_id and {holds("i")}
    where r.value is not null and {holds("r")}
    order by r.valid_from, r.position
"""  # noqa: S608 - put together from the read model's own names


@dataclass(frozen=True)
class Reading:
    key_result_id: str
    on: date
    value: str
    check_in_id: str
    confidence: int | None


class PlanState:
    """`names`: id -> the id that the source gave it, or its own if it has none of its own there.

    `since`: id -> the day from which it is written to hold: its first day, or an earlier one on which it is
    named. First days, outcomes and notes come from the log: the read models do not keep them.
    """

    def __init__(self, connection: Connection[Any], moment: Moment) -> None:
        self._connection = connection
        self._moment = moment
        directory = Directory(connection)
        self.cycles = _all(lambda after: directory.cycles(moment, AT_ONCE, after))
        self.objectives = {each.id: each for each in listing.objectives(connection, moment)}
        self.links = [
            link
            for link in Alignment(connection).graph(moment)["links"]
            if {link["from"], link["to"]} <= self.objectives.keys()
        ]
        self.key_results = fetch(
            connection, KeyResult, statements.KEY_RESULTS, moment, ids=array(self.objectives)
        )
        self.readings = self._readings()
        self.outcomes = {id: said["outcome"] for id, said in self._logged("objective.closed")}
        self.notes = {
            said["check_in_id"]: said["note"] for _, said in self._logged(*NOTED) if said["note"] is not None
        }
        people = _all(lambda after: directory.people(moment, None, AT_ONCE, after))
        units = _all(lambda after: directory.units(moment, AT_ONCE, after))
        owners = [node.owner_person_id for node in self.objectives.values()]
        self.performance = Performance(self._logged)
        self.people = _needed(people, "manager_id", [*owners, *self.performance.people()])
        self.owners = {node.id: node.owner_person_id for node in self.objectives.values()}
        homes = [node.owner_unit_id for node in self.objectives.values()]
        homes += [person["unit_id"] for person in self.people.values()]
        self.units = _needed(units, "parent_id", homes)
        self.names = self._names()
        self.since = self._since()

    def _names(self) -> dict[str | None, str]:
        names: dict[str | None, str] = {}
        for kind in (self.units, self.people, self.cycles):
            names |= _named((item["id"], item["external_id"]) for item in kind.values())
        names |= _named((node.id, node.external_id) for node in self.objectives.values())
        for pairs in self.performance.names():
            names |= _named(pairs)
        return names | _named((each.id, each.external_id) for each in self.key_results)

    def _since(self) -> dict[str, str]:
        since = {id: said["effective_on"] for id, said in self._logged(*DEFINED)}
        for node in self.objectives.values():
            owner = node.owner_unit_id or node.owner_person_id
            if owner is not None:
                since[owner] = min(since[owner], since[node.id])
        _bring_forward(since, self.people, "manager_id")
        for person in self.people.values():
            since[person["unit_id"]] = min(since[person["unit_id"]], since[person["id"]])
        _bring_forward(since, self.units, "parent_id")
        return since

    def _readings(self) -> list[Reading]:
        """The last of each key result and day, which is all that a plan folder has room for."""
        known = {each.id for each in self.key_results}
        with self._connection.cursor(row_factory=args_row(Reading)) as cursor:
            found = cursor.execute(READINGS, self._moment.parameters).fetchall()
        last = {(each.key_result_id, each.on): each for each in found if each.key_result_id in known}
        return list(last.values())

    def _logged(self, *topics: str) -> list[tuple[str, Item]]:
        """The events of these topics that belong to the moment, in order, as (id, payload)."""
        parameters = {**self._moment.parameters, "topics": list(topics)}
        with self._connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(LOGGED, parameters).fetchall()
        said = [(row["id"], decode(row["topic"], row["state"])) for row in rows]
        return [(id, each) for id, each in said if each["effective_on"] <= self._moment.as_of.isoformat()]


def _all(page_after: Callable[[str | None], Page]) -> dict[str, Item]:
    page = page_after(None)
    items = list(page.items)
    while page.next is not None:
        page = page_after(page.next)
        items += page.items
    return {item["id"]: item for item in items}


def _needed(items: dict[str, Item], above: str, named: Iterable[str | None]) -> dict[str, Item]:
    """Those that are active or named, and all above them: a plan folder has no word for what is over."""
    wanted = {id for id, item in items.items() if item["status"] == "active"} | set(named)
    edge = wanted
    while edge:
        edge = {items[id][above] for id in edge if id in items} - wanted - {None}
        wanted = wanted | edge
    return {id: item for id, item in items.items() if id in wanted}


def _named(pairs: Iterable[tuple[str, str | None]]) -> dict[str | None, str]:
    pairs = list(pairs)
    uses = Counter(external_id for _, external_id in pairs)
    return {id: external_id if external_id and uses[external_id] == 1 else id for id, external_id in pairs}


def _bring_forward(since: dict[str, str], items: dict[str, Item], above: str) -> None:
    """Whoever is above somebody is there at least as early."""
    for item in items.values():
        day, id = since[item["id"]], item[above]
        while id in items and since[id] > day:
            since[id] = day
            id = items[id][above]
