"""The pages of change plans: the list, and one with what it would make of today: who loses the way to the
strategy and who finds one, before anything is recorded.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, request

from application.ids import new_id
from web.console import asking
from web.console.acting import buttons
from web.console.drawings_map import changed, mark_of, stands_for
from web.console.frame import console, page
from web.console.pages.map_views import LEVELS, LOOSE
from web.console.telling import done
from web.console.wording import counted, in_words, long_day, number, spelled

SHOWN, MOST_LISTED, MOST_UNITS = 50, 100, 30
STATUSES = {
    "open": "to be approved",
    "approved": "approved",
    "applied": "carried out",
    "withdrawn": "withdrawn",
}
AHEAD = ("open", "approved")
"""Plans of these states have an effect still to come."""
MARKED = {
    "gone": "would end",
    "lost": "would lose its way",
    "came": "would come here",
    "stayed": "would stay",
}
"""The marks, by what would become of an objective."""
EFFECTS = {
    "loses": "Lose their way to the strategy",
    "finds": "Find a way to the strategy",
    "ends": "End",
    "other": "Would be linked otherwise",
}
FIGURES = (
    ("coverage", "Lead to the strategy"),
    ("detached", "Detached"),
    ("orphan", "Linked to nothing"),
    ("live", "Live"),
    ("progress", "Mean progress"),
)
"""These figures of health are told, before and after."""
SHARES = ("coverage", "progress")


@console.get("/plans")
def plans() -> Response:
    """The list, the newest first."""
    asked = request.args.get("status")
    status = asked if asked in STATUSES else None
    found = asking.get("/plans", status=status, limit=SHOWN, after=request.args.get("after"))
    return page(
        "plans.html",
        found=found,
        status=status,
        statuses=STATUSES,
        kept={"status": status} if status else {},
        heading=heading_of_list(found["items"], status, whole=not found["next"]),
    )


@console.get("/plans/<uuid:id>")
def plan(id: UUID) -> Response:
    """One plan. Its address is all that somebody needs to look at it."""
    it = asking.get(f"/plans/{id}")
    impact = asking.get(f"/plans/{id}/impact") if it["status"] in AHEAD else None
    main, others = buttons(str(id))
    return page(
        "plan.html",
        it=it,
        statuses=STATUSES,
        heading=heading(it, impact),
        policy=impact and impact["policy"],
        told=[(each, sentence_of(each)) for each in it["changes"]],
        since=[(each, done(each["action"])) for each in it["changed_since"]],
        main=main,
        others=[each for each in others if each.name != "comment"],
        comments_here=any(each.name == "comment" for each in others),
        key=str(new_id()),
        **({} if impact is None else _effect(impact)),
    )


def _effect(impact: Mapping[str, Any]) -> dict[str, Any]:
    """The effect as the page has it: figures, map, units, and who is affected how."""
    health, rows = impact["health"], impact["reach"]["rows"]
    drawn = [sum(cell["change"][name]["count"] for name in MARKED) for row in rows for cell in row["cells"]]
    units = sorted(health["units"], key=_weight, reverse=True)
    return {
        "impact": impact,
        "impact_file": lambda suffix: f"/plans/{impact['plan_id']}/impact.{suffix}",
        "levels": LEVELS,
        "loose": LOOSE,
        "figures": [
            (word, name in SHARES, health["before"][name], health["after"][name]) for name, word in FIGURES
        ],
        "rows": [_row(row) for row in rows],
        "changed": changed,
        "each": stands_for(max(drawn, default=0)),
        "marked": [(mark_of(name), word) for name, word in MARKED.items()],
        "lists": _lists(impact),
        "most": MOST_LISTED,
        "units": units[:MOST_UNITS],
        "more_units": len(units) - MOST_UNITS,
    }


def _weight(unit: Mapping[str, Any]) -> tuple[int, str]:
    """Counts about how many objectives of a unit would be of another class."""
    sides = [unit[side] or {} for side in ("before", "after")]
    names = ("aligned", "detached", "orphan", "strategic")
    return sum(abs(sides[0].get(name, 0) - sides[1].get(name, 0)) for name in names), unit["unit_id"]


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the map, with the marks of each cell counted."""
    cells = [
        {**cell, "counts": {name: cell["change"][name]["count"] for name in MARKED}} for cell in row["cells"]
    ]
    return {**row, "cells": cells}


