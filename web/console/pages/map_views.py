"""The views of the map share their columns and rows, how they are narrowed, and the ways between them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from web.api.days import last_quarter_end
from web.console import asking
from web.console.viewing import View

LEVELS = {"department": "Departments", "team": "Teams", "individual": "People"}
"""The columns, by the level of what stands in them."""
LOOSE = {
    "detached": {
        "word": "No way to the strategy",
        "why": "linked, but no path of live objectives leads to a goal",
        "one": "detached",
        "many": "detached",
    },
    "orphan": {
        "word": "Linked to nothing",
        "why": "nobody has said what they are for",
        "one": "orphan",
        "many": "orphans",
    },
}
"""The rows of what leads to no goal."""
NARROWED = ("unit", "cycle")
MOST_UNITS = 1_000


def narrowed() -> dict[str, str]:
    """The parameters by which the map is narrowed."""
    return {name: value for name in NARROWED if (value := request.args.get(name))}


def views(narrowed: Mapping[str, str], seen: View, goal: str | None) -> dict[str, Any]:
    """Gives every view of the map the ways to the others, and the units and cycles to narrow it by."""
    since = last_quarter_end(seen.as_of).isoformat()
    ways = (
        ("overview", "list", "Overview", seen.url("/map", **narrowed)),
        *([("goal", "network", "One goal", seen.url("/map", root=goal, **narrowed))] if goal else []),
        ("table", "table-2", "Table", seen.url("/map", as_="table", **narrowed)),
        ("compare", "git-compare", "Compare two dates", seen.url("/map", from_=since, **narrowed)),
        ("plans", "circle-help", "What if", "/plans"),
    )
    return {
        "tabs": ways,
        "units": every("/units", seen),
        "cycles": every("/cycles", seen),
        "levels": LEVELS,
        "loose": LOOSE,
    }


def every(path: str, seen: View) -> list[dict[str, Any]]:
    """Everything in a list of the API by name, up to a bound."""
    found = asking.get(path, **seen.moment, sort="name", limit=200)
    items: list[dict[str, Any]] = found["items"]
    while found["next"] and len(items) < MOST_UNITS:
        found = asking.get(path, **seen.moment, sort="name", limit=200, after=found["next"])
        items += found["items"]
    return items


def first_goal(rows: Iterable[Mapping[str, Any]]) -> str | None:
    """The id of the first goal that is live and may be told."""
    return next(
        (
            str(row["goal"]["id"])
            for row in rows
            if row["goal"] and not row["goal"].get("withheld") and row["goal_change"] != "gone"
        ),
        None,
    )
