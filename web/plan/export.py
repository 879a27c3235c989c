"""A plan folder written from the read models and the log, in the form that `application.plan` declares."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.rows import args_row, dict_row

from application.plan.handed_in import EXPORTED, Exported
from application.plan.ids import Identities
from application.plan.rows import (
    AlignmentRow,
    CheckInRow,
    CycleRow,
    FeedbackRow,
    KeyResultRow,
    MeasureRow,
    ObjectiveRow,
    PersonRow,
    PlanRow,
    ReadingRow,
    ReaffirmationRow,
    ReviewRow,
    UnitRow,
)
from application.plan.said import PRESENCE, gone_since
from application.plan.writing import write_rows
from application.store import decode
from domain.cycle import APPEAL_DAYS, CADENCE_DAYS
from projections.alignment.queries import Alignment, listing, statements
from projections.alignment.queries.cascade import array, fetch
from projections.alignment.queries.rows import KeyResultView
from projections.directory.queries import Directory
from projections.follower import connect
from projections.freshness import high_water_mark
from projections.measures.queries import Measures
from projections.moment import Moment, holds, known
from projections.page import Page
from web.wiring import follower

Item = dict[str, Any]
Said = list[tuple[str, Item]]

AT_ONCE = 500
DEFINED = ("unit.defined", "person.defined", "objective.defined", "measure.defined")
REVISED = ("external_id", "reviewer_id")  # of a review
NOTED = ("objective.checked_in", "objective.check_in_corrected")

LOGGED = """
    select originator_id::text as id, topic, state from store.events
    where topic = any(%(topics)s) and recorded_at <= %(known_at)s order by position
"""
IMPORT = "import:"
# The command of an import is about no aggregate, so it has no version; its subject stands for the source.
SOURCE = """
    select c.originator_id as source, (
        select max(s.said ->> 'actor')
        from store.commands o
        join store.events e using (command_id)
        cross join lateral (select convert_from(e.state, 'UTF8')::jsonb as said) s
        where o.originator_id = c.originator_id and s.said ->> 'actor' like 'import:%%'
    ) as actor
    from store.commands c where c.version = 0 and c.recorded_at <= %s order by c.position desc limit 1
"""
READINGS = f"""
    select r.key_result_id::text, r.valid_from, r.value, r.check_in_id::text, i.confidence
    from {statements.SCHEMA}.readings r
    join {statements.SCHEMA}.check_ins i
        on i.objective_id = r.objective_id and i.id = r.check_in_id and {holds("i")}
    where r.value is not null and {holds("r")}
    order by r.valid_from, r.position
"""  # noqa: S608 - put together from the read model's own names

# On the day itself it is the last one, and as long as it stands it has such a row.
REAFFIRMED = f"""
    select distinct o.id::text as objective_id, o.last_reaffirmed_on as on
    from {statements.SCHEMA}.told_objectives o
    where o.last_reaffirmed_on is not null and o.valid_from <= %(as_of)s and {known("o")}