def _lists(impact: Mapping[str, Any]) -> list[tuple[str, int, list[Any]]]:
    """By effect, how many and which they are, as far as they are told."""
    found: list[tuple[str, int, list[Any]]] = []
    for effect, word in EFFECTS.items():
        those = [each for each in impact["objectives"] if each["effect"] == effect]
        if impact["counts"][effect]:
            found.append((word, impact["counts"][effect], those))
    return found


def heading_of_list(items: Sequence[Mapping[str, Any]], status: str | None, *, whole: bool) -> str:
    """The sentence that says how many plans there are."""
    if not items:
        return f"No change plan is {STATUSES[status]}." if status else "There is no change plan."
    plans = f"{'' if whole else 'the first '}{spelled(len(items), 'change plan')}"
    if status:
        return f"{plans[:1].upper()}{plans[1:]} {'is' if len(items) == 1 else 'are'} {STATUSES[status]}."
    waiting = sum(each["status"] == "open" for each in items)
    if not waiting:
        return f"None of {plans} waits to be approved."
    some = in_words(waiting).capitalize()
    return f"{some} of {plans} {'waits' if waiting == 1 else 'wait'} to be approved."


def heading(it: Mapping[str, Any], impact: Mapping[str, Any] | None) -> str:
    """The sentence that says what the plan would do, or what became of it."""
    if impact is None:
        by = f" by {it['ended_by_name']}" if it["ended_by_name"] else ""
        return f"This plan was {STATUSES[it['status']]} on {long_day(it['ended_on'])}{by}."
    counts = impact["counts"]
    loses = f"{counted(counts['loses'], 'objective')} {'loses its' if counts['loses'] == 1 else 'lose their'}"
    finds = f"{number(counts['finds'])} {'finds' if counts['finds'] == 1 else 'find'} one"
    if not counts["loses"] and not counts["finds"]:
        rest = f", and {counted(counts['ends'], 'ends', 'end')}" if counts["ends"] else ""
        return f"If this plan is carried out, no objective loses its way to the strategy or finds one{rest}."
    if not counts["loses"]:
        return f"If this plan is carried out, no objective loses its way to the strategy and {finds}."
    none = "none finds one" if not counts["finds"] else finds
    return f"If this plan is carried out, {loses} way to the strategy and {none}."


def sentence_of(change: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """Tells what is to be done, as pieces of text, each with the path that it leads to, if any."""
    subject, parent = _named(change, "objective_id", "objective_title"), change["parent_id"]
    match change["action"]:
        case "move_unit":
            above = _named(change, "parent_id", "parent_name", "units") if parent else ("the top", None)
            return [("Move ", None), _named(change, "unit_id", "unit_name"), (" to ", None), above]
        case "transfer_person":
            to = _named(change, "unit_id", "unit_name")
            return [("Transfer ", None), _named(change, "person_id", "person_name"), (" to ", None), to]
        case "cancel_objective":
            return [("Cancel ", None), subject]
        case "transfer_objective":
            field = "owner_unit_id" if change["owner_unit_id"] else "owner_person_id"
            return [("Hand ", None), subject, (" to ", None), _named(change, field, "owner_name")]
        case "align_objective":
            above = _named(change, "parent_id", "parent_name", "objectives")
            how = f", which it {change['kind']}{' to' if change['kind'] == 'contributes' else ''}"
            return [
                ("Link ", None),
                subject,
                (" to ", None),
                above,
                (f"{how}, weight {change['weight']}", None),
            ]
    above = _named(change, "parent_id", "parent_name", "objectives")
    return [("Take away the link from ", None), subject, (" to ", None), above]


_LISTS = {
    "objective_id": "objectives", "unit_id": "units", "person_id": "people", "owner_unit_id": "units",
    "owner_person_id": "people",
}  # fmt: skip


def _named(
    change: Mapping[str, Any], field: str, name: str, kind: str | None = None
) -> tuple[str, str | None]:
    path = f"/{kind or _LISTS[field]}/{change[field]}"
    return (change[name], path) if change[name] else ("what is not there today", None)
