"""The questions about objectives and alignments, each answered for one Moment."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.change_plan import Change
from projections.alignment.queries import (
    branch,
    cascade,
    causes,
    change,
    explanation,
    health,
    impact,
    key_results,
    links,
    listing,
    ownership,
    reach,
    series,
    shapes,
    statements,
    what_if,
)  # fmt: skip
from projections.alignment.queries.cascade import Cascade, fetch
from projections.alignment.queries.key_results import KeyResultFilters
from projections.alignment.queries.links import LinkFilters
from projections.alignment.queries.listing import ObjectiveFilters
from projections.alignment.queries.rows import LinkView, Node, ObjectiveView, ReadingView
from projections.directory.policies import in_force
from projections.moment import Moment
from projections.page import Page
from projections.words import in_order

__all__ = ["Alignment", "KeyResultFilters", "LinkFilters", "ObjectiveFilters"]


@dataclass(slots=True)
class _Person:
    id: str
    unit_id: str
    manager_id: str | None
    status: str
    reports: list[str]


class Alignment:
    """Every answer is a JSON-ready dict, or None where what is asked about does not exist at the moment."""

    def __init__(self, connection: Connection[Any], hidden: frozenset[str] = frozenset()) -> None:
        """Nothing is told of the `hidden` objectives, though they count in every figure."""
        self._connection = connection
        self.hidden = hidden
        self._classes: dict[tuple[Moment, frozenset[str]], list[str]] = {}
        self._under: dict[tuple[Moment, frozenset[str]], list[str]] = {}

    def objectives(
        self,
        moment: Moment,
        filters: ObjectiveFilters = listing.EVERYTHING,
        limit: int = 50,
        after: str | None = None,
        sort: Sequence[str] = (),
    ) -> Page:
        """By level, title and id, unless another order is asked for. Raises BadCursor."""
        filters = replace(filters, hidden=self._hidden)
        among = self._computed(moment, filters)
        rows = listing.chosen(self._connection, moment, filters, among)
        if filters.pace is not None or not {name.removeprefix("-") for name in sort} <= listing.AT_HAND:
            rows = self._with_figures(moment, rows, filters.pace)
        chosen, following = listing.SORTING.page(rows, limit, after, sort)
        shown = listing.objectives(self._connection, moment, among=[row["id"] for row in chosen])
        items = {each["id"]: each for each in self._summaries(moment, shown)}
        return Page([items[row["id"]] for row in chosen], following)

    def withheld(self, moment: Moment, filters: ObjectiveFilters) -> int | None:
        """Counts the objectives that meet the filters and are not told; None where the filters ask for words
        or for people, for then that would tell.
        """
        if not _is_public(filters):
            return None
        if not self.hidden:
            return 0
        computed = self._computed(moment, filters)
        among = self.hidden if computed is None else self.hidden & set(computed)
        rows = listing.chosen(self._connection, moment, filters, among)
        return len(rows if filters.pace is None else self._with_figures(moment, rows, filters.pace))

    def key_results(
        self,
        moment: Moment,
        filters: KeyResultFilters = key_results.EVERYTHING,
        limit: int = 50,
        after: str | None = None,
        sort: Sequence[str] = (),
    ) -> Page:
        """By title and id, unless another order is asked for; each with the objective that it measures, and
        whose that is. Raises BadCursor.
        """
        filters = replace(filters, hidden=self._hidden)
        if filters.class_ is not None or filters.pace is not None:
            among = None if filters.class_ is None else self._of_class(moment, filters.class_)
            of_objective = replace(filters, q=None, external_id=None)
            rows = listing.chosen(self._connection, moment, of_objective, among)
            found = {UUID(row["id"]) for row in self._with_figures(moment, rows, filters.pace)}
            asked = found if filters.objective is None else found.intersection(filters.objective)
            filters = replace(filters, objective=asked)
        return key_results.page(self._connection, moment, filters, limit, after, sort)

    def objective(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """With key results, links up and down, progress and class."""
        found = self._one(moment, id)
        if found is None:
            return None
        around = self._around(moment, [found])
        return {**shapes.full(around, found, moment.as_of), **shapes.heading(moment, around.rules)}

    def paths(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """Every path of live objectives up to a strategic one: at most 1,000, of at most 50,000 steps."""
        found = self._one(moment, id)
        if found is None:
            return None
        around = self._around(moment, [found])
        return {
            "objective_id": found.id,
            **shapes.paths(around, [found.id])[0],
            **shapes.heading(moment, around.rules),
        }

    def progress(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """The figure, the items that it was weighed from, and every reading of its own key results."""
        found = self._one(moment, id)
        if found is None:
            return None
        around = self._around(moment, [found])
        readings = fetch(self._connection, ReadingView, statements.READINGS, moment, id=id)
        return {
            "objective_id": found.id,
            **shapes.figures(around, found, moment.as_of),
            "items": explanation.items(around, found.id),
            "readings": [explanation.reading_of(reading) for reading in readings],
            **shapes.heading(moment, around.rules),
        }

    def person(self, moment: Moment, person_id: UUID) -> dict[str, Any] | None:
        """The person's own objectives, in full with their paths; `reports` report directly to them."""
        found = fetch(self._connection, _Person, statements.PERSON, moment, id=person_id)
        if not found:
            return None
        person = found[0]
        whose = ObjectiveFilters(owner=[person_id], hidden=self._hidden)
        owned = listing.objectives(self._connection, moment, whose)
        return {
            "person": {
                "id": person.id,
                "unit_id": person.unit_id,
                "manager_id": person.manager_id,
                "status": person.status,
                "reports": person.reports,
            },
            "objectives": self._in_full(moment, owned),
            **self._heading(moment),
        }

    def unit(self, moment: Moment, unit_id: UUID) -> dict[str, Any] | None:
        """The objectives of the unit and of its people, in full with their paths, without those of the units
        below it; `people` belong directly to it.
        """
        found = ownership.unit(self._connection, moment, unit_id)
        if found is None:
            return None
        owned = ownership.of_unit(self._connection, moment, unit_id)
        objectives = listing.objectives(
            self._connection, moment, ObjectiveFilters(hidden=self._hidden), among=owned
        )
        return {
            "unit": found,
            "objectives": self._in_full(moment, objectives),
            **self._heading(moment),
        }

    def ownership(self, moment: Moment, ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
        """Tells whose each of these objectives was at all times, as known at the moment: [{from, to, owner,
        unit_id}], the unit being that of the owner at the time.
        """
        return ownership.ownership(self._connection, moment, ids)

    def owned(self, moment: Moment, person_id: UUID) -> list[str]:
        """The ids of what the person owns, without the hidden ones."""
        found = ownership.of_person(self._connection, moment, person_id)
        return [id for id in found if id not in self.hidden]

    def ever_owned(self, moment: Moment, person_id: UUID, limit: int, after: UUID) -> list[dict[str, Any]]:
        """Lists what the person owned at any time, by id beyond `after`, each with the days on which it was
        theirs: {id, title, level, status, visibility, cycle_id, owned: [{from, to}]}.
        """
        return ownership.ever_of_person(self._connection, moment, person_id, self.hidden, limit, after)

    def graph(
        self,
        moment: Moment,
        root: UUID | None = None,
        unit: UUID | None = None,
        cycle: UUID | None = None,
        depth: int | None = None,
    ) -> dict[str, Any]:
        """Nodes and the links between them: the root and all below it, or all; of that unit, those below it
        included, and of that cycle. `depth` counts links from the root, or else from the objectives that have
        none of the others above them. No nodes if the root does not exist.
        """
        if str(root) in self.hidden:
            return {"nodes": [], "links": [], **self._heading(moment)}
        below = None if root is None else listing.below(self._connection, moment, root, depth)
        filters = ObjectiveFilters(
            unit=None if unit is None else [unit], cycle=None if cycle is None else [cycle]
        )
        found = listing.objectives(self._connection, moment, filters, below)
        whole = below is None and filters == listing.EVERYTHING
        every = fetch(self._connection, LinkView, statements.LINKS, moment) if whole else None
        around = self._around(moment, found, links=every)
        shown = {each.id for each in found}
        if root is None and depth is not None:
            shown = _from_the_tops(around, shown, depth)
        links = [link for id in shown for link in around.up.get(id, ()) if link.parent_id in shown]
        links.sort(key=attrgetter("child_id", "parent_id"))
        return {
            "nodes": [shapes.graph_node(around, each, moment.as_of) for each in found if each.id in shown],
            "links": [shapes.link_of(link) for link in links],
            **shapes.heading(moment, around.rules),
        }

    def branch(
        self, moment: Moment, opened: Sequence[UUID], children: int, cycle: UUID | None = None
    ) -> dict[str, Any]:
        """The live goals, the live objectives that are `opened`, and of each of these so many of the live
        children, the neediest, with the links between them and with what stands below each; of a cycle, or of
        all.
        """
        asked = [str(id) for id in opened]
        return branch.branch(self._connection, moment, asked, children, _text(cycle), self.hidden)

    def health(self, moment: Moment, unit: UUID | None = None, cycle: UUID | None = None) -> dict[str, Any]:
        """Counts per class, coverage, silo index and staleness: per unit with those below, and in total; of
        the objectives of one cycle, or of all.
        """
        return health.health(self._connection, moment, _text(unit), _text(cycle))

    def reach(
        self,
        moment: Moment,
        unit: UUID | None = None,
        cycle: UUID | None = None,
        before: Moment | None = None,
    ) -> dict[str, Any]:
        """The live objectives by the goal that they lead to, by level and by pace, and those that lead to
        none; of that unit, those below it included, and of that cycle; and what came and went since `before`.
        """
        return reach.reach(self._connection, moment, _text(unit), _text(cycle), before, self.hidden)

    def what_if(
        self, moment: Moment, changes: Sequence[Change], unit: UUID | None = None, cycle: UUID | None = None
    ) -> dict[str, Any]:
        """Tells of planned changes, made on the day of the moment, how health and reach would be, and which
        objectives would lose their way to the strategy or find one.
        """
        return what_if.what_if(self._connection, moment, changes, _text(unit), _text(cycle), self.hidden)

    def series(
        self,
        moment: Moment,
        days: Sequence[date],
        unit: UUID | None = None,
        cycle: UUID | None = None,
        *,
        by_unit: bool = False,
        paced: bool = False,
    ) -> dict[str, Any] | None:
        """The figures of health on each of these days, which stand in order, as known at the moment; and
        those of every unit, on the days on which it exists. None if these would be too many. Progress and
        paces are among them if asked for, of days that are no more than MOST_PACED_DAYS.
        """
        found = series.series(self._connection, moment, days, _text(unit), _text(cycle), by_unit=by_unit)
        if found is not None and paced:
            series.add_paces(self._connection, moment.known_at, found, _text(unit), _text(cycle))
        return found

    def change(
        self, before: Moment, after: Moment, unit: UUID | None = None, cycle: UUID | None = None
    ) -> dict[str, Any]:
        """The figures of health at two moments; every objective whose class differs between them, with the
        events that made it differ; each of these events, by how many objectives it cost their way; and what
        else is other of objectives that are live at both: pace, owner and targets.
        """
        found = change.change(self._connection, before, after, _text(unit), _text(cycle))
        for each in found["objectives"]:
            told = [event for event in each["events"] if event["subject"]["id"] not in self.hidden]
            if len(told) < len(each["events"]):
                each["events_withheld"] = len(each["events"]) - len(told)
            each["events"] = told
            if each["objective_id"] in self.hidden:
                each.update(title=None, withheld=True)
        for name in ("pace_changes", "owner_changes", "target_changes"):
            found[name] = [each for each in found[name] if each["objective_id"] not in self.hidden]
        for name in ("objectives", "pace_changes", "owner_changes", "target_changes"):
            found[name].sort(key=_by_title)
        return {**found, "causes": causes.causes(self._connection, found["objectives"])}

    def links(
        self, moment: Moment, filters: LinkFilters | None = None, limit: int = 50, after: str | None = None
    ) -> Page:
        """The links between live objectives, by the title of the child. Raises BadCursor."""
        return links.links(self._connection, moment, filters or LinkFilters(), limit, after, self.hidden)

    def cycle_figures(self, moment: Moment, cycle_id: UUID) -> list[dict[str, Any]]:
        """Lists every objective in the cycle, by level, title and id: {objective_id, title, status, outcome,
        score, progress}.
        """
        found = listing.objectives(self._connection, moment, ObjectiveFilters(cycle=[cycle_id]))
        around = self._around(moment, found)
        return [shapes.closing_figures(around, each) for each in found]

    def evidence(self, moment: Moment, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """Gives what an assessment at the moment would fix of these objectives, by id: {title, status,
        progress, score, key_results: [{key_result_id, value, attainment, progress}]}.
        """
        found = listing.objectives(self._connection, moment, among=ids)
        around = cascade.load(self._connection, moment, found)
        return {each.id: shapes.evidence(around, each) for each in found}

    def impact(
        self, moment: Moment, ids: Collection[UUID], month_ends: Sequence[date]
    ) -> list[dict[str, Any]]:
        """Tells what became of these objectives, day by day: {on, live_below, coverage, progress}.

        `live_below` counts the live objectives below them, `coverage` is the share of these that is aligned,
        `progress` the mean progress of the objectives themselves; None where there is nothing to count. Days
        after `moment.as_of` are left out.
        """
        days = [day for day in month_ends if day <= moment.as_of]
        return [impact.on(self._connection, Moment(day, moment.known_at), ids) for day in days]

    def titles(self, moment: Moment, ids: Collection[str]) -> dict[str, str]:
        """The titles of those of these objectives that are there, by id."""
        told = [id for id in ids if id not in self.hidden]
        nodes = fetch(self._connection, Node, statements.NODES, moment, ids=told)
        return {node.id: node.title for node in nodes}

    def with_live_objective(self, moment: Moment) -> set[str]:
        """The people who own a live objective."""
        return set(listing.owners_of_live(self._connection, moment))

    def _summaries(self, moment: Moment, objectives: Sequence[ObjectiveView]) -> list[dict[str, Any]]:
        around = self._around(moment, objectives)
        return [shapes.summary(around, each, moment.as_of) for each in objectives]

    def _with_figures(
        self, moment: Moment, rows: Sequence[dict[str, Any]], pace: Collection[str] | None
    ) -> list[dict[str, Any]]:
        """The rows with every value that a list can be sorted by; those of a pace, if one is asked for."""
        found = listing.objectives(self._connection, moment, among=[row["id"] for row in rows])
        around = cascade.load(self._connection, moment, found)
        full = [shapes.full(around, each, moment.as_of) for each in found]
        return [
            {name: None if (value := each[name]) is None else str(value) for name in listing.VALUES}
            for each in full
            if pace is None or each["pace"] in pace
        ]

    def _in_full(self, moment: Moment, objectives: Sequence[ObjectiveView]) -> list[dict[str, Any]]:
        around = self._around(moment, objectives)
        paths = shapes.paths(around, [each.id for each in objectives])
        return [
            {**shapes.full(around, each, moment.as_of), **found}
            for each, found in zip(objectives, paths, strict=True)
        ]

    def _heading(self, moment: Moment) -> dict[str, Any]:
        return shapes.heading(moment, in_force(self._connection, moment))

    @property
    def _hidden(self) -> frozenset[str] | None:
        return self.hidden or None

    def _around(
        self, moment: Moment, asked: Iterable[Node], *, links: Sequence[LinkView] | None = None
    ) -> Cascade:
        return cascade.load(self._connection, moment, asked, links=links, hidden=self.hidden)

    def _one(self, moment: Moment, id: UUID) -> ObjectiveView | None:
        if str(id) in self.hidden:
            return None
        found = listing.objectives(self._connection, moment, among=[str(id)])
        return found[0] if found else None

    def _computed(self, moment: Moment, filters: ObjectiveFilters) -> Collection[str] | None:
        """Those that are of a class and stand under a goal, as far as that is asked; None if it is not."""
        of_class = None if filters.class_ is None else self._of_class(moment, filters.class_)
        if filters.goal is None:
            return of_class
        under = self._standing_under(moment, frozenset(map(str, filters.goal)))
        return under if of_class is None else set(under).intersection(of_class)

    def _standing_under(self, moment: Moment, goals: frozenset[str]) -> list[str]:
        """Finds them once, for those that are told and for how many are not."""
        asked = (moment, goals)
        if asked not in self._under:
            self._under[asked] = reach.standing_under(self._connection, moment, goals)
        return self._under[asked]

    def _of_class(self, moment: Moment, names: Collection[str]) -> list[str]:
        """Finds them once, for those that are told and for how many are not."""
        asked = (moment, frozenset(names))
        if asked not in self._classes:
            self._classes[asked] = health.of_classes(self._connection, moment, names)
        return self._classes[asked]


def _is_public(filters: ObjectiveFilters) -> bool:
    """Returns whether health, too, counts what meets these filters."""
    asked = {name for name in ObjectiveFilters.__slots__ if getattr(filters, name) is not None}
    return asked <= {"unit", "cycle", "level", "class_", "pace", "goal", "live", "phase", "stale", "hidden"}


def _by_title(told: dict[str, Any]) -> tuple[Any, ...]:
    return in_order(told["title"]), told["objective_id"], told.get("key_result_id", "")


def _text(id: UUID | None) -> str | None:
    return None if id is None else str(id)


def _from_the_tops(around: Cascade, ids: set[str], depth: int) -> set[str]:
    """Those of `ids` at most `depth` links below one that has none of them above it."""
    shown = {id for id in ids if not any(link.parent_id in ids for link in around.up.get(id, ()))}
    edge = shown
    for _ in range(depth):
        edge = {
            link.child_id for id in edge for link in around.down.get(id, ()) if link.child_id in ids
        } - shown
        shown = shown | edge
    return shown
