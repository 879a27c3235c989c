"""The pages of the map: which goals carry what, and what leads nowhere."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import redirect, request
from werkzeug import Response as BaseResponse

from web.console import asking
from web.console.drawings_map import marks, stands_for
from web.console.frame import console, page, view
from web.console.viewing import View
from web.console.wording import counted, long_day, number, spelled

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
TABLE = "table"
MOST_UNITS = 1_000


@console.get("/map")
def overview() -> BaseResponse:
    """All goals, with the live objectives below each and those that lead to none: as marks or `as=table`."""
    seen = view()
    if root := request.args.get("root"):
        return redirect(seen.url(f"/objectives/{quote(root)}"))
    narrowed = {name: value for name in NARROWED if (value := request.args.get(name))}
    as_table = request.args.get("as") == TABLE
    found = asking.get("/alignment-health/reach", **seen.moment, **narrowed)
    cells = [cell for row in found["rows"] for cell in row["cells"]]
    levels = Counter[str]()
    for cell in cells:
        levels[cell["level"]] += cell["live"]
    return page(
        "map.html",
        timed=True,
        kept=narrowed | ({"as": TABLE} if as_table else {}),
        policy=found["policy"],
        as_table=as_table,
        heading=heading(found, seen),
        total=found["total"],
        rows=[row for row in found["rows"] if row["goal"] or row["live"]],
        counts=levels,
        levels=LEVELS,
        loose=LOOSE,
        each=stands_for(max(cell["live"] + cell["also"] for cell in cells)),
        marks=marks,
        exported=lambda suffix: seen.url(f"/alignment-health/reach.{suffix}", **narrowed),
        **around(narrowed, seen),
    )


def heading(found: Mapping[str, Any], seen: View) -> str:
    """The sentence that says how many objectives lead to how many goals, and how many lead nowhere."""
    total, past = found["total"], seen.as_of < seen.today
    when = f"On {long_day(seen.as_of)} " if seen.as_of != seen.today else ""
    be, none = ("was", "None led nowhere.") if past else ("is", "None leads nowhere.")
    if not total["live"]:
        return f"{when}nothing {be} live." if when else "Nothing is live yet."
    goals = sum(row["class"] == "strategic" for row in found["rows"])
    loose, led = total["detached"] + total["orphan"], total["aligned"]
    if not goals:
        said = f"{counted(loose, 'objective')} {_leads(loose, past)} nowhere: no goal {be} live."
        return f"{when}{said}"
    said = f"{counted(led, 'objective')} {_leads(led, past)} to {spelled(goals, 'goal')}."
    return f"{when}{said} {f'{number(loose)} {_leads(loose, past)} nowhere.' if loose else none}"


def _leads(how_many: int, past: bool) -> str:
    return "led" if past else "leads" if how_many == 1 else "lead"


def around(narrowed: Mapping[str, str], seen: View) -> dict[str, Any]:
    """Gives every view of the map the ways to the others, and the units and cycles to narrow it by."""
    ways = (
        ("overview", "list", "Overview", seen.url("/map", **narrowed)),
        (TABLE, "table-2", "Table", seen.url("/map", as_=TABLE, **narrowed)),
    )
    return {"tabs": ways, "units": every("/units", seen), "cycles": every("/cycles", seen)}


def every(path: str, seen: View) -> list[dict[str, Any]]:
    """Everything in a list of the API by name, up to a bound."""
    found = asking.get(path, **seen.moment, sort="name", limit=200)
    items: list[dict[str, Any]] = found["items"]
    while found["next"] and len(items) < MOST_UNITS:
        found = asking.get(path, **seen.moment, sort="name", limit=200, after=found["next"])
        items += found["items"]
    return items