"""  # noqa: S608 - as above


def export_plan(dsn: str, folder: Path, moment: Moment) -> dict[str, int]:
    """Writes the state at the moment as a plan folder; rows by file name. Files that are there are
    replaced.

    Brings the read models up to date first, so that it does not depend on a running projector. Imported
    into an empty store, the folder gives the same state at the moment, as far as a plan folder can say it.
    """
    with connect(dsn) as connection:
        follower(dsn).catch_up(connection)
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        now = datetime.now(UTC)
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            high_water_mark(connection)
            state = PlanState(connection, moment)
            exported = _source(connection, folder, replace(moment, known_at=min(moment.known_at, now)))
    files: list[tuple[type[PlanRow], Iterable[Item]]] = [
        (UnitRow, state.units()),
        (PersonRow, state.people()),
        (CycleRow, state.cycles()),
        (ObjectiveRow, state.objectives()),
        (AlignmentRow, state.alignments()),
        (KeyResultRow, state.key_results()),
        (CheckInRow, state.check_ins()),
        (ReaffirmationRow, state.reaffirmations()),
        (ReviewRow, state.reviews()),
        (FeedbackRow, state.feedback()),
        (MeasureRow, state.measures()),
        (ReadingRow, state.readings()),
    ]
    rows = {
        kind.FILE: write_rows(folder, kind, (_named(kind, item, state.names) for item in items))
        for kind, items in files
    }
    (folder / EXPORTED).write_text(exported.written(), encoding="utf-8")
    return rows


def _source(connection: Connection[Any], folder: Path, moment: Moment) -> Exported:
    """The source of the last import, under whose ids new rows of the folder will be; without one its own."""
    row = connection.execute(SOURCE, [moment.known_at]).fetchone()
    name = folder.resolve().name
    if row is None:
        return Exported(Identities(name).source, name, moment.as_of, moment.known_at)
    called = str(row["actor"] or "").removeprefix(IMPORT) or name
    return Exported(row["source"], called, moment.as_of, moment.known_at)


def _named(kind: type[PlanRow], item: Item, names: Mapping[str, str]) -> Item:
    """The item with the ids of the source in the columns that hold ids. What may be left out is left out if
    it is not in the folder.
    """
    named = dict(item)
    for column in kind.COLUMNS:
        id = item.get(column.name)
        if column.names is not None and id is not None:
            named[column.name] = names[id] if column.required else names.get(id)
    return named


@dataclass(frozen=True)
class ExportedReading:
    key_result_id: str
    on: date
    value: str
    check_in_id: str
    confidence: int | None


class PlanState:
    """The whole state at one moment, loaded at once; of each file the rows, by column, with the ids of this
    store.

    `names`: id -> the id that the source gave it, or its own if it has none of its own there. First days,
    outcomes and notes come from the log: the read models do not keep them. So does all about reviews and
    feedback, as it was said: the folder has no word for what became of a review later.
    """

    def __init__(self, connection: Connection[Any], moment: Moment) -> None:
        self._connection = connection
        self._moment = moment
        directory = Directory(connection)
        self._cycles = _all(lambda after: directory.cycles(moment, AT_ONCE, after))
        self._objectives = {each.id: each for each in listing.objectives(connection, moment)}
        self._links = [
            link
            for link in Alignment(connection).graph(moment)["links"]
            if {link["from"], link["to"]} <= self._objectives.keys()
        ]
        self._key_results = fetch(
            connection, KeyResultView, statements.KEY_RESULTS, moment, ids=array(self._objectives)
        )
        self._check_ins = self._last_check_ins()
        self._outcomes = {id: said["outcome"] for id, said in self._logged("objective.closed")}
        self._notes = {
            said["check_in_id"]: said["note"] for _, said in self._logged(*NOTED) if said["note"] is not None
        }
        self._reaffirmed = self._rows(REAFFIRMED)
        withdrawn = {id for id, _ in self._logged("review.withdrawn")}
        reviews = self._revised("review.opened", "review.reassigned", "review.external_id_corrected")
        self._reviews = {id: said for id, said in reviews.items() if id not in withdrawn}
        taken_back = {said["feedback_id"] for _, said in self._logged("objective.feedback_withdrawn")}
        given = self._logged("objective.feedback_given")
        self._feedback = [(id, said) for id, said in given if said["feedback_id"] not in taken_back]
        measures = Measures(connection)
        self._measures = _all(lambda after: measures.measures(moment, AT_ONCE, after))
        self._readings = measures.last_readings(moment)
        self._people = _all(lambda after: directory.people(moment, AT_ONCE, after))
        self._units = _all(lambda after: directory.units(moment, AT_ONCE, after))
        self._gone = self._gone_since()
        self.names = self._names()
        self._since = self._first_days()

    def units(self) -> Iterator[Item]:
        for id, unit in self._units.items():
            yield unit | {
                "unit_id": id,
                "parent_unit_id": unit["parent_id"],
                "effective_on": self._since[id],
                "dissolves_on": self._gone.get(id),
            }

    def people(self) -> Iterator[Item]:
        for id, person in self._people.items():
            said = {"effective_on": self._since[id], "departs_on": self._gone.get(id)}
            yield person | {"person_id": id} | said

    def cycles(self) -> Iterator[Item]:
        usual = {"cadence_days": CADENCE_DAYS, "appeal_days": APPEAL_DAYS}
        as_usual = {
            name: None
            for name, days in usual.items()
            if all(cycle[name] == days for cycle in self._cycles.values())
        }
        for id, cycle in self._cycles.items():
            yield cycle | {"cycle_id": id} | as_usual

    def objectives(self) -> Iterator[Item]:
        for id, node in self._objectives.items():
            yield {column.name: getattr(node, column.name, None) for column in ObjectiveRow.COLUMNS} | {
                "objective_id": id,
                "status": self._outcomes.get(id, node.status) if node.status == "closed" else node.status,
                "effective_on": self._since[id],
                "visibility": None if node.visibility == "open" else node.visibility,
                "carried_from_id": node.origin_id,
            }

    def alignments(self) -> Iterator[Item]:
        for link in self._links:
            ends = {"objective_id": link["from"], "aligned_to_id": link["to"]}
            yield ends | {"kind": link["kind"], "weight": link["weight"], "effective_on": link["since"]}

    def key_results(self) -> Iterator[Item]:
        for each in self._key_results:
            said = {column.name: getattr(each, column.name, None) for column in KeyResultRow.COLUMNS}
            yield said | {"key_result_id": each.id}

    def check_ins(self) -> Iterator[Item]:
        for each in self._check_ins:
            yield vars(each) | {"note": self._notes.get(each.check_in_id)}

    def reaffirmations(self) -> Iterator[Item]:
        yield from self._reaffirmed

    def reviews(self) -> Iterator[Item]:
        """A review of what is another's by now has no place in a folder, which does not know whose it was."""
        for id, review in self._reviews.items():
            owners = (self._objectives.get(share["objective_id"]) for share in review["objectives"])
            if all(owner is not None and owner.owner_person_id == review["person_id"] for owner in owners):
                for share in review["objectives"]:
                    yield review | share | {"review_id": id}

    def feedback(self) -> Iterator[Item]:
        for id, said in self._feedback:
            yield said | {"objective_id": id, "on": said["effective_on"]}

    def measures(self) -> Iterator[Item]:
        for id, measure in self._measures.items():
            for objective in measure["objective_ids"]:
                ids = {"measure_id": id, "objective_id": objective}
                yield measure | ids | {"effective_on": self._since[id]}

    def readings(self) -> Iterator[Item]:
        yield from self._readings

    def _names(self) -> dict[str, str]:
        names = {said["feedback_id"]: said["feedback_id"] for _, said in self._feedback}
        for kind in (self._units, self._people, self._cycles, self._reviews, self._measures):
            names |= _one_name_each((id, item["external_id"]) for id, item in kind.items())
        for things in (self._objectives.values(), self._key_results):
            names |= _one_name_each((each.id, each.external_id) for each in things)
        return names

    def _gone_since(self) -> dict[str, date | None]:
        """Those who have left and what is dissolved, each with the day."""
        words: dict[str, list[tuple[str, date]]] = defaultdict(list)
        for id, said in self._logged(*PRESENCE):
            words[id].append((said["topic"], date.fromisoformat(said["effective_on"])))
        return {id: gone_since(each) for id, each in words.items()}

    def _first_days(self) -> dict[str, str]:
        """Id -> the day from which it is written to hold: its first day, or an earlier one on which it is
        named.
        """
        since = {id: said["effective_on"] for id, said in self._logged(*DEFINED)}
        for node in self._objectives.values():
            owner = node.owner_unit_id or node.owner_person_id
            if owner is not None:
                since[owner] = min(since[owner], since[node.id])
        _bring_forward(since, self._people, "manager_id")
        for person in self._people.values():
            since[person["unit_id"]] = min(since[person["unit_id"]], since[person["id"]])
        _bring_forward(since, self._units, "parent_id")
        return since

    def _last_check_ins(self) -> list[ExportedReading]:
        """The last of each key result and day, which is all that a plan folder has room for."""
        known = {each.id for each in self._key_results}
        with self._connection.cursor(row_factory=args_row(ExportedReading)) as cursor:
            found = cursor.execute(READINGS, self._moment.parameters).fetchall()
        last = {(each.key_result_id, each.on): each for each in found if each.key_result_id in known}
        return list(last.values())

    def _revised(self, *topics: str) -> dict[str, Item]:
        """Gives what the first of the topics said of each, as the others revised it, in the order of days."""
        found: dict[str, Item] = {}
        for id, said in sorted(self._logged(*topics), key=lambda each: each[1]["effective_on"]):
            before = found.setdefault(id, said)
            found[id] = before | {name: said[name] for name in REVISED if name in said}
        return found

    def _logged(self, *topics: str) -> Said:
        """The events of these topics that belong to the moment, in order, as (id, payload with topic)."""
        rows = self._rows(LOGGED, topics=list(topics))
        said = [(row["id"], decode(row["topic"], row["state"]) | {"topic": row["topic"]}) for row in rows]
        return [(id, each) for id, each in said if each["effective_on"] <= self._moment.as_of.isoformat()]

    def _rows(self, query: str, **parameters: Any) -> list[Item]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, {**self._moment.parameters, **parameters}).fetchall()


def _all(page_after: Callable[[str | None], Page]) -> dict[str, Item]:
    page = page_after(None)
    items = list(page.items)
    while page.next is not None:
        page = page_after(page.next)
        items += page.items
    return {item["id"]: item for item in items}


def _one_name_each(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str]:
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
